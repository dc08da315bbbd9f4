package notifier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// OfferSource reads the offers that notices are about.
type OfferSource interface {
	// WishOfOffer returns the wish that an offer was made to, with its offers, or
	// scheduler.ErrNotFound.
	WishOfOffer(ctx context.Context, offerID string) (scheduler.Wish, error)
	// Hold and Appointment return these as they stand now, or scheduler.ErrNotFound.
	Hold(ctx context.Context, id string) (scheduler.Hold, error)
	Appointment(ctx context.Context, id string) (scheduler.Appointment, error)
}

// Offers are the subjects of the kind offer. URL makes the address of a wish's
// page, where its offer is accepted or refused.
type Offers struct {
	Source    OfferSource
	Catalogue func(context.Context) (*scheduler.Catalogue, error)
	Zones     scheduler.Zones
	URL       func(wishID string) string
}

// Subject reads an offer with its wish, and what keeps its place.
func (s Offers) Subject(ctx context.Context, id string) (Subject, error) {
	c, err := s.Catalogue(ctx)
	if err != nil {
		// Not wrapped in ErrNotFound: there is none yet, and there will be.
		return nil, fmt.Errorf("catalogue: %s", err)
	}
	w, err := s.Source.WishOfOffer(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("wish of an offer: %w", err)
	}
	o := offer{c: c, w: &w, zones: s.Zones, link: s.URL(w.ID), citizen: w.Citizen}
	for i := range w.Offers {
		if w.Offers[i].ID == id {
			o.o = w.Offers[i]
		}
	}
	h, err := s.Source.Hold(ctx, o.o.HoldID)
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
		return nil, fmt.Errorf("hold of an offer: %w", err)
	}
	o.kept = err == nil && h.State == scheduler.HoldLive
	if w.AppointmentID == "" {
		return o, nil
	}
	a, err := s.Source.Appointment(ctx, w.AppointmentID)
	if err != nil {
		return nil, fmt.Errorf("appointment of an offer: %w", err)
	}
	o.a, o.citizen = &a, a.Citizen
	return o, nil
}

// offer is the subject of an offer's notice.
type offer struct {
	c       *scheduler.Catalogue
	w       *scheduler.Wish
	o       scheduler.Offer
	a       *scheduler.Appointment // what it would move; nil for none
	citizen scheduler.Citizen
	kept    bool // its place is still kept
	zones   scheduler.Zones
	link    string
}

// Recipient is who wished; who set no clock lives by the office's.
func (s offer) Recipient() Recipient {
	c := s.citizen
	r := Recipient{Name: c.Greeted(), Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}
	if _, err := s.zones.Load(c.Zone); c.Zone == "" || err != nil {
		r.Zone = s.zone()
	}
	return r
}

func (s offer) zone() string {
	if o, err := s.c.Office(s.w.OfficeID); err == nil {
		return o.Zone
	}
	return "UTC"
}

// Outdated: it was answered, its time is over, or the appointment has changed.
func (s offer) Outdated(_ scheduler.Notice, now time.Time) string {
	switch {
	case s.o.State != scheduler.OfferOpen || s.w.State != scheduler.WishOpen:
		return "answered"
	case !s.o.ExpiresAt.After(now) || !s.kept:
		return "expired"
	case s.a != nil && s.a.Sequence != s.w.Sequence:
		return "moved_on"
	}
	return ""
}

// Words says which place, until when it is kept, and where to answer.
func (s offer) Words(l *locale.Language, n scheduler.Notice) Words {
	loc, err := s.zones.Load(s.zone())
	if err != nil {
		loc = time.UTC
	}
	reader, err := s.zones.Load(s.citizen.Zone)
	if s.citizen.Zone == "" || err != nil {
		reader = nil
	}
	at, until := s.o.StartsAt.In(loc), s.o.ExpiresAt.In(loc)
	office, service := s.w.OfficeID, s.w.ServiceID
	if o, err := s.c.Office(office); err == nil {
		office = l.Pick(o.Names)
	}
	if sv, err := s.c.Service(service); err == nil {
		service = l.Pick(sv.Names)
	}
	short := &view{Language: l, at: at, reader: reader}
	kept := &view{Language: l, at: until, reader: reader}
	w := Words{
		Subject: l.Say("notice.offer.subject", "date", l.FullDate(at), "time", l.Clock(at)),
		Opening: l.Say("notice.offer.opening"),
		Facts: []Fact{
			NewFact(l, "notice.when", "when", l.TwoClocks(at, reader)),
			NewFact(l, "notice.where", "office", office),
			NewFact(l, "notice.service", "service", service),
			NewFact(l, "notice.offer.until", "until", l.TwoClocks(until, reader)),
		},
		Actions: []Action{NewAction(l, "notice.offer.answer", s.link)}, Notes: []string{l.Say("notice.keep_link")}, Signature: office,
		Short: Short{
			Key: "notice.offer.sms", Values: []string{
				"service", service, "office", office, "date", l.SMSDate(at), "time", short.smsTime(), "kept", kept.smsTime(), "link", s.link,
			},
			Names: []string{"service", "office"}, Spare: []string{"time", l.Clock(at), "kept", l.Clock(until)},
		},
	}
	if s.a != nil && s.a.Status == scheduler.StatusBooked {
		if own, err := s.zones.Load(s.a.Zone); err == nil {
			w.Facts = append(w.Facts, NewFact(l, "notice.offer.present", "when", l.TwoClocks(s.a.StartsAt.In(own), reader)))
		}
		w.Notes = append([]string{l.Say("notice.offer.stays")}, w.Notes...)
	}
	return w
}
