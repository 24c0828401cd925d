-- 0001_ledger.sql — the append-only chain, its head, sealed subjects and idempotency keys.
CREATE TABLE ledger_entry (
    seq         {int_key} PRIMARY KEY,   -- counts from 1 without gaps
    recorded_at BIGINT NOT NULL,         -- milliseconds, UTC, as the machine's clock said
    occurred_at BIGINT NOT NULL,
    actor       TEXT   NOT NULL,
    purpose     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    payload     TEXT   NOT NULL,         -- canonical JSON: these bytes are hashed
    hash        BYTEA  NOT NULL
);

CREATE INDEX ledger_entry_subject ON ledger_entry (subject);

-- The one row that every batch locks, so that several servers may write to one database.
CREATE TABLE ledger_head (
    id          INTEGER PRIMARY KEY,     -- always 1
    algorithm   TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    hash        BYTEA  NOT NULL,
    recorded_at BIGINT NOT NULL
);

-- One key per subject; emptying it makes what was sealed under it unreadable for good, and the
-- row that stays keeps anybody from sealing under a new one.
CREATE TABLE subject_key (
    subject    TEXT   PRIMARY KEY NOT NULL,
    key        BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);

-- What was answered to an act with this key, so that a retry gets the same answer.
CREATE TABLE once (
    key         TEXT   PRIMARY KEY NOT NULL,
    digest      TEXT   NOT NULL,         -- of the act, so that a key is not used for another one
    answer      TEXT   NOT NULL,
    recorded_at BIGINT NOT NULL
) {clustered};
