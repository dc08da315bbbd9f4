package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

const (
	// lockTries × 1 second is how long a node waits for another that migrates.
	lockTries = 600
	// migrationLock is the number of the advisory lock, "mawid" in ASCII.
	migrationLock = 0x6d61776964
)

// Migrate brings the tables up to what this program wants. Several processes
// may call it at once on one database: one migrates, the others wait and find
// nothing to do.
func (db *DB) Migrate(ctx context.Context) error {
	return db.migrate(ctx, func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// migrateTo brings the tables up to a version, not further.
func (db *DB) migrateTo(ctx context.Context, version int64) error {
	return db.migrate(ctx, func(p *goose.Provider) error {
		_, err := p.UpTo(ctx, version)
		return err
	})
}

func (db *DB) migrate(ctx context.Context, with func(*goose.Provider) error) error {
	up := func() error {
		p, err := db.migrator()
		if err != nil {
			return err
		}
		return with(p)
	}
	var err error
	if db.path != "" {
		err = db.exclusively(ctx, up)
	} else {
		err = up()
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (db *DB) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, db.dialect.folder)
	if err != nil {
		return nil, err
	}
	if db.path != "" {
		return goose.NewProvider(goose.DialectSQLite3, db.write.DB.DB, files)
	}
	locker, err := lock.NewPostgresSessionLocker(
		lock.WithLockID(migrationLock), lock.WithLockTimeout(1, lockTries))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.write.DB.DB, files, goose.WithSessionLocker(locker))
}

// MigrationStatus returns the newest version applied (0 in an empty database),
// the version this program wants, and the files still to apply. It changes
// nothing. A database that is newer than the program has current > wanted.
func (db *DB) MigrationStatus(ctx context.Context) (current, wanted int64, pending []string, err error) {
	const op = "migration status"
	p, err := db.migrator()
	if err != nil {
		return 0, 0, nil, fmt.Errorf("%s: %w", op, err)
	}
	applied, err := db.applied(ctx)
	if err != nil {
		return 0, 0, nil, db.fail(ctx, op, err)
	}
	for v := range applied {
		current = max(current, v)
	}
	for _, s := range p.ListSources() {
		wanted = max(wanted, s.Version)
		if !applied[s.Version] {
			pending = append(pending, path.Base(s.Path))
		}
	}
	return current, wanted, pending, nil
}

// applied reads goose's own table, which an empty database has not.
func (db *DB) applied(ctx context.Context) (map[int64]bool, error) {
	var versions []int64
	err := db.read.SelectContext(ctx, &versions, "SELECT version_id FROM goose_db_version WHERE version_id > 0")
	if err != nil && db.dialect.cause(err).kind != refusedNoTable {
		return nil, err
	}
	set := make(map[int64]bool, len(versions))
	for _, v := range versions {
		set[v] = true
	}
	return set, nil
}
