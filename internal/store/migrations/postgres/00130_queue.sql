-- The waiting room: tickets, their stories, queues and desks.

-- +goose Up

-- One row for each ticket of a waiting room. What the order of calls needs stands
-- in columns, so that a call is one statement. at_desk is desk_id while the person
-- is called or served, else empty: the database lets one desk have one person.
CREATE TABLE tickets (
  id TEXT COLLATE "C" NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL,
  pool_id TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  service_id TEXT COLLATE "C" NOT NULL,
  next_services TEXT COLLATE "C" NOT NULL,
  appointment_id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  language TEXT NOT NULL,
  citizen_zone TEXT NOT NULL,
  party INTEGER NOT NULL,
  priority_group TEXT COLLATE "C" NOT NULL,
  asked_group TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  desk_id TEXT COLLATE "C" NOT NULL,
  at_desk TEXT COLLATE "C" NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  arrived_at BIGINT NOT NULL,
  plain_due_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  guard_at BIGINT NOT NULL,
  since_at BIGINT NOT NULL,
  called_at BIGINT NOT NULL,
  first_call_at BIGINT NOT NULL,
  calls INTEGER NOT NULL,
  call_reason TEXT COLLATE "C" NOT NULL,
  outcome TEXT COLLATE "C" NOT NULL,
  outcome_note TEXT NOT NULL,
  outcome_on TEXT COLLATE "C" NOT NULL,
  outcome_office TEXT COLLATE "C" NOT NULL,
  outcome_service TEXT COLLATE "C" NOT NULL,
  wait_low BIGINT NOT NULL,
  wait_high BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  CONSTRAINT tickets_pkey PRIMARY KEY (id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX tickets_number ON tickets (office_id, date, number);
CREATE UNIQUE INDEX tickets_appointment ON tickets (appointment_id) WHERE appointment_id <> '';
CREATE UNIQUE INDEX tickets_at_desk ON tickets (at_desk) WHERE at_desk <> '';
CREATE INDEX tickets_open ON tickets (pool_id, date) WHERE state IN ('waiting', 'called', 'serving', 'parked');

-- The story of each ticket, only ever added to. A step begins a period of its
-- state, which lasts until the next step.
CREATE TABLE ticket_steps (
  ticket_id TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL,
  pool_id TEXT COLLATE "C" NOT NULL,
  service_id TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL,
  happened_at BIGINT NOT NULL,
  what TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  desk_id TEXT COLLATE "C" NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT ticket_steps_pkey PRIMARY KEY (ticket_id, seq)
);
CREATE INDEX ticket_steps_date ON ticket_steps (office_id, date);

-- One row for each pool and date. Calls of one pool wait for each other here;
-- version tells listeners that something has changed.
CREATE TABLE queues (
  pool_id TEXT COLLATE "C" NOT NULL,
  date TEXT COLLATE "C" NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  last_number BIGINT NOT NULL,
  credit_used INTEGER NOT NULL,
  CONSTRAINT queues_pkey PRIMARY KEY (pool_id, date)
) WITH (fillfactor = 70);
CREATE INDEX queues_office ON queues (office_id, date);

-- Desks that were ever opened; which there are follows from the catalogue.
CREATE TABLE desks (
  desk_id TEXT COLLATE "C" NOT NULL,
  office_id TEXT COLLATE "C" NOT NULL,
  pool_id TEXT COLLATE "C" NOT NULL,
  open INTEGER NOT NULL,
  staff_id TEXT COLLATE "C" NOT NULL,
  since_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CONSTRAINT desks_pkey PRIMARY KEY (desk_id)
);
CREATE INDEX desks_office ON desks (office_id);
