package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"mawid/configs"
	"mawid/internal/store"
	"mawid/internal/tz"
	"mawid/notifier"
	"mawid/scheduler"
)

type doctorCommand struct{}

// Run looks for faults and changes nothing. It goes on after a fault as far as
// it can, and exits 1 when it found one.
func (doctorCommand) Run(ctx context.Context, cli *commands, io streams) error {
	d := &doctor{io: io}
	d.look(ctx, cli)
	if d.faults > 0 {
		fmt.Fprintf(io.out, "%d faults found.\n", d.faults)
		return errFault
	}
	fmt.Fprintln(io.out, "No fault found.")
	return nil
}

// doctor prints one line for each thing it looked at.
type doctor struct {
	io     streams
	faults int
}

func (d *doctor) say(what, detail string, err error) bool {
	if err != nil {
		d.faults++
		fmt.Fprintf(d.io.out, "FAULT  %-12s %v\n", what, err)
		return false
	}
	fmt.Fprintf(d.io.out, "ok     %-12s %s\n", what, detail)
	return true
}

func (d *doctor) look(ctx context.Context, cli *commands) {
	settings, err := loadSettings(cli)
	if !d.say("settings", settingsDetail(settings), err) {
		return
	}
	d.zoneData(settings)
	d.dataDir(settings)
	d.mail(ctx, settings)
	d.post(settings)
	d.identity(ctx, settings)
	db, err := openExisting(ctx, settings.DatabaseURL)
	if !d.say("database", "reachable", err) {
		return
	}
	defer db.Close()
	if d.migrations(ctx, db) {
		d.clock(ctx, db)
		d.secret(ctx, db, settings)
		d.stored(ctx, db, settings)
	}
}

// openExisting opens a database, and makes no file where there is none.
func openExisting(ctx context.Context, url string) (*store.DB, error) {
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("none yet; `mawid migrate` or `mawid serve` makes it: %w", err)
		}
	}
	db, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func settingsDetail(s configs.Settings) string {
	var set []string
	for _, r := range s.Redacted() {
		if r.Source != "default" {
			set = append(set, r.Key+"="+r.Value)
		}
	}
	if len(set) == 0 {
		return "all defaults"
	}
	return strings.Join(set, ", ")
}

func (d *doctor) zoneData(s configs.Settings) {
	data, err := openZoneData(s)
	if err == nil {
		err = data.SelfTest()
	}
	version := ""
	if data != nil {
		version = data.Version()
	}
	d.say("zone data", version, err)
}

// dataDir tries to write where the program keeps its files, or would make the
// folder for them: a full or read-only disk shows here.
func (d *doctor) dataDir(s configs.Settings) {
	dir := s.DataDir
	for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
		dir = filepath.Dir(dir)
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err == nil {
		_, err = f.Write(make([]byte, 64<<10))
		err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	}
	d.say("data folder", s.DataDir+" can be written", err)
}

func (d *doctor) mail(ctx context.Context, s configs.Settings) {
	if s.SMTPURL == "" {
		d.say("mail", "no server is set: mail is kept at /desk/outbox", nil)
		return
	}
	sender, err := notifier.NewSMTP(s.SMTPURL, s.MailFrom, hostname())
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		err = sender.Check(ctx)
	}
	d.say("mail", "the server answers", err)
}

// post looks at what mail is signed with, and at the ways for short messages.
func (d *doctor) post(s configs.Settings) {
	if s.DKIM.Domain != "" {
		key, err := dkimOf(s.DKIM)
		if err == nil {
			_, _, err = key.Record()
		}
		d.say("mail key", "signs for "+s.DKIM.Domain+"; `mawid mail dns` prints the record", err)
	}
	if s.SMSRoutes != "" {
		routes, _, err := (&house{settings: s}).smsRoutes()
		d.say("sms routes", strconv.Itoa(len(routes))+" routes", err)
	}
}

// identity asks the identity provider of staff about itself.
func (d *doctor) identity(ctx context.Context, s configs.Settings) {
	provider, err := (&house{settings: s, secret: make([]byte, 32)}).outside()
	if err == nil && provider == nil {
		return
	}
	if err == nil {
		err = provider.Check(ctx)
	}
	d.say("identity", s.OIDC.Issuer+" answers", err)
}

func (d *doctor) migrations(ctx context.Context, db *store.DB) bool {
	current, wanted, pending, err := db.MigrationStatus(ctx)
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("at version %d of %d; run `mawid migrate`: %s", current, wanted, strings.Join(pending, ", "))
	}
	if err == nil && current > wanted {
		err = fmt.Errorf("the database is at version %d, newer than this program's %d", current, wanted)
	}
	return d.say("migrations", fmt.Sprintf("version %d", current), err)
}

const maxClockError = 2 * time.Second

func (d *doctor) clock(ctx context.Context, db *store.DB) {
	before := time.Now()
	server, err := db.ServerTime(ctx)
	after := time.Now()
	off := time.Duration(0)
	switch {
	case server.Before(before):
		off = before.Sub(server)
	case server.After(after):
		off = server.Sub(after)
	}
	if err == nil && off > maxClockError {
		err = fmt.Errorf("this machine and the database differ by %s", off.Round(time.Second))
	}
	d.say("clock", after.UTC().Format(time.RFC3339), err)
}

// secret compares as the server does at its start, without making a secret or
// beginning the database with one.
func (d *doctor) secret(ctx context.Context, db *store.DB, s configs.Settings) {
	stored, err := db.Setting(ctx, fingerprintKey)
	if errors.Is(err, scheduler.ErrNotFound) {
		d.say("secret", "the first `mawid serve` keeps its fingerprint", nil)
		return
	}
	if s.Secret == "" && err == nil {
		_, err = os.Stat(secretFile(s))
	}
	var secret []byte
	if err == nil {
		secret, err = loadSecret(s)
	}
	if err == nil && fingerprint(secret) != stored {
		err = errOtherSecret
	}
	d.say("secret", "the one this database was begun with", err)
}

const lateNotice = 15 * time.Minute

// stored looks at what the database holds: the catalogue, the days tick by
// tick, instants derived from other zone data, the outbox.
func (d *doctor) stored(ctx context.Context, db *store.DB, s configs.Settings) {
	c, err := db.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) {
		d.say("catalogue", "none yet: `mawid serve` loads one", nil)
		return
	}
	if !d.say("catalogue", catalogueDetail(c), err) {
		return
	}
	o, err := db.Occupancy(ctx, scheduler.Date{})
	if err == nil {
		err = joinFaults(scheduler.Audit(o))
	}
	d.say("days", fmt.Sprintf("%d days, %d appointments, %d holds: every count agrees", len(o.Days), len(o.Appointments), len(o.Holds)), err)
	d.instants(s, o)
	d.providers(ctx, db)
	late, homeless, err := db.OfferFaults(ctx, time.Now().Add(-lateNotice))
	if err == nil && late > 0 {
		err = fmt.Errorf("%d offers ran out more than %s ago and were not ended: is `mawid serve` running?", late, lateNotice)
	}
	if err == nil && homeless > 0 {
		err = fmt.Errorf("%d offers keep no place: their holds are gone; they end by themselves", homeless)
	}
	d.say("offers", "each keeps its place", err)
	n, err := db.Counts(ctx, time.Now().Add(-lateNotice))
	if err == nil && n.DueNotices > 0 {
		err = fmt.Errorf("%d notices are due for more than %s: is `mawid serve` running?", n.DueNotices, lateNotice)
	}
	if err == nil && n.DeadNotices > 0 {
		err = fmt.Errorf("%d notices were given up; see /desk/outbox", n.DeadNotices)
	}
	d.say("notices", "none late, none given up", err)
}

// triedLately is how long ago a provider was tried, at most, to be told about.
const triedLately = 2 * time.Hour

// providers tells which mail server or way for short messages does not answer a
// running program.
func (d *doctor) providers(ctx context.Context, db *store.DB) {
	now := time.Now()
	down, err := db.ProvidersDown(ctx, now.Add(-triedLately), now)
	if err != nil {
		d.say("providers", "", err)
		return
	}
	var faults []string
	for _, p := range down {
		faults = append(faults, fmt.Sprintf("%s (%s) has not answered since %s: %s; %d notices wait and go out when it is back; next try %s",
			p.Name, p.Channel, p.DownSince.Format(time.RFC3339), p.Code, p.Waiting, p.NextTry.Format(time.RFC3339)))
	}
	d.say("providers", "none that a notice waits for", joinFaults(faults))
}

func catalogueDetail(c *scheduler.Catalogue) string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("version %d: %d offices, %d services", c.Version, len(c.Offices), len(c.Services))
}

// instants derives the instant of every future appointment anew.
func (d *doctor) instants(s configs.Settings, o scheduler.Occupancy) {
	data, err := openZoneData(s)
	if err != nil {
		return // said before
	}
	var wrong []string
	for _, a := range o.Appointments {
		if f := instantFault(data, &a); f != "" {
			wrong = append(wrong, f)
		}
	}
	if err = joinFaults(wrong); err != nil {
		err = fmt.Errorf("%w\n       run `mawid zones`, then `mawid zones --apply`", err)
	}
	d.say("instants", "agree with the zone data", err)
}

func instantFault(data *tz.Data, a *scheduler.Appointment) string {
	loc, err := data.Load(a.Zone)
	if err != nil {
		return fmt.Sprintf("appointment %s: %v", a.ID, err)
	}
	if want := a.Place.Date.At(a.Place.Start, loc); a.StartsAt.After(time.Now()) && !want.Equal(a.StartsAt) {
		return fmt.Sprintf("appointment %s: %s %s in %s is %s, stored is %s (zone data %s)", a.ID, a.Place.Date, a.Place.Start,
			a.Zone, want.UTC().Format(time.RFC3339), a.StartsAt.Format(time.RFC3339), a.TZVersion)
	}
	return ""
}

const shownFaults = 10

func joinFaults(faults []string) error {
	switch n := len(faults); {
	case n == 0:
		return nil
	case n > shownFaults:
		return fmt.Errorf("%s\n       and %d more", strings.Join(faults[:shownFaults], "\n       "), n-shownFaults)
	}
	return errors.New(strings.Join(faults, "\n       "))
}
