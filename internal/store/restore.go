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
	"strings"

	"github.com/jmoiron/sqlx"
)

// errNotEmpty: a restore would mix two installations.
var errNotEmpty = errors.New("restore: the database is in use; restore into an empty one")

// Restore fills an empty database with what Backup wrote on either kind, brings
// its tables up to date, and returns how many rows that were. Nothing is kept
// when it fails, but empty tables may be there. A database that holds a
// catalogue, an appointment or a user is refused.
func (db *DB) Restore(ctx context.Context, from io.Reader) (rows int, err error) {
	const op = "restore"
	zip, err := gzip.NewReader(from)
	if err != nil {
		return 0, errors.New("restore: the file is no backup of Mawid")
	}
	r := json.NewDecoder(zip)
	r.UseNumber()
	var head backupLine
	if err := r.Decode(&head); err != nil || head.Format == 0 {
		return 0, errors.New("restore: the file is no backup of Mawid")
	}
	if head.Format != backupFormat {
		return 0, fmt.Errorf("restore: the backup has form %d, this program reads %d", head.Format, backupFormat)
	}
	if err := db.prepareRestore(ctx, head.Schema); err != nil {
		return 0, err
	}
	err = db.tx(ctx, func(tx *sqlx.Tx) error {
		rows, err = db.load(ctx, tx, r)
		return err
	})
	if err != nil {
		return 0, db.fail(ctx, op, err)
	}
	return rows, db.Migrate(ctx)
}

// prepareRestore brings an empty database to the tables of the backup.
func (db *DB) prepareRestore(ctx context.Context, schema int64) error {
	current, wanted, _, err := db.MigrationStatus(ctx)
	switch {
	case err != nil:
		return err
	case schema > wanted:
		return fmt.Errorf("restore: the backup is of version %d of the tables, this program knows %d: use a newer program", schema, wanted)
	case current > 0:
		if err := db.wantUnused(ctx); err != nil {
			return err
		}
	}
	if current > schema {
		return fmt.Errorf("restore: the tables are at version %d, the backup is of %d: restore into a database without tables", current, schema)
	}
	return db.migrateTo(ctx, schema)
}

func (db *DB) wantUnused(ctx context.Context) error {
	for _, table := range []string{"catalogue", "appointments", "users"} {
		var used bool
		if err := db.read.GetContext(ctx, &used, "SELECT EXISTS (SELECT 1 FROM "+table+")"); err != nil {
			return db.fail(ctx, "restore", err)
		}
		if used {
			return errNotEmpty
		}
	}
	return nil
}

// load reads the tables and their rows. What the migrations put into a table
// makes way for what the backup holds.
func (db *DB) load(ctx context.Context, tx *sqlx.Tx, r *json.Decoder) (int, error) {
	tables, err := db.tables(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, table := range slices.Backward(tables) {
		if _, err := tx.ExecContext(ctx, `DELETE FROM "`+table+`"`); err != nil {
			return 0, err
		}
	}
	l := loader{db: db, tx: tx, known: tables}
	for {
		var line json.RawMessage
		if err := r.Decode(&line); err != nil {
			return 0, errors.New("the backup ends too early, or is damaged")
		}
		end, err := l.line(ctx, line)
		if err != nil || end {
			return l.rows, err
		}
	}
}

// loader writes the lines of a backup.
type loader struct {
	db     *DB
	tx     *sqlx.Tx
	known  []string
	table  string
	width  int
	insert *sqlx.Stmt
	rows   int
}

// line takes one line, and reports whether it was the end.
func (l *loader) line(ctx context.Context, line json.RawMessage) (end bool, err error) {
	if line[0] == '[' {
		return false, l.row(ctx, line)
	}
	var head backupLine
	if err := json.Unmarshal(line, &head); err != nil {
		return false, errors.New("the backup is damaged")
	}
	if head.Rows == nil {
		return false, l.begin(ctx, head)
	}
	if *head.Rows != l.rows {
		return false, fmt.Errorf("the backup says %d rows and holds %d", *head.Rows, l.rows)
	}
	return true, nil
}

func (l *loader) begin(ctx context.Context, head backupLine) (err error) {
	if !slices.Contains(l.known, head.Table) || len(head.Columns) == 0 {
		return errors.New("the backup holds a table that this database has not")
	}
	l.table, l.width = head.Table, len(head.Columns)
	for i, c := range head.Columns {
		head.Columns[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", l.width), ", ")
	l.insert, err = l.tx.PreparexContext(ctx, l.tx.Rebind(
		`INSERT INTO "`+l.table+`" (`+strings.Join(head.Columns, ", ")+") VALUES ("+marks+")"))
	return err
}

func (l *loader) row(ctx context.Context, line json.RawMessage) error {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil || len(cells) != l.width {
		return fmt.Errorf("table %s: a row is damaged", l.table)
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		v, err := backupValue(cell)
		if err != nil {
			return fmt.Errorf("table %s: a row is damaged", l.table)
		}
		values[i] = v
	}
	if _, err := l.insert.ExecContext(ctx, values...); err != nil {
		return err
	}
	l.rows++
	return nil
}

// backupValue reads one cell.
func backupValue(cell json.RawMessage) (any, error) {
	switch cell[0] {
	case '{':
		var b backupBytes
		if err := json.Unmarshal(cell, &b); err != nil {
			return nil, err
		}
		return base64.StdEncoding.DecodeString(b.Bytes)
	case '"', 'n', 't', 'f':
		var v any
		err := json.Unmarshal(cell, &v)
		return v, err
	}
	n := json.Number(cell)
	if whole, err := n.Int64(); err == nil {
		return whole, nil
	}
	return n.Float64()
}
