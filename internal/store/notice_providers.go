package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"mawid/scheduler"
)

type providerRow struct {
	Name      string `db:"name"`
	Channel   string `db:"channel"`
	Code      string `db:"code"`
	DownSince int64  `db:"down_since"`
	TriedAt   int64  `db:"tried_at"`
	NextTry   int64  `db:"next_try"`
	Waiting   int    `db:"waiting"`
}

func (r *providerRow) wait() (scheduler.ProviderWait, error) {
	return scheduler.ProviderWait{Waiting: r.Waiting, ProviderState: scheduler.ProviderState{
		Name: r.Name, Channel: scheduler.Channel(r.Channel), Code: r.Code,
		DownSince: instant(r.DownSince), TriedAt: instant(r.TriedAt), NextTry: instant(r.NextTry),
	}}, nil
}

// NoteProvider notes that a provider does not answer, or forgets it when it does.
// The beginning of an outage that is known already stays, whichever node found it.
func (db *DB) NoteProvider(ctx context.Context, p scheduler.ProviderState) error {
	var err error
	if p.DownSince.IsZero() {
		_, err = db.write.exec(ctx, "DELETE FROM providers WHERE name = ?", p.Name)
	} else {
		_, err = db.write.exec(ctx, "INSERT INTO providers (name, channel, code, down_since, tried_at, next_try) VALUES (?, ?, ?, ?, ?, ?)"+
			" ON CONFLICT (name) DO UPDATE SET channel = excluded.channel, code = excluded.code,"+
			" tried_at = excluded.tried_at, next_try = excluded.next_try",
			p.Name, string(p.Channel), p.Code, micros(p.DownSince), micros(p.TriedAt), micros(p.NextTry))
	}
	if err != nil {
		return db.fail(ctx, "note provider", err)
	}
	return nil
}

// ProvidersDown returns the providers that do not answer and were tried since an
// instant, by name, each with how many notices wait on its channel: those that
// are due at now, and those that were put off.
func (db *DB) ProvidersDown(ctx context.Context, since, now time.Time) ([]scheduler.ProviderWait, error) {
	ps, err := readAll(ctx, db.read.selectRows, (*providerRow).wait,
		"SELECT p.name, p.channel, p.code, p.down_since, p.tried_at, p.next_try,"+
			" (SELECT count(*) FROM notices n WHERE n.state IN ('due', 'sending') AND n.channel = p.channel"+
			" AND (n.due_at <= ? OR n.untried > 0 AND n.due_at <= ?)) AS waiting"+
			" FROM providers p WHERE p.tried_at >= ? ORDER BY p.name",
		micros(now), micros(now.Add(time.Hour)), micros(since))
	return wrap(ctx, db, "read providers", ps, err)
}

// ExpireNotices settles up to limit due notices of a channel that are of no more
// use at now, each with its receipt, and returns how many. Those that somebody
// has under a lease are left to them.
func (db *DB) ExpireNotices(ctx context.Context, channel scheduler.Channel, now time.Time, code string, limit int) (int, error) {
	n := 0
	err := db.tx(ctx, func(tx *sqlx.Tx) error {
		expired, err := readAll(ctx, txRows(tx), as[expiredRow],
			"UPDATE notices SET state = 'expired', settled_at = ?, code = ?, recipient = '', attempts = attempts + 1, untried = untried + 1"+
				" WHERE id IN (SELECT id FROM notices WHERE state = 'due' AND channel = ? AND due_at <= ? AND useful_until <= ?"+
				" ORDER BY due_at LIMIT ? "+db.dialect.skipLocked+") RETURNING id, office_id, attempts",
			micros(now), code, string(channel), micros(now), micros(now), max(limit, 0))
		for i := 0; err == nil && i < len(expired); i++ {
			e := &expired[i]
			err = txExec(ctx, tx, 1, "INSERT INTO receipts ("+receiptColumns+") VALUES ("+marks(8)+")",
				e.ID, e.Office, e.Attempts, micros(now), string(scheduler.NoticeExpired), int64(0), code, "")
		}
		n = len(expired)
		return err
	})
	if err != nil {
		return 0, db.fail(ctx, "expire notices", err)
	}
	return n, nil
}

type expiredRow struct {
	ID       string `db:"id"`
	Office   string `db:"office_id"`
	Attempts int    `db:"attempts"`
}
