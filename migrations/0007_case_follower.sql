-- 0007_case_follower.sql — who follows a case by a secret link; neither link nor number is kept.
CREATE TABLE case_follower (
    case_id      TEXT   NOT NULL,
    number       BIGINT NOT NULL,        -- count of acts with the one that made it
    role         TEXT   NOT NULL,        -- reporter, subscriber
    secret       TEXT   NOT NULL UNIQUE, -- SHA-256 of the token in the link
    contact      TEXT,                   -- HMAC of the telephone number; empty after erasure
    seq          BIGINT NOT NULL,        -- the entry that carries the number, sealed
    since_at     BIGINT NOT NULL,
    confirmed_at BIGINT,                 -- when this follower last confirmed a closure
    PRIMARY KEY (case_id, number)
) {clustered};

CREATE UNIQUE INDEX case_follower_contact ON case_follower (case_id, contact) WHERE contact IS NOT NULL;
