package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"mawid/scheduler"
)

// offerRoutes are the addresses of wishes for a place that becomes free, and of the
// offers made of them.
func (s *site) offerRoutes() []route {
	return []route{
		{"GET /a/{token}/earlier", s.askEarlier},
		{"POST /a/{token}/earlier", s.earlier},
		{"POST /a/{token}/earlier/stop", s.stopEarlier},
		{"GET /services/{service}/{office}/wish", s.askWish},
		{"POST /services/{service}/{office}/wish", s.wish},
		{"POST /services/{service}/{office}/wish/language", s.switchWish},
		{"GET /w/{token}", s.wished},
		{"GET /w/{token}/data", s.exportWish},
		{"POST /w/{token}/accept", s.acceptOffer},
		{"POST /w/{token}/decline", s.declineOffer},
		{"POST /w/{token}/withdraw", s.withdrawWish},
	}
}

// offeredPart is a place that is kept for the reader.
type offeredPart struct {
	When    string
	Machine string
	Until   string // on both clocks
	Place   string // of the page on which it is answered
}

// standingPart is a standing wish.
type standingPart struct {
	State    scheduler.WishState
	From, To string // worded
	Address  string // where we write
	Offered  *offeredPart
}

// wishPage is a wish, what is offered to it, and the answers.
type wishPage struct {
	frame
	Place    string
	Service  name
	Office   name
	Party    int
	Wish     standingPart
	Present  string // the time of the appointment that would move, or ""
	Manage   string // place of the appointment, or ""
	Again    string // place of the service
	Declined bool
	Late     bool
}

func (wishPage) file() string { return "wish" }

// openWish finds the wish of the address.
func (s *site) openWish(v *visit) (scheduler.Wish, error) {
	private(v)
	w, err := s.Engine.WishByToken(v.Context(), v.PathValue("token"))
	if errors.Is(err, scheduler.ErrNotFound) {
		return w, errLinkUnknown
	}
	return w, err
}

// wished shows a wish; looking answers nothing.
func (s *site) wished(v *visit) error {
	w, err := s.openWish(v)
	if err != nil {
		return err
	}
	p, err := s.wishPage(v, &w)
	if err != nil {
		return err
	}
	p.Declined, p.Late = v.URL.Query().Has("declined"), v.URL.Query().Has("late") && p.Wish.Offered == nil
	return s.show(v, http.StatusOK, p)
}

func (s *site) wishPage(v *visit, w *scheduler.Wish) (wishPage, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return wishPage{}, err
	}
	who, zone := w.Citizen, "UTC"
	if o, err := c.Office(w.OfficeID); err == nil {
		zone = o.Zone
	}
	p := wishPage{
		Place: "/w/" + url.PathEscape(v.PathValue("token")), Party: w.Party,
		Again: "/services/" + url.PathEscape(w.ServiceID),
	}
	id := w.AppointmentID
	if id == "" {
		id = w.ResultID
	}
	if id != "" {
		token := s.Engine.ManageToken(id)
		a, err := s.Engine.AppointmentByToken(v.Context(), token)
		if err != nil {
			return p, err
		}
		who, p.Manage = a.Citizen, "/a/"+token
		if a.Status == scheduler.StatusBooked && w.State == scheduler.WishOpen {
			loc, err := s.Zones.Load(a.Zone)
			if err != nil {
				return p, err
			}
			p.Present = s.when(v, a.StartsAt.In(loc))
		}
	}
	if l := s.Book.Tag(who.Language); !v.chosen && l.Code() == who.Language {
		v.lang = l
	}
	p.Service, p.Office = serviceName(v.lang, c, w.ServiceID), officeName(v.lang, c, w.OfficeID)
	p.Wish, err = s.standingPart(v, w, who, zone)
	title := "offer.wish.title"
	if p.Wish.Offered != nil {
		title = "offer.title"
	}
	p.frame = s.frame(v, v.lang.Say(title))
	p.Private = true
	return p, err
}

func (s *site) standingPart(v *visit, w *scheduler.Wish, who scheduler.Citizen, zone string) (standingPart, error) {
	day := func(d scheduler.Date) string { return v.lang.ShortDate(d.At(0, time.UTC)) }
	p := standingPart{State: w.State, From: day(w.From), To: day(w.To), Address: who.Email}
	if p.Address == "" {
		p.Address = who.Phone
	}
	o := w.Offered(s.now())
	if o == nil {
		return p, nil
	}
	loc, err := s.Zones.Load(zone)
	if err != nil {
		return p, err
	}
	_, reader := s.zone(v)
	if reader == nil && who.Zone != "" {
		reader, _ = s.Zones.Load(who.Zone) // an unknown one is left out
	}
	at := o.StartsAt.In(loc)
	p.Offered = &offeredPart{
		When: v.lang.TwoClocks(at, reader), Machine: at.Format(time.RFC3339),
		Until: untilClocks(v.lang, o.ExpiresAt.In(loc), reader), Place: "/w/" + s.Engine.WishToken(w.ID),
	}
	return p, nil
}

// acceptOffer takes the place that is kept. Sent twice it ends at the same page.
func (s *site) acceptOffer(v *visit) error {
	w, err := s.openWish(v)
	if err != nil {
		return err
	}
	place := "/w/" + url.PathEscape(v.PathValue("token"))
	a, err := s.Engine.AcceptOffer(v.Context(), v.PathValue("token"))
	switch {
	case errors.Is(err, scheduler.ErrHoldExpired):
		return v.redirect(place + "?late=1")
	case err != nil:
		return at(wayOn(err, place, "offer.wish.title"), w.OfficeID)
	case w.AppointmentID == "":
		return v.redirect("/a/" + s.Engine.ManageToken(a.ID) + "?new=1")
	}
	return v.redirect("/a/" + s.Engine.ManageToken(a.ID) + "?moved=1")
}

func (s *site) declineOffer(v *visit) error {
	if _, err := s.openWish(v); err != nil {
		return err
	}
	place := "/w/" + url.PathEscape(v.PathValue("token"))
	if _, err := s.Engine.DeclineOffer(v.Context(), v.PathValue("token")); err != nil {
		return wayOn(err, place, "offer.wish.title")
	}
	return v.redirect(place + "?declined=1")
}

func (s *site) withdrawWish(v *visit) error {
	if _, err := s.openWish(v); err != nil {
		return err
	}
	place := "/w/" + url.PathEscape(v.PathValue("token"))
	if _, err := s.Engine.WithdrawWish(v.Context(), v.PathValue("token")); err != nil {
		return wayOn(err, place, "offer.wish.title")
	}
	return v.redirect(place)
}
