-- The waiting room. Its twin is ../postgres/00130_queue.sql, where each table is
-- explained.

-- +goose Up

CREATE TABLE tickets (
  id TEXT NOT NULL,
  office_id TEXT NOT NULL,
  pool_id TEXT NOT NULL,
  date TEXT NOT NULL,
  number TEXT NOT NULL,
  service_id TEXT NOT NULL,
  next_services TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  language TEXT NOT NULL,
  citizen_zone TEXT NOT NULL,
  party INTEGER NOT NULL,
  priority_group TEXT NOT NULL,
  asked_group TEXT NOT NULL,
  state TEXT NOT NULL,
  desk_id TEXT NOT NULL,
  at_desk TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  arrived_at INTEGER NOT NULL,
  plain_due_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  guard_at INTEGER NOT NULL,
  since_at INTEGER NOT NULL,
  called_at INTEGER NOT NULL,
  first_call_at INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  call_reason TEXT NOT NULL,
  outcome TEXT NOT NULL,
  outcome_note TEXT NOT NULL,
  outcome_on TEXT NOT NULL,
  outcome_office TEXT NOT NULL,
  outcome_service TEXT NOT NULL,
  wait_low INTEGER NOT NULL,
  wait_high INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  CONSTRAINT tickets_pkey PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX tickets_number ON tickets (office_id, date, number);
CREATE UNIQUE INDEX tickets_appointment ON tickets (appointment_id) WHERE appointment_id <> '';
CREATE UNIQUE INDEX tickets_at_desk ON tickets (at_desk) WHERE at_desk <> '';
CREATE INDEX tickets_open ON tickets (pool_id, date) WHERE state IN ('waiting', 'called', 'serving', 'parked');

CREATE TABLE ticket_steps (
  ticket_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  office_id TEXT NOT NULL,
  pool_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  date TEXT NOT NULL,
  happened_at INTEGER NOT NULL,
  what TEXT NOT NULL,
  state TEXT NOT NULL,
  desk_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT ticket_steps_pkey PRIMARY KEY (ticket_id, seq)
) STRICT;
CREATE INDEX ticket_steps_date ON ticket_steps (office_id, date);

CREATE TABLE queues (
  pool_id TEXT NOT NULL,
  date TEXT NOT NULL,
  office_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  credit_used INTEGER NOT NULL,
  CONSTRAINT queues_pkey PRIMARY KEY (pool_id, date)
) STRICT;
CREATE INDEX queues_office ON queues (office_id, date);

CREATE TABLE desks (
  desk_id TEXT NOT NULL,
  office_id TEXT NOT NULL,
  pool_id TEXT NOT NULL,
  open INTEGER NOT NULL,
  staff_id TEXT NOT NULL,
  since_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT desks_pkey PRIMARY KEY (desk_id)
) STRICT;
CREATE INDEX desks_office ON desks (office_id);
