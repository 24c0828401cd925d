-- 0010_program_key.sql — keys of programs that may send reports; the keys themselves nobody keeps.
CREATE TABLE program_key (
    name     TEXT   PRIMARY KEY NOT NULL,  -- of the program, for people
    digest   TEXT   NOT NULL UNIQUE,       -- SHA-256 of the key, 64 hexadecimal digits
    added_at BIGINT NOT NULL               -- milliseconds, UTC
);
