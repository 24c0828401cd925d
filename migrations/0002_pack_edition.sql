-- 0002_pack_edition.sql — every version of a pack that ever decided, with its files.
CREATE TABLE pack_edition (
    number     {int_key} PRIMARY KEY,
    pack       TEXT   NOT NULL,
    version    TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    adopted_at BIGINT NOT NULL,
    files      TEXT   NOT NULL           -- JSON: path → text
);
