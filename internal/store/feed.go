package store

import (
	"context"

	"mawid/scheduler"
)

// feedColumns are what a booking writes; the others have defaults.
const (
	feedColumns    = "id, kind, token_hash, created_at"
	allFeedColumns = feedColumns + ", owner_id, office_id, language, show_service, generation, used_at, revoked_at, changed_at"
	historyColumns = "appointment_id, office_id, revision, happened_at, actor, what, place_from, place_to"
)

type feedRow struct {
	ID          string `db:"id"`
	Kind        string `db:"kind"`
	TokenHash   []byte `db:"token_hash"`
	CreatedAt   int64  `db:"created_at"`
	OwnerID     string `db:"owner_id"`
	OfficeID    string `db:"office_id"`
	Language    string `db:"language"`
	ShowService int    `db:"show_service"`
	Generation  int    `db:"generation"`
	UsedAt      int64  `db:"used_at"`
	RevokedAt   int64  `db:"revoked_at"`
	ChangedAt   int64  `db:"changed_at"`
}

func (r *feedRow) feed() (scheduler.Feed, error) {
	return scheduler.Feed{
		ID: r.ID, Kind: scheduler.FeedKind(r.Kind), TokenHash: r.TokenHash, CreatedAt: instant(r.CreatedAt),
		OwnerID: r.OwnerID, OfficeID: r.OfficeID, Language: r.Language, ShowService: r.ShowService != 0,
		Generation: r.Generation, UsedAt: instant(r.UsedAt), RevokedAt: instant(r.RevokedAt), ChangedAt: instant(r.ChangedAt),
	}, nil
}

func feedValues(f *scheduler.Feed) []any {
	return []any{f.ID, string(f.Kind), bytesNotNull(f.TokenHash), micros(f.CreatedAt)}
}

// FeedByToken finds a feed that is not revoked by the SHA-256 of its token, or
// ErrNotFound.
func (db *DB) FeedByToken(ctx context.Context, hash []byte) (scheduler.Feed, error) {
	f, err := readOne(ctx, db.read.selectRows, (*feedRow).feed,
		"SELECT "+allFeedColumns+" FROM feeds WHERE token_hash = ? AND revoked_at = 0", bytesNotNull(hash))
	return wrap(ctx, db, "read feed", f, err)
}

type historyRow struct {
	AppointmentID string `db:"appointment_id"`
	OfficeID      string `db:"office_id"`
	Revision      int    `db:"revision"`
	HappenedAt    int64  `db:"happened_at"`
	Actor         string `db:"actor"`
	What          string `db:"what"`
	PlaceFrom     string `db:"place_from"`
	PlaceTo       string `db:"place_to"`
}

func (r *historyRow) entry() (scheduler.HistoryEntry, error) {
	return scheduler.HistoryEntry{
		AppointmentID: r.AppointmentID, OfficeID: r.OfficeID, Revision: r.Revision,
		At: instant(r.HappenedAt), Actor: r.Actor, What: r.What, From: r.PlaceFrom, To: r.PlaceTo,
	}, nil
}

func historyValues(h *scheduler.HistoryEntry) []any {
	return []any{h.AppointmentID, h.OfficeID, h.Revision, micros(h.At), h.Actor, h.What, h.From, h.To}
}

// History returns all changes of an appointment, oldest first; none when the
// appointment does not exist.
func (db *DB) History(ctx context.Context, appointmentID string) ([]scheduler.HistoryEntry, error) {
	es, err := readAll(ctx, db.read.selectRows, (*historyRow).entry,
		"SELECT "+historyColumns+" FROM history WHERE appointment_id = ? ORDER BY revision, happened_at, what",
		appointmentID)
	return wrap(ctx, db, "read history", es, err)
}
