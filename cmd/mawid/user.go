package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"mawid/scheduler"
)

type userCommand struct {
	Add     userAdd     `cmd:"" help:"Add a member of staff; prints a password."`
	List    userList    `cmd:"" help:"List staff."`
	Disable userDisable `cmd:"" help:"Let somebody in no longer; ends their sessions."`
	Enable  userEnable  `cmd:"" help:"Let somebody in again."`

	Password userPassword `cmd:"" help:"Give somebody a password for one sign-in; ends their sessions and takes the second factor away."`
	Token    userToken    `cmd:"" help:"Make an access token for the API; prints it."`
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
		password, err := h.accounts().Add(ctx, nil, c.Login, scheduler.Role(c.Role), c.Office)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s (%s) was added. Password, shown only now: %s\nIt works for one sign-in, at which another must be chosen.\n", c.Login, c.Role, password)
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
	return withUser(ctx, cli, c.Login, func(h *house, u scheduler.User) error {
		if err := h.accounts().Disable(ctx, nil, u.ID, true); err != nil {
			return err
		}
		_, err := fmt.Fprintf(io.out, "%s may no longer sign in.\n", c.Login)
		return err
	})
}

type userEnable struct {
	Login string `arg:"" help:"Name of the user."`
}

// Run lets somebody in again.
func (c userEnable) Run(ctx context.Context, cli *commands, io streams) error {
	return withUser(ctx, cli, c.Login, func(h *house, u scheduler.User) error {
		if err := h.accounts().Disable(ctx, nil, u.ID, false); err != nil {
			return err
		}
		_, err := fmt.Fprintf(io.out, "%s may sign in again.\n", c.Login)
		return err
	})
}

type userPassword struct {
	Login string `arg:"" help:"Name of the user."`
}

// Run gives somebody a password, and prints it, once.
func (c userPassword) Run(ctx context.Context, cli *commands, io streams) error {
	return withUser(ctx, cli, c.Login, func(h *house, u scheduler.User) error {
		password, err := h.accounts().Reset(ctx, nil, u.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "Password of %s for one sign-in, shown only now: %s\n", c.Login, password)
		return err
	})
}

type userToken struct {
	Login string `arg:"" help:"Name of the user whom the program acts for."`
	Name  string `required:"" help:"What the token is for."`
	Role  string `enum:"agent,supervisor,administrator" default:"agent" help:"At most the rights of: agent, supervisor or administrator."`
	Days  int    `default:"90" help:"How many days it lives, 1 to 366."`
}

// Run makes an access token, and prints it, once.
func (c userToken) Run(ctx context.Context, cli *commands, io streams) error {
	return withUser(ctx, cli, c.Login, func(h *house, u scheduler.User) error {
		token, err := h.accounts().NewToken(ctx, nil, u.ID, c.Name, scheduler.Role(c.Role), time.Duration(c.Days)*24*time.Hour)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "Access token of %s, shown only now: %s\n", c.Login, token)
		return err
	})
}

func withUser(ctx context.Context, cli *commands, login string, do func(*house, scheduler.User) error) error {
	return withHouse(ctx, cli, func(h *house) error {
		u, err := h.store.UserByLogin(ctx, login)
		if err == nil {
			err = do(h, u)
		}
		if err != nil {
			return fmt.Errorf("user %q: %w", login, err)
		}
		return nil
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
func (h *house) firstAdministrator(ctx context.Context) (string, error) {
	users, err := h.store.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	password, err := h.accounts().Add(ctx, nil, adminLogin, scheduler.RoleAdministrator, nil)
	if errors.Is(err, scheduler.ErrConflict) {
		return "", nil // another node that starts at this moment made it, and shows the password
	}
	return password, err
}

const adminLogin = "admin"
