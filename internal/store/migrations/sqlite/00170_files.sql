-- Files of citizens, followed until they are settled, on SQLite. Its twin is
-- ../postgres/00170_files.sql.
-- Why each table is as it is stands there.

-- +goose Up

CREATE TABLE files (
  id                TEXT NOT NULL,
  reference         TEXT NOT NULL,
  state             TEXT NOT NULL,
  administration_id TEXT NOT NULL,
  office_id         TEXT NOT NULL,
  service_id        TEXT NOT NULL,
  clock             TEXT NOT NULL,
  number            TEXT NOT NULL,
  identity_kind     TEXT NOT NULL,
  identity_hash     BLOB,
  identity_tail     TEXT NOT NULL,
  name              TEXT NOT NULL,
  email             TEXT NOT NULL,
  phone             TEXT NOT NULL,
  language          TEXT NOT NULL,
  citizen_zone      TEXT NOT NULL,
  for_whom          TEXT NOT NULL,
  documents         TEXT NOT NULL, -- JSON list
  asked_on          TEXT NOT NULL,
  deposited_on      TEXT NOT NULL,
  urgent            INTEGER NOT NULL,
  extended          INTEGER NOT NULL,
  origin            TEXT NOT NULL,
  owner_id          TEXT NOT NULL,
  outcome           TEXT NOT NULL,
  merged_into       TEXT NOT NULL,
  news_asked_on     TEXT NOT NULL,
  news_due          TEXT NOT NULL,
  escalation        INTEGER NOT NULL,
  escalated_on      TEXT NOT NULL,
  feed_id           TEXT NOT NULL,
  manage_hash       BLOB,
  revision          INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  ended_on          TEXT NOT NULL,
  step              TEXT NOT NULL,
  turn              TEXT NOT NULL,
  due               TEXT NOT NULL,
  due_version       INTEGER NOT NULL,
  promise_by        TEXT NOT NULL,
  CONSTRAINT files_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX files_reference ON files (reference);
CREATE UNIQUE INDEX files_manage_hash ON files (manage_hash);
CREATE INDEX files_work ON files (office_id, due) WHERE state = 'open';
CREATE INDEX files_feed ON files (feed_id) WHERE feed_id <> '';
CREATE INDEX files_ended ON files (ended_on) WHERE state <> 'open';

CREATE TABLE file_steps (
  file_id           TEXT NOT NULL,
  seq               INTEGER NOT NULL,
  kind              TEXT NOT NULL,
  turn              TEXT NOT NULL,
  administration_id TEXT NOT NULL,
  office_id         TEXT NOT NULL,
  outsider          TEXT NOT NULL,
  term_from         TEXT NOT NULL,
  term_days         INTEGER NOT NULL,
  term_working      INTEGER NOT NULL,
  source            TEXT NOT NULL,
  verified          INTEGER NOT NULL,
  due               TEXT NOT NULL,
  due_version       INTEGER NOT NULL,
  started_on        TEXT NOT NULL,
  done_on           TEXT NOT NULL,
  outcome           TEXT NOT NULL,
  extension         TEXT NOT NULL,
  note              TEXT NOT NULL,
  CONSTRAINT file_steps_pkey PRIMARY KEY (file_id, seq)
) STRICT;

CREATE TABLE file_promises (
  id                TEXT NOT NULL,
  file_id           TEXT NOT NULL,
  administration_id TEXT NOT NULL,
  office_id         TEXT NOT NULL,
  what              TEXT NOT NULL,
  by_date           TEXT NOT NULL,
  made_by           TEXT NOT NULL,
  made_on           TEXT NOT NULL,
  kept_on           TEXT NOT NULL,
  replaced_by       TEXT NOT NULL,
  reminded_on       TEXT NOT NULL,
  reported_on       TEXT NOT NULL,
  CONSTRAINT file_promises_pkey PRIMARY KEY (id)
) STRICT;
CREATE INDEX file_promises_file ON file_promises (file_id);
CREATE INDEX file_promises_owed ON file_promises (by_date) WHERE kept_on = '' AND replaced_by = '';

CREATE TABLE file_events (
  file_id     TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  happened_at INTEGER NOT NULL,
  actor       TEXT NOT NULL,
  office_id   TEXT NOT NULL,
  what        TEXT NOT NULL,
  args        TEXT NOT NULL, -- JSON object
  internal    INTEGER NOT NULL,
  CONSTRAINT file_events_pkey PRIMARY KEY (file_id, seq)
) STRICT;

CREATE TABLE file_keys (
  key     TEXT NOT NULL,
  file_id TEXT NOT NULL,
  CONSTRAINT file_keys_pkey PRIMARY KEY (key, file_id)
) STRICT;
CREATE INDEX file_keys_file ON file_keys (file_id);

CREATE TABLE file_accesses (
  file_id     TEXT NOT NULL,
  happened_at INTEGER NOT NULL,
  staff_id    TEXT NOT NULL,
  office_id   TEXT NOT NULL,
  what        TEXT NOT NULL,
  CONSTRAINT file_accesses_pkey PRIMARY KEY (file_id, happened_at, staff_id, what)
) STRICT;
