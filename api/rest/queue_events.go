package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

const (
	pollEvery    = 500 * time.Millisecond // how often a room is asked whether anything changed
	repeatEvery  = 20 * time.Second       // a view is sent again: waits change with time, and lines go dead
	maxListeners = 4096                   // of one process
)

// rooms watches the waiting rooms that somebody listens to: one question for
// each office and poll, however many listen. A listener that is slow misses
// views in between, never the latest, and holds no more than one.
type rooms struct {
	engine   *scheduler.Engine
	stopping <-chan struct{}

	mu        sync.Mutex
	byOffice  map[string]*room
	listeners int
}

// room is one office's listeners.
type room struct {
	stop      context.CancelFunc
	listeners map[chan scheduler.QueueView]bool
}

func newRooms(engine *scheduler.Engine, stopping <-chan struct{}) *rooms {
	return &rooms{engine: engine, stopping: stopping, byOffice: map[string]*room{}}
}

// join starts to listen to an office; the views come until leave is called.
func (rs *rooms) join(officeID string) (views <-chan scheduler.QueueView, leave func(), err error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.listeners >= maxListeners {
		return nil, nil, scheduler.ErrBusy
	}
	rs.listeners++
	r := rs.byOffice[officeID]
	if r == nil {
		ctx, stop := context.WithCancel(context.Background())
		r = &room{stop: stop, listeners: map[chan scheduler.QueueView]bool{}}
		rs.byOffice[officeID] = r
		go rs.watch(ctx, officeID, r)
	}
	ch := make(chan scheduler.QueueView, 1)
	r.listeners[ch] = true
	return ch, func() { rs.leave(officeID, r, ch) }, nil
}

func (rs *rooms) leave(officeID string, r *room, ch chan scheduler.QueueView) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.listeners--
	delete(r.listeners, ch)
	if len(r.listeners) == 0 {
		r.stop()
		delete(rs.byOffice, officeID)
	}
}

// watch asks for the version and hands out a view when it has changed. A fault
// of the database is passed over: the next poll asks again.
func (rs *rooms) watch(ctx context.Context, officeID string, r *room) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	repeat := time.NewTicker(repeatEvery)
	defer repeat.Stop()
	known := int64(-1)
	for {
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		case <-repeat.C:
			known = -1
		}
		version, err := rs.engine.QueueVersion(ctx, officeID)
		if err != nil || version == known {
			continue
		}
		v, err := rs.engine.Queue(ctx, officeID)
		if err != nil {
			continue
		}
		known = v.Version
		rs.hand(r, v)
	}
}

func (rs *rooms) hand(r *room, v scheduler.QueueView) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for ch := range r.listeners {
		select {
		case <-ch: // an older view that nobody took
		default:
		}
		ch <- v
	}
}

func (a *api) events(h huma.API, mux *http.ServeMux) {
	op := operation(h, "get-queue-events", http.MethodGet, "/v1/offices/{id}/queue/events",
		"The waiting room as server-sent events: each is a whole queue, its id the version; Last-Event-ID resumes",
		http.StatusNotFound)
	op.Parameters = append(op.Parameters,
		&huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}},
		&huma.Param{Name: "Last-Event-ID", In: "header", Schema: &huma.Schema{Type: "string"}, Description: "The id seen last."})
	op.Responses["200"] = &huma.Response{
		Description: "Events of the name queue.",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: "string"}}},
	}
	h.OpenAPI().AddOperation(&op)
	mux.HandleFunc("GET /v1/offices/{id}/queue/events", func(w http.ResponseWriter, r *http.Request) {
		if err := a.stream(w, r); err != nil {
			httpkit.NoteFault(r.Context(), err)
			httpkit.WriteProblem(w, r, err)
		}
	})
}

// shownScreen is which room's screen opens a stream again.
func (c Config) shownScreen(r *http.Request) string {
	office, isRoom := strings.CutPrefix(r.URL.Path, "/v1/offices/")
	office, isStream := strings.CutSuffix(office, "/queue/events")
	if !isRoom || !isStream {
		return ""
	}
	return c.Limiter.Screen(r, office)
}

// stream sends views until the listener leaves or the program stops. An error is
// returned only before anything was sent.
func (a *api) stream(w http.ResponseWriter, r *http.Request) error {
	ctx, officeID := r.Context(), r.PathValue("id")
	if !wellFormed(officeID) {
		return scheduler.ErrNotFound
	}
	first, err := a.engine.Queue(ctx, officeID)
	if err != nil {
		return err
	}
	a.limiter.KnowScreen(r, officeID)
	views, leave, err := a.rooms.join(officeID)
	if err != nil {
		return err
	}
	defer leave()
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a stream may last; where that cannot be set there is none
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not collect events
	_, _ = io.WriteString(w, "retry: 2000\n\n")
	seen, _ := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	if seen != first.Version {
		if a.send(ctx, w, &first) != nil {
			return nil //nolint:nilerr // the head is sent
		}
	}
	for {
		if out.Flush() != nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.rooms.stopping:
			return nil
		case v := <-views:
			if a.send(ctx, w, &v) != nil {
				return nil //nolint:nilerr // nobody listens any more
			}
		}
	}
}

func (a *api) send(ctx context.Context, w io.Writer, v *scheduler.QueueView) error {
	q, err := a.queueShown(ctx, a.namer(ctx), v, mayWork(ctx, v.OfficeID))
	if err != nil {
		return err
	}
	data, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: queue\ndata: %s\n\n", v.Version, data)
	return err
}
