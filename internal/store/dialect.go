package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"mawid/scheduler"
)

// dialect is all that differs between the databases.
type dialect struct {
	name string
	// folder of the migrations.
	folder string
	// skipLocked ends a sub-select whose rows are claimed.
	skipLocked string
	// lockRow ends a sub-select of the row at which others wait.
	lockRow string
	// lockDays keeps other writers from adding days until the transaction ends.
	// It is empty where a transaction has the database to itself.
	lockDays string
	// forUpdate ends a select of a transaction whose rows stay as they are until
	// it ends. It is empty where a transaction has the database to itself.
	forUpdate string
	// now selects the database's clock as unix microseconds.
	now string
	// roomyPages ends a CREATE TABLE whose rows are updated often.
	roomyPages string
	// joins says that one statement can hold several writes (data-modifying
	// WITH), so that a change costs one round trip and one commit.
	joins bool
	// listTables selects the names of all tables, in the order of their making.
	listTables string
	// cause reduces a driver's error to what decides about it.
	cause func(error) cause
}

// cause is what a driver says of a refusal.
type cause struct {
	kind refusal
	// what names the unique constraint that was violated, in the words of the
	// database: constraints on PostgreSQL, table.column on SQLite.
	what string
}

type refusal int

const (
	refusedOther    refusal = iota
	refusedUnique           // what names the constraint
	refusedOverfull         // the database's own check of a day
	refusedRetry            // a guard of a joined change missed, or a deadlock
	refusedText             // text that the database cannot hold
	refusedNoTable
	refusedGone // the database cannot be reached
)

// uniques says what a violated unique constraint means. Those that are not here
// are faults of the caller, such as a random id used twice.
var uniques = map[string]error{
	"days_pkey":              scheduler.ErrConflict,
	"days.pool_id":           scheduler.ErrConflict,
	"claims_pkey":            scheduler.ErrDuplicateBooking,
	"claims.service_id":      scheduler.ErrDuplicateBooking,
	"appointments_reference": scheduler.ErrReferenceTaken,
	"appointments.reference": scheduler.ErrReferenceTaken,
	"appointments_hold":      scheduler.ErrConflict,
	"codes_pkey":             scheduler.ErrConflict,
	"codes.purpose":          scheduler.ErrConflict,
	"appointments.hold_id":   scheduler.ErrConflict,
	"files_pkey":             scheduler.ErrConflict,
	"files.id":               scheduler.ErrConflict,
	"files_reference":        scheduler.ErrReferenceTaken,
	"files.reference":        scheduler.ErrReferenceTaken,
	"opinions_pkey":          scheduler.ErrInvalidState,
	"opinions.kind":          scheduler.ErrInvalidState,
	"users_outside":          scheduler.ErrConflict,
	"users.outside":          scheduler.ErrConflict,
	"holds_client":           scheduler.ErrConflict,
	"holds.client":           scheduler.ErrConflict,
	"users_login":            scheduler.ErrConflict,
	"users.login":            scheduler.ErrConflict,
	"feeds_owned":            scheduler.ErrConflict,
	"feeds.owner_id":         scheduler.ErrConflict,
	"tickets_number":         scheduler.ErrConflict,
	"tickets.office_id":      scheduler.ErrConflict,
	"tickets_appointment":    scheduler.ErrConflict,
	"tickets.appointment_id": scheduler.ErrConflict,
	"tickets_at_desk":        scheduler.ErrInvalidState,
	"tickets.at_desk":        scheduler.ErrInvalidState,
	"ticket_steps_pkey":      scheduler.ErrConflict,
	"ticket_steps.ticket_id": scheduler.ErrConflict,
	"wishes_pkey":            scheduler.ErrConflict,
	"wishes.id":              scheduler.ErrConflict,
	"wishes_token":           scheduler.ErrConflict,
	"wishes.token_hash":      scheduler.ErrConflict,
	"wishes_appointment":     scheduler.ErrConflict,
	"wishes.appointment_id":  scheduler.ErrConflict,
	"wishes_email":           scheduler.ErrDuplicateWish,
	"wishes_phone":           scheduler.ErrDuplicateWish,
	"wishes.service_id":      scheduler.ErrDuplicateWish,
	"wishes_client":          scheduler.ErrConflict,
	"wishes.client":          scheduler.ErrConflict,
	"offers_open":            scheduler.ErrConflict,
	"offers_once":            scheduler.ErrConflict,
	"offers.wish_id":         scheduler.ErrConflict,
	"queues_pkey":            scheduler.ErrConflict,
	"queues.pool_id":         scheduler.ErrConflict,
}

// errGuard is how a transaction reports a write that met other rows than it
// must.
var errGuard = errors.New("a guard of the change missed")

// queue fills in how a claim of the next ticket locks.
func (d *dialect) queue(query string) string {
	lock, skip := d.lockRow, d.skipLocked
	if lock != "" {
		lock, skip = " "+lock, " "+strings.Replace(skip, "FOR UPDATE", "FOR UPDATE OF t", 1)
	}
	return strings.NewReplacer("%LOCK", lock, "%SKIP", skip).Replace(query)
}

// gone reports errors of the line to a database, and not of the database.
func gone(err error) bool {
	var line net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &line) && !errors.Is(err, context.DeadlineExceeded)
}

func (d *dialect) sentinel(err error) error {
	if errors.Is(err, errGuard) {
		return scheduler.ErrConflict
	}
	if gone(err) {
		return scheduler.ErrUnavailable
	}
	switch c := d.cause(err); c.kind {
	case refusedUnique:
		return uniques[c.what]
	case refusedOverfull:
		return scheduler.ErrOverfull
	case refusedRetry:
		return scheduler.ErrConflict
	case refusedGone:
		return scheduler.ErrUnavailable
	}
	return nil
}
