-- 0016_correction.sql: facts of the register that staff corrected, and benefits that somebody declined.

-- One row for each correction, so that what stood there before can be seen.
CREATE TABLE fact_correction (
    subject  TEXT   NOT NULL,               -- person:…, household:…, enterprise:…
    number   BIGINT NOT NULL,               -- counts from 1 within the subject
    name     TEXT   NOT NULL,               -- as policies name the fact
    was      TEXT   NOT NULL,               -- in words, as it was shown
    value    TEXT   NOT NULL,               -- JSON: the value, or { value, as_of }
    reason   TEXT   NOT NULL,
    actor    TEXT   NOT NULL,
    at       BIGINT NOT NULL,               -- milliseconds, UTC
    PRIMARY KEY (subject, number)
);

-- What somebody declines; withdrawn, the row stays, so that the next run takes it up again.
CREATE TABLE benefit_refusal (
    subject  TEXT   NOT NULL,
    policy   TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    actor    TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (subject, policy)
);
