package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"mawid/api/httpkit"
	"mawid/configs"
	"mawid/scheduler"
)

type fileCommand struct {
	Import fileImportCommand `cmd:"" help:"Read a list of old, stuck files (CSV); say line by line what was not understood; open them with --apply."`
}

type fileImportCommand struct {
	File  string `arg:"" help:"CSV with a heading: service, name, phone or email, and if known number, deposited_on, step, step_since, language, office, clock, for_whom, note." type:"path"`
	Apply bool   `help:"Open the files. Without this, nothing is written."`
}

// importer is who opens files that are imported; they have no owner yet.
var importer = scheduler.Actor{Staff: &scheduler.User{Role: scheduler.RoleAdministrator}}

// Run reads the list and opens what was understood. A line that is known already
// is passed over, so that a list can be read again.
func (c fileImportCommand) Run(ctx context.Context, cli *commands, io streams) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	rows, err := configs.ReadFileRows(data)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	err = c.do(ctx, h.engine, rows, io)
	return errors.Join(err, h.close())
}

func (c fileImportCommand) do(ctx context.Context, e *scheduler.Engine, rows []configs.FileRow, io streams) error {
	opened, known, wrong := 0, 0, 0
	for i := range rows {
		row := &rows[i]
		phone(row)
		faults := row.Faults
		if len(faults) == 0 {
			fresh, err := c.one(ctx, e, row)
			var bad *scheduler.InvalidError
			switch {
			case errors.As(err, &bad):
				for _, f := range bad.Fields {
					faults = append(faults, f.Field+": "+f.Detail)
				}
			case err != nil:
				return fmt.Errorf("line %d: %w", row.Line, err)
			case fresh:
				opened++
			default:
				known++
			}
		}
		if len(faults) > 0 {
			wrong++
			fmt.Fprintf(io.out, "line %d not understood: %s\n", row.Line, strings.Join(faults, "; "))
		}
	}
	what := "would be opened; nothing was written, add --apply"
	if c.Apply {
		what = "opened"
	}
	fmt.Fprintf(io.out, "%d lines: %d %s; %d known already; %d not understood.\n", len(rows), opened, what, known, wrong)
	return nil
}

func (c fileImportCommand) one(ctx context.Context, e *scheduler.Engine, row *configs.FileRow) (fresh bool, err error) {
	if c.Apply {
		_, fresh, err = e.ImportFile(ctx, row.Request, importer)
		return fresh, err
	}
	if err := e.CheckFile(ctx, row.Request, importer); err != nil {
		return false, err
	}
	_, err = e.KnownFile(ctx, row.Request)
	if errors.Is(err, scheduler.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// phone reads a number as spreadsheets leave it; what is none stays, for the
// checks to say so.
func phone(row *configs.FileRow) {
	c := &row.Request.Citizen
	if n, err := httpkit.NormalizePhone(c.Phone, ""); err == nil && c.Phone != "" {
		c.Phone = n
	}
}
