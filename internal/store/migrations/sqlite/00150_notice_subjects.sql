-- A notice is about an appointment, a ticket or a file. Its twin is
-- ../postgres/00150_notice_subjects.sql; why stands there.

-- +goose Up

DROP INDEX notices_once;
DROP INDEX notices_due;
ALTER TABLE notices RENAME COLUMN appointment_id TO subject_id;
ALTER TABLE notices ADD COLUMN subject_kind TEXT NOT NULL DEFAULT 'appointment';
ALTER TABLE notices ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN rank INTEGER NOT NULL DEFAULT 1;
UPDATE notices SET rank = 2 WHERE kind IN ('reminder_days', 'reminder_eve');
CREATE UNIQUE INDEX notices_once ON notices (subject_id, subject_kind, revision, kind, channel);
CREATE INDEX notices_due ON notices (channel, rank, due_at) WHERE state IN ('due', 'sending');
CREATE INDEX notices_open ON notices (due_at) WHERE state IN ('due', 'sending');
