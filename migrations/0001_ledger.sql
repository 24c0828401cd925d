-- 0001_ledger.sql — the append-only chain, its head, sealed subjects and idempotency keys.
-- What entries are about, each name once: an index by small numbers that grow with the chain writes
-- far fewer pages than one by names.
CREATE TABLE ledger_subject (
    number  {int_key} PRIMARY KEY,       -- the first entry about it
    subject TEXT   NOT NULL UNIQUE
);

CREATE TABLE ledger_record (
    seq            {int_key} PRIMARY KEY, -- counts from 1 without gaps
    recorded_at    BIGINT NOT NULL,       -- milliseconds, UTC, as the machine's clock said
    occurred_at    BIGINT NOT NULL,
    actor          TEXT   NOT NULL,
    purpose        TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    subject_number BIGINT NOT NULL,
    payload        TEXT   NOT NULL,       -- canonical JSON: these bytes are hashed
    hash           BYTEA  NOT NULL
);

CREATE INDEX ledger_record_subject ON ledger_record (subject_number);

-- Entries as they are read.
CREATE VIEW ledger_entry AS
    SELECT seq, recorded_at, occurred_at, actor, purpose, kind, subject, payload, hash
    FROM ledger_record JOIN ledger_subject ON ledger_subject.number = ledger_record.subject_number;

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
