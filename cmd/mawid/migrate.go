package main

import (
	"context"
	"errors"
	"fmt"

	"mawid/internal/store"
)

type migrateCommand struct{}

// Run brings the tables up to date. Two at once are safe: one waits.
func (migrateCommand) Run(ctx context.Context, cli *commands, io streams) error {
	db, err := openDatabase(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, db, io), db.Close())
}

func migrate(ctx context.Context, db *store.DB, io streams) error {
	before, _, _, err := db.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	after, _, _, err := db.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "The %s database was at version %d and is at %d.\n", db.Dialect(), before, after)
	return err
}
