package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"mawid/api/feed"
	"mawid/configs"
	"mawid/internal/store"
	"mawid/internal/tz"
	"mawid/notifier"
	"mawid/scheduler"
)

// house is what the commands share: settings, zone data, the open database and
// the engine over it.
type house struct {
	settings configs.Settings
	zones    *tz.Data
	store    *store.DB
	secret   []byte
	engine   *scheduler.Engine
	// calendars are the feeds that are answered; nil before handler.
	calendars *feed.Feeds
	wake      chan struct{}    // a notice is due now
	centres   []*notifier.SMPP // short message centres that are spoken to
	notices   *notifier.Worker // sends what is due; only while serving
	stopping  <-chan struct{}  // closed when streams of events must end
	clock     scheduler.Clock  // of the engine and of what people are shown
}

// openHouse reads the settings and opens the database. It refuses stale zone
// data, tables that are not up to date, and a secret that is not the one this
// database was begun with.
func openHouse(ctx context.Context, cli *commands) (*house, error) {
	settings, err := loadSettings(cli)
	if err != nil {
		return nil, err
	}
	zones, err := zoneData(settings)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, settings.DatabaseURL, store.Options{})
	if err != nil {
		return nil, err
	}
	h := &house{settings: settings, zones: zones, store: db, wake: make(chan struct{}, 1), clock: time.Now}
	if err := h.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func loadSettings(cli *commands) (configs.Settings, error) {
	return configs.LoadProcess(cli.Config)
}

// zoneData loads the zone data and tries it on instants whose clock is known.
func zoneData(s configs.Settings) (*tz.Data, error) {
	data, err := openZoneData(s)
	if err != nil {
		return nil, err
	}
	return data, data.SelfTest()
}

func openZoneData(s configs.Settings) (*tz.Data, error) {
	if s.ZoneData == "" {
		return tz.Embedded()
	}
	zip, err := os.ReadFile(s.ZoneData)
	if err != nil {
		return nil, fmt.Errorf("setting zone_data: %w", err)
	}
	return tz.FromZip(s.ZoneData, zip)
}

func (h *house) prepare(ctx context.Context) error {
	if err := h.store.Migrate(ctx); err != nil {
		return err
	}
	if err := h.store.LookForWebhooks(ctx); err != nil {
		return err
	}
	secret, err := loadSecret(h.settings)
	if err != nil {
		return err
	}
	h.secret = secret
	if err := checkSecret(ctx, h.store, secret); err != nil {
		return err
	}
	h.engine, err = h.engineAt(h.clock)
	return err
}

// engineAt is an engine over the house's database that goes by a clock.
func (h *house) engineAt(clock scheduler.Clock) (*scheduler.Engine, error) {
	return scheduler.New(scheduler.Config{
		Store: waking{h.store, h.wake}, Clock: clock, Zones: h.zones, Random: rand.Reader,
		Secret: h.secret, Policy: policy(h.settings),
	})
}

func policy(s configs.Settings) scheduler.Policy {
	return scheduler.Policy{
		Lead:     time.Duration(s.Booking.LeadMinutes) * time.Minute,
		Horizon:  s.Booking.HorizonDays,
		HoldFor:  time.Duration(s.Booking.HoldMinutes) * time.Minute,
		MaxParty: s.Booking.MaxParty,
		Notices:  s.Notices,
		Queue:    s.Queue,

		Offers: s.Offers,

		ReturnMin: time.Duration(s.Booking.ReturnMinMinutes) * time.Minute,
		ReturnMax: time.Duration(s.Booking.ReturnMaxMinutes) * time.Minute,
		HoldsFree: s.Limits.HoldsPerClient,
		HoldsMost: s.Limits.HoldsWithProof,
		ProveFor:  time.Duration(s.Booking.ConfirmMinutes) * time.Minute,
		KeepDays:  s.Booking.KeepDays,
	}
}

func (h *house) close() error { return h.store.Close() }

// logger writes to standard error, as text or JSON.
func logger(s configs.Settings, io streams) *slog.Logger {
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(io.err, nil))
	}
	return slog.New(slog.NewTextHandler(io.err, nil))
}

// waking wakes the notifier when a commit brings notices, so that nobody waits
// for the next poll.
type waking struct {
	*store.DB
	wake chan<- struct{}
}

// Commit commits, then wakes.
func (w waking) Commit(ctx context.Context, c scheduler.Change) error {
	err := w.DB.Commit(ctx, c)
	if err == nil && len(c.Notices) > 0 {
		select {
		case w.wake <- struct{}{}:
		default: // it is awake
		}
	}
	return err
}
