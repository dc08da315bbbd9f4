package store

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"mawid/scheduler"
)

// anyRows is the rows of a write that may meet any number of rows, or that meets
// all or fails by itself, as an INSERT does.
const anyRows = -1

// rowsPerWrite bounds the rows of one INSERT or list, so that few texts serve
// all changes and no database's limit of parameters is near.
const rowsPerWrite = 16

// text is a statement and a short name, which no other text of a write has: the
// names of a change's writes stand for the statement that joins them.
//
// The parts of a joined statement do not see each other's work. So a text that
// goes on from the one before it has another form there: joined, in which before
// stands for the rows that the one before returns. It has no parameters.
type text struct{ name, sql, returning, joined string }

// before stands for the write before, in a joined text.
const before = "%before"

// write is one statement of a change. It has no RETURNING, so that it can be
// joined with others or run alone.
type write struct {
	text
	args []any
	// rows it must meet, or anyRows; when it meets others, the change is void
	// for the reason of miss.
	rows int
	miss miss
}

// miss is what it means that a write met other rows than it must.
type miss int

const (
	missConflict miss = iota // what the change was decided on has changed
	missDuplicate
)

// state is the SQLSTATE for a miss on PostgreSQL.
func (m miss) state() string {
	if m == missDuplicate {
		return duplicateState
	}
	return guardState
}

func (m miss) err() error {
	if m == missDuplicate {
		return scheduler.ErrDuplicateBooking
	}
	return errGuard
}

// plan lists the writes of a change, in the order in which they must run when
// they run one by one. Days come first and in one order: they are what writers
// contend for, and a writer that waits there holds nothing else. What guards
// the change comes before what it adds, so that little is done in vain.
func plan(c *scheduler.Change) ([]write, error) {
	if err := checkChange(c); err != nil {
		return nil, err
	}
	claims, err := takeClaims(c.NewClaims, c.At)
	if err != nil {
		return nil, err
	}
	var ws []write
	for _, d := range sortDays(c.Days) {
		ws = append(ws, dayWrite(&d, c.CatalogueVersion))
	}
	ws = append(ws, endHolds(c.EndHolds, c.At)...)
	for _, a := range sortedBy(c.Updates, func(a scheduler.Appointment) string { return a.ID }) {
		ws = append(ws, appointmentUpdate(&a))
	}
	ws = append(ws, fileWrites(c.Files)...)
	for _, q := range sortedBy(c.Queues, func(q scheduler.QueueChange) string { return q.PoolID }) {
		ws = append(ws, queueWrite(&q))
	}
	for _, t := range sortedBy(c.TicketUpdates, func(t scheduler.Ticket) string { return t.ID }) {
		ws = append(ws, ticketUpdate(&t))
	}
	ws = append(ws, wishWrites(c.Wishes)...)
	ws = append(ws, codeWrites(c.Codes)...)
	ws = append(ws, overList(&codeDrops, c.DropCodes)...)
	ws = append(ws, overList(&claimDrops, c.DropClaims)...)
	ws = append(ws, claims...)
	ws = append(ws, withdrawals(c.RevokeNotices, c.At)...)
	ws = append(ws, inserts(&holdInserts, c.NewHolds, holdValues)...)
	ws = append(ws, inserts(&appointmentInserts, c.NewAppointments, appointmentValues)...)
	ws = append(ws, inserts(&offerInserts, c.Offers, offerValues)...)
	ws = append(ws, inserts(&noticeInserts, c.Notices, noticeValues)...)
	ws = append(ws, inserts(&historyInserts, c.History, historyValues)...)
	ws = append(ws, inserts(&feedInserts, c.NewFeeds, feedValues)...)
	ws = append(ws, inserts(&ticketInserts, c.NewTickets, ticketValues)...)
	ws = append(ws, inserts(&ticketStepInserts, c.TicketSteps, ticketStepValues)...)
	return ws, checkText(ws)
}

// checkChange refuses changes that write one row twice. They would mean one
// thing run one by one and another joined; no decision needs them.
func checkChange(c *scheduler.Change) error {
	appointments := append(slices.Clone(c.NewAppointments), c.Updates...)
	switch {
	case repeats(c.Days, func(d scheduler.Day) string { return d.PoolID + "\x00" + d.Date.String() }):
		return errors.New("the change writes one day twice")
	case repeats(appointments, func(a scheduler.Appointment) string { return a.ID }):
		return errors.New("the change writes one appointment twice")
	case repeats(c.Files, func(w scheduler.FileWrite) string { return w.File.ID }):
		return errors.New("the change writes one file twice")
	case repeats(c.Wishes, func(w scheduler.Wish) string { return w.ID }):
		return errors.New("the change writes one wish twice")
	case repeats(holdIDs(c), func(id string) string { return id }):
		return errors.New("the change writes one hold twice")
	case slices.ContainsFunc(c.EndHolds, func(e scheduler.EndHold) bool { return !slices.Contains(endedStates, e.State) }):
		return errors.New("the change ends a hold in no ended state")
	case slices.ContainsFunc(c.Notices, func(n scheduler.Notice) bool { return n.ID == "" }):
		return errors.New("the change holds a notice without id")
	}
	return nil
}

func holdIDs(c *scheduler.Change) []string {
	var ids []string
	for i := range c.NewHolds {
		ids = append(ids, c.NewHolds[i].ID)
	}
	for i := range c.EndHolds {
		ids = append(ids, c.EndHolds[i].ID)
	}
	return ids
}

func repeats[T any](items []T, key func(T) string) bool {
	if len(items) < 2 {
		return false
	}
	seen := make(map[string]bool, len(items))
	for _, it := range items {
		k := key(it)
		if seen[k] {
			return true
		}
		seen[k] = true
	}
	return false
}

func checkText(ws []write) error {
	for i := range ws {
		if !storable(ws[i].args) {
			return errText
		}
	}
	return nil
}

func sortedBy[T any](items []T, key func(T) string) []T {
	out := slices.Clone(items)
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return out
}

// dayWrite inserts a day while the catalogue it was derived from still holds, or
// updates the version that was read.
func dayWrite(d *scheduler.Day, catalogue int64) write {
	places, taken := bytesNotNull(d.Places), bytesNotNull(d.Taken)
	if d.Version == 0 {
		return write{
			text: dayInsert,
			args: []any{d.PoolID, d.OfficeID, dateText(d.Date), int(d.First), places, taken, catalogue},
			rows: 1,
		}
	}
	return write{
		text: dayUpdate,
		args: []any{int(d.First), places, taken, d.PoolID, dateText(d.Date), d.Version},
		rows: 1,
	}
}

var endedStates = []scheduler.HoldState{scheduler.HoldUsed, scheduler.HoldReleased, scheduler.HoldExpired}

// endHolds writes one statement per state and list of ids.
func endHolds(ends []scheduler.EndHold, at time.Time) []write {
	var ws []write
	for _, ranOut := range []bool{false, true} {
		for _, state := range endedStates {
			var ids []string
			for _, e := range ends {
				if e.State == state && e.RanOut == ranOut {
					ids = append(ids, e.ID)
				}
			}
			slices.Sort(ids)
			for part := range slices.Chunk(ids, rowsPerWrite) {
				ws = append(ws, endHold(state, ranOut, at, part))
			}
		}
	}
	return ws
}

func endHold(state scheduler.HoldState, ranOut bool, at time.Time, ids []string) write {
	if ranOut {
		return write{text: holdExpiries[len(ids)], args: append([]any{micros(at)}, anys(ids)...), rows: len(ids)}
	}
	return write{text: holdEnds[len(ids)], args: append([]any{string(state)}, anys(ids)...), rows: len(ids)}
}

// appointmentUpdate replaces all columns but the id.
func appointmentUpdate(a *scheduler.Appointment) write {
	args := append(appointmentValues(a)[1:], a.ID, a.Revision-1)
	return write{text: appointmentChange, args: args, rows: 1}
}

// ticketUpdate replaces all columns but the id.
func ticketUpdate(t *scheduler.Ticket) write {
	return write{text: ticketChange, args: append(ticketValues(t)[1:], t.ID, t.Revision-1), rows: 1}
}

// queueWrite takes the next number of a queue, or only raises its version. It
// comes before the tickets, as in a call (see claim): writers that wait for each
// other at a queue hold none of its tickets.
func queueWrite(q *scheduler.QueueChange) write {
	date := dateText(q.Date)
	switch {
	case q.Number > 0 && q.New:
		return write{text: queueInsert, args: []any{q.PoolID, date, q.OfficeID, q.Number}, rows: 1}
	case q.Number > 0:
		return write{text: queueNumber, args: []any{q.Number, q.PoolID, date, q.Number - 1}, rows: 1}
	}
	return write{text: queueBump, args: []any{q.PoolID, date, q.OfficeID}, rows: 1}
}

// inserts writes rows of a table. A row that exists is an error, or left out when
// the statement says so.
func inserts[T any](by *texts, rows []T, values func(*T) []any) []write {
	var ws []write
	for part := range slices.Chunk(rows, rowsPerWrite) {
		w := write{text: by[len(part)], rows: anyRows}
		for i := range part {
			v := values(&part[i])
			if w.args == nil {
				w.args = make([]any, 0, len(part)*len(v)+1)
			}
			w.args = append(w.args, v...)
		}
		ws = append(ws, w)
	}
	return ws
}

// overList writes statements over lists of ids that may meet any rows.
func overList(by *texts, ids []string) []write {
	var ws []write
	for part := range slices.Chunk(sortedBy(ids, func(id string) string { return id }), rowsPerWrite) {
		ws = append(ws, write{text: by[len(part)], args: anys(part), rows: anyRows})
	}
	return ws
}

// withdrawals revoke the due notices about subjects, each followed by its
// receipts.
func withdrawals(subjects []string, at time.Time) []write {
	var ws []write
	for part := range slices.Chunk(sortedBy(subjects, func(id string) string { return id }), rowsPerWrite) {
		args := append([]any{micros(at)}, anys(part)...)
		ws = append(ws, write{text: noticeRevokes[len(part)], args: args, rows: anyRows},
			write{text: revokeReceipts[len(part)], args: args, rows: anyRows})
	}
	return ws
}

func anys(ids []string) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}
