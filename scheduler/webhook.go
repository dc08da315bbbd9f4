package scheduler

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// Endpoint is a program of somebody else's that wants to hear what happens.
type Endpoint struct {
	ID  string
	URL string
	// Types are what it wants to hear of, such as "appointment.booked"; none: all.
	Types []string
	// Generation counts the secrets that it had before this one.
	Generation   int
	OldUntil     time.Time // until when the secret before this one signs too
	CreatedAt    time.Time
	PausedUntil  time.Time // it did not answer: nothing goes there before
	DisabledAt   time.Time // zero while it hears
	DisabledWhy  string    // "operator" or "gone" (it answered 410)
	Due, Dead    int       // deliveries that wait, and that were given up; only in lists
	LastAnswered time.Time // only in lists
}

// Event is something that happened, told by ids and times only: who wants to know
// more asks the API, as whom it may.
type Event struct {
	ID       string // the same however often it is made of the same thing
	Type     string
	OfficeID string
	Body     []byte // JSON
}

// Delivery is an event on its way to one endpoint, claimed by a worker.
type Delivery struct {
	ID       string // webhook-id: the same at every attempt
	Type     string
	Body     []byte
	Attempt  int // from 1; fences as that of a notice does
	Endpoint Endpoint
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryDue     DeliveryState = "due"
	DeliverySending DeliveryState = "sending"
	DeliveryDone    DeliveryState = "done"
	DeliveryDead    DeliveryState = "dead" // given up; an operator may retry
)

// DeliveryResult is what came of one attempt.
type DeliveryResult struct {
	At      time.Time
	State   DeliveryState
	RetryAt time.Time // with DeliveryDue
	// PauseUntil keeps other deliveries from an endpoint that does not answer.
	PauseUntil time.Time
	Code       string // "http_503", "refused_address"; never an address
	Gone       bool   // the endpoint wants to hear no more
}

// WebhookStore keeps endpoints and what is to be told them.
type WebhookStore interface {
	AddEndpoint(ctx context.Context, e Endpoint) error
	// Endpoint returns ErrNotFound when there is none.
	Endpoint(ctx context.Context, id string) (Endpoint, error)
	Endpoints(ctx context.Context) ([]Endpoint, error)
	// UpdateEndpoint writes all but id, address and creation of an endpoint whose
	// generation is from; otherwise ErrConflict.
	UpdateEndpoint(ctx context.Context, e Endpoint, from int) error
	// RetryDeliveries makes deliveries of an endpoint that were given up due
	// again, and returns how many.
	RetryDeliveries(ctx context.Context, endpointID string, at time.Time) (int, error)
}

// told is the body of an event: type, timestamp and data, as the Standard
// Webhooks specification advises.
type told struct {
	Type      string         `json:"type"`
	Timestamp time.Time      `json:"timestamp"`
	Data      map[string]any `json:"data"`
}

func event(typ, subject string, n int, office string, at time.Time, data map[string]any) Event {
	sum := sha256.Sum256([]byte(typ + "\x00" + subject + "\x00" + strconv.Itoa(n)))
	for k, v := range data {
		if v == "" {
			delete(data, k)
		}
	}
	// A map of texts, numbers and times always can be written.
	body, _ := json.Marshal(told{typ, at.UTC(), data})
	return Event{ID: "evt_" + idEncoding.EncodeToString(sum[:16]), Type: typ, OfficeID: office, Body: body}
}

// Events lists what a change tells those who want to hear of it.
func (c *Change) Events() []Event {
	var out []Event
	appointments := map[string]*Appointment{}
	for _, list := range [][]Appointment{c.NewAppointments, c.Updates} {
		for i := range list {
			appointments[list[i].ID] = &list[i]
		}
	}
	for i := range c.History {
		out = append(out, c.History[i].event(appointments[c.History[i].AppointmentID]))
	}
	for i := range c.TicketSteps {
		out = append(out, c.TicketSteps[i].Event())
	}
	for i := range c.Files {
		out = append(out, c.Files[i].events()...)
	}
	return out
}

func (h *HistoryEntry) event(a *Appointment) Event {
	data := map[string]any{"appointment_id": h.AppointmentID, "office": h.OfficeID, "revision": h.Revision}
	if a != nil {
		data["service"], data["status"], data["time_zone"] = a.ServiceID, string(a.Status), a.Zone
		data["starts_at"], data["ends_at"], data["party_size"] = a.StartsAt.UTC(), a.EndsAt.UTC(), a.Party
	}
	return event("appointment."+h.What, h.AppointmentID, h.Revision, h.OfficeID, h.At, data)
}

// Event is what a step of a ticket tells.
func (s *TicketStep) Event() Event {
	return event("ticket."+string(s.What), s.TicketID, s.Seq, s.OfficeID, s.At, map[string]any{
		"ticket_id": s.TicketID, "office": s.OfficeID, "service": s.ServiceID, "state": string(s.State), "desk": s.DeskID, "revision": s.Seq,
	})
}

// events are what a file's log tells; notes between administrations stay inside.
func (w *FileWrite) events() []Event {
	var out []Event
	for _, e := range w.Events {
		if !e.Internal {
			out = append(out, event("file."+e.What, w.File.ID, e.Seq, w.File.OfficeID, e.At, map[string]any{
				"file_id": w.File.ID, "office": w.File.OfficeID, "service": w.File.ServiceID, "state": string(w.File.State), "revision": w.File.Revision,
			}))
		}
	}
	return out
}

const (
	maxEndpoints   = 50
	maxEndpointURL = 500
	maxTypes       = 50
	// secretOverlap is how long a secret signs beside its successor.
	secretOverlap = 24 * time.Hour
)

var eventType = regexp.MustCompile(`^(appointment|ticket|file)\.[a-z_]{1,40}$`)

// webhookEncoding writes secrets as the Standard Webhooks specification asks.
var webhookEncoding = base64.StdEncoding

// NewEndpoint registers an endpoint and returns its secret, which its operator
// needs to tell our calls from others'. An InvalidError names the field.
func (e *Engine) NewEndpoint(ctx context.Context, address string, types []string) (Endpoint, string, error) {
	bad := &InvalidError{}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Fragment != "" || len(address) > maxEndpointURL {
		bad.Add("url", "invalid", "want https://host/path without user and password")
	}
	for _, t := range types {
		if !eventType.MatchString(t) {
			bad.Add("types", "unknown", "such as appointment.booked, ticket.called, file.settled")
		}
	}
	have, err := e.store.Endpoints(ctx)
	if err != nil {
		return Endpoint{}, "", fmt.Errorf("new endpoint: %w", err)
	}
	if len(types) > maxTypes || len(have) >= maxEndpoints {
		bad.Add("types", "too_many", "at most %d types and %d endpoints", maxTypes, maxEndpoints)
	}
	if err := bad.OrNil(); err != nil {
		return Endpoint{}, "", err
	}
	id, err := e.newID("hook")
	if err != nil {
		return Endpoint{}, "", err
	}
	p := Endpoint{ID: id, URL: address, Types: types, CreatedAt: e.now()}
	if err := e.store.AddEndpoint(ctx, p); err != nil {
		return Endpoint{}, "", fmt.Errorf("new endpoint: %w", err)
	}
	return p, e.EndpointSecrets(p)[0], nil
}

// EndpointSecrets are the secrets that sign for an endpoint now, the newest
// first: two for a day after a rotation. Like other tokens they are derived, not
// stored.
func (e *Engine) EndpointSecrets(p Endpoint) []string {
	secrets := []string{e.endpointSecret(p.ID, p.Generation)}
	if p.Generation > 0 && e.now().Before(p.OldUntil) {
		secrets = append(secrets, e.endpointSecret(p.ID, p.Generation-1))
	}
	return secrets
}

func (e *Engine) endpointSecret(id string, generation int) string {
	return "whsec_" + webhookEncoding.EncodeToString(e.keyed("webhook", id+"\x00"+strconv.Itoa(generation)))
}

// RotateEndpoint gives an endpoint a new secret; the old one signs beside it for
// a day. ErrNotFound.
func (e *Engine) RotateEndpoint(ctx context.Context, id string) (Endpoint, string, error) {
	p, err := e.changeEndpoint(ctx, id, func(p *Endpoint) {
		p.Generation++
		p.OldUntil = e.now().Add(secretOverlap)
	})
	if err != nil {
		return p, "", err
	}
	return p, e.EndpointSecrets(p)[0], nil
}

// SwitchEndpoint lets an endpoint hear no more, or again. ErrNotFound.
func (e *Engine) SwitchEndpoint(ctx context.Context, id string, on bool) (Endpoint, error) {
	return e.changeEndpoint(ctx, id, func(p *Endpoint) {
		p.DisabledAt, p.DisabledWhy, p.PausedUntil = time.Time{}, "", time.Time{}
		if !on {
			p.DisabledAt, p.DisabledWhy = e.now(), "operator"
		}
	})
}

func (e *Engine) changeEndpoint(ctx context.Context, id string, change func(*Endpoint)) (Endpoint, error) {
	p, err := e.store.Endpoint(ctx, id)
	if err != nil {
		return p, fmt.Errorf("change endpoint: %w", err)
	}
	from := p.Generation
	change(&p)
	if err := e.store.UpdateEndpoint(ctx, p, from); err != nil {
		return p, fmt.Errorf("change endpoint: %w", err)
	}
	return p, nil
}
