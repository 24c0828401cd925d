-- 0017_intake_draft.sql — reports that somebody put aside before sending them: sealed under a code that
-- only this person has. They go after a week.
CREATE TABLE intake_draft (
    id       TEXT   PRIMARY KEY NOT NULL, -- digest of the code
    sealed   TEXT   NOT NULL,
    until_at BIGINT NOT NULL              -- milliseconds, UTC
);

CREATE INDEX intake_draft_until ON intake_draft (until_at);
