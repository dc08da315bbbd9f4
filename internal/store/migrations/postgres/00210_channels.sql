-- How a service is had: '' by coming, 'telephone' or 'video'. It belongs to the
-- hold and to the appointment, since desks may serve more than one channel.

-- +goose Up

ALTER TABLE appointments ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN channel TEXT NOT NULL DEFAULT '';
