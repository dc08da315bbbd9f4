package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// backToDesk leads to the desk, with what was done, the number it is about, and
// the ticket whose step can be taken back.
func backToDesk(v *visit, did string, t *scheduler.Ticket) error {
	q := url.Values{}
	if did != "" {
		q.Set("did", did)
	}
	if t != nil {
		q.Set("number", t.Number)
		q.Set("last", t.ID)
	}
	if len(q) == 0 {
		return v.redirect("/desk")
	}
	return v.redirect("/desk?" + q.Encode())
}

// openDesk sits down at a desk.
func (s *site) openDesk(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	id := cut(v.PostForm.Get("desk"), 100)
	if err := s.Engine.OpenDesk(v.Context(), id, u.ID, scheduler.Actor{Staff: u}); err != nil {
		return s.deskAgain(v, u, err)
	}
	s.didAtDesk(v, id)
	return v.redirect("/desk")
}

// closeDesk leaves the desk.
func (s *site) closeDesk(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	id := cut(v.PostForm.Get("desk"), 100)
	if err := s.Engine.CloseDesk(v.Context(), id, scheduler.Actor{Staff: u}); err != nil {
		return s.deskAgain(v, u, err)
	}
	s.didAtDesk(v, id)
	return v.redirect("/desk")
}

// didAtDesk notes a deed at a desk.
func (s *site) didAtDesk(v *visit, deskID string) {
	if c, err := s.Engine.Catalogue(v.Context()); err == nil {
		if d, err := c.Desk(deskID); err == nil {
			v.did(d.OfficeID, deskID)
		}
	}
}

func (s *site) callNext(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.CallNext(v.Context(), cut(v.PostForm.Get("desk"), 100), scheduler.Actor{Staff: u})
	if errors.Is(err, scheduler.ErrNobodyWaits) {
		s.didAtDesk(v, v.PostForm.Get("desk"))
		return backToDesk(v, "nobody", nil)
	}
	return s.stepped(v, u, "", t, err)
}

// stepped ends a step of a ticket.
func (s *site) stepped(v *visit, u *scheduler.User, did string, t scheduler.Ticket, err error) error {
	if err != nil {
		return s.deskAgain(v, u, err)
	}
	v.did(t.OfficeID, t.ID)
	return backToDesk(v, did, &t)
}

// ticketStep is a step of a ticket that needs no more to be told.
type ticketStep func(ctx context.Context, id string, by scheduler.Actor) (scheduler.Ticket, error)

// act makes an action of a step. The engine is asked for at the request: the
// table of routes is also read without one.
func (s *site) act(did string, of func() ticketStep) staffAction {
	return func(v *visit, u *scheduler.User) error {
		if err := readForm(v); err != nil {
			return err
		}
		t, err := of()(v.Context(), cut(v.PathValue("ticket"), 100), scheduler.Actor{Staff: u})
		return s.stepped(v, u, did, t, err)
	}
}

func (s *site) callTicket(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.CallTicket(v.Context(), cut(v.PathValue("ticket"), 100), cut(v.PostForm.Get("desk"), 100), scheduler.Actor{Staff: u})
	return s.stepped(v, u, "", t, err)
}

func (s *site) finishTicket(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	o := scheduler.Outcome{
		Kind: scheduler.OutcomeKind(v.PostForm.Get("outcome")), Note: cleanNote(v.PostForm.Get("note")),
		OfficeID: cut(v.PostForm.Get("sent_to"), 100),
	}
	if o.Kind != scheduler.OutcomeSentTo {
		o.OfficeID = ""
	}
	if on := v.PostForm.Get("on"); on != "" && o.Kind == scheduler.OutcomeComeBack {
		day, err := scheduler.ParseDate(on)
		if err != nil {
			return s.deskAgain(v, u, scheduler.Invalid("on", "invalid", "want YYYY-MM-DD"))
		}
		o.On = day
	}
	t, err := s.Engine.Finish(v.Context(), cut(v.PathValue("ticket"), 100), o, scheduler.Actor{Staff: u})
	return s.stepped(v, u, "done", t, err)
}

func (s *site) transferTicket(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	office, service := cut(v.PostForm.Get("to_office"), 100), cut(v.PostForm.Get("service"), 100)
	if office != "" { // to another administration: the service that it offers first
		c, err := s.Engine.Catalogue(v.Context())
		if err != nil {
			return err
		}
		if offered := c.ServicesOf(office); len(offered) > 0 && service == "" {
			service = offered[0].ID
		}
	}
	t, err := s.Engine.Transfer(v.Context(), cut(v.PathValue("ticket"), 100), office, service, scheduler.Actor{Staff: u})
	return s.stepped(v, u, "done", t, err)
}

func (s *site) prioritise(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.SetPriority(v.Context(), cut(v.PathValue("ticket"), 100), cut(v.PostForm.Get("group"), 100), scheduler.Actor{Staff: u})
	return s.stepped(v, u, "", t, err)
}

// addService adds a further service to the visit of a ticket.
func (s *site) addService(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.AddService(v.Context(), cut(v.PathValue("ticket"), 100), cut(v.PostForm.Get("service"), 100), scheduler.Actor{Staff: u})
	return s.stepped(v, u, "", t, err)
}

// walkIn gives a ticket to somebody without an appointment.
func (s *site) walkIn(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	office, _, err := s.hereNow(v, u)
	if err != nil {
		return err
	}
	party, err := strconv.Atoi(v.PostForm.Get("party"))
	if err != nil {
		party = 1
	}
	phone, err := httpkit.NormalizePhone(v.PostForm.Get("phone"), "MA")
	if err != nil && v.PostForm.Get("phone") != "" {
		return s.deskAgain(v, u, scheduler.Invalid("citizen.phone", "invalid_phone", "want a telephone number"))
	}
	t, err := s.Engine.DrawTicket(v.Context(), scheduler.DrawRequest{
		OfficeID: office.ID, Services: []string{cut(v.PostForm.Get("service"), 100)}, Group: cut(v.PostForm.Get("group"), 100), Party: party,
		Beyond:  v.PostForm.Get("beyond") == "yes",
		Citizen: scheduler.Citizen{Name: httpkit.CleanText(v.PostForm.Get("name")), Phone: phone, Language: v.lang.Code()},
	}, scheduler.Actor{Staff: u})
	return s.arrived(v, u, t, err)
}

// hereNow is where the member of staff sits.
func (s *site) hereNow(v *visit, u *scheduler.User) (*scheduler.Office, *scheduler.DeskView, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return nil, nil, err
	}
	office, _, at, err := s.seat(v, c, u)
	if err == nil && office == nil {
		err = wayOn(scheduler.ErrInvalidState, "/desk", "desk.title")
	}
	return office, at, err
}

func (s *site) arrived(v *visit, u *scheduler.User, t scheduler.Ticket, err error) error {
	if err != nil {
		return s.deskAgain(v, u, err)
	}
	v.did(t.OfficeID, t.ID)
	q := url.Values{"did": {"ticket"}, "number": {t.Number}}
	return v.redirect("/desk?" + q.Encode())
}

// checkIn gives the ticket of an appointment.
func (s *site) checkIn(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.CheckIn(v.Context(), cut(v.PathValue("appointment"), 100), scheduler.Actor{Staff: u})
	return s.arrived(v, u, t, err)
}

// receive takes what a hand scanner or a person put into the field: the link of
// an appointment's page, a reference, or a part of a name. One person found by
// link or reference is checked in at once; by name, the agent chooses.
func (s *site) receive(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	office, _, err := s.hereNow(v, u)
	if err != nil {
		return err
	}
	by, text := scheduler.Actor{Staff: u}, cut(httpkit.CleanText(v.PostForm.Get("who")), scheduler.MaxNote)
	all, err := s.Engine.FindArrival(v.Context(), office.ID, text, by)
	if err != nil {
		return s.deskAgain(v, u, err)
	}
	_, noReference := scheduler.ParseReference(text)
	if exact := noReference == nil || strings.Contains(text, "/a/"); exact && len(all) == 1 {
		t, err := s.Engine.CheckIn(v.Context(), all[0].Appointment.ID, by)
		return s.arrived(v, u, t, err)
	}
	appointments := make([]scheduler.Appointment, len(all))
	for i := range all {
		appointments[i] = all[i].Appointment
	}
	return s.found(v, u, office, appointments)
}

// found shows who was found. The answer to the form shows them itself: a name
// has no place in an address.
func (s *site) found(v *visit, u *scheduler.User, o *scheduler.Office, all []scheduler.Appointment) error {
	v.place = "/desk"
	p, err := s.deskOf(v, u)
	if err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	w := deskWork{s: s, v: v, c: c, o: o}
	p.Found = &foundPart{w.comingLines(all)}
	v.did(o.ID, "")
	return s.show(v, 200, p)
}
