-- Files that changed lately, for the calendars that show them. Its twin is
-- ../postgres/00172_files_changed.sql.

-- +goose Up

CREATE INDEX files_updated ON files (updated_at);
