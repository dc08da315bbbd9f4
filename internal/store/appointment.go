package store

import (
	"context"
	"time"

	"mawid/scheduler"
)

const appointmentColumns = "id, reference, status, office_id, service_id," +
	" pool_id, date, start_minute, ticks, share, zone, tz_version, starts_at, ends_at, party," +
	" name, email, phone, language, citizen_zone, file_number, note," +
	" revision, sequence, confirmed_at, hold_id, feed_id, manage_hash, created_at, updated_at," +
	" told, relation, document_note, proved_at, prove_until, change_id, channel"

type appointmentRow struct {
	placeRow
	ID           string `db:"id"`
	Reference    string `db:"reference"`
	Status       string `db:"status"`
	OfficeID     string `db:"office_id"`
	ServiceID    string `db:"service_id"`
	Zone         string `db:"zone"`
	TZVersion    string `db:"tz_version"`
	StartsAt     int64  `db:"starts_at"`
	EndsAt       int64  `db:"ends_at"`
	Party        int    `db:"party"`
	Name         string `db:"name"`
	Email        string `db:"email"`
	Phone        string `db:"phone"`
	Language     string `db:"language"`
	CitizenZone  string `db:"citizen_zone"`
	FileNumber   string `db:"file_number"`
	Note         string `db:"note"`
	Revision     int    `db:"revision"`
	Sequence     int    `db:"sequence"`
	ConfirmedAt  int64  `db:"confirmed_at"`
	HoldID       string `db:"hold_id"`
	FeedID       string `db:"feed_id"`
	ManageHash   []byte `db:"manage_hash"`
	CreatedAt    int64  `db:"created_at"`
	UpdatedAt    int64  `db:"updated_at"`
	Told         string `db:"told"`
	Relation     string `db:"relation"`
	DocumentNote string `db:"document_note"`
	ProvedAt     int64  `db:"proved_at"`
	ProveUntil   int64  `db:"prove_until"`
	ChangeID     string `db:"change_id"`
	Channel      string `db:"channel"`
}

func (r *appointmentRow) appointment() (scheduler.Appointment, error) {
	place, err := r.place()
	return scheduler.Appointment{
		ID: r.ID, Reference: r.Reference, Status: scheduler.Status(r.Status),
		OfficeID: r.OfficeID, ServiceID: r.ServiceID, Place: place, Zone: r.Zone, TZVersion: r.TZVersion,
		StartsAt: instant(r.StartsAt), EndsAt: instant(r.EndsAt), Party: r.Party,
		Citizen: scheduler.Citizen{
			Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, Zone: r.CitizenZone,
			Told: r.Told, Relation: scheduler.Relation(r.Relation),
		},
		FileNumber: r.FileNumber, Note: r.Note, Revision: r.Revision, Sequence: r.Sequence,
		Confirmed: instant(r.ConfirmedAt), HoldID: r.HoldID, FeedID: r.FeedID, ManageHash: r.ManageHash,
		CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
		DocumentNote: r.DocumentNote, Proved: instant(r.ProvedAt), ProveUntil: instant(r.ProveUntil), ChangeID: r.ChangeID,
		Channel: scheduler.ServiceChannel(r.Channel),
	}, err
}

// appointmentValues are in the order of appointmentColumns.
func appointmentValues(a *scheduler.Appointment) []any {
	p, c := &a.Place, &a.Citizen
	return []any{
		a.ID, a.Reference, string(a.Status), a.OfficeID, a.ServiceID,
		p.PoolID, dateText(p.Date), int(p.Start), p.Ticks, int(p.Share),
		a.Zone, a.TZVersion, micros(a.StartsAt), micros(a.EndsAt), a.Party,
		c.Name, c.Email, c.Phone, c.Language, c.Zone, a.FileNumber, a.Note,
		a.Revision, a.Sequence, micros(a.Confirmed), a.HoldID, a.FeedID, bytesOrNull(a.ManageHash),
		micros(a.CreatedAt), micros(a.UpdatedAt),
		c.Told, string(c.Relation), a.DocumentNote, micros(a.Proved), micros(a.ProveUntil), a.ChangeID, string(a.Channel),
	}
}

// Appointment returns an appointment, or ErrNotFound.
func (db *DB) Appointment(ctx context.Context, id string) (scheduler.Appointment, error) {
	return db.appointment(ctx, "id = ?", id)
}

// AppointmentByToken finds by the SHA-256 of the manage token, or ErrNotFound.
func (db *DB) AppointmentByToken(ctx context.Context, hash []byte) (scheduler.Appointment, error) {
	return db.appointment(ctx, "manage_hash = ?", bytesNotNull(hash))
}

// AppointmentByHold finds what grew from a hold, or ErrNotFound.
func (db *DB) AppointmentByHold(ctx context.Context, holdID string) (scheduler.Appointment, error) {
	return db.appointment(ctx, "hold_id = ? AND hold_id <> ''", holdID)
}

func (db *DB) appointment(ctx context.Context, where string, arg any) (scheduler.Appointment, error) {
	a, err := readOne(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments WHERE "+where, arg)
	return wrap(ctx, db, "read appointment", a, err)
}

// FeedAppointments returns the appointments of a feed that end at since or
// later, of every status, in order of their start.
func (db *DB) FeedAppointments(ctx context.Context, feedID string, since time.Time) ([]scheduler.Appointment, error) {
	as, err := readAll(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments"+
			" WHERE feed_id = ? AND feed_id <> '' AND ends_at >= ? ORDER BY starts_at, id", feedID, micros(since))
	return wrap(ctx, db, "read feed's appointments", as, err)
}
