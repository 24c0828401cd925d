-- 0004_case.sql — a case is one row of facts; what happened to it is in the ledger.
CREATE TABLE case_file (
    id           TEXT   PRIMARY KEY NOT NULL,
    number       TEXT   NOT NULL UNIQUE,
    edition      BIGINT NOT NULL REFERENCES pack_edition (number),
    procedure_id TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    area_code    TEXT,
    longitude    TEXT,                   -- decimal degrees, WGS-84, as given
    latitude     TEXT,
    title        TEXT   NOT NULL,
    facts        TEXT   NOT NULL,        -- JSON: values of the opening form that are not personal
    opened_at    BIGINT NOT NULL,
    opened_by    TEXT   NOT NULL,
    external_key TEXT   UNIQUE,          -- number in the system it came from
    parent_id    TEXT,                   -- the case this is a part of
    follows_id   TEXT,                   -- the case whose bad rating opened this one
    phase        TEXT   NOT NULL,        -- open, paused, closed, merged
    step         TEXT   NOT NULL,
    step_since   BIGINT NOT NULL,
    organ_id     TEXT,
    handler      TEXT,
    acts         BIGINT NOT NULL,        -- entries so far
    last_at      BIGINT NOT NULL,        -- time of the last act
    extended     BIGINT NOT NULL,        -- units of the limit added in this step
    extensions   BIGINT NOT NULL,        -- how often in this step
    pauses       BIGINT NOT NULL,        -- pauses of this step
    level        BIGINT NOT NULL,        -- escalation reached in this step
    marks        TEXT   NOT NULL,        -- acts done in this step that left the case in it, in order
    parts_open   BIGINT NOT NULL,        -- sub-cases that are not closed
    outcome      TEXT,                   -- of a closed case
    closed_at    BIGINT,
    merged_into  TEXT,
    merge_count  BIGINT NOT NULL,        -- cases merged into this one
    reopened     BIGINT NOT NULL,        -- how often
    -- Derived from the above and the calendar, kept for sorting and for tick; read paths reckon anew.
    due_at       BIGINT,
    provisional  BIGINT NOT NULL,        -- 1: due_at rests on an unpublished calendar
    tick_at      BIGINT                  -- when the next escalation is reached
) {clustered};

-- The first three never change after the opening, so they cost acts nothing.
CREATE INDEX case_file_opened ON case_file (opened_at, id);
CREATE INDEX case_file_kind ON case_file (kind, opened_at, id);
CREATE INDEX case_file_area ON case_file (area_code, opened_at, id);
CREATE INDEX case_file_organ ON case_file (organ_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX case_file_due ON case_file (due_at) WHERE closed_at IS NULL;
CREATE INDEX case_file_tick ON case_file (tick_at) WHERE tick_at IS NOT NULL;
CREATE INDEX case_file_handler ON case_file (handler, due_at) WHERE handler IS NOT NULL AND closed_at IS NULL;
CREATE INDEX case_file_parent ON case_file (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX case_file_merged ON case_file (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX case_file_marks ON case_file (marks, due_at) WHERE marks <> '' AND closed_at IS NULL;
CREATE INDEX case_file_closed ON case_file (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX case_file_provisional ON case_file (id) WHERE provisional = 1;

CREATE TABLE case_pause (
    case_id TEXT   NOT NULL,
    number  BIGINT NOT NULL,             -- count of acts when it began
    from_at BIGINT NOT NULL,
    to_at   BIGINT,
    reason  TEXT   NOT NULL,
    PRIMARY KEY (case_id, number)
) {clustered};

CREATE TABLE case_rating (
    case_id  TEXT   NOT NULL,
    number   BIGINT NOT NULL,            -- count of acts with this one
    step     TEXT   NOT NULL,
    organ_id TEXT,
    channel  TEXT   NOT NULL,
    stars    BIGINT NOT NULL,            -- 1 to 5
    rated_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, number)
) {clustered};

-- What is personal, sealed under the key of the case's subject; the ledger holds the same bytes.
CREATE TABLE case_personal (
    case_id TEXT   NOT NULL,
    seq     BIGINT NOT NULL,             -- the entry that carries it
    field   TEXT   NOT NULL,
    sealed  TEXT   NOT NULL,
    PRIMARY KEY (case_id, seq, field)
) {clustered};

-- Counters of case numbers, one per prefix and day.
CREATE TABLE case_counter (
    name TEXT   PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);
