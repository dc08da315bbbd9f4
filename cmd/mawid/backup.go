package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mawid/internal/store"
)

type backupCommand struct {
	File string `arg:"" help:"File to write, such as mawid-2027-08-10.backup; it must not exist." type:"path"`
}

// Run writes all that is stored into a file, for its owner only: it holds
// personal data. Mawid may go on serving meanwhile. The file appears when it is
// whole.
func (c backupCommand) Run(ctx context.Context, cli *commands, io streams) (err error) {
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s exists; backups are not written over", c.File)
	}
	db, err := openDatabase(ctx, cli)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := writeBackup(ctx, db, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%d rows are kept in %s. It does not hold the secret (MAWID_SECRET, or data/secret): keep that too.\n", rows, c.File)
	return err
}

func openDatabase(ctx context.Context, cli *commands) (*store.DB, error) {
	settings, err := loadSettings(cli)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, settings.DatabaseURL, store.Options{})
}

func writeBackup(ctx context.Context, db *store.DB, file string) (rows int, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".mawid-backup-") // readable by its owner only
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	rows, err = db.Backup(ctx, f, time.Now())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	return rows, os.Rename(f.Name(), file)
}

type restoreCommand struct {
	File string `arg:"" help:"File that backup wrote, on either kind of database." type:"existingfile"`
}

// Run fills an empty database. The secret must be the one that the backup was
// made under: every link that people hold was made with it.
func (c restoreCommand) Run(ctx context.Context, cli *commands, io streams) (err error) {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	db, err := openDatabase(ctx, cli)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.Restore(ctx, f)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%d rows are back, in a %s database. Start Mawid with the secret that the backup was made under.\n", rows, db.Dialect())
	return err
}
