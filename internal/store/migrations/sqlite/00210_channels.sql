-- How a service is had: '' by coming, 'telephone' or 'video'. Its twin is
-- ../postgres/00210_channels.sql.

-- +goose Up

ALTER TABLE appointments ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE holds ADD COLUMN channel TEXT NOT NULL DEFAULT '';
