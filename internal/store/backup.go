package store

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// A backup is a gzip of JSON lines: a head, then for each table its name and
// columns followed by its rows as lists, then an end that counts the rows, so
// that a file that was cut short is known. Bytes are {"bytes": base64}. It is the
// same for both databases: what one wrote, the other reads.

// backupFormat is the form of the file; readers refuse any other.
const backupFormat = 1

type backupLine struct {
	Format  int      `json:"mawid_backup,omitempty"`
	Schema  int64    `json:"schema,omitempty"` // newest migration applied
	MadeAt  string   `json:"made_at,omitempty"`
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Rows    *int     `json:"rows,omitempty"` // only in the end
}

type backupBytes struct {
	Bytes string `json:"bytes"`
}

// notData are tables that a migration fills and nothing else writes.
var notData = []string{"goose_db_version", "positions"}

// Backup writes all that is stored, as of one instant, and returns how many rows
// that were. Others may write meanwhile. at is the present time, for the head.
func (db *DB) Backup(ctx context.Context, to io.Writer, at time.Time) (rows int, err error) {
	const op = "backup"
	schema, _, pending, err := db.MigrationStatus(ctx)
	if err != nil {
		return 0, err
	}
	if schema == 0 || len(pending) > 0 {
		return 0, errors.New("backup: the tables are not up to date: run migrate first")
	}
	zip := gzip.NewWriter(to)
	w := json.NewEncoder(zip)
	if err := w.Encode(backupLine{Format: backupFormat, Schema: schema, MadeAt: at.UTC().Format(time.RFC3339)}); err != nil {
		return 0, fmt.Errorf("%s: %w", op, err)
	}
	if rows, err = db.backupTables(ctx, w); err != nil {
		return 0, db.fail(ctx, op, err)
	}
	if err := errors.Join(w.Encode(backupLine{Rows: &rows}), zip.Close()); err != nil {
		return 0, fmt.Errorf("%s: %w", op, err)
	}
	return rows, nil
}

func (db *DB) backupTables(ctx context.Context, w *json.Encoder) (rows int, err error) {
	err = db.frozen(ctx, func(tx *sqlx.Tx) error {
		tables, err := db.tables(ctx, tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			n, err := backupTable(ctx, tx, table, w)
			if err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
			rows += n
		}
		return nil
	})
	return rows, err
}

// tables lists the tables with data, in the order in which they were made: a
// table that refers to another comes after it.
func (db *DB) tables(ctx context.Context, q sqlx.QueryerContext) ([]string, error) {
	var names []string
	if err := sqlx.SelectContext(ctx, q, &names, db.dialect.listTables); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(notData, name) }), nil
}

func backupTable(ctx context.Context, tx *sqlx.Tx, table string, w *json.Encoder) (n int, err error) {
	found, err := tx.QueryxContext(ctx, `SELECT * FROM "`+table+`"`)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	columns, err := found.Columns()
	if err != nil {
		return 0, err
	}
	if err := w.Encode(backupLine{Table: table, Columns: columns}); err != nil {
		return 0, err
	}
	for found.Next() {
		row, err := found.SliceScan()
		if err != nil {
			return 0, err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = backupBytes{base64.StdEncoding.EncodeToString(b)}
			}
		}
		if err := w.Encode(row); err != nil {
			return 0, err
		}
		n++
	}
	return n, found.Err()
}
