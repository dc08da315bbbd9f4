package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"mawid/internal/tz"
	"mawid/scheduler"
)

type zonesCommand struct {
	Apply  bool   `help:"Write the new instants, replan reminders, and tell those whose shown time changed."`
	Before string `help:"Zone data that was in force (a zip as internal/tz/refresh.sh makes it): also finds people whose own country changed its clock." placeholder:"FILE" type:"path"`
}

// Run derives the instants of future appointments from the zone data in force,
// and lists those that differ. Run it after every change of zone data, when all
// nodes have it.
func (c zonesCommand) Run(ctx context.Context, cli *commands, io streams) error {
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(c.run(ctx, h, io), h.close())
}

func (c zonesCommand) run(ctx context.Context, h *house, io streams) error {
	var before scheduler.Zones
	if c.Before != "" {
		zip, err := os.ReadFile(c.Before)
		if err != nil {
			return err
		}
		old, err := tz.FromZip(c.Before, zip)
		if err != nil {
			return err
		}
		before = old
	}
	work := h.engine.PlanZones
	if c.Apply {
		work = h.engine.ApplyZones
	}
	plan, err := work(ctx, before)
	if err != nil {
		return err
	}
	return c.print(h, plan, io)
}

func (c zonesCommand) print(h *house, p scheduler.ZonePlan, io streams) error {
	w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	told := 0
	for _, m := range p.Moves {
		a, note := &m.Appointment, ""
		if m.Tell {
			note, told = "told", told+1
		}
		fmt.Fprintf(w, "%s\t%s %s %s\t%s → %s\t%s\n", a.Reference, a.Place.Date, a.Place.Start, a.Zone,
			m.Was.UTC().Format(time.RFC3339), a.StartsAt.Format(time.RFC3339), note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	verb := "change; run with --apply to write this"
	if c.Apply {
		verb = "changed"
	}
	_, err := fmt.Fprintf(io.out, "Zone data %s: %d appointments %s, %d people told, %d agree and are noted so.\n",
		h.zones.Version(), len(p.Moves), verb, told, len(p.Same))
	return err
}

// warnOfZones says in the log that instants may be out of date.
func (h *house) warnOfZones(ctx context.Context, log *slog.Logger) error {
	n, err := h.store.OtherZoneData(ctx, h.zones.Version(), scheduler.DateOf(time.Now().UTC()))
	if err == nil && n > 0 {
		log.Warn("appointments were derived from other zone data: run `mawid zones`", "appointments", n, "zone_data", h.zones.Version())
	}
	return err
}
