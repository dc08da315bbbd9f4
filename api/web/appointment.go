package web

import (
	"errors"
	"net/http"
	"time"

	"mawid/scheduler"
)

// appointmentPage is one's appointment: what it is, and what can be done.
type appointmentPage struct {
	frame
	Appointment appointmentPart
	Papers      []paper
	Address     string       // where the confirmation goes
	Banner      string       // what just happened: "new", "moved", "cancelled", "confirmed", "corrected", "noted" or ""
	Prove       *provePart   // where the code is entered; nil unless it is pending
	Offered     *offeredPart // a place that is kept for them, or nil
	Earlier     string       // place where an earlier time is asked for, or ""
	Lapsed      bool         // it was not proved in time
	Correct     string       // place
	NoteFault   string
	History     []string
	Confirmed   bool // the person said they will come
	CanConfirm  bool
	Over        bool // the time has come
	Changeable  bool
	ICS         string // places
	Move        string
	Cancel      string
	Confirm     string
	Keep        keepPart
	Arrival     arrivalPart
	Link        string // the page's own address, for print
}

func (appointmentPage) file() string { return "appointment" }

// appointmentPart is what several pages say of an appointment.
type appointmentPart struct {
	Reference    string
	Status       scheduler.Status
	Service      name
	ServiceID    string
	Office       name
	When         string
	Machine      string
	Until        string
	Duration     string
	Party        int
	Who          string
	Told         string // who is written to, "" when who comes
	DocumentNote string
	FileNumber   string
	Note         string
	Revision     int
	Place        string // of its page
	Channel      scheduler.ServiceChannel
	Reach        scheduler.Reach
}

// opened is an appointment and the token that opened it.
type opened struct {
	scheduler.Appointment
	token string
	place string // of its page
	loc   *time.Location
	c     *scheduler.Catalogue
}

// open finds the appointment of the address. A reader who has chosen no
// language gets the one chosen for notices.
func (s *site) open(v *visit) (opened, error) {
	private(v)
	token := v.PathValue("token")
	a, err := s.Engine.AppointmentByToken(v.Context(), token)
	if errors.Is(err, scheduler.ErrNotFound) {
		return opened{}, errLinkUnknown
	}
	if err != nil {
		return opened{}, err
	}
	if l := s.Book.Tag(a.Citizen.Language); !v.chosen && l.Code() == a.Citizen.Language {
		v.lang = l
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return opened{}, err
	}
	loc, err := s.Zones.Load(a.Zone)
	return opened{a, token, "/a/" + token, loc, c}, err
}

func (s *site) appointment(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	p, err := s.appointmentPage(v, &o)
	if err != nil {
		return err
	}
	p.frame = s.frame(v, v.lang.Say("manage.title"))
	if p.Banner == "new" {
		p.frame.Title = v.lang.Say("confirm.title")
	}
	return s.show(v, 200, p)
}

func (s *site) appointmentPage(v *visit, o *opened) (appointmentPage, error) {
	p := appointmentPage{
		Appointment: s.part(v, o), Address: o.Citizen.Email,
		Banner: s.banner(v, o), Confirmed: !o.Confirmed.IsZero(), Over: !o.StartsAt.After(s.now()),
		Move: o.place + "/move", Cancel: o.place + "/cancel", Confirm: o.place + "/confirm", ICS: o.place + "/calendar.ics",
		Link: s.origin + o.place,
	}
	if p.Address == "" {
		p.Address = o.Citizen.Phone
	}
	p.Changeable = o.Status.Changeable() && !p.Over
	p.CanConfirm = o.Status == scheduler.StatusBooked && !p.Over && !p.Confirmed
	p.Correct = o.place + "/contact"
	p.Papers = s.papersOf(v.lang, o)
	if o.Status == scheduler.StatusPending && !p.Over {
		p.Prove = &provePart{Until: untilClocks(v.lang, o.ProveUntil.In(o.loc), s.readerOf(v, o)), Sent: v.URL.Query().Has("sent")}
	}
	var err error
	if p.Arrival, err = s.arrival(v, o); err != nil {
		return p, err
	}
	if p.Offered, p.Earlier, err = s.offered(v, o); err != nil {
		return p, err
	}
	if p.History, err = s.history(v, o); err != nil {
		return p, err
	}
	p.Lapsed = o.Status == scheduler.StatusCancelled && !o.ProveUntil.IsZero()
	p.Keep, err = s.keep(v.Context(), v.lang, o)
	if p.Keep.Feed != nil {
		p.Keep.Feed.Changed = v.URL.Query().Get("calendar")
	}
	return p, err
}

// part words an appointment on both clocks: the reader's is the one chosen here,
// else the one chosen for notices.
func (s *site) part(v *visit, o *opened) appointmentPart {
	reader := s.readerOf(v, o)
	at, end := o.StartsAt.In(o.loc), o.EndsAt.In(o.loc)
	return appointmentPart{
		Reference: o.Reference, Status: o.Status, ServiceID: o.ServiceID,
		Service: serviceName(v.lang, o.c, o.ServiceID), Office: officeName(v.lang, o.c, o.OfficeID),
		When: v.lang.TwoClocks(at, reader), Machine: at.Format(time.RFC3339), Until: v.lang.Clock(end),
		Duration: v.lang.Duration(int(end.Sub(at) / time.Minute)), Party: o.Party, Who: o.Citizen.Name, Told: o.Citizen.Told, DocumentNote: o.DocumentNote,
		FileNumber: o.FileNumber, Note: o.Note, Revision: o.Revision, Place: o.place,
		Channel: o.Channel, Reach: s.Engine.Reach(o.c, &o.Appointment),
	}
}

// readerOf is the reader's clock, or nil.
func (s *site) readerOf(v *visit, o *opened) *time.Location {
	_, reader := s.zone(v)
	if reader == nil && o.Citizen.Zone != "" {
		reader, _ = s.Zones.Load(o.Citizen.Zone) // an unknown one is left out
	}
	return reader
}

// banner is what just happened, when it is still true.
func (s *site) banner(v *visit, o *opened) string {
	q := v.URL.Query()
	switch {
	case q.Has("new") && o.Status == scheduler.StatusBooked && o.Revision == 1:
		return "new"
	case q.Has("proved") && o.Status == scheduler.StatusBooked && !o.Proved.IsZero():
		return "new"
	case q.Has("corrected") && o.Revision > 1:
		return "corrected"
	case q.Has("noted") && o.Revision > 1:
		return "noted"
	case q.Has("moved") && o.Status == scheduler.StatusBooked && o.Revision > 1:
		return "moved"
	case q.Has("cancelled") && o.Status == scheduler.StatusCancelled:
		return "cancelled"
	case q.Has("confirmed") && !o.Confirmed.IsZero():
		return "confirmed"
	}
	return ""
}

func (o *opened) actor() scheduler.Actor { return scheduler.Actor{ManageToken: o.token} }

// calendar answers with the appointment as a file.
func (s *site) calendar(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	body, err := s.ICS(v.Context(), o.Appointment, s.origin+o.place)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="mawid-`+o.Reference+`.ics"`)
	h.Set("Vary", "Accept-Encoding")
	return send(v, http.StatusOK, body)
}
