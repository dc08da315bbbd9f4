-- Files of citizens, followed until they are settled, on PostgreSQL. Its twin is
-- ../sqlite/00170_files.sql.

-- files: one row per matter. step, turn, due and promise_by repeat what the
--   running step and the promises say, so that work lists are read by index.
-- file_steps: one row per stretch in which one body held the file.
-- file_promises: what was promised is never updated, only what became of it.
-- file_events: the history; rows are added and never changed.
-- file_keys: keyed hashes by which the same person or number is found again.
-- file_accesses: who of the staff looked, for the owner to read.

-- +goose Up

CREATE TABLE files (
  id                TEXT COLLATE "C" NOT NULL,
  reference         TEXT COLLATE "C" NOT NULL,
  state             TEXT COLLATE "C" NOT NULL,
  administration_id TEXT COLLATE "C" NOT NULL,
  office_id         TEXT COLLATE "C" NOT NULL,
  service_id        TEXT COLLATE "C" NOT NULL,
  clock             TEXT COLLATE "C" NOT NULL,
  number            TEXT COLLATE "C" NOT NULL,
  identity_kind     TEXT COLLATE "C" NOT NULL,
  identity_hash     BYTEA,
  identity_tail     TEXT COLLATE "C" NOT NULL,
  name              TEXT COLLATE "C" NOT NULL,
  email             TEXT COLLATE "C" NOT NULL,
  phone             TEXT COLLATE "C" NOT NULL,
  language          TEXT COLLATE "C" NOT NULL,
  citizen_zone      TEXT COLLATE "C" NOT NULL,
  for_whom          TEXT COLLATE "C" NOT NULL,
  documents         TEXT COLLATE "C" NOT NULL, -- JSON list
  asked_on          TEXT COLLATE "C" NOT NULL,
  deposited_on      TEXT COLLATE "C" NOT NULL,
  urgent            INTEGER NOT NULL,
  extended          INTEGER NOT NULL,
  origin            TEXT COLLATE "C" NOT NULL,
  owner_id          TEXT COLLATE "C" NOT NULL,
  outcome           TEXT COLLATE "C" NOT NULL,
  merged_into       TEXT COLLATE "C" NOT NULL,
  news_asked_on     TEXT COLLATE "C" NOT NULL,
  news_due          TEXT COLLATE "C" NOT NULL,
  escalation        INTEGER NOT NULL,
  escalated_on      TEXT COLLATE "C" NOT NULL,
  feed_id           TEXT COLLATE "C" NOT NULL,
  manage_hash       BYTEA,
  revision          INTEGER NOT NULL,
  created_at        BIGINT NOT NULL,
  updated_at        BIGINT NOT NULL,
  ended_on          TEXT COLLATE "C" NOT NULL,
  step              TEXT COLLATE "C" NOT NULL,
  turn              TEXT COLLATE "C" NOT NULL,
  due               TEXT COLLATE "C" NOT NULL,
  due_version       BIGINT NOT NULL,
  promise_by        TEXT COLLATE "C" NOT NULL,
  CONSTRAINT files_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX files_reference ON files (reference);
CREATE UNIQUE INDEX files_manage_hash ON files (manage_hash);
CREATE INDEX files_work ON files (office_id, due) WHERE state = 'open';
CREATE INDEX files_feed ON files (feed_id) WHERE feed_id <> '';
CREATE INDEX files_ended ON files (ended_on) WHERE state <> 'open';

CREATE TABLE file_steps (
  file_id           TEXT COLLATE "C" NOT NULL,
  seq               INTEGER NOT NULL,
  kind              TEXT COLLATE "C" NOT NULL,
  turn              TEXT COLLATE "C" NOT NULL,
  administration_id TEXT COLLATE "C" NOT NULL,
  office_id         TEXT COLLATE "C" NOT NULL,
  outsider          TEXT COLLATE "C" NOT NULL,
  term_from         TEXT COLLATE "C" NOT NULL,
  term_days         INTEGER NOT NULL,
  term_working      INTEGER NOT NULL,
  source            TEXT COLLATE "C" NOT NULL,
  verified          INTEGER NOT NULL,
  due               TEXT COLLATE "C" NOT NULL,
  due_version       BIGINT NOT NULL,
  started_on        TEXT COLLATE "C" NOT NULL,
  done_on           TEXT COLLATE "C" NOT NULL,
  outcome           TEXT COLLATE "C" NOT NULL,
  extension         TEXT COLLATE "C" NOT NULL,
  note              TEXT COLLATE "C" NOT NULL,
  CONSTRAINT file_steps_pkey PRIMARY KEY (file_id, seq)
);

CREATE TABLE file_promises (
  id                TEXT COLLATE "C" NOT NULL,
  file_id           TEXT COLLATE "C" NOT NULL,
  administration_id TEXT COLLATE "C" NOT NULL,
  office_id         TEXT COLLATE "C" NOT NULL,
  what              TEXT COLLATE "C" NOT NULL,
  by_date           TEXT COLLATE "C" NOT NULL,
  made_by           TEXT COLLATE "C" NOT NULL,
  made_on           TEXT COLLATE "C" NOT NULL,
  kept_on           TEXT COLLATE "C" NOT NULL,
  replaced_by       TEXT COLLATE "C" NOT NULL,
  reminded_on       TEXT COLLATE "C" NOT NULL,
  reported_on       TEXT COLLATE "C" NOT NULL,
  CONSTRAINT file_promises_pkey PRIMARY KEY (id)
);
CREATE INDEX file_promises_file ON file_promises (file_id);
CREATE INDEX file_promises_owed ON file_promises (by_date) WHERE kept_on = '' AND replaced_by = '';

CREATE TABLE file_events (
  file_id     TEXT COLLATE "C" NOT NULL,
  seq         INTEGER NOT NULL,
  happened_at BIGINT NOT NULL,
  actor       TEXT COLLATE "C" NOT NULL,
  office_id   TEXT COLLATE "C" NOT NULL,
  what        TEXT COLLATE "C" NOT NULL,
  args        TEXT COLLATE "C" NOT NULL, -- JSON object
  internal    INTEGER NOT NULL,
  CONSTRAINT file_events_pkey PRIMARY KEY (file_id, seq)
);

CREATE TABLE file_keys (
  key     TEXT COLLATE "C" NOT NULL,
  file_id TEXT COLLATE "C" NOT NULL,
  CONSTRAINT file_keys_pkey PRIMARY KEY (key, file_id)
);
CREATE INDEX file_keys_file ON file_keys (file_id);

CREATE TABLE file_accesses (
  file_id     TEXT COLLATE "C" NOT NULL,
  happened_at BIGINT NOT NULL,
  staff_id    TEXT COLLATE "C" NOT NULL,
  office_id   TEXT COLLATE "C" NOT NULL,
  what        TEXT COLLATE "C" NOT NULL,
  CONSTRAINT file_accesses_pkey PRIMARY KEY (file_id, happened_at, staff_id, what)
);
