package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

const userColumns = "id, login, role, offices, password_hash, disabled, created_at, must_change, epoch, totp, totp_step, outside"

type userRow struct {
	ID           string `db:"id"`
	Login        string `db:"login"`
	Role         string `db:"role"`
	Offices      string `db:"offices"`
	PasswordHash string `db:"password_hash"`
	Disabled     int    `db:"disabled"`
	CreatedAt    int64  `db:"created_at"`
	MustChange   int    `db:"must_change"`
	Epoch        int64  `db:"epoch"`
	TOTP         []byte `db:"totp"`
	TOTPStep     int64  `db:"totp_step"`
	Outside      string `db:"outside"`
}

func (r *userRow) user() (scheduler.User, error) {
	u := scheduler.User{
		ID: r.ID, Login: r.Login, Role: scheduler.Role(r.Role), PasswordHash: r.PasswordHash,
		Disabled: r.Disabled != 0, CreatedAt: instant(r.CreatedAt), MustChange: r.MustChange != 0,
		Epoch: r.Epoch, TOTP: r.TOTP, TOTPStep: r.TOTPStep, Outside: r.Outside,
	}
	if err := json.Unmarshal([]byte(r.Offices), &u.Offices); err != nil {
		return u, fmt.Errorf("offices of user %s: %w", r.ID, err)
	}
	return u, nil
}

func userValues(u *scheduler.User) ([]any, error) {
	offices, err := json.Marshal(u.Offices)
	if err != nil {
		return nil, err
	}
	return []any{
		u.ID, u.Login, string(u.Role), string(offices), u.PasswordHash, flag(u.Disabled), micros(u.CreatedAt),
		flag(u.MustChange), u.Epoch, bytesOrNull(u.TOTP), u.TOTPStep, u.Outside,
	}, nil
}

// AddUser adds a member of staff, and writes the deeds with it. ErrConflict when
// the login, or who it is outside, exists; logins differ by case.
func (db *DB) AddUser(ctx context.Context, u scheduler.User, deeds ...scheduler.Deed) error {
	const op = "add user"
	args, err := userValues(&u)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = db.tx(ctx, func(tx *sqlx.Tx) error {
		if err := txExec(ctx, tx, 1, "INSERT INTO users ("+userColumns+") VALUES ("+marks(len(args))+")", args...); err != nil {
			return err
		}
		return insertDeeds(ctx, tx, deeds)
	})
	if err != nil {
		return db.fail(ctx, op, err)
	}
	return nil
}

// UpdateUser replaces a member of staff, whose Epoch must still be epoch, and
// writes the deeds with it. Login and time of making stay as they are.
//
// ErrConflict when the epoch has moved on; ErrLastAdministrator when nobody who
// may add staff would be left.
func (db *DB) UpdateUser(ctx context.Context, u scheduler.User, epoch int64, deeds ...scheduler.Deed) error {
	const op = "change user"
	offices, err := json.Marshal(u.Offices)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = db.tx(ctx, func(tx *sqlx.Tx) error {
		if u.Disabled || u.Role != scheduler.RoleAdministrator {
			if err := db.anotherAdministrator(ctx, tx, u.ID); err != nil {
				return err
			}
		}
		err := txExec(ctx, tx, 1, "UPDATE users SET role = ?, offices = ?, password_hash = ?, disabled = ?, must_change = ?,"+
			" epoch = ?, totp = ?, totp_step = ?, outside = ? WHERE id = ? AND epoch = ?",
			string(u.Role), string(offices), u.PasswordHash, flag(u.Disabled), flag(u.MustChange),
			u.Epoch, bytesOrNull(u.TOTP), u.TOTPStep, u.Outside, u.ID, epoch)
		if err != nil {
			return err
		}
		return insertDeeds(ctx, tx, deeds)
	})
	if err != nil {
		return db.fail(ctx, op, err)
	}
	return nil
}

// anotherAdministrator wants that there is an administrator who may sign in
// besides the user, unless the user is none. Administrators stay locked until
// the transaction ends, so that two do not shut each other out.
func (db *DB) anotherAdministrator(ctx context.Context, tx *sqlx.Tx, id string) error {
	var ids []string
	err := tx.SelectContext(ctx, &ids, "SELECT id FROM users WHERE role = 'administrator' AND disabled = 0 ORDER BY id"+db.dialect.forUpdate)
	if err != nil {
		return err
	}
	if len(ids) == 1 && ids[0] == id {
		return scheduler.ErrLastAdministrator
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

// UserByOutside returns who has this issuer and subject, or ErrNotFound.
func (db *DB) UserByOutside(ctx context.Context, outside string) (scheduler.User, error) {
	return db.user(ctx, "outside <> '' AND outside = ?", outside)
}

// SetUserDisabled lets a user in no longer, or again; their sessions are over
// either way. ErrNotFound when there is no such user.
func (db *DB) SetUserDisabled(ctx context.Context, id string, disabled bool) error {
	n, err := db.write.exec(ctx, "UPDATE users SET disabled = ?, epoch = epoch + 1 WHERE id = ?", flag(disabled), id)
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
