package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/store"
	"mawid/scheduler"
)

type userCommand struct {
	Add     userAdd     `cmd:"" help:"Add a member of staff; prints a password."`
	List    userList    `cmd:"" help:"List staff."`
	Disable userDisable `cmd:"" help:"Let somebody in no longer."`
}

type userAdd struct {
	Login  string   `arg:"" help:"Name to sign in with."`
	Role   string   `enum:"agent,supervisor,administrator" default:"agent" help:"agent, supervisor or administrator."`
	Office []string `help:"Offices, by id; an administrator has all."`
}

// Run adds the user and prints the password, once.
func (c userAdd) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		if err := c.checkOffices(ctx, h); err != nil {
			return err
		}
		password, err := addUser(ctx, h.store, c.Login, scheduler.Role(c.Role), c.Office)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s (%s) was added. Password, shown only now: %s\n", c.Login, c.Role, password)
		return err
	})
}

func (c userAdd) checkOffices(ctx context.Context, h *house) error {
	if len(c.Office) == 0 {
		return nil // there may be no catalogue yet
	}
	catalogue, err := h.engine.Catalogue(ctx)
	if err != nil {
		return err
	}
	for _, o := range c.Office {
		if _, err := catalogue.Office(o); err != nil {
			return fmt.Errorf("office %q: %w", o, err)
		}
	}
	return nil
}

type userList struct{}

// Run prints one line for each member of staff.
func (userList) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		users, err := h.store.Users(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "login\trole\toffices\tstate")
		for _, u := range users {
			state := "may sign in"
			if u.Disabled {
				state = "disabled"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.Login, u.Role, strings.Join(u.Offices, " "), state)
		}
		return w.Flush()
	})
}

type userDisable struct {
	Login string `arg:"" help:"Name of the user."`
}

// Run shuts somebody out.
func (c userDisable) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		u, err := h.store.UserByLogin(ctx, c.Login)
		if err != nil {
			return fmt.Errorf("user %q: %w", c.Login, err)
		}
		if err := h.store.SetUserDisabled(ctx, u.ID, true); err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s may no longer sign in.\n", c.Login)
		return err
	})
}

func withHouse(ctx context.Context, cli *commands, do func(*house) error) error {
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(do(h), h.close())
}

// firstAdministrator makes one administrator in a database without staff, and
// returns the password, or "" when there is staff already.
func firstAdministrator(ctx context.Context, db *store.DB) (string, error) {
	users, err := db.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	password, err := addUser(ctx, db, adminLogin, scheduler.RoleAdministrator, nil)
	if errors.Is(err, scheduler.ErrConflict) {
		return "", nil // another node that starts at this moment made it, and shows the password
	}
	return password, err
}

const adminLogin = "admin"

func addUser(ctx context.Context, db *store.DB, login string, role scheduler.Role, offices []string) (string, error) {
	password := rand.Text() // 26 characters, at least 128 bits
	hash, err := httpkit.NewPasswords(1).Hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = db.AddUser(ctx, scheduler.User{
		ID: "usr_" + strings.ToLower(rand.Text()), Login: login, Role: role,
		Offices: slices.Clone(offices), PasswordHash: hash, CreatedAt: time.Now().UTC(),
	})
	if err != nil {
		return "", fmt.Errorf("add user %q: %w", login, err)
	}
	return password, nil
}
