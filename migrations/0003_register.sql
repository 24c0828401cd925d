-- 0003_register.sql — areas, organs' staff and duty, people and households.
CREATE TABLE area (
    code      TEXT   PRIMARY KEY NOT NULL,
    parent    TEXT,
    name_zh   TEXT   NOT NULL,
    name_en   TEXT,
    synthetic BIGINT NOT NULL,           -- 1: an invented shape, shown as such
    shape     TEXT                       -- GeoJSON geometry, WGS-84
);

CREATE TABLE staff (
    id        TEXT   PRIMARY KEY NOT NULL,
    name      TEXT   NOT NULL,
    organ_id  TEXT   NOT NULL,
    synthetic BIGINT NOT NULL
);

CREATE TABLE staff_grant (
    staff_id  TEXT   NOT NULL REFERENCES staff (id),
    role      TEXT   NOT NULL,
    area_code TEXT   NOT NULL,
    PRIMARY KEY (staff_id, role, area_code)
);

CREATE TABLE duty (
    organ_id  TEXT   NOT NULL,
    staff_id  TEXT   NOT NULL REFERENCES staff (id),
    from_at   BIGINT NOT NULL,           -- milliseconds, UTC
    to_at     BIGINT NOT NULL,
    PRIMARY KEY (organ_id, from_at, staff_id)
);

CREATE TABLE household (
    id        TEXT   PRIMARY KEY NOT NULL,
    area_code TEXT   NOT NULL,
    address   TEXT   NOT NULL
);

CREATE INDEX household_area ON household (area_code);

CREATE TABLE person (
    id           TEXT   PRIMARY KEY NOT NULL,
    household_id TEXT   NOT NULL REFERENCES household (id),
    resident_id  TEXT   NOT NULL UNIQUE,
    name         TEXT   NOT NULL,
    sex          TEXT   NOT NULL,        -- f, m
    born_on      TEXT   NOT NULL,        -- ISO day
    status       TEXT   NOT NULL,        -- words of the register, separated by spaces
    synthetic    BIGINT NOT NULL
);

CREATE INDEX person_household ON person (household_id);
