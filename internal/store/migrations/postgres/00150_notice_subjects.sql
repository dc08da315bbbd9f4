-- A notice is about an appointment, a ticket or a file. Its twin is
-- ../sqlite/00150_notice_subjects.sql.
--
-- label is what staff call the subject where it is not an appointment (which
-- is joined). rank orders what is claimed: 0 comes before 1 before 2, however
-- long the others have been due; channels are claimed apart from each other, so
-- that one whose server is down holds back no other. notices_open is for the
-- desk, which reads all channels by time.

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
