package main

import (
	"database/sql"

	"mawid/internal/store/rawdb"
)

// raw opens the database beside the program: to look, and to plant faults.
func (i *installation) raw(f func(db *sql.DB) error) {
	i.t.Helper()
	db, err := rawdb.Open(i.database)
	must(i.t, err)
	err = f(db)
	must(i.t, db.Close())
	must(i.t, err)
}

// exec runs one statement and returns how many rows it met.
func (i *installation) exec(statement string, args ...any) int {
	i.t.Helper()
	var met int64
	i.raw(func(db *sql.DB) error {
		r, err := db.Exec(statement, args...)
		if err == nil {
			met, err = r.RowsAffected()
		}
		return err
	})
	return int(met)
}

// texts reads one column.
func (i *installation) texts(query string, args ...any) []string {
	i.t.Helper()
	var out []string
	i.raw(func(db *sql.DB) error {
		rows, err := db.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	})
	return out
}

// count reads one number.
func (i *installation) count(query string, args ...any) int {
	i.t.Helper()
	var n int
	i.raw(func(db *sql.DB) error { return db.QueryRow(query, args...).Scan(&n) })
	return n
}
