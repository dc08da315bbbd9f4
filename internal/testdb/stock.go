package testdb

import (
	"sync"

	"mawid/internal/store/rawdb"
)

// template is the migrated database that others are cloned from.
const template = "mawid_template"

// stock is a cluster with migrated databases that wait for a test. Making one
// copies some 300 files, so one that a test gave back is emptied and used again,
// unless the test changed more than rows.
type stock struct {
	*cluster
	schema string // of the template

	mu    sync.Mutex
	spare []string // names
}

func newStock(c *cluster) (*stock, error) {
	if err := rawdb.Exec(c.url("postgres"), "CREATE DATABASE "+template); err != nil {
		return nil, err
	}
	if err := migrate(c.url(template)); err != nil {
		return nil, err
	}
	schema, err := schemaOf(c.url(template))
	return &stock{cluster: c, schema: schema}, err
}

// take returns the name of an empty, migrated database.
func (s *stock) take() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.spare); n > 0 {
		name := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return name, nil
	}
	name := randomName()
	return name, rawdb.Exec(s.url("postgres"), "CREATE DATABASE "+name+" TEMPLATE "+template)
}

// giveBack empties a database for the next test, or drops it.
func (s *stock) giveBack(name string) error {
	if err := rawdb.Exec(s.url(name), endOthers, emptyTables); err != nil {
		return s.drop(name)
	}
	if schema, err := schemaOf(s.url(name)); err != nil || schema != s.schema {
		return s.drop(name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = append(s.spare, name)
	return nil
}

func (s *stock) drop(name string) error {
	return rawdb.Exec(s.url("postgres"), "DROP DATABASE "+name+" WITH (FORCE)")
}

// endOthers ends whoever is still connected and waits until they are gone.
const endOthers = `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()`

// emptyTables leaves every table as the migrations made it.
const emptyTables = `DO $$
DECLARE t text;
BEGIN
  SET LOCAL session_replication_role = replica; -- the order does not matter then
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(t);
  END LOOP;
  INSERT INTO catalogue_state (id, version) VALUES (1, 0);
END $$`

// schemaOf condenses all that a test could have changed beside rows.
func schemaOf(url string) (schema string, err error) {
	db, err := rawdb.Open(url)
	if err != nil {
		return "", err
	}
	err = db.QueryRow(`SELECT md5(string_agg(x, E'\n' ORDER BY x)) FROM (
  SELECT relname || relkind::text || reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT relname || relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT attrelid::regclass::text || attname || atttypid::regtype::text || attnotnull::text || attcollation::text
    FROM pg_attribute JOIN pg_class ON oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT conname || convalidated::text || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT tgrelid::regclass::text || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT version_id::text || is_applied::text FROM goose_db_version
) AS parts (x)`).Scan(&schema)
	if closed := db.Close(); err == nil {
		err = closed
	}
	return schema, err
}
