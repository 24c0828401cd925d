-- 0005_access.sql — accounts, their sessions, the key of the server.
-- Wrong passwords are counted in memory; a lock-out is a row and an entry.
CREATE TABLE account (
    id           TEXT   PRIMARY KEY NOT NULL,
    name         TEXT   NOT NULL UNIQUE,   -- to sign in with, in its normal form
    staff_id     TEXT   NOT NULL UNIQUE,
    password     TEXT   NOT NULL,          -- argon2id, as a PHC string
    must_change  BIGINT NOT NULL,          -- 1: the password is good for choosing another
    lockouts     BIGINT NOT NULL,          -- since the last time somebody signed in
    locked_until BIGINT,
    disabled_at  BIGINT,
    created_at   BIGINT NOT NULL
);

-- Living sessions; one that ended is gone from here and an entry says when and why.
CREATE TABLE session (
    digest     BYTEA  PRIMARY KEY NOT NULL,  -- SHA-256 of the token, which nobody keeps
    id         TEXT   NOT NULL UNIQUE,
    account_id TEXT   NOT NULL REFERENCES account (id),
    way        TEXT   NOT NULL,              -- how the person was recognised: password
    agent      TEXT   NOT NULL,              -- the browser, shortened
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,              -- written for all sessions together, see access.md
    expires_at BIGINT NOT NULL
);

CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_at);

-- The secret that other secrets of the server are derived from; never in the ledger.
CREATE TABLE server_key (
    name       TEXT   PRIMARY KEY NOT NULL,
    key        BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who read what: found by reader; by subject with the index of the ledger.
CREATE INDEX ledger_record_reads ON ledger_record (actor, seq) WHERE kind = 'personal.read';
