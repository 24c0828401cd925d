-- 0014_target.sql — reports under review, what was accepted of them, and how promises are kept.
CREATE TABLE report_text (
    id         TEXT   PRIMARY KEY NOT NULL,  -- the first 12 hexadecimal digits of the digest
    digest     TEXT   NOT NULL UNIQUE,       -- SHA-256 of the text, lower hex
    name       TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    characters BIGINT NOT NULL,
    kept_at    BIGINT NOT NULL,
    kept_by    TEXT   NOT NULL
);

-- What was read of a report and what became of it. A reading never changes.
CREATE TABLE report_statement (
    report     TEXT   NOT NULL REFERENCES report_text (id),
    number     BIGINT NOT NULL,              -- counts from 1 in the order of the text
    reading    TEXT   NOT NULL,              -- JSON: what was read, with its reasons
    state      TEXT   NOT NULL,              -- open, accepted, corrected, dropped
    pair       BIGINT,                       -- the result that a target seems to go on from
    target     TEXT,                         -- what it became
    decided_at BIGINT,
    decided_by TEXT,
    PRIMARY KEY (report, number)
) {clustered};

-- A target of a year, or a result of the year before; what it says now. Before and after of each
-- change are entries.
CREATE TABLE target (
    id          TEXT {bytewise} PRIMARY KEY NOT NULL,
    year        BIGINT NOT NULL,
    role        TEXT   NOT NULL,             -- target, result
    organ_id    TEXT,
    terms       TEXT   NOT NULL,             -- JSON
    quote       TEXT   NOT NULL,             -- the words of the report
    report      TEXT,
    statement   BIGINT,
    previous    TEXT,                        -- the result of the year before
    case_id     TEXT,                        -- the supervision case that is open
    supervised  BIGINT NOT NULL,             -- how many there were
    dealt_at    BIGINT,                      -- when the last one was closed
    set_at      BIGINT NOT NULL,
    set_by      TEXT   NOT NULL,
    withdrawn   BIGINT NOT NULL              -- 1: undone or withdrawn
);
CREATE INDEX target_year ON target (year, role);
CREATE INDEX target_case ON target (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE target_event (
    target  TEXT {bytewise} NOT NULL,
    seq     BIGINT NOT NULL,                 -- the entry in the ledger
    at      BIGINT NOT NULL,
    actor   TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    content TEXT   NOT NULL,                 -- JSON: the payload of the entry
    PRIMARY KEY (target, seq)
) {clustered};
CREATE INDEX target_event_at ON target_event (at);

-- Figures declared by hand, the one in force for each day.
CREATE TABLE target_progress (
    target   TEXT {bytewise} NOT NULL,
    on_date  TEXT   NOT NULL,
    value    TEXT   NOT NULL,                -- decimal, in the unit of the target
    document TEXT   NOT NULL,
    by_actor TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (target, on_date)
) {clustered};

CREATE TABLE target_note (
    target   TEXT {bytewise} NOT NULL,
    month    TEXT   NOT NULL,                -- 2023-03
    words    TEXT   NOT NULL,
    by_actor TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (target, month)
) {clustered};
