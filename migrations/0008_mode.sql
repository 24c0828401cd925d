-- 0008_mode.sql — whether a plan is active (平急转换). No row means normal operation since the founding.
CREATE TABLE operating_mode (
    id         BIGINT PRIMARY KEY NOT NULL,  -- always 1
    mode       TEXT   NOT NULL,              -- normal, emergency
    since      BIGINT NOT NULL,              -- milliseconds, UTC
    changed_by TEXT   NOT NULL,
    reason     TEXT,
    seq        BIGINT NOT NULL               -- the entry that changed it
);
