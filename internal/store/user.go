package store

import (
	"context"
	"encoding/json"
	"fmt"

	"mawid/scheduler"
)

const userColumns = "id, login, role, offices, password_hash, disabled, created_at"

type userRow struct {
	ID           string `db:"id"`
	Login        string `db:"login"`
	Role         string `db:"role"`
	Offices      string `db:"offices"`
	PasswordHash string `db:"password_hash"`
	Disabled     int    `db:"disabled"`
	CreatedAt    int64  `db:"created_at"`
}

func (r *userRow) user() (scheduler.User, error) {
	u := scheduler.User{
		ID: r.ID, Login: r.Login, Role: scheduler.Role(r.Role), PasswordHash: r.PasswordHash,
		Disabled: r.Disabled != 0, CreatedAt: instant(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Offices), &u.Offices); err != nil {
		return u, fmt.Errorf("offices of user %s: %w", r.ID, err)
	}
	return u, nil
}

// AddUser adds a member of staff. ErrConflict when the login exists; logins
// differ by case.
func (db *DB) AddUser(ctx context.Context, u scheduler.User) error {
	const op = "add user"
	offices, err := json.Marshal(u.Offices)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	args := []any{
		u.ID, u.Login, string(u.Role), string(offices), u.PasswordHash, flag(u.Disabled), micros(u.CreatedAt),
	}
	if _, err := db.write.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES ("+marks(len(args))+")", args...); err != nil {
		return db.fail(ctx, op, err)
	}
	return nil
}

// User returns a member of staff, or ErrNotFound.
func (db *DB) User(ctx context.Context, id string) (scheduler.User, error) {
	return db.user(ctx, "id = ?", id)
}

// UserByLogin returns a member of staff, disabled or not, or ErrNotFound.
func (db *DB) UserByLogin(ctx context.Context, login string) (scheduler.User, error) {
	return db.user(ctx, "login = ?", login)
}

func (db *DB) user(ctx context.Context, where, arg string) (scheduler.User, error) {
	u, err := readOne(ctx, db.read.selectRows, (*userRow).user, "SELECT "+userColumns+" FROM users WHERE "+where, arg)
	return wrap(ctx, db, "read user", u, err)
}

// Users returns all members of staff by login, disabled ones too.
func (db *DB) Users(ctx context.Context) ([]scheduler.User, error) {
	us, err := readAll(ctx, db.read.selectRows, (*userRow).user, "SELECT "+userColumns+" FROM users ORDER BY login")
	return wrap(ctx, db, "read users", us, err)
}

// SetUserDisabled lets a user in no longer, or again. ErrNotFound when there is
// no such user.
func (db *DB) SetUserDisabled(ctx context.Context, id string, disabled bool) error {
	n, err := db.write.exec(ctx, "UPDATE users SET disabled = ? WHERE id = ?", flag(disabled), id)
	if err == nil && n == 0 {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return db.fail(ctx, "disable user", err)
	}
	return nil
}

// CountUsers counts the members of staff, disabled ones too.
func (db *DB) CountUsers(ctx context.Context) (int, error) {
	n, err := readOne(ctx, db.read.selectRows, as[int], "SELECT count(*) FROM users")
	return wrap(ctx, db, "count users", n, err)
}
