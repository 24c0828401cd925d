-- 0006_blob.sql — pictures, known by the digest of their bytes; the ledger never holds the bytes.
CREATE TABLE blob (
    digest   TEXT   PRIMARY KEY NOT NULL, -- SHA-256 of `bytes` as they were added, hexadecimal
    media    TEXT   NOT NULL,
    width    BIGINT NOT NULL,
    height   BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    small    BYTEA  NOT NULL,             -- the same picture for lists; before `bytes`: read alone
    bytes    BYTEA  NOT NULL              -- both are empty once destroyed; the row stays
);
