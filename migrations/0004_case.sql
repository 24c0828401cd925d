-- 0004_case.sql — a case is two rows of facts: what its opening said and where it stands. What happened
-- to it is in the ledger. Acts change the second row alone, which is short: many share a page.
CREATE TABLE case_opening (
    entry        {int_key} PRIMARY KEY,  -- the one that opened it: numbers cases as they came
    id           TEXT   NOT NULL UNIQUE,
    number       TEXT {bytewise} NOT NULL UNIQUE, -- lists ask for numbers that begin so
    edition      BIGINT NOT NULL REFERENCES pack_edition (number),
    procedure_id TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    area_code    TEXT {bytewise},        -- lists ask for codes that begin so
    longitude    TEXT,                   -- decimal degrees, WGS-84, as given
    latitude     TEXT,
    title        TEXT   NOT NULL,
    facts        TEXT   NOT NULL,        -- JSON: values of the opening form that are not personal
    opened_at    BIGINT NOT NULL,
    opened_by    TEXT   NOT NULL,
    external_key TEXT   UNIQUE,          -- number in the system it came from
    parent_id    TEXT,                   -- the case this is a part of
    follows_id   TEXT                    -- the case whose bad rating opened this one
);

CREATE TABLE case_state (
    entry        {int_key} PRIMARY KEY,  -- of `case_opening`
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
);

-- Both rows as they are read.
CREATE VIEW case_file AS
    SELECT case_state.entry, id, number, edition, procedure_id, kind, area_code, longitude, latitude,
        title, facts, opened_at, opened_by, external_key, parent_id, follows_id, phase, step,
        step_since, organ_id, handler, acts, last_at, extended, extensions, pauses, level, marks,
        parts_open, outcome, closed_at, merged_into, merge_count, reopened, due_at, provisional, tick_at
    FROM case_opening JOIN case_state ON case_state.entry = case_opening.entry;

-- These never change after the opening, so they cost acts nothing.
CREATE INDEX case_opening_opened ON case_opening (opened_at, id);
CREATE INDEX case_opening_kind ON case_opening (kind, opened_at, id);
CREATE INDEX case_opening_kind_area ON case_opening (kind, area_code);
CREATE INDEX case_opening_area ON case_opening (area_code, opened_at, id);
CREATE INDEX case_opening_parent ON case_opening (parent_id) WHERE parent_id IS NOT NULL;
-- These move with the acts. Equal due times are sorted by entry.
CREATE INDEX case_state_organ ON case_state (organ_id, due_at{then_entry}) WHERE closed_at IS NULL;
CREATE INDEX case_state_due ON case_state (due_at{then_entry}) WHERE closed_at IS NULL;
CREATE INDEX case_state_tick ON case_state (tick_at) WHERE tick_at IS NOT NULL;
CREATE INDEX case_state_handler ON case_state (handler, due_at{then_entry}) WHERE handler IS NOT NULL AND closed_at IS NULL;
CREATE INDEX case_state_merged ON case_state (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX case_state_marks ON case_state (marks, due_at{then_entry}) WHERE marks <> '' AND closed_at IS NULL;
CREATE INDEX case_state_level ON case_state (level) WHERE level > 0 AND closed_at IS NULL;
CREATE INDEX case_state_closed ON case_state (closed_at{then_entry}) WHERE closed_at IS NOT NULL;
CREATE INDEX case_state_done ON case_state (organ_id, closed_at{then_entry}) WHERE closed_at IS NOT NULL;

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

-- Counters of case numbers, one per prefix and day.
CREATE TABLE case_counter (
    name TEXT   PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);
