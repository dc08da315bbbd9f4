package web

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// hold keeps the chosen time and leads to the form. When the time is taken
// meanwhile, the times of the day are shown again.
func (s *site) hold(v *visit) error {
	if err := readForm(v); err != nil {
		return err
	}
	r := scheduler.HoldRequest{OfficeID: v.PostForm.Get("office"), ServiceID: v.PostForm.Get("service"), Party: 1}
	back := "/services/" + url.PathEscape(r.ServiceID)
	var err error
	if r.Channel, err = scheduler.ParseServiceChannel(v.PostForm.Get("channel")); err != nil {
		return wayOn(err, back, "time.choose")
	}
	if r.StartsAt, err = time.Parse(time.RFC3339, v.PostForm.Get("starts_at")); err != nil {
		return wayOn(scheduler.Invalid("starts_at", "invalid", "want RFC 3339"), back, "time.choose")
	}
	if typed := v.PostForm.Get("party"); typed != "" {
		if r.Party, err = strconv.Atoi(typed); err != nil || r.Party < 1 {
			return wayOn(scheduler.Invalid("party_size", "out_of_range", "want a number"), back, "time.choose")
		}
	}
	h, err := s.holdGuarded(v, r)
	var proof *httpkit.ProofError
	switch {
	case errors.As(err, &proof):
		return s.proof(v, proof)
	case errors.Is(err, scheduler.ErrSlotTaken):
		return s.taken(v, r)
	case err != nil:
		return wayOn(err, back, "time.choose")
	}
	return v.redirect("/holds/" + h.ID)
}

// holdGuarded holds for the client that asks, within its bound.
func (s *site) holdGuarded(v *visit, r scheduler.HoldRequest) (scheduler.Hold, error) {
	asker, err := s.asker(v)
	if err != nil {
		return scheduler.Hold{}, err
	}
	r.Client, r.Proven, r.Spend = asker.Client(), asker.Proven(), asker.Spend
	h, err := s.Engine.Hold(v.Context(), r)
	return h, asker.Bound(err)
}

// taken shows the times of a day again, after somebody else was quicker.
func (s *site) taken(v *visit, r scheduler.HoldRequest) error {
	v.SetPathValue("service", r.ServiceID)
	v.SetPathValue("office", r.OfficeID)
	ch, err := s.choice(v)
	if err != nil {
		return err
	}
	ch.party = r.Party
	date := scheduler.DateOf(r.StartsAt.In(ch.loc))
	v.place = ch.base + "/" + date.String()
	p, err := s.timesPage(v, ch, date)
	if err != nil {
		return err
	}
	p.Taken, p.Faulty = true, true
	return s.show(v, 409, p)
}

// release gives a held time back and leads to the times again.
func (s *site) release(v *visit) error {
	h, err := s.Engine.LookHold(v.Context(), v.PathValue("hold"))
	if err != nil {
		return wayOn(err, "/", "home.choose_service")
	}
	place := timesPlace(h.ServiceID, h.OfficeID, h.Channel, h.Place.Date, h.Party)
	if err := s.Engine.ReleaseHold(v.Context(), h.ID); err != nil {
		return wayOn(err, place, "time.choose")
	}
	return v.redirect(place)
}

// readForm reads the fields of a form that was sent.
func readForm(v *visit) error {
	if err := v.ParseForm(); err != nil {
		return errors.Join(httpkit.ErrBadRequest, err)
	}
	return nil
}
