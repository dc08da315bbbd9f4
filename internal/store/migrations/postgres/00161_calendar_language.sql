-- The language of the calendar that a program's password opens.

-- +goose Up

ALTER TABLE app_passwords ADD COLUMN language TEXT NOT NULL DEFAULT '';
