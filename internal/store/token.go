package store

import (
	"context"
	"strings"
	"time"

	"mawid/scheduler"
)

const tokenColumns = "id, user_id, name, hash, role, created_at, expires_at, used_at"

type tokenRow struct {
	ID        string `db:"id"`
	UserID    string `db:"user_id"`
	Name      string `db:"name"`
	Hash      []byte `db:"hash"`
	Role      string `db:"role"`
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
	UsedAt    int64  `db:"used_at"`
}

func (r *tokenRow) token() (scheduler.AccessToken, error) {
	return scheduler.AccessToken{
		ID: r.ID, UserID: r.UserID, Name: r.Name, Hash: r.Hash, Role: scheduler.Role(r.Role),
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt), UsedAt: instant(r.UsedAt),
	}, nil
}

// AddToken stores an access token.
func (db *DB) AddToken(ctx context.Context, k scheduler.AccessToken) error {
	_, err := db.write.exec(ctx, "INSERT INTO access_tokens ("+tokenColumns+") VALUES ("+marks(8)+")", k.ID, k.UserID, k.Name,
		bytesNotNull(k.Hash), string(k.Role), micros(k.CreatedAt), micros(k.ExpiresAt), micros(k.UsedAt))
	if err != nil {
		return db.fail(ctx, "add token", err)
	}
	return nil
}

// TokenByHash returns a token that has not run out and its user, who is not
// disabled; or ErrNotFound.
func (db *DB) TokenByHash(ctx context.Context, hash []byte, now time.Time) (scheduler.AccessToken, scheduler.User, error) {
	k, err := readOne(ctx, db.read.selectRows, (*tokenRow).token,
		"SELECT "+tokenColumns+" FROM access_tokens WHERE hash = ? AND expires_at > ?", bytesNotNull(hash), micros(now))
	var u scheduler.User
	if err == nil {
		u, err = readOne(ctx, db.read.selectRows, (*userRow).user, "SELECT "+userColumns+" FROM users WHERE id = ? AND disabled = 0", k.UserID)
	}
	if err != nil {
		return scheduler.AccessToken{}, scheduler.User{}, db.fail(ctx, "find token", err)
	}
	return k, u, nil
}

// TokensOf returns the tokens of a user, newest first, those that ran out too.
func (db *DB) TokensOf(ctx context.Context, userID string) ([]scheduler.AccessToken, error) {
	all, err := readAll(ctx, db.read.selectRows, (*tokenRow).token,
		"SELECT "+tokenColumns+" FROM access_tokens WHERE user_id = ? ORDER BY created_at DESC, id", userID)
	return wrap(ctx, db, "tokens of user", all, err)
}

// SeeToken notes that a token is in use.
func (db *DB) SeeToken(ctx context.Context, id string, now time.Time) error {
	if _, err := db.write.exec(ctx, "UPDATE access_tokens SET used_at = ? WHERE id = ?", micros(now), id); err != nil {
		return db.fail(ctx, "see token", err)
	}
	return nil
}

// DropToken revokes one token of a user. ErrNotFound when they have none such.
func (db *DB) DropToken(ctx context.Context, userID, id string) error {
	return db.one(ctx, "drop token", "DELETE FROM access_tokens WHERE user_id = ? AND id = ?", userID, id)
}

// Tries returns how many wrong tries a key has had and when the next may be.
// A key without any has zero values.
func (db *DB) Tries(ctx context.Context, key string) (wrong int, next time.Time, err error) {
	type row struct {
		Wrong  int   `db:"wrong"`
		NextAt int64 `db:"next_at"`
	}
	found, err := readAll(ctx, db.read.selectRows, as[row], "SELECT wrong, next_at FROM tries WHERE key = ?", key)
	if err != nil {
		return 0, time.Time{}, db.fail(ctx, "read tries", err)
	}
	if len(found) == 0 {
		return 0, time.Time{}, nil
	}
	return found[0].Wrong, instant(found[0].NextAt), nil
}

// CountTry makes wrong tries of a key one more than wrong, and says when the
// next may be. ErrConflict when the key has not had wrong of them: another try
// came between.
func (db *DB) CountTry(ctx context.Context, key string, wrong int, next time.Time) error {
	query, args := "UPDATE tries SET wrong = ?, next_at = ? WHERE key = ? AND wrong = ?", []any{wrong + 1, micros(next), key, wrong}
	if wrong == 0 {
		query, args = "INSERT INTO tries (wrong, next_at, key) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", args[:3]
	}
	n, err := db.write.exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = scheduler.ErrConflict
	}
	if err != nil {
		return db.fail(ctx, "count try", err)
	}
	return nil
}

// ForgetTries forgets the tries of one key.
func (db *DB) ForgetTries(ctx context.Context, key string) error {
	if _, err := db.write.exec(ctx, "DELETE FROM tries WHERE key = ?", key); err != nil {
		return db.fail(ctx, "forget tries", err)
	}
	return nil
}

// ForgetOldTries forgets the tries of all keys that might have gone on since
// before the instant, and returns how many keys.
func (db *DB) ForgetOldTries(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM tries WHERE next_at < ?", micros(before))
	return wrap(ctx, db, "forget tries", n, err)
}

// prefixed puts a table's name before each but the first of a list of columns.
func prefixed(table, columns string) string {
	return strings.ReplaceAll(columns, ", ", ", "+table+".")
}
