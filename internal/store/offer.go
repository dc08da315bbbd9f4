package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

const wishColumns = "id, state, appointment_id, sequence, lost, office_id, service_id, party, from_date, to_date," +
	" name, email, phone, language, citizen_zone, key_email, key_phone, token_hash, client, client_slot," +
	" not_before, until_at, result_id, revision, created_at, updated_at"

type wishRow struct {
	ID            string `db:"id"`
	State         string `db:"state"`
	AppointmentID string `db:"appointment_id"`
	Sequence      int    `db:"sequence"`
	Lost          int    `db:"lost"`
	OfficeID      string `db:"office_id"`
	ServiceID     string `db:"service_id"`
	Party         int    `db:"party"`
	FromDate      string `db:"from_date"`
	ToDate        string `db:"to_date"`
	Name          string `db:"name"`
	Email         string `db:"email"`
	Phone         string `db:"phone"`
	Language      string `db:"language"`
	CitizenZone   string `db:"citizen_zone"`
	KeyEmail      string `db:"key_email"`
	KeyPhone      string `db:"key_phone"`
	TokenHash     []byte `db:"token_hash"`
	Client        string `db:"client"`
	Slot          int    `db:"client_slot"`
	NotBefore     int64  `db:"not_before"`
	UntilAt       int64  `db:"until_at"`
	ResultID      string `db:"result_id"`
	Revision      int    `db:"revision"`
	CreatedAt     int64  `db:"created_at"`
	UpdatedAt     int64  `db:"updated_at"`
}

func (r *wishRow) wish() (scheduler.Wish, error) {
	w := scheduler.Wish{
		ID: r.ID, State: scheduler.WishState(r.State), AppointmentID: r.AppointmentID, Sequence: r.Sequence, Lost: r.Lost == 0,
		OfficeID: r.OfficeID, ServiceID: r.ServiceID, Party: r.Party,
		Citizen:  scheduler.Citizen{Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language, Zone: r.CitizenZone},
		KeyEmail: r.KeyEmail, KeyPhone: r.KeyPhone, TokenHash: r.TokenHash, Client: r.Client, Slot: r.Slot,
		NotBefore: instant(r.NotBefore), Until: instant(r.UntilAt), ResultID: r.ResultID,
		Revision: r.Revision, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
	}
	return w, readDates(map[*scheduler.Date]string{&w.From: r.FromDate, &w.To: r.ToDate})
}

// wishValues are in the order of wishColumns. Who lost a place sorts first.
func wishValues(w *scheduler.Wish) []any {
	c := &w.Citizen
	return []any{
		w.ID, string(w.State), w.AppointmentID, w.Sequence, flag(!w.Lost), w.OfficeID, w.ServiceID, w.Party,
		dateText(w.From), dateText(w.To), c.Name, c.Email, c.Phone, c.Language, c.Zone, w.KeyEmail, w.KeyPhone,
		bytesNotNull(w.TokenHash), w.Client, w.Slot, micros(w.NotBefore), micros(w.Until), w.ResultID,
		w.Revision, micros(w.CreatedAt), micros(w.UpdatedAt),
	}
}

// wishWrites inserts a wish of revision 1, and replaces the revision before of any
// other.
func wishWrites(wishes []scheduler.Wish) []write {
	var ws []write
	for i := range wishes {
		w := &wishes[i]
		if w.Revision == 1 {
			ws = append(ws, write{text: wishInserts[1], args: wishValues(w), rows: anyRows})
			continue
		}
		ws = append(ws, write{text: wishChange, args: append(wishValues(w)[1:], w.ID, w.Revision-1), rows: 1})
	}
	return ws
}

const offerColumns = "id, wish_id, office_id, hold_id, pool_id, date, start_minute, ticks, share, starts_at, state, created_at, expires_at, ended_at"

// endOffer: an offer that exists only ends; the revision of its wish guards it.
const endOffer = " ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at"

type offerRow struct {
	placeRow
	ID        string `db:"id"`
	WishID    string `db:"wish_id"`
	OfficeID  string `db:"office_id"`
	HoldID    string `db:"hold_id"`
	StartsAt  int64  `db:"starts_at"`
	State     string `db:"state"`
	CreatedAt int64  `db:"created_at"`
	ExpiresAt int64  `db:"expires_at"`
	EndedAt   int64  `db:"ended_at"`
}

func (r *offerRow) offer() (scheduler.Offer, error) {
	place, err := r.place()
	return scheduler.Offer{
		ID: r.ID, WishID: r.WishID, OfficeID: r.OfficeID, HoldID: r.HoldID, Place: place, StartsAt: instant(r.StartsAt),
		State: scheduler.OfferState(r.State), CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt), EndedAt: instant(r.EndedAt),
	}, err
}

// offerValues are in the order of offerColumns.
func offerValues(o *scheduler.Offer) []any {
	p := &o.Place
	return []any{
		o.ID, o.WishID, o.OfficeID, o.HoldID, p.PoolID, dateText(p.Date), int(p.Start), p.Ticks, int(p.Share),
		micros(o.StartsAt), string(o.State), micros(o.CreatedAt), micros(o.ExpiresAt), micros(o.EndedAt),
	}
}

// Wish returns a wish with its offers, or ErrNotFound.
func (db *DB) Wish(ctx context.Context, id string) (scheduler.Wish, error) {
	return db.oneWish(ctx, "id = ?", id)
}

// WishByToken finds by the SHA-256 of its token, or ErrNotFound.
func (db *DB) WishByToken(ctx context.Context, hash []byte) (scheduler.Wish, error) {
	return db.oneWish(ctx, "token_hash = ?", bytesNotNull(hash))
}

// WishOfAppointment returns the wish of an appointment at a sequence, or
// ErrNotFound.
func (db *DB) WishOfAppointment(ctx context.Context, appointmentID string, sequence int) (scheduler.Wish, error) {
	return db.oneWish(ctx, "appointment_id = ? AND appointment_id <> '' AND sequence = ?", appointmentID, sequence)
}

// WishOfOffer returns the wish that an offer was made to, or ErrNotFound.
func (db *DB) WishOfOffer(ctx context.Context, offerID string) (scheduler.Wish, error) {
	return db.oneWish(ctx, "id = (SELECT wish_id FROM offers WHERE id = ?)", offerID)
}

func (db *DB) oneWish(ctx context.Context, where string, args ...any) (scheduler.Wish, error) {
	w, err := readOne(ctx, db.read.selectRows, (*wishRow).wish, "SELECT "+wishColumns+" FROM wishes WHERE "+where, args...)
	if err == nil {
		w.Offers, err = readAll(ctx, db.read.selectRows, (*offerRow).offer,
			"SELECT "+offerColumns+" FROM offers WHERE wish_id = ? ORDER BY created_at, id", w.ID)
	}
	return wrap(ctx, db, "read wish", w, err)
}

func (db *DB) wishes(ctx context.Context, where string, args ...any) ([]scheduler.Wish, error) {
	return readAll(ctx, db.read.selectRows, (*wishRow).wish, "SELECT "+wishColumns+" FROM wishes w WHERE "+where, args...)
}

// waiting are the wishes to which something can be offered: nobody's who has an
// open offer, or booked by other ways since.
const waiting = "state = 'open' AND not_before <= ? AND until_at > ?" +
	" AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.wish_id = w.id AND o.state = 'open')" +
	" AND NOT EXISTS (SELECT 1 FROM claims c WHERE w.appointment_id = '' AND c.service_id = w.service_id" +
	" AND c.person_key IN (w.key_email, w.key_phone) AND c.until_at > ?)"

// WaitingServices returns the offices and services that are wished for.
func (db *DB) WaitingServices(ctx context.Context, now time.Time) ([]scheduler.OfficeService, error) {
	type row struct {
		OfficeID  string `db:"office_id"`
		ServiceID string `db:"service_id"`
	}
	at := micros(now)
	rows, err := readAll(ctx, db.read.selectRows, func(r *row) (scheduler.OfficeService, error) {
		return scheduler.OfficeService{OfficeID: r.OfficeID, ServiceID: r.ServiceID}, nil
	}, "SELECT DISTINCT office_id, service_id FROM wishes w WHERE "+waiting+" ORDER BY office_id, service_id", at, at, at)
	return wrap(ctx, db, "read services wished for", rows, err)
}

// WaitingWishes returns those of one office for some services that are after a
// wish in order (the first ones when after is nil): who lost a place, then by the
// time of asking. Their offers are left out.
func (db *DB) WaitingWishes(ctx context.Context, officeID string, services []string, now time.Time, after *scheduler.Wish, limit int) ([]scheduler.Wish, error) {
	at := micros(now)
	args := []any{at, at, at, officeID}
	query := waiting + " AND office_id = ? AND service_id IN (" + marks(len(services)) + ")"
	args = append(args, anys(services)...)
	if after != nil {
		query += " AND (lost, created_at, id) > (?, ?, ?)"
		args = append(args, flag(!after.Lost), micros(after.CreatedAt), after.ID)
	}
	ws, err := db.wishes(ctx, query+" ORDER BY lost, created_at, id LIMIT ?", append(args, limit)...)
	return wrap(ctx, db, "read waiting wishes", ws, err)
}

// EndingWishes returns open wishes of which something has ended: their time, the
// time of their offer, or the appointment as it was wished for.
func (db *DB) EndingWishes(ctx context.Context, now time.Time, limit int) ([]scheduler.Wish, error) {
	at := micros(now)
	ws, err := db.wishes(ctx, "state = 'open' AND (until_at <= ?"+
		" OR EXISTS (SELECT 1 FROM offers o WHERE o.wish_id = w.id AND o.state = 'open' AND o.expires_at <= ?)"+
		" OR EXISTS (SELECT 1 FROM appointments a WHERE a.id = w.appointment_id AND w.appointment_id <> ''"+
		" AND (a.sequence <> w.sequence OR a.status NOT IN ('booked', 'displaced'))))"+
		" ORDER BY until_at, id LIMIT ?", at, at, limit)
	return wrap(ctx, db, "read ending wishes", ws, err)
}

// LostAppointments returns displaced appointments of times to come for which
// nothing was wished yet and that people come to, the earliest booked first.
func (db *DB) LostAppointments(ctx context.Context, now time.Time, limit int) ([]scheduler.Appointment, error) {
	as, err := readAll(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments a WHERE status = 'displaced' AND channel = '' AND starts_at > ?"+
			" AND NOT EXISTS (SELECT 1 FROM wishes w WHERE w.appointment_id = a.id AND w.sequence = a.sequence)"+
			" ORDER BY created_at, id LIMIT ?", micros(now), limit)
	return wrap(ctx, db, "read lost appointments", as, err)
}

// PoolOffers returns the offers of a pool that were made since, with what came of
// them.
func (db *DB) PoolOffers(ctx context.Context, poolID string, since time.Time) ([]scheduler.Offer, error) {
	os, err := readAll(ctx, db.read.selectRows, (*offerRow).offer,
		"SELECT "+offerColumns+" FROM offers WHERE pool_id = ? AND created_at >= ? ORDER BY created_at, id", poolID, micros(since))
	return wrap(ctx, db, "read offers of a pool", os, err)
}

// WishesOfClient returns the open wishes of a client.
func (db *DB) WishesOfClient(ctx context.Context, client string) ([]scheduler.Wish, error) {
	ws, err := db.wishes(ctx, "state = 'open' AND client <> '' AND client = ?", client)
	return wrap(ctx, db, "read wishes of a client", ws, err)
}

// ForgetWishClients erases which client wished before the instant.
func (db *DB) ForgetWishClients(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "UPDATE wishes SET client = '', client_slot = 0 WHERE client <> '' AND created_at < ?", micros(before))
	return wrap(ctx, db, "forget clients of wishes", n, err)
}

// forgetWishes deletes the wishes that ended before the instant, with their offers
// and what was kept of the notices, and returns how many.
func forgetWishes(ctx context.Context, tx *sqlx.Tx, before time.Time) (n int, err error) {
	const past = "(SELECT id FROM wishes WHERE until_at < ? OR (state <> 'open' AND updated_at < ?))"
	for _, q := range []string{
		"DELETE FROM messages WHERE notice_id IN (SELECT n.id FROM notices n JOIN offers o ON o.id = n.subject_id" +
			" AND n.subject_kind = 'offer' WHERE o.wish_id IN " + past + ")",
		"DELETE FROM offers WHERE wish_id IN " + past,
		"DELETE FROM wishes WHERE id IN " + past,
	} {
		if n, err = affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, q), micros(before), micros(before))); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// OfferFaults counts the open offers that ran out before an instant, and those
// whose hold keeps no place although their time is not over.
func (db *DB) OfferFaults(ctx context.Context, before time.Time) (late, homeless int, err error) {
	late, err = readOne(ctx, db.read.selectRows, as[int], "SELECT count(*) FROM offers WHERE state = 'open' AND expires_at < ?", micros(before))
	if err == nil {
		homeless, err = readOne(ctx, db.read.selectRows, as[int], "SELECT count(*) FROM offers o WHERE o.state = 'open'"+
			" AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.id = o.hold_id AND (h.state = 'live' OR h.expires_at <= ?))", micros(before))
	}
	if err != nil {
		return 0, 0, db.fail(ctx, "count offers", err)
	}
	return late, homeless, nil
}
