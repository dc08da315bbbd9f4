package web

import (
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
	Weekdays []string    // from Monday
	Months   []monthPart // one, or two when the first is nearly over
	Notes    []string    // what is not certain about their days
	Previous string      // addresses, or "" at the end of what can be booked
	Next     string
	First    string // address of the first free day when it is not in this month
	FirstAt  string // worded
	Parties  []int
	Action   string // of the form that changes the number of persons
	Back     string // place of the service
	Empty    bool   // nothing is free in this month, or within the stay
	Stay     *stayPart
	Within   bool   // only the days of the stay are shown
	Wish     string // address where one asks to be told of a place, or ""
	All      string // address with the days outside of the stay too
	Only     string // address with those of the stay alone, when all are shown
}

func (daysPage) file() string { return "days" }

// LastMonth is the index of the last month.
func (p daysPage) LastMonth() int { return len(p.Months) - 1 }

// visitSummary is what was chosen so far.
type visitSummary struct {
	ServiceID string
	Service   name
	OfficeID  string
	Office    name
	Party     int
	Channel   scheduler.ServiceChannel
}

// monthPart is what is left of a month.
type monthPart struct {
	ID     string // "2027-08"
	Name   string // worded: "août 2027"
	Offset int    // weekday of the first day shown, 1 is Monday
	Days   []dayCell
}

// dayCell is one day of the month.
type dayCell struct {
	date    scheduler.Date
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
	channel   scheduler.ServiceChannel
	loc       *time.Location
	party     int
	// base is the place of the days; a day's times are under it.
	base string
	// near is a date whose month to show first; zero for that of the first free
	// day.
	near scheduler.Date
	// fixed: the number of persons is the appointment's and not in addresses.
	fixed bool
	// stay narrows the days; all shows the others too.
	stay stay
	all  bool
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
	by, err := scheduler.ParseServiceChannel(v.FormValue("channel"))
	if err != nil {
		return choice{}, wayOn(err, "/services/"+sv.ID, "office.choose")
	}
	ch := choice{catalogue: c, service: sv, channel: by, party: s.party(v), stay: s.stay(v).stay, all: v.URL.Query().Get("all") != "", base: "/services/" + sv.ID + "/" + v.PathValue("office")}
	if len(c.PoolsBy(by, sv.ID, v.PathValue("office"))) > 0 {
		ch.office, err = c.Office(v.PathValue("office"))
	} else {
		err = scheduler.ErrNotFound // also where another portal books
	}
	if err != nil {
		return choice{}, wayOn(err, "/services/"+sv.ID, "office.choose")
	}
	ch.freely()
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
	return visitSummary{ch.service.ID, nameOf(l, ch.service.Names), ch.office.ID, nameOf(l, ch.office.Names), ch.party, ch.channel}
}

// address adds to a place what belongs to the choice.
func (ch *choice) address(place string, more ...string) string {
	q := url.Values{}
	if ch.stay.known() {
		q = ch.stay.query()
	}
	if ch.channel.Remote() && !ch.fixed {
		q.Set("channel", string(ch.channel))
	}
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
	s.asksStay(&p.frame, p.Stay)
	return s.show(v, p.Stay.status(), p)
}

// enough is how many days a page shows at least before it goes on to the next
// month, when none was asked for.
const enough = 14

// daysPage fills in the days of the stay; else the month asked for, that of the
// first free day, or that of the appointment that is moved, and the next when
// little is left of it.
func (s *site) daysPage(v *visit, ch choice) (daysPage, error) {
	p := daysPage{
		Visit: ch.summary(v.lang), Action: ch.base, Back: v.way("/services/" + ch.service.ID), Stay: s.stay(v), Within: ch.stay.known() && !ch.all,
		Weekdays: weekdays(v.lang), Parties: upTo(s.Engine.Policy().MaxParty),
	}
	q := scheduler.SlotQuery{ServiceID: ch.service.ID, OfficeID: ch.office.ID, Channel: ch.channel, Party: ch.party}
	within := ch.stay
	if ch.all {
		within = stay{}
	}
	first, err := s.firstFree(v.Context(), q, ch.loc, within)
	if err != nil {
		return p, err
	}
	today := scheduler.DateOf(s.now().In(ch.loc))
	end := today.AddDays(s.Engine.Policy().Horizon)
	if p.Within {
		q.From, q.To, _ = ch.stay.within(today, end)
		p.All = ch.address(ch.base, "all", "1")
	} else {
		q.From, q.To = s.monthSpan(v, ch, &p, s.startMonth(v, ch, first, end), today, end)
	}
	offers, err := s.Engine.Days(v.Context(), q)
	if err != nil {
		return p, err
	}
	cells := dayCells(v.lang, ch, offers, today, end)
	p.Months, p.Notes = months(v.lang, cells), uncertain(v.lang, offers, today)
	if p.Empty = !anyFree(cells); !p.Empty {
		return p, nil
	}
	if p.Within {
		if v.lang.Speaks("offer") {
			p.Wish = s.wishPlace(&ch)
		}
		first, err = s.firstFree(v.Context(), q, ch.loc, stay{ch.stay.To, end})
	}
	if !first.IsZero() {
		p.First, p.FirstAt = ch.address(ch.base+"/"+scheduler.DateOf(first).String()), s.when(v, first)
	}
	return p, err
}

// monthSpan is the first and the last day to show of a month, or of two; it sets
// the addresses of those before and after.
func (s *site) monthSpan(v *visit, ch choice, p *daysPage, start, today, end scheduler.Date) (scheduler.Date, scheduler.Date) {
	var more []string
	if ch.stay.known() {
		more = []string{"all", "1"}
		p.Only = ch.address(ch.base)
	}
	from := latest(firstOfMonth(start), today.AddDays(1-fromMonday(today)))
	next := nextMonth(latest(from, today))
	if from.After(today) {
		p.Previous = ch.address(ch.base, append(more, "month", monthText(firstOfMonth(from).AddDays(-1)))...)
	}
	if v.URL.Query().Get("month") == "" && latest(from, today).DaysUntil(next) < enough {
		next = nextMonth(next)
	}
	if !next.After(end) {
		p.Next = ch.address(ch.base, append(more, "month", monthText(next))...)
	}
	return from, next.AddDays(-1)
}

// startMonth is a date in the month to show first.
func (s *site) startMonth(v *visit, ch choice, first time.Time, end scheduler.Date) scheduler.Date {
	today := scheduler.DateOf(s.now().In(ch.loc))
	if asked, err := time.Parse("2006-01", v.URL.Query().Get("month")); err == nil {
		return clamp(scheduler.DateOf(asked), today, end)
	}
	if ch.near.After(today) {
		return ch.near
	}
	if ch.stay.known() {
		return latest(ch.stay.From, today)
	}
	if first.IsZero() {
		return today
	}
	return scheduler.DateOf(first)
}

// months groups days by their month.
func months(l *locale.Language, cells []dayCell) []monthPart {
	var out []monthPart
	for _, c := range cells {
		id := monthText(c.date)
		if n := len(out); n == 0 || out[n-1].ID != id {
			out = append(out, monthPart{ID: id, Name: l.MonthYear(c.date.At(0, time.UTC)), Offset: fromMonday(c.date)})
		}
		last := &out[len(out)-1]
		last.Days = append(last.Days, c)
	}
	return out
}

func anyFree(days []dayCell) bool {
	for _, d := range days {
		if d.Free > 0 {
			return true
		}
	}
	return false
}

func dayCells(l *locale.Language, ch choice, offers []scheduler.DayOffer, today, end scheduler.Date) []dayCell {
	var cells []dayCell
	for _, o := range offers {
		cell := dayCell{
			date: o.Date, Day: o.Date.Day, Label: l.ShortDate(o.Date.At(0, time.UTC)), Machine: o.Date.String(), Free: o.Free,
			Past: o.Date.Before(today), Today: o.Date == today, Beyond: o.Date.After(end), Closed: !o.Opening.Open(),
			Why: closedBriefly(l, o.Date, o.Opening), Maybe: o.Opening.Reason == scheduler.ReasonMayClose, Weekend: weekend(o.Date),
		}
		if n := len(cells); n > 0 && cells[n-1].date == cell.date {
			cells[n-1].Free += cell.Free // a second pool of the office
			continue
		}
		cells = append(cells, cell)
	}
	for i := range cells {
		if cells[i].Free > 0 {
			cells[i].URL = ch.address(ch.base + "/" + cells[i].Machine)
		}
	}
	return cells
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

func nextMonth(d scheduler.Date) scheduler.Date { return firstOfMonth(firstOfMonth(d).AddDays(31)) }

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
