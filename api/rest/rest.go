// Package rest is the API for machines: JSON over HTTP under /v1, described by
// an OpenAPI 3.1 document that is generated from this code.
//
// It knows the names and fields of contract.md, and how to ask the engine of
// scheduler. It must not know rules (the engine decides), storage, mail, pages
// or settings. Names of things come in the reader's language; sentences in
// problem documents are for developers, in English.
//
// huma reads requests and writes answers. Its package variables are left as
// they are: what it finds wrong is turned into our problem documents by a
// transformer of this API alone (problem.go), so two APIs in one program would
// not disturb each other. Beside its own checks, JSON is read strictly
// (json.go).
package rest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"mawid/api/httpkit"
	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Config is what the API is made of. Engine, Book, Zones, Clock, Secret and
// Answers are required.
type Config struct {
	Engine *scheduler.Engine
	Book   *locale.Book
	Zones  scheduler.Zones
	Clock  scheduler.Clock
	// Answers keeps answers to requests with an Idempotency-Key, sealed under
	// Secret: the program's, at least 32 bytes.
	Answers httpkit.Answers
	Secret  []byte
	// PublicURL is what addresses in answers begin with, without slash at the
	// end, such as "https://rdv.example.ma".
	PublicURL string
	// CurrentUser tells who of the staff sent a request, nil for nobody; it is
	// asked after SignIn. nil when there is no staff.
	CurrentUser func(*http.Request) *scheduler.User
	// SessionCookie names the staff cookie; "" when there is no staff.
	SessionCookie string
	// Record writes what staff did to the log of deeds; nil keeps none.
	Record Record
	// Limiter bounds how often one client may ask; nil for no limit.
	Limiter *httpkit.Limiter
	// Shown is what a request shows of the member of staff who sends it, for the
	// Limiter; nil when there is no staff.
	Shown httpkit.Shown
	// SignIn loads the session or the access token of a request; nil when there is
	// no staff, or it was done before.
	SignIn httpkit.Middleware
	// Stopping ends the streams of events when it is closed; nil when nothing
	// ever stops.
	Stopping <-chan struct{}
	// Guard asks for a proof of work under pressure, and bounds the holds of a
	// client; nil asks nothing.
	Guard *httpkit.Guard
	// Version of the program, for the OpenAPI document.
	Version string
	// Region is where a telephone number without country is read (ISO 3166); ""
	// is Morocco.
	Region string
}

// api serves the calls.
type api struct {
	engine    *scheduler.Engine
	book      *locale.Book
	zones     scheduler.Zones
	clock     scheduler.Clock
	calendar  *calendar.Maker
	publicURL string
	region    string
	rooms     *rooms
	guard     *httpkit.Guard
	record    Record
	limiter   *httpkit.Limiter
}

// New returns the handler of /v1/ and /openapi.json. Wrap it in httpkit.Log and
// httpkit.Recover, outside of which faults are seen by nobody.
func New(c Config) (http.Handler, error) {
	if c.Engine == nil || c.Book == nil || c.Zones == nil || c.Clock == nil || c.Answers == nil {
		return nil, errors.New("rest: Engine, Book, Zones, Clock and Answers are required")
	}
	c = c.withoutStaff()
	idempotency, err := httpkit.NewIdempotency(c.Answers, c.Secret, c.Clock, c.credential)
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	sameOrigin, err := httpkit.SameOrigin(c.PublicURL, nil)
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	mux := http.NewServeMux()
	a := &api{
		engine: c.Engine, book: c.Book, zones: c.Zones, clock: c.Clock,
		calendar: calendar.New(c.Book).With(c.Engine.Reach), publicURL: c.PublicURL, region: c.Region, guard: c.Guard,
		rooms: newRooms(c.Engine, c.Stopping), record: c.Record, limiter: c.Limiter,
	}
	if err := a.mount(mux, c); err != nil {
		return nil, err
	}
	limit := c.Limiter.Middleware(nil, c.Shown, c.shownScreen)
	return httpkit.Chain(routes(mux), httpkit.APIHeaders, fresh, limit, c.SignIn, sameOrigin,
		httpkit.Buffer, onlyJSON, c.who, a.speak, idempotency.Middleware), nil
}

// withoutStaff fills in what is missing where nobody can sign in.
func (c Config) withoutStaff() Config {
	if c.CurrentUser == nil {
		c.CurrentUser = func(*http.Request) *scheduler.User { return nil }
	}
	if c.Shown == nil {
		c.Shown = func(*http.Request) string { return "" }
	}
	if c.SignIn == nil {
		c.SignIn = func(next http.Handler) http.Handler { return next }
	}
	return c
}

func (a *api) mount(mux *http.ServeMux, c Config) error {
	h := humago.New(mux, humaConfig(c))
	h.UseMiddleware(a.permit)
	a.administrations(h)
	a.offices(h)
	a.services(h)
	a.days(h)
	a.slots(h)
	a.holds(h)
	a.offers(h)
	a.appointments(h)
	a.changes(h)
	a.corrections(h)
	a.calls(h)
	a.files(h)
	a.queues(h)
	a.arrivals(h)
	a.tickets(h)
	a.desks(h)
	a.events(h, mux)
	a.finds(h)
	a.figures(h)
	if err := checkActs(h); err != nil {
		return err
	}
	doc, err := document(h)
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", cacheCatalogue)
		_, _ = w.Write(doc) // fails when nobody waits for it any more
	})
	return nil
}

func humaConfig(c Config) huma.Config {
	conf := huma.DefaultConfig("Mawid", c.Version)
	conf.Info.Description = about
	conf.OpenAPIPath, conf.DocsPath, conf.SchemasPath = "", "", "" // document.go; pages of docs would load a foreign CDN
	conf.CreateHooks = nil                                         // they add $schema to every answer
	conf.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	conf.Transformers = []huma.Transformer{problemOf}
	conf.AllowAdditionalPropertiesByDefault = true // answers may grow; bodies sent say no themselves
	if c.PublicURL != "" {
		conf.Servers = []*huma.Server{{URL: c.PublicURL}}
	}
	conf.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		schemeToken: {Type: "http", Scheme: "bearer", Description: "The manage_token of the appointment."},
		schemeStaffToken: {
			Type: "http", Scheme: "bearer",
			Description: "A personal access token of staff; for tickets and check-in also the token of the office's kiosk.",
		},
	}
	if c.SessionCookie != "" {
		conf.Components.SecuritySchemes[schemeSession] = &huma.SecurityScheme{
			Type: "apiKey", In: "cookie", Name: c.SessionCookie, Description: "A staff session.",
		}
	}
	return conf
}
