-- 0013_indicator.sql — counts of entries by month, sub-district and organ, and declared figures. All
-- of it follows from the ledger: `liangwang indicator recompute` writes the same rows anew.
-- How far each indicator has been counted, by which declaration.
CREATE TABLE indicator_position (
    indicator   TEXT   PRIMARY KEY NOT NULL,
    digest      TEXT   NOT NULL,         -- of the declaration and what it names
    through_seq BIGINT NOT NULL          -- the last entry that was looked at
);

CREATE TABLE indicator_bucket (
    indicator TEXT   NOT NULL,
    part      BIGINT NOT NULL,           -- 0: numerator, or what is counted; 1: denominator
    month     BIGINT NOT NULL,           -- 202304, in the zone of the district
    area      TEXT {bytewise} NOT NULL,  -- 9 digits at most; empty without a place
    organ     TEXT   NOT NULL,           -- empty when nobody held the case
    entries   BIGINT NOT NULL,
    amount    BIGINT NOT NULL,           -- what is added up; seconds for hours
    first_seq BIGINT NOT NULL,           -- the entries lie between these
    last_seq  BIGINT NOT NULL,
    PRIMARY KEY (indicator, part, month, area, organ)
) {clustered};

-- Different values, each once per bucket: told apart over months without reading entries again.
CREATE TABLE indicator_value (
    indicator TEXT   NOT NULL,
    month     BIGINT NOT NULL,
    area      TEXT {bytewise} NOT NULL,
    organ     TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    PRIMARY KEY (indicator, month, area, organ, value)
) {clustered};

-- Figures from outside; the last one of the same months counts, earlier ones stay.
CREATE TABLE figure_declared (
    entry       {int_key} PRIMARY KEY,   -- its ledger entry
    indicator   TEXT   NOT NULL,
    month_from  BIGINT NOT NULL,
    month_to    BIGINT NOT NULL,
    area        TEXT {bytewise} NOT NULL, -- empty: the whole district
    value       TEXT   NOT NULL,         -- decimal
    document    TEXT,                    -- digest in `blob`
    reason      TEXT   NOT NULL,         -- of a correction; what it is about otherwise
    corrects    BIGINT,                  -- the entry of the figure before
    declared_by TEXT   NOT NULL,
    declared_at BIGINT NOT NULL
);

CREATE INDEX figure_declared_of ON figure_declared (indicator, month_from, month_to);
