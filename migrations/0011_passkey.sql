-- 0011_passkey.sql — public keys that accounts can be opened with (WebAuthn). Nothing here is secret.
CREATE TABLE passkey (
    id         TEXT   PRIMARY KEY NOT NULL,  -- credential id, base64url
    account_id TEXT   NOT NULL REFERENCES account (id),
    party      TEXT   NOT NULL,              -- the host it was made for
    algorithm  BIGINT NOT NULL,              -- COSE number: -7, -8, -257
    public_key BYTEA  NOT NULL,              -- SubjectPublicKeyInfo, DER
    name       TEXT   NOT NULL,              -- as its owner calls it
    count      BIGINT NOT NULL,              -- signatures its device says it has made
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE INDEX passkey_account ON passkey (account_id);
