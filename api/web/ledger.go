package web

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// Waits reads how long people waited: minutes from arrival to the first call, by
// office, of the days from ≤ date ≤ to.
type Waits func(ctx context.Context, from, to scheduler.Date) (map[string][]int, error)

// ledgerYears is how many years the public account goes back.
const ledgerYears = 5

// ledgerAge is how old the account may be: anybody may ask, and it reads every
// file.
const ledgerAge = 10 * time.Minute

// ledgers keeps the accounts of years for a while.
type ledgers struct {
	mu   sync.Mutex
	kept map[int]keptLedger
}

type keptLedger struct {
	at     time.Time
	ledger scheduler.Ledger
}

// ledgerOf is the account of a calendar year. Only whole years can be asked for,
// and the running one: periods that anybody chose could be subtracted from one
// another until a single person is left.
func (s *site) ledgerOf(ctx context.Context, year int) (scheduler.Ledger, error) {
	s.ledgers.mu.Lock()
	defer s.ledgers.mu.Unlock()
	now := s.now()
	if k, ok := s.ledgers.kept[year]; ok && now.Sub(k.at).Abs() < ledgerAge {
		return k.ledger, nil
	}
	from, to := scheduler.Date{Year: year, Month: time.January, Day: 1}, scheduler.Date{Year: year, Month: time.December, Day: 31}
	waits, err := s.waits(ctx, from, to)
	if err != nil {
		return scheduler.Ledger{}, err
	}
	l, err := s.Engine.Ledger(ctx, from, to, waits)
	if err != nil {
		return scheduler.Ledger{}, err
	}
	if s.ledgers.kept == nil {
		s.ledgers.kept = map[int]keptLedger{}
	}
	s.ledgers.kept[year] = keptLedger{now, l}
	return l, nil
}

// waits gathers what the waiting rooms measured by administration.
func (s *site) waits(ctx context.Context, from, to scheduler.Date) (scheduler.Waits, error) {
	if s.Waits == nil {
		return nil, nil
	}
	byOffice, err := s.Waits(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("waits: %w", err)
	}
	c, err := s.Engine.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	out := scheduler.Waits{}
	for office, minutes := range byOffice {
		if o, err := c.Office(office); err == nil {
			out[o.AdministrationID] = append(out[o.AdministrationID], minutes...)
		}
	}
	return out, nil
}

// ledgerRoutes is the addresses of the public account.
func (s *site) ledgerRoutes() []route {
	return []route{{"GET /ledger", s.ledger}, {"GET /ledger.json", s.ledgerJSON}}
}

// askedYear reads the year of the address; any other than the last few is the
// running one.
func (s *site) askedYear(v *visit) (year, running int) {
	running = scheduler.DateOf(s.now()).Year
	year, err := strconv.Atoi(v.URL.Query().Get("year"))
	if err != nil || year > running || year <= running-ledgerYears {
		year = running
	}
	return year, running
}

// ledgerPage is the public account of a year.
type ledgerPage struct {
	frame
	Year   string
	Years  []yearLink
	On     string
	Least  int
	Total  []keyFigure
	Charts []chart
	Rows   []ledgerLine
	Steps  []ledgerStepLine
}

func (ledgerPage) file() string { return "ledger" }

type yearLink struct {
	Year, Place string
	Current     bool
}

// keyFigure is one figure in words: Label is the key of its sentence, Value is "—"
// when it is not published.
type keyFigure struct{ Label, Value string }

// ledgerLine is the row of one administration in the table.
type ledgerLine struct {
	Name   name
	Values []string
}

type ledgerStepLine struct {
	Name   name
	Step   string
	Values []string
}

func (s *site) ledger(v *visit) error {
	year, running := s.askedYear(v)
	l, err := s.ledgerOf(v.Context(), year)
	if err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := ledgerPage{
		frame: s.frame(v, v.lang.Say("ledger.title")), Year: strconv.Itoa(year), Least: scheduler.MinPeople,
		On: v.lang.FullDate(l.On.At(0, time.UTC)), Total: total(v.lang, &l.Total), Charts: charts(v.lang, c, &l),
	}
	s.uses(&p.frame, "ledger.css")
	for y := running; y > running-ledgerYears; y-- {
		p.Years = append(p.Years, yearLink{strconv.Itoa(y), "/ledger?year=" + strconv.Itoa(y), y == year})
	}
	for i := range l.Rows {
		p.Rows = append(p.Rows, ledgerLine{houseName(v.lang, c, l.Rows[i].AdministrationID), values(v.lang, l.Rows[i].Figures())})
	}
	for i := range l.Steps {
		st := &l.Steps[i]
		p.Steps = append(p.Steps, ledgerStepLine{
			houseName(v.lang, c, st.AdministrationID), s.stepName(v.lang, st.Kind),
			values(v.lang, []scheduler.Figure{st.Done, st.Late, of(st.Done, st.MedianDays), of(st.Done, st.P90Days)}),
		})
	}
	v.w.Header().Set("Cache-Control", "public, max-age=600")
	return s.show(v, 200, p)
}

func houseName(l *locale.Language, c *scheduler.Catalogue, id string) name {
	if a, err := c.Administration(id); err == nil {
		return nameOf(l, a.Names)
	}
	return name{Text: id}
}

// of is a number of days that means nothing when nobody stands behind it.
func of(whole, f scheduler.Figure) scheduler.Figure {
	if whole.Value == 0 && !whole.Hidden {
		f.Hidden = true
	}
	return f
}

// values words figures; one that is not published is a dash, which the page
// explains.
func values(l *locale.Language, figures []scheduler.Figure) []string {
	var out []string
	for _, f := range figures {
		out = append(out, valueOf(l, f))
	}
	return out
}

func valueOf(l *locale.Language, f scheduler.Figure) string {
	if f.Hidden {
		return "—"
	}
	return l.Number(f.Value)
}

// ledgerLabels are the keys of the sentences of a row's figures, in their order.
var ledgerLabels = []string{
	"ledger.open", "ledger.late", "ledger.settled", "ledger.median", "ledger.p90",
	"ledger.due", "ledger.kept", "ledger.visits", "ledger.at_once", "ledger.wait",
}

func total(l *locale.Language, r *scheduler.LedgerRow) []keyFigure {
	var out []keyFigure
	for i, f := range r.Figures() {
		out = append(out, keyFigure{ledgerLabels[i], valueOf(l, f)})
	}
	return out
}

// chart compares administrations. Each bar has its figures in words beside it, so
// that nothing is said by the drawing alone.
type chart struct {
	Title string // key of its sentence
	Bars  []bar
}

type bar struct {
	Name name
	Text string
	// Of the width, in hundredths: the whole, and the darker part of it, and where
	// each begins; from the right in languages that are written so.
	Whole, Part, WholeAt, PartAt int
}

// charts draws what has figures to show.
func charts(l *locale.Language, c *scheduler.Catalogue, of *scheduler.Ledger) []chart {
	var out []chart
	for _, what := range []struct {
		title, text string
		whole, part func(*scheduler.LedgerRow) scheduler.Figure
	}{
		{"ledger.chart_late", "ledger.text_late", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Open }, func(r *scheduler.LedgerRow) scheduler.Figure { return r.Late }},
		{"ledger.chart_days", "ledger.text_days", func(r *scheduler.LedgerRow) scheduler.Figure { return r.P90Days }, func(r *scheduler.LedgerRow) scheduler.Figure { return r.MedianDays }},
		{"ledger.chart_kept", "ledger.text_kept", func(r *scheduler.LedgerRow) scheduler.Figure { return r.PromisesDue }, func(r *scheduler.LedgerRow) scheduler.Figure { return r.PromisesKept }},
		{"ledger.chart_at_once", "ledger.text_at_once", func(r *scheduler.LedgerRow) scheduler.Figure { return r.Visits }, func(r *scheduler.LedgerRow) scheduler.Figure { return r.SettledAtOnce }},
	} {
		ch, most := chart{Title: what.title}, 1
		for i := range of.Rows {
			if w := what.whole(&of.Rows[i]); !w.Hidden {
				most = max(most, w.Value)
			}
		}
		for i := range of.Rows {
			w, part := what.whole(&of.Rows[i]), what.part(&of.Rows[i])
			if w.Hidden || w.Value == 0 {
				continue
			}
			b := bar{
				Name: houseName(l, c, of.Rows[i].AdministrationID), Whole: max(1, 100*w.Value/most),
				Text: l.Say(what.text, "whole", isolateOne(l.Number(w.Value)), "part", isolateOne(valueOf(l, part))),
			}
			if !part.Hidden {
				b.Part = 100 * part.Value / most
			}
			if l.Direction() == "rtl" {
				b.WholeAt, b.PartAt = 100-b.Whole, 100-b.Part
			}
			ch.Bars = append(ch.Bars, b)
		}
		if len(ch.Bars) > 0 {
			out = append(out, ch)
		}
	}
	return out
}

// The account as programs read it. A figure that is not published is null.
type (
	ledgerDocument struct {
		On              string           `json:"on"`
		From            string           `json:"from"`
		To              string           `json:"to"`
		LeastPeople     int              `json:"least_people"`
		Total           map[string]*int  `json:"total"`
		Administrations []ledgerHouse    `json:"administrations"`
		Steps           []ledgerStepJSON `json:"steps"`
	}
	ledgerHouse struct {
		Administration string          `json:"administration"`
		Figures        map[string]*int `json:"figures"`
	}
	ledgerStepJSON struct {
		Administration string `json:"administration"`
		Step           string `json:"step"`
		Done           *int   `json:"done"`
		Late           *int   `json:"late"`
		MedianDays     *int   `json:"median_days"`
		P90Days        *int   `json:"p90_days"`
	}
)

var ledgerNames = []string{
	"open", "late", "settled", "median_days", "p90_days", "promises_due", "promises_kept", "visits", "settled_at_once", "median_wait_minutes",
}

func (s *site) ledgerJSON(v *visit) error {
	year, _ := s.askedYear(v)
	l, err := s.ledgerOf(v.Context(), year)
	if err != nil {
		return err
	}
	doc := ledgerDocument{
		On: l.On.String(), From: l.From.String(), To: l.To.String(), LeastPeople: scheduler.MinPeople, Total: published(&l.Total),
		Administrations: []ledgerHouse{}, Steps: []ledgerStepJSON{},
	}
	for i := range l.Rows {
		doc.Administrations = append(doc.Administrations, ledgerHouse{l.Rows[i].AdministrationID, published(&l.Rows[i])})
	}
	for _, st := range l.Steps {
		doc.Steps = append(doc.Steps, ledgerStepJSON{
			st.AdministrationID, st.Kind, number(st.Done), number(st.Late), number(of(st.Done, st.MedianDays)), number(of(st.Done, st.P90Days)),
		})
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "public, max-age=600")
	h.Set("Access-Control-Allow-Origin", "*") // figures for everybody
	h.Set("Vary", "Accept-Encoding")
	return send(v, 200, body)
}

func published(r *scheduler.LedgerRow) map[string]*int {
	out := map[string]*int{}
	for i, f := range r.Figures() {
		out[ledgerNames[i]] = number(f)
	}
	return out
}

func number(f scheduler.Figure) *int {
	if f.Hidden {
		return nil
	}
	return &f.Value
}
