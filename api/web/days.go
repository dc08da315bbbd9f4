package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// daysPage is the choice of a day in one month, for a new appointment or for
// one that is moved.
type daysPage struct {
	frame
	Visit    visitSummary
	Moving   *movingPart // nil for a new appointment
	Month    string      // worded: "août 2027"
	Weekdays []string    // from Monday
	Offset   int         // weekday of the first day, 1 is Monday
	Days     []dayCell
	Notes    []string // what is not certain about days of this month
	Previous string   // addresses, or "" at the end of what can be booked
	Next     string
	First    string // address of the first free day when it is not in this month
	FirstAt  string // worded
	Parties  []int
	Action   string // of the form that changes the number of persons
	Empty    bool   // nothing is free in this month
}

func (daysPage) file() string { return "days" }

// visitSummary is what was chosen so far.
type visitSummary struct {
	ServiceID string
	Service   name
	OfficeID  string
	Office    name
	Party     int
}

// dayCell is one day of the month.
type dayCell struct {
	Day     int
	Label   string // worded date, without the year
	Machine string // "2027-08-10"
	URL     string // of its times; "" when it cannot be chosen
	Free    int
	Past    bool
	Today   bool
	Closed  bool
	Beyond  bool   // later than can be booked now
	Why     string // why it is closed, in a few words
	Maybe   bool   // it is open, and may still be closed
	Weekend bool
}

// choice is what the days and times of one service in one office are asked for.
type choice struct {
	catalogue *scheduler.Catalogue
	service   *scheduler.Service
	office    *scheduler.Office
	loc       *time.Location
	party     int
	// base is the place of the days; a day's times are under it.
	base string
	// fixed: the number of persons is the appointment's and not in addresses.
	fixed bool
}

// choice reads service, office and number of persons from the address.
func (s *site) choice(v *visit) (choice, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return choice{}, err
	}
	sv, err := c.Service(v.PathValue("service"))
	if err != nil {
		return choice{}, wayOn(err, "/", "home.choose_service")
	}
	ch := choice{catalogue: c, service: sv, party: s.party(v), base: "/services/" + sv.ID + "/" + v.PathValue("office")}
	if len(c.Pools(sv.ID, v.PathValue("office"))) > 0 {
		ch.office, err = c.Office(v.PathValue("office"))
	} else {
		err = scheduler.ErrNotFound // also where another portal books
	}
	if err != nil {
		return choice{}, wayOn(err, "/services/"+sv.ID, "office.choose")
	}
	ch.loc, err = s.Zones.Load(ch.office.Zone)
	return ch, err
}

// party reads the number of persons; what is not possible counts as one.
func (s *site) party(v *visit) int {
	n, err := strconv.Atoi(v.URL.Query().Get("party"))
	if err != nil || n < 1 || n > s.Engine.Policy().MaxParty {
		return 1
	}
	return n
}

func (ch *choice) summary(l *locale.Language) visitSummary {
	return visitSummary{ch.service.ID, nameOf(l, ch.service.Names), ch.office.ID, nameOf(l, ch.office.Names), ch.party}
}

// address adds to a place what belongs to the choice.
func (ch *choice) address(place string, more ...string) string {
	q := url.Values{}
	if ch.party > 1 && !ch.fixed {
		q.Set("party", strconv.Itoa(ch.party))
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	if len(q) == 0 {
		return place
	}
	return place + "?" + q.Encode()
}

func (s *site) days(v *visit) error {
	ch, err := s.choice(v)
	if err != nil {
		return err
	}
	p, err := s.daysPage(v, ch)
	if err != nil {
		return err
	}
	p.frame = s.frame(v, v.lang.Say("day.choose"))
	return s.show(v, 200, p)
}

// daysPage fills in a month: the one asked for, else that of the first free day.
func (s *site) daysPage(v *visit, ch choice) (daysPage, error) {
	q := scheduler.SlotQuery{ServiceID: ch.service.ID, OfficeID: ch.office.ID, Party: ch.party}
	first, err := s.firstFree(v.Context(), q, ch.loc)
	if err != nil {
		return daysPage{}, err
	}
	today := scheduler.DateOf(s.now().In(ch.loc))
	last := today.AddDays(s.Engine.Policy().Horizon)
	month := firstOfMonth(today)
	if !first.IsZero() {
		month = firstOfMonth(scheduler.DateOf(first))
	}
	if asked, err := time.Parse("2006-01", v.URL.Query().Get("month")); err == nil {
		month = clamp(scheduler.DateOf(asked), firstOfMonth(today), firstOfMonth(last))
	}
	p := daysPage{
		Visit: ch.summary(v.lang), Month: v.lang.MonthYear(month.At(0, time.UTC)), Action: ch.base,
		Weekdays: weekdays(v.lang), Parties: upTo(s.Engine.Policy().MaxParty),
	}
	if month.After(today) {
		p.Previous = ch.address(ch.base, "month", monthText(month.AddDays(-1)))
	}
	next := firstOfMonth(month.AddDays(31))
	if !next.After(last) {
		p.Next = ch.address(ch.base, "month", monthText(next))
	}
	// Weeks that are over are left out.
	from := latest(month, today.AddDays(1-fromMonday(today)))
	p.Offset = fromMonday(from)
	p.Days, p.Notes, err = s.dayCells(v.Context(), v.lang, ch, q, from, next.AddDays(-1))
	if err != nil {
		return p, err
	}
	p.Empty = !anyFree(p.Days)
	if !first.IsZero() && p.Empty {
		p.First, p.FirstAt = ch.address(ch.base+"/"+scheduler.DateOf(first).String()), s.shortWhen(v.lang, first)
	}
	return p, nil
}

func anyFree(days []dayCell) bool {
	for _, d := range days {
		if d.Free > 0 {
			return true
		}
	}
	return false
}

func (s *site) dayCells(ctx context.Context, l *locale.Language, ch choice, q scheduler.SlotQuery, from, to scheduler.Date) ([]dayCell, []string, error) {
	q.From, q.To = from, to
	offers, err := s.Engine.Days(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	today := scheduler.DateOf(s.now().In(ch.loc))
	last := today.AddDays(s.Engine.Policy().Horizon)
	var cells []dayCell
	for _, o := range offers {
		cell := dayCell{
			Day: o.Date.Day, Label: l.ShortDate(o.Date.At(0, time.UTC)), Machine: o.Date.String(), Free: o.Free,
			Past: o.Date.Before(today), Today: o.Date == today, Beyond: o.Date.After(last), Closed: !o.Opening.Open(),
			Why: closedBriefly(l, o.Date, o.Opening), Maybe: o.Opening.Reason == scheduler.ReasonMayClose, Weekend: weekend(o.Date),
		}
		if o.Free > 0 {
			cell.URL = ch.address(ch.base + "/" + o.Date.String())
		}
		if n := len(cells); n > 0 && cells[n-1].Machine == cell.Machine {
			cells[n-1].Free += cell.Free // a second pool of the office
			continue
		}
		cells = append(cells, cell)
	}
	return cells, uncertain(l, offers, today), nil
}

// uncertain says what is not certain about days of a month, each thing once.
func uncertain(l *locale.Language, offers []scheduler.DayOffer, today scheduler.Date) []string {
	var notes []string
	for _, o := range offers {
		if !o.Opening.Tentative || o.Date.Before(today) {
			continue
		}
		text := l.Plural("day.tentative", o.Opening.PlusMinusDays, "name", l.Pick(o.Opening.Names))
		if !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	return notes
}

// closedWhy says in whole sentences what closes an office, or may; "" when there
// is nothing to say.
func closedWhy(l *locale.Language, op scheduler.Opening) string {
	name := l.Pick(op.Names)
	switch {
	case op.Reason == scheduler.ReasonMayClose:
		return l.Plural("day.may_close", op.PlusMinusDays, "name", name)
	case op.Tentative:
		return l.Plural("day.tentative", op.PlusMinusDays, "name", name)
	case op.Reason == scheduler.ReasonClosure:
		return l.Say("day.closed_because", "reason", name)
	}
	return ""
}

// closedBriefly says it in the words that fit a calendar.
func closedBriefly(l *locale.Language, date scheduler.Date, op scheduler.Opening) string {
	switch {
	case op.Open():
		return ""
	case op.Reason == scheduler.ReasonNotOpen && weekend(date):
		return l.Say("day.reason.weekend")
	case l.Pick(op.Names) != "":
		return l.Pick(op.Names)
	}
	return l.Say("day.reason." + string(op.Reason))
}

func weekend(d scheduler.Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

func firstOfMonth(d scheduler.Date) scheduler.Date {
	return scheduler.Date{Year: d.Year, Month: d.Month, Day: 1}
}

func monthText(d scheduler.Date) string { return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month)) }

// fromMonday counts the days of a week from 1, a Monday.
func fromMonday(d scheduler.Date) int { return int(d.Weekday()+6)%7 + 1 }

func latest(a, b scheduler.Date) scheduler.Date {
	if a.After(b) {
		return a
	}
	return b
}

func clamp(d, from, to scheduler.Date) scheduler.Date {
	switch {
	case d.Before(from):
		return from
	case d.After(to):
		return to
	}
	return d
}

// weekdays are the short names from Monday on, as weeks begin in Morocco.
func weekdays(l *locale.Language) []string {
	monday := time.Date(2027, 8, 2, 0, 0, 0, 0, time.UTC)
	var names []string
	for i := range 7 {
		names = append(names, l.ShortWeekday(monday.AddDate(0, 0, i)))
	}
	return names
}

func upTo(n int) []int {
	var out []int
	for i := range n {
		out = append(out, i+1)
	}
	return out
}
