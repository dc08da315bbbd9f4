package store

import (
	"context"
	"time"

	"mawid/scheduler"
)

const claimColumns = "service_id, person_key, appointment_id, office_id, until_at"

const claimWidth = 5 // columns

func claimValues(c *scheduler.Claim) []any {
	return []any{c.ServiceID, c.PersonKey, c.AppointmentID, c.OfficeID, micros(c.Until)}
}

// takeClaim lets a claim replace one of the same appointment or of a visit that
// is over. Any other claim stays, and the write then misses a row.
const takeClaim = " ON CONFLICT (service_id, person_key) DO UPDATE SET" +
	" appointment_id = excluded.appointment_id, office_id = excluded.office_id, until_at = excluded.until_at" +
	" WHERE claims.appointment_id = excluded.appointment_id OR claims.until_at <= ?"

// takeClaims writes the claims of a change, in one order so that two writers
// with several claims do not wait for each other.
func takeClaims(claims []scheduler.Claim, at time.Time) ([]write, error) {
	claims, err := distinctClaims(claims)
	if err != nil {
		return nil, err
	}
	ws := inserts(&claimInserts, claims, claimValues)
	for i := range ws {
		ws[i].rows = len(ws[i].args) / claimWidth
		ws[i].args = append(ws[i].args, micros(at))
		ws[i].miss = missDuplicate
	}
	return ws, nil
}

// distinctClaims orders claims and drops repetitions: the two keys of a person
// may be one. Two appointments with one key are a duplicate booking.
func distinctClaims(claims []scheduler.Claim) ([]scheduler.Claim, error) {
	key := func(c scheduler.Claim) string { return c.ServiceID + "\x00" + c.PersonKey }
	var out []scheduler.Claim
	for _, c := range sortedBy(claims, key) {
		n := len(out)
		switch {
		case n == 0 || key(out[n-1]) != key(c):
			out = append(out, c)
		case out[n-1].AppointmentID != c.AppointmentID:
			return nil, scheduler.ErrDuplicateBooking
		}
	}
	return out, nil
}

// ForgetClaims deletes claims of visits that ended before the instant, which
// count no longer, and returns how many.
func (db *DB) ForgetClaims(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM claims WHERE until_at < ?", micros(before))
	return wrap(ctx, db, "forget claims", n, err)
}
