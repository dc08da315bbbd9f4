package main

import (
	"context"
	crypto "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/configs"
	"mawid/internal/store"
	"mawid/scheduler"
)

type demoCommand struct {
	Office  string  `default:"prov-safi-unified" help:"Office to show, by id; an event is shown on its first day."`
	Speed   float64 `default:"20" help:"How many times faster than life the clock goes."`
	Seed    uint64  `default:"1" help:"The same seed makes the same day."`
	WalkIns int     `default:"70" help:"How many come without an appointment."`
	Booked  float64 `default:"0.4" help:"Share of the times of each service that are booked, 0 to 1."`
}

// Validate refuses, as wrong usage, what makes no day.
func (c demoCommand) Validate() error {
	if c.Speed <= 0 || c.Speed > 1000 || c.WalkIns < 0 || c.WalkIns > 5000 || c.Booked < 0 || c.Booked > 1 {
		return errors.New("want --speed from 0 to 1000, --walk-ins to 5000, --booked from 0 to 1")
	}
	return nil
}

const (
	demoLogin  = "demo"
	demoBefore = 10 * time.Minute // before the office opens
	demoTick   = 100 * time.Millisecond
)

// Run plays a day with invented people on a database that is thrown away, with a
// fast clock, behind the same handlers as serve, until the context ends.
func (c demoCommand) Run(ctx context.Context, cli *commands, io streams) (err error) {
	dir, err := os.MkdirTemp("", "mawid-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	settings, err := loadSettings(cli)
	if err != nil {
		return err
	}
	settings.DatabaseURL, settings.DataDir = "sqlite:"+filepath.Join(dir, "mawid.db"), dir
	settings.SMTPURL, settings.SMSURL = "", "" // nobody is written to
	h, err := openDemo(ctx, settings)
	if err != nil {
		return err
	}
	return errors.Join(c.show(ctx, h, io), h.close())
}

func openDemo(ctx context.Context, settings configs.Settings) (*house, error) {
	zones, err := zoneData(settings)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, settings.DatabaseURL, store.Options{})
	if err != nil {
		return nil, err
	}
	h := &house{settings: settings, zones: zones, store: db, wake: make(chan struct{}, 1), clock: time.Now}
	if err := errors.Join(h.prepare(ctx), h.furnish(ctx)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

// stage sets the day up: bookings made before, staff, who will come. It returns
// the play, whose clock is the house's.
func (c demoCommand) stage(ctx context.Context, h *house, clock func(start time.Time) scheduler.Clock) (*play, error) {
	catalogue, err := h.engine.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	office, err := catalogue.Office(c.Office)
	if err != nil {
		return nil, fmt.Errorf("office %q: %w", c.Office, err)
	}
	date := demoDate(catalogue, office)
	loc, err := h.zones.Load(office.Zone)
	if err != nil {
		return nil, err
	}
	windows := catalogue.Opening(office, date).Windows
	if len(windows) == 0 || len(catalogue.OfficePools(office.ID)) == 0 {
		return nil, fmt.Errorf("office %q has no day to show", c.Office)
	}
	opens, closes := date.At(windows[0].From, loc), date.At(windows[len(windows)-1].To, loc)
	before, err := h.engineAt(func() time.Time { return opens.AddDate(0, 0, -2) })
	if err != nil {
		return nil, err
	}
	h.clock = clock(opens.Add(-demoBefore))
	if h.engine, err = h.engineAt(h.clock); err != nil {
		return nil, err
	}
	p := &play{
		engine: h.engine, clock: h.clock, rnd: rand.New(rand.NewPCG(c.Seed, 20270810)), office: office, c: catalogue,
		kiosk: scheduler.Actor{ManageToken: h.engine.KioskToken(office.ID)},
	}
	if err := p.book(ctx, before, date, c.Booked); err != nil {
		return nil, err
	}
	p.walkIns(c.WalkIns, opens, closes.Add(-time.Hour))
	return p, p.sit(ctx)
}

// demoDate is an event's first day, else the first open day in the middle of the
// season or from tomorrow on.
func demoDate(c *scheduler.Catalogue, o *scheduler.Office) scheduler.Date {
	if o.Event && len(o.Dates) > 0 {
		return o.Dates[0]
	}
	date := scheduler.DateOf(time.Now().UTC()).AddDays(1)
	if c.Season != nil {
		date = c.Season.ServiceFrom.AddDays(c.Season.ServiceFrom.DaysUntil(c.Season.ServiceTo) / 2)
	}
	for range 30 {
		if c.Opening(o, date).Open() {
			break
		}
		date = date.AddDays(1)
	}
	return date
}

// show serves while the day is played.
func (c demoCommand) show(ctx context.Context, h *house, io streams) error {
	p, err := c.stage(ctx, h, func(start time.Time) scheduler.Clock { return fastClock(start, c.Speed) })
	if err != nil {
		return err
	}
	password, err := h.demoUsers(ctx, p)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", h.settings.Listen)
	if err != nil {
		return err
	}
	h.settings.PublicURL = h.settings.PublicURLAt(listener.Addr().String())
	h.stopping = ctx.Done()
	log := logger(h.settings, streams{out: io.err, err: discard{}})
	if h.notices, err = h.worker(log); err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := h.handler(log, newMetrics(h.store))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	h.demoWelcome(io, c.Office, password, c.Speed)
	playing, stop := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() { failed <- p.run(playing); stop() }()
	err = serveHTTP(playing, listener, handler)
	stop()
	if played := <-failed; !errors.Is(played, context.Canceled) {
		err = errors.Join(err, played)
	}
	return err
}

// discard drops the request log: the demo's terminal shows where to go.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// run plays until the context ends. When the day is over the screens stay.
func (p *play) run(ctx context.Context) error {
	tick := time.NewTicker(demoTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := p.step(ctx); err != nil {
			return err
		}
	}
}

// fastClock begins at start and goes speed times as fast as life.
func fastClock(start time.Time, speed float64) scheduler.Clock {
	begun := time.Now()
	return func() time.Time { return start.Add(time.Duration(float64(time.Since(begun)) * speed)) }
}

// demoUsers adds a supervisor of the office and the agents of its desks, and
// returns the password of all.
func (h *house) demoUsers(ctx context.Context, p *play) (string, error) {
	password := strings.ToLower(crypto.Text())
	hash, err := httpkit.NewPasswords(1).Hash(ctx, password)
	if err != nil {
		return "", err
	}
	now := time.Now().UTC()
	err = h.store.AddUser(ctx, scheduler.User{
		ID: "usr_demo", Login: demoLogin, Role: scheduler.RoleSupervisor, Offices: []string{p.office.ID}, PasswordHash: hash, CreatedAt: now,
	})
	for _, d := range p.desks {
		id := d.by.Staff.ID
		err = errors.Join(err, h.store.AddUser(ctx, scheduler.User{
			ID: id, Login: id, Role: scheduler.RoleAgent, Offices: d.by.Staff.Offices, PasswordHash: hash, CreatedAt: now,
		}))
	}
	return password, err
}

func (h *house) demoWelcome(io streams, officeID, password string, speed float64) {
	u := h.settings.PublicURL
	fmt.Fprintf(io.out, "Mawid demo: a day with invented people, %g times faster than life, on a database that is thrown away.\n", speed)
	fmt.Fprintf(io.out, "  citizens   %s/\n", u)
	fmt.Fprintf(io.out, "  desk       %s/desk\n", u)
	fmt.Fprintf(io.out, "             sign in as %q with the password %s\n", demoLogin, password)
	fmt.Fprintln(io.out, "             or with the same one as an agent: agent-1, agent-2, ...")
	fmt.Fprintf(io.out, "  board      %s/board/%s\n", u, officeID)
	fmt.Fprintf(io.out, "  kiosk      %s/desk/kiosk\n", u)
	fmt.Fprintf(io.out, "  figures    %s/desk/figures\n", u)
	fmt.Fprintf(io.out, "  API        %s/v1/offices/%s/queue\n", u, officeID)
	fmt.Fprintln(io.out, "Stop with Ctrl-C.")
}
