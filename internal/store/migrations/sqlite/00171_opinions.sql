-- Opinions: what people said after a visit or a settled file, without name or
-- contact; and the provincial desk that was told of a file. Its twin is
-- ../postgres/00171_opinions.sql.

-- +goose Up

ALTER TABLE files ADD COLUMN desk_office_id TEXT NOT NULL DEFAULT '';
CREATE INDEX files_desk ON files (desk_office_id) WHERE desk_office_id <> '';

CREATE TABLE opinions (
  kind              TEXT NOT NULL,
  subject_id        TEXT NOT NULL,
  administration_id TEXT NOT NULL,
  office_id         TEXT NOT NULL,
  service_id        TEXT NOT NULL,
  settled           TEXT NOT NULL,
  rating            INTEGER NOT NULL,
  need              TEXT NOT NULL,
  language          TEXT NOT NULL,
  given_at          INTEGER NOT NULL,
  given_on          TEXT NOT NULL,
  CONSTRAINT opinions_pkey PRIMARY KEY (kind, subject_id)
) STRICT;
CREATE INDEX opinions_day ON opinions (given_on);
