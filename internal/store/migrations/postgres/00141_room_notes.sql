-- What who runs a waiting room tells the staff on one day. Its twin stands in the
-- other folder.

-- +goose Up

CREATE TABLE room_notes (
  office_id TEXT COLLATE "C" NOT NULL,
  date      TEXT COLLATE "C" NOT NULL,
  note      TEXT NOT NULL,
  CONSTRAINT room_notes_pkey PRIMARY KEY (office_id, date)
);
