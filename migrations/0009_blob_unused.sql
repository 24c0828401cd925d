-- 0009_blob_unused.sql — pictures that no act has named yet: they go after a day. Those that were
-- kept before this table are never looked at.
CREATE TABLE blob_unused (
    digest   TEXT   PRIMARY KEY NOT NULL,
    added_at BIGINT NOT NULL             -- milliseconds, UTC; the last time it was added
);

CREATE INDEX blob_unused_added ON blob_unused (added_at);
