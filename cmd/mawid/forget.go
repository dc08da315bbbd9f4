package main

import (
	"context"
	"errors"
	"fmt"

	"mawid/scheduler"
)

type forgetCommand struct {
	Contact  int  `help:"Days after the end of a file until who it was about is erased." default:"730"`
	Accesses int  `help:"Days that looks of staff at files are kept." default:"1095"`
	Needs    int  `help:"Days that the words of opinions are kept." default:"365"`
	Apply    bool `help:"Erase. Without this, it is only counted."`
}

// Run erases personal data of files that is past its time (law 09-08). Dates,
// places and figures stay for the ledger.
func (c forgetCommand) Run(ctx context.Context, cli *commands, io streams) error {
	if min(c.Contact, c.Accesses, c.Needs) < 30 {
		return errors.New("keep everything for 30 days at least")
	}
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	err = c.do(ctx, h.engine, io)
	return errors.Join(err, h.close())
}

func (c forgetCommand) do(ctx context.Context, e *scheduler.Engine, io streams) error {
	r := scheduler.Retention{Contact: c.Contact, Accesses: c.Accesses, Opinions: c.Needs}
	step, what := e.CountForgettable, "would be forgotten; nothing was erased, add --apply"
	if c.Apply {
		step, what = e.ForgetFiles, "forgotten"
	}
	n, err := step(ctx, r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%d files, %d looks at files, %d needs %s.\n", n.Files, n.Accesses, n.Opinions, what)
	return err
}
