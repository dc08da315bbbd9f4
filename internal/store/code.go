package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

const codeColumns = "purpose, subject, office_id, issue, tries, issues, since, until_at, before_at, before_issue, unsent, version"

type codeRow struct {
	Purpose     string `db:"purpose"`
	Subject     string `db:"subject"`
	OfficeID    string `db:"office_id"`
	Issue       int    `db:"issue"`
	Tries       int    `db:"tries"`
	Issues      int    `db:"issues"`
	Since       int64  `db:"since"`
	UntilAt     int64  `db:"until_at"`
	BeforeAt    int64  `db:"before_at"`
	BeforeIssue int    `db:"before_issue"`
	Unsent      int    `db:"unsent"`
	Version     int64  `db:"version"`
}

func (r *codeRow) code() (scheduler.Code, error) {
	return scheduler.Code{
		Purpose: scheduler.CodePurpose(r.Purpose), Subject: r.Subject, OfficeID: r.OfficeID,
		Issue: r.Issue, Tries: r.Tries, Issues: r.Issues, Since: instant(r.Since),
		Until: instant(r.UntilAt), Before: instant(r.BeforeAt), BeforeIssue: r.BeforeIssue, Unsent: r.Unsent != 0, Version: r.Version,
	}, nil
}

// codeValues are in the order of codeColumns, for what is stored next.
func codeValues(c *scheduler.Code) []any {
	return []any{
		string(c.Purpose), c.Subject, c.OfficeID, c.Issue, c.Tries, c.Issues, micros(c.Since),
		micros(c.Until), micros(c.Before), c.BeforeIssue, flag(c.Unsent), c.Version + 1,
	}
}

// codeWrites inserts a code that is new, and replaces the version that was read
// of any other.
func codeWrites(codes []scheduler.Code) []write {
	var ws []write
	for i := range codes {
		c := &codes[i]
		values := codeValues(c)
		if c.Version == 0 {
			ws = append(ws, write{text: codeInserts[1], args: values, rows: anyRows})
			continue
		}
		ws = append(ws, write{text: codeChange, args: append(values[2:], string(c.Purpose), c.Subject, c.Version), rows: 1})
	}
	return ws
}

// Code returns what is known of a code; one that was never asked for has
// Version 0 and is no error.
func (db *DB) Code(ctx context.Context, purpose scheduler.CodePurpose, subject string) (scheduler.Code, error) {
	cs, err := readAll(ctx, db.read.selectRows, (*codeRow).code,
		"SELECT "+codeColumns+" FROM codes WHERE purpose = ? AND subject = ?", string(purpose), subject)
	if err == nil && len(cs) == 0 {
		cs = []scheduler.Code{{Purpose: purpose, Subject: subject}}
	}
	if err != nil {
		return scheduler.Code{}, db.fail(ctx, "read code", err)
	}
	return cs[0], nil
}

// UnsentCodes returns codes that nobody has sent yet, the oldest first.
func (db *DB) UnsentCodes(ctx context.Context, limit int) ([]scheduler.Code, error) {
	cs, err := readAll(ctx, db.read.selectRows, (*codeRow).code,
		"SELECT "+codeColumns+" FROM codes WHERE unsent = 1 ORDER BY since, purpose, subject LIMIT ?", limit)
	return wrap(ctx, db, "read unsent codes", cs, err)
}

// ForgetCodes deletes codes that ran out, and whose bounds began, before the
// instant; it returns how many.
func (db *DB) ForgetCodes(ctx context.Context, before time.Time) (int, error) {
	n, err := db.write.exec(ctx, "DELETE FROM codes WHERE until_at < ? AND since < ?", micros(before), micros(before))
	return wrap(ctx, db, "forget codes", n, err)
}

// AppointmentsToldAt returns the appointments whose notices go to an address (by
// mail when email is not empty, else by SMS), that end at since or later, in order
// of their start.
func (db *DB) AppointmentsToldAt(ctx context.Context, email, phone string, since time.Time, limit int) ([]scheduler.Appointment, error) {
	where, arg := "email = ? AND email <> ''", email
	if email == "" {
		where, arg = "email = '' AND phone = ? AND phone <> ''", phone
	}
	as, err := readAll(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments WHERE "+where+
			" AND ends_at >= ? ORDER BY starts_at, id LIMIT ?", arg, micros(since), limit)
	return wrap(ctx, db, "read appointments of an address", as, err)
}

// UnprovedAppointments returns pending appointments whose time to prove the
// address ended at now or before, the longest over first.
func (db *DB) UnprovedAppointments(ctx context.Context, now time.Time, limit int) ([]scheduler.Appointment, error) {
	as, err := readAll(ctx, db.read.selectRows, (*appointmentRow).appointment,
		"SELECT "+appointmentColumns+" FROM appointments WHERE status = 'pending' AND prove_until <= ?"+
			" ORDER BY prove_until, id LIMIT ?", micros(now), limit)
	return wrap(ctx, db, "read unproved appointments", as, err)
}

// ForgetPersons erases who the visits were for that ended before the instant:
// name, contact, what they wrote, and the messages kept of them, on appointments
// and on tickets of the waiting room. Office, service and time stay, and the
// stories of tickets, from which the figures follow. It returns how many it erased.
func (db *DB) ForgetPersons(ctx context.Context, before time.Time) (int, error) {
	n := 0
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "DELETE FROM messages WHERE notice_id IN ("+
			"SELECT n.id FROM notices n JOIN appointments a ON a.id = n.subject_id AND n.subject_kind = 'appointment'"+
			" WHERE a.name <> '' AND a.ends_at < ?)"), micros(before)); err != nil {
			return err
		}
		var err error
		n, err = affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "UPDATE appointments SET name = '', email = '', phone = '',"+
			" told = '', relation = '', citizen_zone = '', file_number = '', note = '', document_note = ''"+
			" WHERE name <> '' AND ends_at < ?"), micros(before)))
		if err != nil {
			return err
		}
		tickets, err := forgetVisitors(ctx, tx, before)
		if err != nil {
			return err
		}
		wishes, err := forgetWishes(ctx, tx, before)
		n += tickets + wishes
		return err
	})
	return wrap(ctx, db, "forget persons", n, err)
}

// forgetVisitors erases who the tickets were for that ended before the instant.
// What was written of an outcome goes too: nobody can be sure what stands there.
func forgetVisitors(ctx context.Context, tx *sqlx.Tx, before time.Time) (int, error) {
	const past = "(name <> '' OR email <> '' OR phone <> '' OR outcome_note <> '')" +
		" AND tickets.state IN ('finished', 'no_show') AND since_at < ?"
	if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "DELETE FROM messages WHERE notice_id IN ("+
		"SELECT n.id FROM notices n JOIN tickets ON tickets.id = n.subject_id AND n.subject_kind = 'ticket' WHERE "+past+")"), micros(before)); err != nil {
		return 0, err
	}
	return affected(tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, "UPDATE tickets SET name = '', email = '', phone = '',"+
		" citizen_zone = '', outcome_note = '' WHERE "+past), micros(before)))
}
