package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// ThrowAway makes a migrated database to measure in, and returns how to close
// and remove it. at is sqlite:FOLDER (the system's folder for such things when
// FOLDER is empty), or postgres://… of a server whose user may create databases.
func ThrowAway(ctx context.Context, at string, opts Options) (*DB, func() error, error) {
	make := throwAwayServer
	if strings.HasPrefix(at, "sqlite:") {
		make = throwAwayFile
	}
	url, remove, err := make(ctx, at)
	if err != nil {
		return nil, nil, fmt.Errorf("make a throw-away database: %w", err)
	}
	db, err := Open(ctx, url, opts)
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	drop := func() error { return errors.Join(db.Close(), remove()) }
	if err := db.Migrate(ctx); err != nil {
		return nil, nil, errors.Join(err, drop())
	}
	return db, drop, nil
}

func throwAwayFile(_ context.Context, at string) (string, func() error, error) {
	dir, err := os.MkdirTemp(strings.TrimPrefix(at, "sqlite:"), "mawid-throw-away-")
	if err != nil {
		return "", nil, err
	}
	return "sqlite:" + filepath.Join(dir, "mawid.db"), func() error { return os.RemoveAll(dir) }, nil
}

func throwAwayServer(ctx context.Context, at string) (string, func() error, error) {
	u, err := url.Parse(at)
	if err != nil {
		return "", nil, errors.New("the postgres:// URL cannot be read")
	}
	name := "mawid_throw_away_" + strings.ToLower(rand.Text())
	if err := adminExec(ctx, at, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	remove := func() error {
		// The caller's context may be over by then, and the database must go.
		return adminExec(context.WithoutCancel(ctx), at, "DROP DATABASE "+name+" WITH (FORCE)")
	}
	return u.String(), remove, nil
}

func adminExec(ctx context.Context, url, statement string) error {
	db, err := openPostgres(ctx, url, Options{MaxConns: 1})
	if err != nil {
		return err
	}
	_, err = db.write.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}
