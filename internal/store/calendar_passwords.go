package store

import (
	"context"
	"time"

	"mawid/scheduler"
)

const (
	passwordColumns = "id, owner_id, label, created_at, used_at, language"
	passwordsOf     = "SELECT " + passwordColumns + " FROM app_passwords WHERE "
)

type passwordRow struct {
	ID        string `db:"id"`
	OwnerID   string `db:"owner_id"`
	Label     string `db:"label"`
	CreatedAt int64  `db:"created_at"`
	UsedAt    int64  `db:"used_at"`
	Language  string `db:"language"`
}

func (r *passwordRow) password() (scheduler.AppPassword, error) {
	return scheduler.AppPassword{
		ID: r.ID, OwnerID: r.OwnerID, Label: r.Label, CreatedAt: instant(r.CreatedAt), UsedAt: instant(r.UsedAt), Language: r.Language,
	}, nil
}

// AddAppPassword keeps a password of a program by its SHA-256.
func (db *DB) AddAppPassword(ctx context.Context, p scheduler.AppPassword, hash []byte) error {
	_, err := db.write.exec(ctx, "INSERT INTO app_passwords ("+passwordColumns+", secret_hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
		p.ID, p.OwnerID, p.Label, micros(p.CreatedAt), micros(p.UsedAt), p.Language, bytesNotNull(hash))
	if err != nil {
		return db.fail(ctx, "add app password", err)
	}
	return nil
}

// AppPasswordsOf returns those of a user, oldest first.
func (db *DB) AppPasswordsOf(ctx context.Context, ownerID string) ([]scheduler.AppPassword, error) {
	ps, err := readAll(ctx, db.read.selectRows, (*passwordRow).password, passwordsOf+"owner_id = ? ORDER BY created_at, id", ownerID)
	return wrap(ctx, db, "read app passwords", ps, err)
}

// AppPasswordByHash finds one by its SHA-256, or ErrNotFound.
func (db *DB) AppPasswordByHash(ctx context.Context, hash []byte) (scheduler.AppPassword, error) {
	p, err := readOne(ctx, db.read.selectRows, (*passwordRow).password, passwordsOf+"secret_hash = ?", bytesNotNull(hash))
	return wrap(ctx, db, "read app password", p, err)
}

// DropAppPassword ends one of an owner; ErrNotFound when there is none.
func (db *DB) DropAppPassword(ctx context.Context, id, ownerID string) error {
	n, err := db.write.exec(ctx, "DELETE FROM app_passwords WHERE id = ? AND owner_id = ?", id, ownerID)
	if err == nil && n == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return db.fail(ctx, "drop app password", err)
	}
	return nil
}

// NoteAppPasswordUse notes when one was last used.
func (db *DB) NoteAppPasswordUse(ctx context.Context, id string, at time.Time) error {
	if _, err := db.write.exec(ctx, "UPDATE app_passwords SET used_at = ? WHERE id = ?", micros(at), id); err != nil {
		return db.fail(ctx, "note use of app password", err)
	}
	return nil
}
