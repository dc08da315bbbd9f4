package store

import (
	"context"
	"strings"
	"time"

	"mawid/scheduler"
)

// eventInsert tells an event to every endpoint that wants to hear of it. An event
// that was told before is left out.
var eventInsert = text{name: "e", sql: "INSERT INTO webhook_deliveries (id, endpoint_id, office_id, type, body, state, attempts, due_at, lease_until, settled_at, code)" +
	" SELECT CAST(? AS TEXT) || '_' || e.id, e.id, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), 'due', 0, CAST(? AS BIGINT), 0, 0, ''" +
	" FROM webhook_endpoints e WHERE e.disabled_at = 0 AND (e.types = '' OR e.types LIKE ?) ON CONFLICT (id) DO NOTHING"}

func eventWrites(events []scheduler.Event, at time.Time) []write {
	var ws []write
	for i := range events {
		e := &events[i]
		args := []any{e.ID, e.OfficeID, e.Type, string(e.Body), micros(at), "%," + e.Type + ",%"}
		ws = append(ws, write{text: eventInsert, args: args, rows: anyRows})
	}
	return ws
}

// plan is plan with what the change tells others, when others want to hear.
func (db *DB) plan(c *scheduler.Change) ([]write, error) {
	ws, err := plan(c)
	if err == nil && len(ws) > 0 && db.hooked.Load() {
		ws = append(ws, eventWrites(c.Events(), c.At)...)
	}
	return ws, err
}

// callEvent is what a call tells others, when others want to hear.
func (db *DB) callEvent(t *scheduler.Ticket) []write {
	if !db.hooked.Load() {
		return nil
	}
	step := scheduler.TicketStep{
		TicketID: t.ID, Seq: t.Revision, OfficeID: t.OfficeID, ServiceID: t.ServiceID, At: t.CalledAt,
		What: scheduler.StepCalled, State: t.State, DeskID: t.DeskID,
	}
	return eventWrites([]scheduler.Event{step.Event()}, t.CalledAt)
}

// LookForWebhooks notes whether any endpoint wants to hear of events. Until a node
// has looked after the first one was added, its changes are not told.
func (db *DB) LookForWebhooks(ctx context.Context) error {
	n, err := readOne(ctx, db.read.selectRows, as[int], "SELECT count(*) FROM webhook_endpoints WHERE disabled_at = 0")
	if err != nil {
		return db.fail(ctx, "look for webhooks", err)
	}
	db.hooked.Store(n > 0)
	return nil
}

const endpointColumns = "id, url, types, generation, old_until, created_at, paused_until, disabled_at, disabled_why"

type endpointRow struct {
	ID          string `db:"id"`
	URL         string `db:"url"`
	Types       string `db:"types"`
	Generation  int    `db:"generation"`
	OldUntil    int64  `db:"old_until"`
	CreatedAt   int64  `db:"created_at"`
	PausedUntil int64  `db:"paused_until"`
	DisabledAt  int64  `db:"disabled_at"`
	DisabledWhy string `db:"disabled_why"`
}

func (r *endpointRow) endpoint() (scheduler.Endpoint, error) {
	e := scheduler.Endpoint{
		ID: r.ID, URL: r.URL, Generation: r.Generation, OldUntil: instant(r.OldUntil), CreatedAt: instant(r.CreatedAt),
		PausedUntil: instant(r.PausedUntil), DisabledAt: instant(r.DisabledAt), DisabledWhy: r.DisabledWhy,
	}
	if types := strings.Trim(r.Types, ","); types != "" {
		e.Types = strings.Split(types, ",")
	}
	return e, nil
}

func typesText(types []string) string {
	if len(types) == 0 {
		return ""
	}
	return "," + strings.Join(types, ",") + ","
}

// AddEndpoint adds who wants to hear.
func (db *DB) AddEndpoint(ctx context.Context, e scheduler.Endpoint) error {
	_, err := db.write.exec(ctx, "INSERT INTO webhook_endpoints ("+endpointColumns+") VALUES ("+marks(9)+")",
		e.ID, e.URL, typesText(e.Types), e.Generation, micros(e.OldUntil), micros(e.CreatedAt), micros(e.PausedUntil), micros(e.DisabledAt), e.DisabledWhy)
	if err != nil {
		return db.fail(ctx, "add endpoint", err)
	}
	return db.LookForWebhooks(ctx)
}

// Endpoint returns an endpoint, or ErrNotFound.
func (db *DB) Endpoint(ctx context.Context, id string) (scheduler.Endpoint, error) {
	e, err := readOne(ctx, db.read.selectRows, (*endpointRow).endpoint, "SELECT "+endpointColumns+" FROM webhook_endpoints WHERE id = ?", id)
	return wrap(ctx, db, "read endpoint", e, err)
}

// Endpoints returns all of them, oldest first, with how many deliveries wait or
// were given up.
func (db *DB) Endpoints(ctx context.Context) ([]scheduler.Endpoint, error) {
	const op = "read endpoints"
	all, err := db.endpoints(ctx)
	if err != nil {
		return nil, db.fail(ctx, op, err)
	}
	type count struct {
		EndpointID string `db:"endpoint_id"`
		Due        int    `db:"due"`
		Dead       int    `db:"dead"`
		Last       int64  `db:"last"`
	}
	counts, err := readAll(ctx, db.read.selectRows, as[count], "SELECT endpoint_id,"+
		" COALESCE(SUM(CASE WHEN state IN ('due', 'sending') THEN 1 ELSE 0 END), 0) AS due,"+
		" COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS dead,"+
		" COALESCE(MAX(CASE WHEN state = 'done' THEN settled_at ELSE 0 END), 0) AS last FROM webhook_deliveries GROUP BY endpoint_id")
	for _, c := range counts {
		for i := range all {
			if all[i].ID == c.EndpointID {
				all[i].Due, all[i].Dead, all[i].LastAnswered = c.Due, c.Dead, instant(c.Last)
			}
		}
	}
	return wrap(ctx, db, op, all, err)
}

func (db *DB) endpoints(ctx context.Context) ([]scheduler.Endpoint, error) {
	return readAll(ctx, db.read.selectRows, (*endpointRow).endpoint, "SELECT "+endpointColumns+" FROM webhook_endpoints ORDER BY created_at, id")
}

// UpdateEndpoint writes all but id, address and creation of an endpoint whose
// generation is from; otherwise ErrConflict.
func (db *DB) UpdateEndpoint(ctx context.Context, e scheduler.Endpoint, from int) error {
	n, err := db.write.exec(ctx, "UPDATE webhook_endpoints SET types = ?, generation = ?, old_until = ?, paused_until = ?, disabled_at = ?, disabled_why = ?"+
		" WHERE id = ? AND generation = ?", typesText(e.Types), e.Generation, micros(e.OldUntil), micros(e.PausedUntil), micros(e.DisabledAt), e.DisabledWhy, e.ID, from)
	if err == nil && n == 0 {
		err = errGuard
	}
	if err != nil {
		return db.fail(ctx, "update endpoint", err)
	}
	return db.LookForWebhooks(ctx)
}
