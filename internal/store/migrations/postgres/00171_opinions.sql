-- Opinions: what people said after a visit or a settled file, without name or
-- contact; and the provincial desk that was told of a file. Its twin is
-- ../sqlite/00171_opinions.sql.

-- +goose Up

ALTER TABLE files ADD COLUMN desk_office_id TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX files_desk ON files (desk_office_id) WHERE desk_office_id <> '';

CREATE TABLE opinions (
  kind              TEXT COLLATE "C" NOT NULL,
  subject_id        TEXT COLLATE "C" NOT NULL,
  administration_id TEXT COLLATE "C" NOT NULL,
  office_id         TEXT COLLATE "C" NOT NULL,
  service_id        TEXT COLLATE "C" NOT NULL,
  settled           TEXT COLLATE "C" NOT NULL,
  rating            INTEGER NOT NULL,
  need              TEXT COLLATE "C" NOT NULL,
  language          TEXT COLLATE "C" NOT NULL,
  given_at          BIGINT NOT NULL,
  given_on          TEXT COLLATE "C" NOT NULL,
  CONSTRAINT opinions_pkey PRIMARY KEY (kind, subject_id)
);
CREATE INDEX opinions_day ON opinions (given_on);
