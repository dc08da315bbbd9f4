package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"mawid/configs"
	"mawid/internal/tz"
	"mawid/scheduler"
)

type importCommand struct {
	File  string `arg:"" help:"Catalogue file, such as configs/safi.yaml." type:"path"`
	Apply bool   `help:"Write it. Without this, nothing is changed."`
}

// Run checks the file, shows what it would change and whom it displaces, and
// writes it when asked to.
func (c importCommand) Run(ctx context.Context, cli *commands, io streams) error {
	data, err := readCatalogue(c.File, io)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	err = c.do(ctx, h, data, io)
	return errors.Join(err, h.close())
}

func (c importCommand) do(ctx context.Context, h *house, data scheduler.CatalogueData, io streams) error {
	step := h.engine.PlanImport
	if c.Apply {
		step = h.engine.Import
	}
	plan, err := step(ctx, data)
	if err != nil {
		return err
	}
	printPlan(io.out, plan)
	switch {
	case len(plan.Differences) == 0:
		fmt.Fprintln(io.out, "Nothing differs from what is stored.")
	case c.Apply:
		fmt.Fprintf(io.out, "Applied as version %d.\n", plan.From+1)
	default:
		fmt.Fprintln(io.out, "Nothing was written. Add --apply to write it.")
	}
	return nil
}

// printPlan names what changes, and the displaced by reference: no names.
func printPlan(w io.Writer, plan scheduler.ImportPlan) {
	for _, d := range plan.Differences {
		fmt.Fprintf(w, "%-8s %s %s\n", d.What, d.Kind, d.ID)
	}
	if plan.Days > 0 && len(plan.Differences) > 0 {
		fmt.Fprintf(w, "%d stored days are rebuilt, %d holds end.\n", plan.Days, plan.EndedHolds)
	}
	for _, a := range plan.Displaced {
		fmt.Fprintf(w, "displaced %s %s %s %s %s\n", a.Reference, a.Place.Date, a.Place.Start, a.OfficeID, a.ServiceID)
	}
	if len(plan.Differences) > 0 {
		fmt.Fprintf(w, "%d appointments are displaced.\n", len(plan.Displaced))
	}
}

// readCatalogue reads and checks a catalogue file, and prints its faults.
func readCatalogue(file string, io streams) (scheduler.CatalogueData, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return scheduler.CatalogueData{}, err
	}
	zones, err := tz.Embedded()
	if err != nil {
		return scheduler.CatalogueData{}, err
	}
	sample, err := configs.Read(file, text, zones)
	var faults configs.Faults
	if errors.As(err, &faults) {
		fmt.Fprintln(io.err, configs.Format(faults))
		return scheduler.CatalogueData{}, errFault
	}
	return sample.CatalogueData, err
}
