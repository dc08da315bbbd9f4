package store

import (
	"context"

	"mawid/scheduler"
)

// OfficeNotices returns notices of the offices, the last due first, leaving out
// the first skip of them; of all offices when offices is nil. Kept messages come
// without Raw. It is for people who page through a few screens, not for export.
func (db *DB) OfficeNotices(ctx context.Context, offices []string, skip, limit int) ([]scheduler.NoticeEntry, error) {
	where, args := "", []any{}
	if offices != nil {
		if len(offices) == 0 {
			return nil, nil
		}
		where, args = " WHERE office_id IN ("+marks(len(offices))+")", anys(offices)
	}
	page := "(SELECT * FROM notices" + where + " ORDER BY due_at DESC, id DESC LIMIT ? OFFSET ?)"
	es, err := readAll(ctx, db.read.selectRows, (*entryRow).entry,
		selectEntries(page)+" ORDER BY n.due_at DESC, n.id DESC", append(args, max(limit, 0), max(skip, 0))...)
	return wrap(ctx, db, "read outbox of offices", es, err)
}
