-- 0012_policy.sql — enterprises, what the register knows of each subject, and runs of policies.
CREATE TABLE enterprise (
    id          TEXT   PRIMARY KEY NOT NULL,
    credit_code TEXT   NOT NULL UNIQUE,
    name        TEXT   NOT NULL,
    area_code   TEXT   NOT NULL,
    synthetic   BIGINT NOT NULL
);

CREATE TABLE subject_fact (
    subject   TEXT   PRIMARY KEY NOT NULL,   -- person:…, household:…, enterprise:…
    facts     TEXT   NOT NULL,               -- JSON: name → value, or { value, as_of }
    synthetic BIGINT NOT NULL
);

-- Everybody as they were when a run began, kept once for each content.
CREATE TABLE policy_snapshot (
    hash  TEXT  PRIMARY KEY NOT NULL,        -- SHA-256 of the bytes, lower hex
    bytes BYTEA NOT NULL
);

-- Policy files of a run, kept once for each content.
CREATE TABLE policy_catalogue (
    hash  TEXT PRIMARY KEY NOT NULL,         -- SHA-256 of paths and texts, lower hex
    files TEXT NOT NULL                      -- JSON: pack → path → text
);

CREATE TABLE policy_run (
    number         BIGINT PRIMARY KEY NOT NULL,
    on_date        TEXT   NOT NULL,          -- ISO day
    ran_at         BIGINT NOT NULL,          -- milliseconds, UTC
    catalogue_hash TEXT   NOT NULL REFERENCES policy_catalogue (hash),
    program_hash   TEXT   NOT NULL,
    snapshot_hash  TEXT   NOT NULL REFERENCES policy_snapshot (hash),
    result_hash    TEXT   NOT NULL
);

-- What the last run found, without what was a plain no: the next run tells what changed.
CREATE TABLE policy_finding (
    policy    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    status    TEXT   NOT NULL,               -- yes, unknown, stopped
    amount    BIGINT,                        -- hundredths of the unit
    missing   TEXT   NOT NULL,               -- names of facts, separated by spaces
    since_run BIGINT NOT NULL,               -- the run that found it so first
    PRIMARY KEY (policy, subject)
);
