package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// BookRequest asks for an appointment, from a hold or directly.
type BookRequest struct {
	HoldID              string
	OfficeID, ServiceID string         // without a hold
	StartsAt            time.Time      // without a hold
	Party               int            // persons; 0 means 1, or the hold's
	Channel             ServiceChannel // without a hold
	Citizen             Citizen
	FileNumber          string
	Note                string
	// CalendarToken is the token of a calendar that the person has already; ""
	// starts a new one.
	CalendarToken string
}

// Booked is a new appointment and the two secrets that are shown once.
type Booked struct {
	Appointment   Appointment
	ManageToken   string
	CalendarToken string
}

// Book makes an appointment. It returns an InvalidError, ErrSlotTaken,
// ErrDuplicateBooking, ErrHoldExpired, ErrInvalidState (the hold was used),
// ErrNotFound (no such hold) or ErrBusy.
//
// The id is chosen once: when the answer to a commit is lost with the database's
// connection, the driver sends the change again, whose guards then miss; the
// second decision finds the appointment made by the first.
func (e *Engine) Book(ctx context.Context, r BookRequest) (Booked, error) {
	return e.book(ctx, r, func(*Change, *Appointment) error { return nil })
}

// book is Book with what else is written with the appointment.
func (e *Engine) book(ctx context.Context, r BookRequest, also func(*Change, *Appointment) error) (Booked, error) {
	feedID, err := e.checkBook(ctx, r)
	if err != nil {
		return Booked{}, err
	}
	w, queue, err := e.requestOf(ctx, r)
	if err != nil {
		return Booked{}, fmt.Errorf("book: %w", err)
	}
	id, err := e.newID("apt")
	if err != nil {
		return Booked{}, fmt.Errorf("book: %w", err)
	}
	var a Appointment
	tries := 0
	err = e.decide(ctx, queue, func() (Change, error) {
		if tries++; tries > 1 {
			if a, err = e.store.Appointment(ctx, id); err == nil {
				return Change{}, errNothingToDo
			}
		}
		change, err := e.bookPlace(ctx, r, w)
		if err != nil {
			return Change{}, err
		}
		a, err = e.newAppointment(ctx, id, r, change, feedID)
		if err != nil {
			return Change{}, err
		}
		if change, err = e.bookChange(change, a, feedID == ""); err != nil {
			return Change{}, err
		}
		return change, also(&change, &a)
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return Booked{}, fmt.Errorf("book: %w", err)
	}
	token := r.CalendarToken
	if token == "" {
		token = e.FeedToken(Feed{ID: a.FeedID})
	}
	return Booked{a, e.ManageToken(a.ID), token}, nil
}

// checkBook checks what the person typed, and finds the calendar to join.
func (e *Engine) checkBook(ctx context.Context, r BookRequest) (feedID string, err error) {
	bad := &InvalidError{}
	r.Citizen.Check(bad, e.zones)
	CheckText(bad, "citizen.language", r.Citizen.Language, 35) // RFC 5646, 4.4.1
	CheckText(bad, "file_number", r.FileNumber, MaxFileNumber)
	CheckText(bad, "note", r.Note, MaxNote)
	if r.Party < 0 || r.Party > e.policy.MaxParty {
		bad.Add("party_size", "out_of_range", "from 1 to %d", e.policy.MaxParty)
	}
	if r.CalendarToken != "" {
		f, err := e.store.FeedByToken(ctx, TokenHash(r.CalendarToken))
		switch {
		case errors.Is(err, ErrNotFound), err == nil && f.Kind != FeedCitizen:
			bad.Add("calendar_token", "unknown", "no such calendar")
		case err != nil:
			return "", fmt.Errorf("calendar: %w", err)
		}
		feedID = f.ID
	}
	return feedID, bad.OrNil()
}

// requestOf says what is wished, and in which queue to decide it.
func (e *Engine) requestOf(ctx context.Context, r BookRequest) (placeRequest, string, error) {
	if r.HoldID != "" {
		h, err := e.store.Hold(ctx, r.HoldID)
		if err != nil {
			return placeRequest{}, "", err
		}
		if r.Party != 0 && r.Party != h.Party {
			return placeRequest{}, "", Invalid("party_size", "differs_from_hold", "the hold is for %d", h.Party)
		}
		return placeRequest{h.ServiceID, h.OfficeID, h.StartsAt, h.Party, h.Channel}, queueOf(h.Place), nil
	}
	w := placeRequest{r.ServiceID, r.OfficeID, r.StartsAt, persons(r.Party), r.Channel}
	o, err := e.allowedNow(ctx, w)
	return w, queueOf(o.place), err
}

// bookPlace starts the change: a hold's place changes hands as it is; without a
// hold the place is taken.
func (e *Engine) bookPlace(ctx context.Context, r BookRequest, w placeRequest) (Change, error) {
	if r.HoldID == "" {
		change, o, err := e.take(ctx, w)
		if err != nil {
			return Change{}, err
		}
		change.NewAppointments = []Appointment{{
			OfficeID: o.office.ID, ServiceID: o.service.ID, Channel: o.channel, Place: o.place, Zone: o.office.Zone,
			StartsAt: o.starts, EndsAt: o.ends, Party: w.party,
		}}
		return change, nil
	}
	h, err := e.store.Hold(ctx, r.HoldID)
	if err != nil {
		return Change{}, err
	}
	if err := e.usable(h); err != nil {
		return Change{}, err
	}
	loc, err := e.zones.Load(h.Zone)
	if err != nil {
		return Change{}, fmt.Errorf("zone of a hold: %w", err)
	}
	// Derived anew: the hold may be of a node with older zone data.
	starts := h.Place.Date.At(h.Place.Start, loc).UTC()
	return Change{
		EndHolds: []EndHold{{ID: h.ID, State: HoldUsed}},
		NewAppointments: []Appointment{{
			OfficeID: h.OfficeID, ServiceID: h.ServiceID, Channel: h.Channel, Place: h.Place, Zone: h.Zone,
			StartsAt: starts, EndsAt: starts.Add(h.EndsAt.Sub(h.StartsAt)), Party: h.Party, HoldID: h.ID,
		}},
	}, nil
}

func (e *Engine) usable(h Hold) error {
	switch {
	case h.State == HoldUsed:
		return ErrInvalidState
	case h.State != HoldLive || !h.ExpiresAt.After(e.now()):
		return ErrHoldExpired
	}
	return nil
}

// newAppointment fills in who comes, and gives the appointment its names.
func (e *Engine) newAppointment(ctx context.Context, id string, r BookRequest, change Change, feedID string) (Appointment, error) {
	a := change.NewAppointments[0]
	ref, err := NewReference(e.random)
	if err != nil {
		return a, err
	}
	if feedID == "" {
		if feedID, err = e.newID("feed"); err != nil {
			return a, err
		}
	}
	bad := &InvalidError{}
	a.Citizen = r.Citizen
	e.known().checkNumber(bad, &a)
	if err := bad.OrNil(); err != nil {
		return a, err
	}
	now := e.now()
	a.ID, a.Reference, a.Status, a.FeedID = id, ref, StatusBooked, feedID
	a.TZVersion, a.Revision, a.CreatedAt, a.UpdatedAt = e.zones.Version(), 1, now, now
	a.FileNumber, a.Note = r.FileNumber, r.Note
	a.ManageHash = TokenHash(e.ManageToken(id))
	if e.asksProof(a.OfficeID) {
		e.pend(&a)
	}
	return a, ctx.Err()
}

// bookChange adds what is written beside the appointment.
func (e *Engine) bookChange(change Change, a Appointment, newFeed bool) (Change, error) {
	c, now := e.known(), a.CreatedAt
	change.NewAppointments = []Appointment{a}
	change.NewClaims = e.claims(&a)
	change.History = []HistoryEntry{a.history("booked", "citizen", "", a.where())}
	if a.Status == StatusPending {
		if err := e.askProof(&change, &a, Code{Purpose: CodeProve, Subject: a.ID}, now); err != nil {
			return Change{}, err
		}
	} else {
		change.Notices = c.planNotices(e.policy.Notices, &a, NoticeConfirmation, now, e.zones)
	}
	notices, err := e.withIDs(change.Notices)
	change.Notices = notices
	if newFeed {
		change.NewFeeds = []Feed{{ID: a.FeedID, Kind: FeedCitizen, TokenHash: TokenHash(e.FeedToken(Feed{ID: a.FeedID})), CreatedAt: now}}
	}
	return change, err
}

// known returns the catalogue in memory; a request has loaded it before.
func (e *Engine) known() *Catalogue {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.catalogue == nil {
		return NewCatalogue(CatalogueData{}, 0)
	}
	return e.catalogue
}

func (e *Engine) claims(a *Appointment) []Claim {
	var out []Claim
	for _, key := range e.personKeys(a.Citizen) {
		out = append(out, Claim{ServiceID: a.ServiceID, PersonKey: key, AppointmentID: a.ID, OfficeID: a.OfficeID, Until: a.EndsAt})
	}
	return out
}

func (e *Engine) withIDs(notices []Notice) ([]Notice, error) {
	for i := range notices {
		id, err := e.newID("ntc")
		if err != nil {
			return nil, err
		}
		notices[i].ID = id
	}
	return notices, nil
}

// where names a place for the history: no personal data.
func (a *Appointment) where() string {
	return a.Place.Date.String() + " " + a.Place.Start.String() + " " + a.OfficeID + "/" + a.ServiceID
}

func (a *Appointment) history(what, actor, from, to string) HistoryEntry {
	return HistoryEntry{
		AppointmentID: a.ID, OfficeID: a.OfficeID, Revision: a.Revision, At: a.UpdatedAt,
		Actor: actor, What: what, From: from, To: to,
	}
}
