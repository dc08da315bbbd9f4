package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

const (
	// connLife lets a load balancer or a restarted replica take over in time.
	connLife       = 30 * time.Minute
	connIdle       = 5 * time.Minute
	connectTimeout = 10 * time.Second
	// The SQLSTATEs that mawid_refuse raises, see miss.
	guardState     = "MW409"
	duplicateState = "MW410"
)

func postgresDialect() dialect {
	return dialect{
		name:       "postgres",
		folder:     "migrations/postgres",
		skipLocked: "FOR UPDATE SKIP LOCKED",
		lockRow:    "FOR UPDATE",
		lockDays:   "LOCK TABLE days IN SHARE ROW EXCLUSIVE MODE",
		now:        "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
		roomyPages: " WITH (fillfactor = 70)",
		forUpdate:  " FOR UPDATE",
		joins:      true,
		listTables: "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY oid",
		cause:      postgresCause,
	}
}

func openPostgres(ctx context.Context, url string, opts Options) (*DB, error) {
	conn, err := postgresConnector(url)
	if err != nil {
		return nil, err
	}
	pool := sqlx.NewDb(sql.OpenDB(conn), "postgres")
	pool.SetMaxOpenConns(opts.MaxConns)
	pool.SetMaxIdleConns(opts.MaxConns)
	pool.SetConnMaxLifetime(connLife)
	pool.SetConnMaxIdleTime(connIdle)
	h := &handle{DB: pool, stmts: newStatements(pool)}
	db := &DB{dialect: postgresDialect(), write: h, read: h}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// postgresConnector reads the URL. Binary parameters are on, which sends bytes
// as they are and saves a round trip where nothing is prepared; that is safe
// here because []byte only ever goes to bytea columns.
func postgresConnector(url string) (*pq.Connector, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		// The parser's error repeats the URL.
		return nil, errors.New("open database: the postgres:// URL cannot be read")
	}
	cfg.BinaryParameters = true
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = "mawid"
	}
	if cfg.ConnectTimeout <= 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	conn, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return conn, nil
}

func postgresCause(err error) cause {
	var e *pq.Error
	if !errors.As(err, &e) {
		return cause{}
	}
	switch e.Code {
	case "23505": // unique_violation
		return cause{refusedUnique, e.Constraint}
	case "23514": // check_violation
		if e.Constraint == "days_sound" {
			return cause{kind: refusedOverfull}
		}
	case guardState, "40001", "40P01": // serialization_failure, deadlock_detected
		return cause{kind: refusedRetry}
	case duplicateState:
		return cause{refusedUnique, "claims_pkey"}
	case "22021": // character_not_in_repertoire
		return cause{kind: refusedText}
	case "57P01", "57P02", "57P03", "53300", "08000", "08003", "08006", "08001", "08004":
		// shut down, crashed, starting, too many connections; the line
		return cause{kind: refusedGone}
	case "42P01": // undefined_table
		return cause{kind: refusedNoTable}
	}
	return cause{}
}
