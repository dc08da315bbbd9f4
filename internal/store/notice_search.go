package store

import (
	"context"
	"strings"

	"mawid/scheduler"
)

// mostFound bounds the people that a search finds; who is not among them is found
// by their reference.
const mostFound = 50

// FindNotices returns up to limit notices of the query's offices that belong to
// what Find says: a reference or label as it is written, an address or number as
// it is written, or a part of a name; the last due first. A name is compared
// without regard to case where the database can tell; it is a walk over the
// appointments of the offices.
func (db *DB) FindNotices(ctx context.Context, q scheduler.NoticeQuery) ([]scheduler.NoticeEntry, error) {
	const op = "search outbox"
	if q.Offices != nil && len(q.Offices) == 0 || q.Find == "" {
		return nil, nil
	}
	within, in := "", []any(nil)
	if q.Offices != nil {
		in = idList(q.Offices)
		within = " AND office_id IN (" + marks(len(in)) + ")"
	}
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q.Find) + "%"
	ids, err := readAll(ctx, db.read.selectRows, as[string],
		`SELECT id FROM appointments WHERE (reference = ? OR phone = ? OR lower(email) = lower(?)`+
			` OR name LIKE ? ESCAPE '\' OR lower(name) LIKE lower(?) ESCAPE '\')`+within+" ORDER BY created_at DESC, id LIMIT ?",
		append(append([]any{q.Find, q.Find, q.Find, like, like}, in...), mostFound)...)
	if err != nil {
		return wrap[[]scheduler.NoticeEntry](ctx, db, op, nil, err)
	}
	found := idList(append(ids, "")) // "" is nobody's
	args := append(append([]any{}, found...), q.Find)
	es, err := readAll(ctx, db.read.selectRows, (*entryRow).entry,
		selectEntries("(SELECT * FROM notices WHERE (subject_id IN ("+marks(len(found))+") OR label = ? AND label <> '')"+within+")")+
			" ORDER BY n.due_at DESC, n.id DESC LIMIT ?",
		append(append(args, in...), max(q.Limit, 0))...)
	return wrap(ctx, db, op, es, err)
}
