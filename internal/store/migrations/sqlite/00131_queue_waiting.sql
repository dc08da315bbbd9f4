-- The index that a call goes by: who waits in one queue. The one before it named
-- more states, of which SQLite cannot tell that they include this one.

-- +goose Up

DROP INDEX tickets_open;
CREATE INDEX tickets_waiting ON tickets (pool_id, date) WHERE state = 'waiting';
