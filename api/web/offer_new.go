package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// newWishPage asks who wants to be told when a place becomes free.
type newWishPage struct {
	frame
	Visit       visitSummary
	Action      string // place
	Back        string // place
	Keep        string // how long a place is kept, worded
	First, Last string
	Min, Max    string
	Days        bool // the dates are wrong
	Duplicate   bool
	Kept        string // after how many days who it was is erased, worded
	reachPart
}

func (newWishPage) file() string { return "newwish" }

func (s *site) newWishPage(v *visit) (newWishPage, choice, error) {
	ch, err := s.choice(v)
	if err != nil {
		return newWishPage{}, ch, err
	}
	today := scheduler.DateOf(s.now().In(ch.loc))
	p := newWishPage{
		frame: s.frame(v, v.lang.Say("offer.new.title")), Visit: ch.summary(v.lang), Action: ch.base + "/wish", Back: ch.address(ch.base),
		Keep: s.keptFor(v), reachPart: s.reach(v),
		Min: today.String(), Max: today.AddDays(s.Engine.Policy().Horizon).String(),
		Kept: v.lang.Plural("unit.days", s.Engine.Policy().KeepDays),
	}
	p.FormID = "details"
	if ch.stay.known() {
		p.First, p.Last = ch.stay.From.String(), ch.stay.To.String()
	}
	return p, ch, nil
}

func (s *site) askWish(v *visit) error {
	p, _, err := s.newWishPage(v)
	if err != nil {
		return err
	}
	return s.show(v, http.StatusOK, p)
}

// wish keeps the wish and leads to its page.
func (s *site) wish(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	p, ch, err := s.newWishPage(v)
	if err != nil {
		return err
	}
	s.typedWish(v, &p)
	from, ok1 := readDate(p.First)
	to, ok2 := readDate(p.Last)
	citizen, bad := p.Fields.citizen(ch.office.Zone, s)
	if len(bad.Fields) > 0 || !ok1 || !ok2 {
		p.Days = !ok1 || !ok2
		err = s.allFaults(citizen, fields{}, bad)
	} else {
		var w scheduler.Wish
		w, err = s.Engine.WishPlace(v.Context(), scheduler.WishRequest{
			OfficeID: ch.office.ID, ServiceID: ch.service.ID, From: from, To: to, Party: p.Visit.Party, Citizen: citizen,
			Client: s.client(v),
		})
		if err == nil {
			return v.redirect("/w/" + s.Engine.WishToken(w.ID))
		}
	}
	var invalid *scheduler.InvalidError
	switch {
	case errors.As(err, &invalid):
		p.Faults = s.faultsOf(v.lang, invalid)
		for _, f := range invalid.Fields {
			p.Days = p.Days || f.Field == "to"
		}
		if len(p.Faults) == 0 && !p.Days {
			return wayOn(err, p.Back, "day.choose")
		}
		p.Faulty = true
		return s.show(v, http.StatusUnprocessableEntity, p)
	case errors.Is(err, scheduler.ErrDuplicateWish):
		p.Duplicate, p.Faulty = true, true
		return s.show(v, http.StatusConflict, p)
	}
	return wayOn(err, p.Back, "day.choose")
}

// typedWish reads the form back into the page.
func (s *site) typedWish(v *visit, p *newWishPage) {
	p.Fields = typedFields(v)
	p.First, p.Last = cut(httpkit.CleanText(v.PostForm.Get("from")), 20), cut(httpkit.CleanText(v.PostForm.Get("to")), 20)
	if n, err := strconv.Atoi(v.PostForm.Get("party")); err == nil && n > 0 {
		p.Visit.Party = n
	}
}

// switchWish shows the form in another language, with what was typed.
func (s *site) switchWish(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	v.place = strings.TrimSuffix(v.place, "/language")
	p, _, err := s.newWishPage(v)
	if err != nil {
		return err
	}
	s.typedWish(v, &p)
	p.Fields = s.retyped(v)
	return s.show(v, http.StatusOK, p)
}

// wishPlace is where to ask to be told of a place within the stay, or "" when
// nothing is offered here.
func (s *site) wishPlace(ch *choice) string {
	if s.Engine.Policy().Offers.AtOnce == 0 || ch.fixed {
		return ""
	}
	return ch.address("/services/" + url.PathEscape(ch.service.ID) + "/" + url.PathEscape(ch.office.ID) + "/wish")
}

// client names the network that asks, "" when that is not known.
func (s *site) client(v *visit) string {
	if from := s.Guard.ClientOf(v.Request); from.IsValid() {
		return from.String()
	}
	return ""
}
