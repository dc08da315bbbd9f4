package web

import (
	"errors"
	"net/http"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// earlierPage asks to be offered an earlier time, or another one in place of one
// that was lost, and says whether that is on.
type earlierPage struct {
	frame
	Appointment appointmentPart
	Lost        bool
	Keep        string        // how long a place is kept, worded
	Wish        *standingPart // nil when nothing was wished
	First, Last string        // dates, as typed or as 2027-08-01
	Min, Max    string
	Days        bool // the dates are wrong
}

func (earlierPage) file() string { return "earlier" }

func (s *site) earlierPage(v *visit, o *opened) (earlierPage, error) {
	lost := o.Status == scheduler.StatusDisplaced
	title := "offer.earlier.title"
	if lost {
		title = "offer.lost.title"
	}
	v.place = o.place + "/earlier"
	from, to := s.Engine.WishDays(&o.Appointment)
	p := earlierPage{
		frame: s.frame(v, v.lang.Say(title)), Appointment: s.part(v, o), Lost: lost, Keep: s.keptFor(v),
		First: from.String(), Last: to.String(), Min: scheduler.DateOf(s.now().In(o.loc)).String(), Max: o.Place.Date.String(),
	}
	if lost {
		p.Max = to.AddDays(s.Engine.Policy().Horizon).String()
	}
	w, err := s.Engine.WishOf(v.Context(), &o.Appointment)
	if errors.Is(err, scheduler.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	part, err := s.standingPart(v, &w, o.Citizen, o.Zone)
	p.Wish, p.First, p.Last = &part, w.From.String(), w.To.String()
	return p, err
}

// keptFor words how long an offered place is kept.
func (s *site) keptFor(v *visit) string {
	return v.lang.Duration(int(s.Engine.Policy().Offers.AnswerFor / time.Minute))
}

func (s *site) askEarlier(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if !s.Engine.Wishable(&o.Appointment) {
		return wayOn(scheduler.ErrInvalidState, o.place, "manage.title")
	}
	p, err := s.earlierPage(v, &o)
	if err != nil {
		return err
	}
	return s.show(v, http.StatusOK, p)
}

// earlier switches it on, or changes the days.
func (s *site) earlier(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	first, last := cut(httpkit.CleanText(v.PostForm.Get("from")), 20), cut(httpkit.CleanText(v.PostForm.Get("to")), 20)
	from, ok1 := readDate(first)
	to, ok2 := readDate(last)
	if ok1 || first == "" {
		if ok2 || last == "" {
			_, err = s.Engine.WishEarlier(v.Context(), o.ID, from, to, o.actor())
		}
	}
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) || (!ok1 && first != "") || (!ok2 && last != "") {
		p, err := s.earlierPage(v, &o)
		if err != nil {
			return err
		}
		p.First, p.Last, p.Days, p.Faulty = first, last, true, true
		return s.show(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "/earlier")
}

// stopEarlier switches it off.
func (s *site) stopEarlier(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	w, err := s.Engine.WishOf(v.Context(), &o.Appointment)
	if err == nil {
		_, err = s.Engine.WithdrawWish(v.Context(), s.Engine.WishToken(w.ID))
	}
	if err != nil && !errors.Is(err, scheduler.ErrNotFound) {
		return wayOn(err, o.place, "manage.title")
	}
	return v.redirect(o.place + "/earlier")
}

// offered is what is kept for the person of an appointment, or nil; and the place
// where one is asked for, "" where that cannot be.
func (s *site) offered(v *visit, o *opened) (*offeredPart, string, error) {
	if !s.Engine.Wishable(&o.Appointment) {
		return nil, "", nil
	}
	ask := o.place + "/earlier"
	if !v.lang.Speaks("offer") {
		ask = "" // its pages are in other languages; what is kept already is shown
	}
	w, err := s.Engine.WishOf(v.Context(), &o.Appointment)
	if errors.Is(err, scheduler.ErrNotFound) {
		return nil, ask, nil
	}
	if err != nil {
		return nil, "", err
	}
	part, err := s.standingPart(v, &w, o.Citizen, o.Zone)
	return part.Offered, ask, err
}
