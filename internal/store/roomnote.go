package store

import (
	"context"
	"errors"

	"mawid/scheduler"
)

// RoomNote returns the note of an office's day, "" when there is none.
func (db *DB) RoomNote(ctx context.Context, officeID string, date scheduler.Date) (string, error) {
	note, err := readOne(ctx, db.read.selectRows, as[string], "SELECT note FROM room_notes WHERE office_id = ? AND date = ?", officeID, dateText(date))
	if errors.Is(err, scheduler.ErrNotFound) {
		return "", nil
	}
	return wrap(ctx, db, "read room note", note, err)
}

// SetRoomNote replaces the note of an office's day; "" takes it away.
func (db *DB) SetRoomNote(ctx context.Context, officeID string, date scheduler.Date, note string) error {
	query, args := "DELETE FROM room_notes WHERE office_id = ? AND date = ?", []any{officeID, dateText(date)}
	if note != "" {
		query, args = "INSERT INTO room_notes (office_id, date, note) VALUES (?, ?, ?) ON CONFLICT (office_id, date) DO UPDATE SET note = excluded.note",
			append(args, note)
	}
	if _, err := db.write.exec(ctx, query, args...); err != nil {
		return db.fail(ctx, "set room note", err)
	}
	return nil
}
