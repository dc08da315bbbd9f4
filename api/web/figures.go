package web

import (
	"fmt"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// figuresDays is how many days the page shows when nobody asked for others.
const figuresDays = 7

// figuresPage is what an office did; nothing of it is about a person.
type figuresPage struct {
	frame
	Offices  []roomPick
	Services []servicePick
	From, To string
	Latest   string
	Sheet    string // place of the same as a sheet
	Total    []keyFigure
	Labels   []string // keys of the heads of the columns
	Charts   []chart
	Rows     []ledgerLine
	Days     []figuresDay
	Fault    bool // the days asked for are not possible
}

func (figuresPage) file() string { return "figures" }

type servicePick struct {
	ID      string
	Name    name
	Current bool
}

// figuresDay is a line of the table by day.
type figuresDay struct {
	Date    string
	Service name
	Values  []string
}

// figuresAsked is what the address asks for.
type figuresAsked struct {
	office        *scheduler.Office
	from, to, now scheduler.Date
	service       string
	fault         bool
}

// askedFigures reads the address: the first office of the user and the last days
// when it does not say, or says what cannot be.
func (s *site) askedFigures(v *visit, u *scheduler.User, c *scheduler.Catalogue) (figuresAsked, error) {
	q := v.URL.Query()
	var a figuresAsked
	for _, o := range myOffices(c, u) {
		if id := q.Get("office"); id == "" || o.ID == id {
			a.office = o
			break
		}
	}
	if a.office == nil {
		return a, wayOn(scheduler.ErrNotFound, "/desk", "desk.title")
	}
	today, err := s.todayAt(a.office)
	if err != nil {
		return a, err
	}
	a.from, a.to, a.now, a.service = today.AddDays(1-figuresDays), today, today, q.Get("service")
	if q.Get("from") != "" || q.Get("to") != "" {
		from, err1 := scheduler.ParseDate(q.Get("from"))
		to, err2 := scheduler.ParseDate(q.Get("to"))
		if a.fault = err1 != nil || err2 != nil || to.Before(from) || from.DaysUntil(to) >= scheduler.MaxFigureDays; !a.fault {
			a.from, a.to = from, to
		}
	}
	return a, nil
}

// only leaves the figures of one service; "" and one that is not there, all.
func only(f *scheduler.Figures, service string) bool {
	for _, l := range f.Services {
		if l.ServiceID == service {
			f.Total, f.Services = l, []scheduler.FigureLine{l}
			var lines []scheduler.FigureLine
			for _, l := range f.Lines {
				if l.ServiceID == service {
					lines = append(lines, l)
				}
			}
			f.Lines = lines
			return true
		}
	}
	return false
}

func (s *site) figures(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	asked, err := s.askedFigures(v, u, c)
	if err != nil {
		return err
	}
	f, err := s.Engine.Figures(v.Context(), asked.office.ID, asked.from, asked.to, scheduler.Actor{Staff: u})
	if err != nil {
		return err
	}
	p := figuresPage{
		frame: s.staffFrame(v, u, v.lang.Say("figures.title")), Labels: figureLabels, Fault: asked.fault,
		From: asked.from.String(), To: asked.to.String(), Latest: asked.now.String(),
	}
	s.uses(&p.frame, "ledger.css")
	p.Sheet = "/desk/figures/sheet?office=" + asked.office.ID + "&from=" + p.From + "&to=" + p.To
	for _, o := range myOffices(c, u) {
		p.Offices = append(p.Offices, roomPick{o.ID, nameOf(v.lang, o.Names), o == asked.office})
	}
	for _, l := range f.Services {
		p.Services = append(p.Services, servicePick{l.ServiceID, serviceName(v.lang, c, l.ServiceID), l.ServiceID == asked.service})
	}
	one := only(&f, asked.service)
	p.Total = figureTotal(v.lang, &f, one)
	p.Charts = figureCharts(v.lang, c, &f, one)
	for i := range f.Services {
		p.Rows = append(p.Rows, ledgerLine{serviceName(v.lang, c, f.Services[i].ServiceID), figureValues(v.lang, &f.Services[i])})
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		p.Days = append(p.Days, figuresDay{v.lang.ShortDate(l.Date.At(0, time.UTC)), serviceName(v.lang, c, l.ServiceID), figureValues(v.lang, l)})
	}
	return s.show(v, 200, p)
}

// figuresSheet answers with the lines of all services as CSV.
func (s *site) figuresSheet(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	asked, err := s.askedFigures(v, u, c)
	if err != nil {
		return err
	}
	f, err := s.Engine.Figures(v.Context(), asked.office.ID, asked.from, asked.to, scheduler.Actor{Staff: u})
	if err != nil {
		return err
	}
	return sendSheet(v, asked.office.ID+"-"+asked.from.String()+"-"+asked.to.String(), httpkit.FiguresCSV(f))
}

// sendSheet answers with a file for a spreadsheet; name is of letters of an
// address.
func sendSheet(v *visit, name string, body []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	return send(v, 200, body)
}

// figureLabels are the keys of the sentences of a line's figures, in their order.
var figureLabels = []string{
	"figures.arrived", "figures.walk_ins", "figures.served", "figures.no_shows", "figures.wait_mean", "figures.wait_p90", "figures.serve_mean",
}

func figureValues(l *locale.Language, f *scheduler.FigureLine) []string {
	return []string{
		l.Number(f.Arrived), l.Number(f.WalkIns), l.Number(f.Served), l.Number(f.NoShows), l.Number(wholeMinutes(f.WaitMean)), l.Number(wholeMinutes(f.WaitP90)), l.Number(wholeMinutes(f.ServeMean)),
	}
}

// wholeMinutes rounds.
func wholeMinutes(d time.Duration) int { return int(d.Round(time.Minute) / time.Minute) }

func percent(l *locale.Language, share float64) string {
	return l.Say("figures.percent", "n", l.Number(int(100*share+0.5)))
}

// figureTotal is the figures of all lines. How full the desks were and how good
// the forecasts are known only of the whole office.
func figureTotal(l *locale.Language, f *scheduler.Figures, one bool) []keyFigure {
	var out []keyFigure
	for i, value := range figureValues(l, &f.Total) {
		out = append(out, keyFigure{figureLabels[i], value})
	}
	if one {
		return out
	}
	whole := scheduler.FigureDay{}
	for _, d := range f.Days {
		whole.Busy += d.Busy
		whole.Manned += d.Manned
	}
	used, held, off := "—", "—", "—"
	if whole.Manned > 0 {
		used = percent(l, whole.Utilisation())
	}
	if f.Forecast.Tickets > 0 {
		held, off = percent(l, f.Forecast.WithinHigh), l.Number(wholeMinutes(f.Forecast.MeanError))
	}
	return append(out, keyFigure{"figures.utilisation", used}, keyFigure{"figures.forecast", held}, keyFigure{"figures.forecast_error", off})
}

// measure is one bar before it is drawn.
type measure struct {
	name        name
	whole, part int
	text        string
}

// drawn makes bars of measures; most is what fills the width, 0 for the largest.
func drawn(l *locale.Language, title string, most int, all []measure) chart {
	ch := chart{Title: title}
	for _, m := range all {
		most = max(most, m.whole)
	}
	for _, m := range all {
		if m.whole == 0 {
			continue
		}
		b := bar{Name: m.name, Text: m.text, Whole: max(1, 100*m.whole/most), Part: 100 * m.part / most}
		if l.Direction() == "rtl" {
			b.WholeAt, b.PartAt = 100-b.Whole, 100-b.Part
		}
		ch.Bars = append(ch.Bars, b)
	}
	return ch
}

// figureCharts draws what there is: waits by service, arrivals by day, and of the
// whole office arrivals by hour and how full the desks were.
func figureCharts(l *locale.Language, c *scheduler.Catalogue, f *scheduler.Figures, one bool) []chart {
	number := func(n int) string { return isolateOne(l.Number(n)) }
	var waits, days, hours, used []measure
	for _, x := range f.Services {
		mean, p90 := wholeMinutes(x.WaitMean), wholeMinutes(x.WaitP90)
		waits = append(waits, measure{
			serviceName(l, c, x.ServiceID), max(mean, p90), mean, l.Say("figures.text_waits", "mean", number(mean), "most", number(p90)),
		})
	}
	byDay, order := map[scheduler.Date][2]int{}, []scheduler.Date{}
	for _, x := range f.Lines {
		n, known := byDay[x.Date]
		if !known {
			order = append(order, x.Date)
		}
		byDay[x.Date] = [2]int{n[0] + x.Arrived, n[1] + x.WalkIns}
	}
	for _, d := range order {
		n := byDay[d]
		days = append(days, measure{day(l, d), n[0], n[1], l.Say("figures.text_days", "arrived", number(n[0]), "walk_ins", number(n[1]))})
	}
	var byHour [24]int
	for _, d := range f.Days {
		for h, n := range d.ByHour {
			byHour[h] += n
		}
		if full := int(100*d.Utilisation() + 0.5); full > 0 {
			used = append(used, measure{day(l, d.Date), 100, full, isolateOne(percent(l, d.Utilisation()))})
		}
	}
	for h, n := range byHour {
		hours = append(hours, measure{name{Text: fmt.Sprintf("%02d:00", h)}, n, n, number(n)})
	}
	all := []chart{drawn(l, "figures.chart_waits", 0, waits), drawn(l, "figures.chart_days", 0, days)}
	if !one {
		all = append(all, drawn(l, "figures.chart_hours", 0, hours), drawn(l, "figures.chart_used", 100, used))
	}
	var out []chart
	for _, ch := range all {
		if len(ch.Bars) > 0 {
			out = append(out, ch)
		}
	}
	return out
}

func day(l *locale.Language, d scheduler.Date) name {
	return name{Text: l.ShortDate(d.At(0, time.UTC))}
}
