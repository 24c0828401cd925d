-- 0015_report_edition.sql — drafts of work reports, editions as they were published, corrections.
CREATE TABLE report_draft (
    id         TEXT   PRIMARY KEY NOT NULL,
    title      TEXT   NOT NULL,
    year       BIGINT NOT NULL,              -- whose results it tells
    source     TEXT   NOT NULL,              -- the text with its fields
    version    BIGINT NOT NULL,              -- counts from 1 with every saving
    changed_at BIGINT NOT NULL,              -- milliseconds, UTC
    changed_by TEXT   NOT NULL
);

CREATE TABLE report_edition (
    number       BIGINT PRIMARY KEY NOT NULL,
    draft_id     TEXT   NOT NULL REFERENCES report_draft (id),
    title        TEXT   NOT NULL,
    year         BIGINT NOT NULL,
    source       TEXT   NOT NULL,
    document     TEXT   NOT NULL,            -- JSON as published; its SHA-256 is in the ledger
    digest       TEXT   NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT   NOT NULL
);

-- A figure of an edition that is no longer what it was.
CREATE TABLE report_correction (
    edition      BIGINT NOT NULL REFERENCES report_edition (number),
    number       BIGINT NOT NULL,            -- counts from 1 within the edition
    figure       BIGINT NOT NULL,            -- number of the figure in the text
    old_value    TEXT   NOT NULL,
    new_value    TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    corrected_at BIGINT NOT NULL,
    corrected_by TEXT   NOT NULL,
    PRIMARY KEY (edition, number)
);
