package web

import (
	"net/url"
	"strings"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// stay is the days that a reader spends in the country, both included; zero when
// the reader has not said.
type stay struct{ From, To scheduler.Date }

func (st stay) known() bool { return !st.To.IsZero() }

func (st stay) has(d scheduler.Date) bool { return st.known() && d.Between(st.From, st.To) }

// maxStay is the most days that are shown at once. Most come for three or four
// weeks; whoever stays longer sees every month anyway.
const maxStay = 92

const stayCookie = "stay"

// stayPart asks for the days of a stay and for the reader's clock, and says what
// was answered.
type stayPart struct {
	stay
	Known    bool
	Words    string // "du dim. 1 août au sam. 21 août"
	First    string // the dates as typed, or as 2027-08-01
	Last     string
	Min, Max string // what can be booked, as 2027-08-01
	Faults   []fieldFault
	Zone     string // the reader's, or ""
	Zones    []locale.Zone
	City     string // of the reader's clock, worded, or ""
	Action   string // place of the page
	Kept     []keptValue
	Clear    string // place of the page without a stay
	reader   *time.Location
}

// keptValue is a parameter of the address that the form passes on.
type keptValue struct{ Name, Value string }

// Fault is the sentence of a field's fault, or "".
func (p *stayPart) Fault(field string) string {
	for _, f := range p.Faults {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// status is the page's: 422 when the dates that were asked for cannot be.
func (p *stayPart) status() int {
	if len(p.Faults) > 0 {
		return 422
	}
	return 200
}

// stay reads the stay from the address, which is kept, or from an earlier choice;
// the same for the reader's clock. It is read once for a visit.
func (s *site) stay(v *visit) *stayPart {
	if v.stay != nil {
		return v.stay
	}
	today := scheduler.DateOf(s.now()) // a stay is not so exact that the zone matters
	end := today.AddDays(s.Engine.Policy().Horizon)
	p := &stayPart{Min: today.String(), Max: end.String(), Zones: v.lang.Zones(), Action: v.place}
	v.stay = p
	q := v.URL.Query()
	if p.Zone, p.reader = s.zone(v); p.Zone != "" {
		p.City = v.lang.City(p.Zone)
	}
	for _, key := range []string{"q", "party"} {
		if value := cut(q.Get(key), maxQuery); value != "" {
			p.Kept = append(p.Kept, keptValue{key, value})
		}
	}
	if q.Has("from") || q.Has("to") {
		p.First, p.Last = cut(strings.TrimSpace(q.Get("from")), 20), cut(strings.TrimSpace(q.Get("to")), 20)
		p.stay, p.Faults = readStay(v.lang, p.First, p.Last, today, end)
		if len(p.Faults) == 0 {
			s.remember(v, stayCookie, p.stay.text())
		}
	} else {
		p.stay = rememberedStay(v, today, end)
	}
	p.word(v.lang)
	return p
}

func (p *stayPart) word(l *locale.Language) {
	clear := url.Values{"from": {""}, "to": {""}}
	for _, k := range p.Kept {
		clear.Set(k.Name, k.Value)
	}
	p.Clear = p.Action + "?" + clear.Encode()
	if p.Known = p.known(); !p.Known {
		return
	}
	p.First, p.Last = p.From.String(), p.To.String()
	p.Words = l.Say("stay.span", "from", l.ShortDate(p.From.At(0, time.UTC)), "to", l.ShortDate(p.To.At(0, time.UTC)))
}

// asksStay makes a page that shows the form ready for it.
func (s *site) asksStay(f *frame, p *stayPart) {
	f.Faulty = len(p.Faults) > 0
	s.uses(f, "zone.js")
}

// text is "2027-08-01_2027-08-21", or "" for none.
func (st stay) text() string {
	if !st.known() {
		return ""
	}
	return st.From.String() + "_" + st.To.String()
}

// rememberedStay is the stay of an earlier choice, while it is not over.
func rememberedStay(v *visit, today, end scheduler.Date) stay {
	c, err := v.Cookie(stayCookie)
	if err != nil {
		return stay{}
	}
	from, to, _ := strings.Cut(c.Value, "_")
	st, faults := readStay(v.lang, from, to, today, end)
	if len(faults) > 0 {
		return stay{}
	}
	return st
}

// readStay reads two dates and says what is wrong with each. Both empty is no
// stay; one that has begun is sound.
func readStay(l *locale.Language, first, last string, today, end scheduler.Date) (stay, []fieldFault) {
	if first == "" && last == "" {
		return stay{}, nil
	}
	var faults []fieldFault
	read := func(field, text string) scheduler.Date {
		d, ok := readDate(text)
		switch {
		case text == "":
			faults = append(faults, fieldFault{field, l.Say("stay." + field), l.Say("stay.fault.required")})
		case !ok:
			faults = append(faults, fieldFault{field, l.Say("stay." + field), l.Say("stay.fault.invalid")})
		case d.After(end):
			faults = append(faults, fieldFault{field, l.Say("stay." + field), l.Say("stay.fault.too_far", "date", l.FullDate(end.At(0, time.UTC)))})
		}
		return d
	}
	st := stay{read("from", first), read("to", last)}
	if len(faults) > 0 {
		return stay{}, faults
	}
	fault := ""
	switch {
	case st.To.Before(st.From):
		fault = l.Say("stay.fault.before_from")
	case st.To.Before(today):
		fault = l.Say("stay.fault.past")
	case st.From.DaysUntil(st.To) >= maxStay:
		fault = l.Plural("stay.fault.too_long", maxStay)
	default:
		return st, nil
	}
	return stay{}, []fieldFault{{"to", l.Say("stay.to"), fault}}
}

// readDate reads "2027-08-01", which browsers send, and "1/8/2027" or "1.8.2027",
// which people type where there is no calendar to pick from.
func readDate(text string) (scheduler.Date, bool) {
	for _, form := range []string{time.DateOnly, "2/1/2006", "2.1.2006", "2-1-2006"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() >= 2000 && t.Year() < 2200 {
			return scheduler.DateOf(t), true
		}
	}
	return scheduler.Date{}, false
}

// way is the address of a place, without language, that keeps the stay also for
// those whose browser keeps no cookie.
func (v *visit) way(place string) string {
	if v.stay == nil || !v.stay.Known {
		return place
	}
	return place + "?" + v.stay.query().Encode()
}

func (st stay) query() url.Values {
	return url.Values{"from": {st.From.String()}, "to": {st.To.String()}}
}

// within narrows a span of dates to a stay; ok is false when nothing is left.
func (st stay) within(from, to scheduler.Date) (scheduler.Date, scheduler.Date, bool) {
	if st.known() {
		from = latest(from, st.From)
		if st.To.Before(to) {
			to = st.To
		}
	}
	return from, to, !to.Before(from)
}

// when is "mardi 10 août 2027, 09:30", and on both clocks when the reader has
// chosen another.
func (s *site) when(v *visit, t time.Time) string {
	reader := s.stay(v).reader
	if reader == nil || sameClock(t, reader) {
		return s.shortWhen(v.lang, t)
	}
	return v.lang.TwoClocks(t, reader)
}

func sameClock(t time.Time, reader *time.Location) bool {
	return t.Format(time.DateTime) == t.In(reader).Format(time.DateTime)
}
