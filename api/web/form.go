package web

import (
	"errors"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// formPage asks who comes and where to reach them.
type formPage struct {
	frame
	HoldID    string
	Visit     visitSummary
	When      string // on both clocks
	Until     string // on both clocks
	Left      leftPart
	Relations []relationChoice
	reachPart
}

func (formPage) file() string { return "form" }

// fields is what the form holds, as typed.
type fields struct {
	Name, Told, Relation, Email, Phone, Language, Zone, FileNumber, Note string
}

// heldForm is the form of a hold that is still live. A hold that ended is told
// with the way on.
func (s *site) heldForm(v *visit) (formPage, scheduler.Hold, error) {
	h, err := s.Engine.LookHold(v.Context(), v.PathValue("hold"))
	if err != nil {
		return formPage{}, h, wayOn(err, "/", "home.choose_service")
	}
	p, err := s.formOf(v, h)
	return p, h, err
}

func (s *site) formOf(v *visit, h scheduler.Hold) (formPage, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return formPage{}, err
	}
	loc, err := s.Zones.Load(h.Zone)
	if err != nil {
		return formPage{}, err
	}
	_, reader := s.zone(v)
	until := h.ExpiresAt.In(loc)
	f := s.frame(v, v.lang.Say("form.title"))
	f.FormID = "details"
	s.uses(&f, "hold.js")
	reach := s.reach(v)
	reach.Called = c.Calls(h.OfficeID, h.Channel)
	return formPage{
		frame: f, HoldID: h.ID, Left: s.left(v.lang, h), Relations: relationChoices(), reachPart: reach,
		Visit: visitSummary{
			h.ServiceID, serviceName(v.lang, c, h.ServiceID),
			h.OfficeID, officeName(v.lang, c, h.OfficeID), h.Party, h.Channel,
		},
		When:  v.lang.TwoClocks(h.StartsAt.In(loc), reader),
		Until: untilClocks(v.lang, until, reader),
	}, nil
}

// untilClocks is "07:10 (heure du Maroc) — 08:10 à Paris".
func untilClocks(l *locale.Language, until time.Time, reader *time.Location) string {
	text := l.Say("clock.short", "time", l.Clock(until), "place", l.ClockName(until.Location().String()))
	if reader == nil || l.Clock(until.In(reader)) == l.Clock(until) {
		return text
	}
	return l.Say("clock.elsewhere", "office", text, "time", l.Clock(until.In(reader)), "city", l.City(reader.String()))
}

// form shows the form while the time is kept.
func (s *site) form(v *visit) error {
	private(v)
	p, h, err := s.heldForm(v)
	if err != nil {
		return err
	}
	if err := holdOver(h); err != nil {
		return err
	}
	if typed, ok := s.draft(v); ok {
		p.Fields = typed
	}
	return s.show(v, 200, p)
}

// holdOver is the error of a hold that cannot be used any more, with the way on.
func holdOver(h scheduler.Hold) error {
	again := timesPlace(h.ServiceID, h.OfficeID, h.Channel, h.Place.Date, h.Party)
	switch h.State {
	case scheduler.HoldLive:
		return nil
	case scheduler.HoldUsed:
		return errHoldUsed
	}
	return wayOn(scheduler.ErrHoldExpired, again, "time.choose")
}

// book makes the appointment and leads to its page. A form that is sent twice
// ends at the same appointment.
func (s *site) book(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	p, h, err := s.heldForm(v)
	if err != nil {
		return err
	}
	p.Fields = typedFields(v)
	citizen, bad := p.Fields.citizen(h.Zone, s)
	if p.Called && p.Fields.Phone == "" {
		bad.Add("citizen.phone", "required", "the office calls this number")
	}
	booked, err := s.bookOnce(v, h, citizen, p.Fields, bad)
	var invalid *scheduler.InvalidError
	switch {
	case errors.As(err, &invalid):
		return s.formFaults(v, p, invalid)
	case errors.Is(err, scheduler.ErrHoldExpired):
		return s.expired(v, h, p.Fields)
	case errors.Is(err, scheduler.ErrSlotTaken):
		return wayOn(err, timesPlace(h.ServiceID, h.OfficeID, h.Channel, h.Place.Date, h.Party), "time.choose")
	case err != nil:
		return at(wayOn(err, "/", "nav.home"), h.OfficeID)
	}
	s.dropDraft(v)
	return v.redirect("/a/" + booked.ManageToken + "?new=1")
}

// bookOnce books unless the form itself is wrong or was sent before.
func (s *site) bookOnce(v *visit, h scheduler.Hold, c scheduler.Citizen, f fields, bad *scheduler.InvalidError) (scheduler.Booked, error) {
	if h.State != scheduler.HoldUsed {
		if len(bad.Fields) > 0 {
			return scheduler.Booked{}, s.allFaults(c, f, bad)
		}
		booked, err := s.Engine.Book(v.Context(), scheduler.BookRequest{
			HoldID: h.ID, Citizen: c, FileNumber: f.FileNumber, Note: f.Note,
		})
		if !errors.Is(err, scheduler.ErrInvalidState) {
			return booked, err
		}
	}
	booked, err := s.Engine.BookedFrom(v.Context(), h.ID, c)
	if errors.Is(err, scheduler.ErrNotFound) {
		err = errHoldUsed
	}
	return booked, err
}

// allFaults adds to what the form itself found what the engine would find, so
// that a person sees everything at once.
func (s *site) allFaults(c scheduler.Citizen, f fields, bad *scheduler.InvalidError) error {
	all := &scheduler.InvalidError{}
	c.Check(all, s.Zones)
	scheduler.CheckText(all, "file_number", f.FileNumber, scheduler.MaxFileNumber)
	scheduler.CheckText(all, "note", f.Note, scheduler.MaxNote)
	all.Fields = append(all.Fields, bad.Fields...)
	return all
}

func typedFields(v *visit) fields {
	get := func(name string) string { return httpkit.CleanText(v.PostForm.Get(name)) }
	return fields{
		Name: get("name"), Told: get("told"), Relation: get("relation"), Email: get("email"), Phone: get("phone"), Language: get("language"),
		Zone: get("zone"), FileNumber: get("file_number"), Note: cleanNote(v.PostForm.Get("note")),
	}
}

// citizen turns what was typed into who comes. What cannot be read as a number
// is left in place for the engine's checks to see that something was typed.
func (f fields) citizen(officeZone string, s *site) (scheduler.Citizen, *scheduler.InvalidError) {
	bad := &scheduler.InvalidError{}
	c := scheduler.Citizen{
		Name: f.Name, Told: f.Told, Relation: scheduler.Relation(f.Relation), Email: f.Email, Language: s.Book.TagIn("notice", f.Language).Code(), Zone: f.Zone,
	}
	if c.Zone == officeZone {
		c.Zone = ""
	}
	if f.Phone != "" {
		phone, err := httpkit.NormalizePhone(f.Phone, regionOf(f.Zone))
		if err != nil {
			bad.Add("citizen.phone", "invalid_phone", "not a telephone number")
			phone = f.Phone
		}
		c.Phone = phone
	}
	return c, bad
}
