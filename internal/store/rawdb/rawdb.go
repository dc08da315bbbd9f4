// Package rawdb gives tests the bare database under a store: to plant faults, to
// measure against, and to create databases to test in. It knows the drivers and
// nothing of Mawid. The program must not import it.
package rawdb

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	_ "github.com/lib/pq"  // registers "postgres"
	_ "modernc.org/sqlite" // registers "sqlite"
)

// Open opens the database of a store's URL. SQLite is opened with one
// connection, and with the checks of foreign keys off.
func Open(rawURL string) (*sql.DB, error) {
	path, isFile := strings.CutPrefix(rawURL, "sqlite:")
	if !isFile {
		return sql.Open("postgres", rawURL)
	}
	q := url.Values{"_busy_timeout": {"10000"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// Exec runs statements without parameters, each on its own, and stops at the
// first that fails.
func Exec(rawURL string, statements ...string) error {
	db, err := Open(rawURL)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			_ = db.Close()
			return fmt.Errorf("%.60s: %w", s, err)
		}
	}
	return db.Close()
}
