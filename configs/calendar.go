package configs

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"mawid/scheduler"
)

func hoursTemplates(v value) []scheduler.HoursTemplate {
	var out []scheduler.HoursTemplate
	for _, e := range v.entries() {
		o := e.val.object()
		h := scheduler.HoursTemplate{
			ID:         e.define(anHours),
			Week:       week(o.need("days")),
			Additive:   o.get("additive").flag(),
			From:       o.get("from").date(),
			To:         o.get("to").date(),
			Provenance: o.provenance(),
		}
		o.ordered("from", h.From, "to", h.To)
		o.done()
		out = append(out, h)
	}
	return out
}

// weekdays are the keys of a week, indexed by time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func week(v value) scheduler.Week {
	var w scheduler.Week
	if v.absent() {
		return w
	}
	o := v.object()
	for day := range w {
		w[day] = windows(o.get(weekdays[day]))
	}
	o.done()
	return w
}

// windows reads [["08:30","12:30"], …]: in order, without overlap.
func windows(v value) []scheduler.Window {
	var out []scheduler.Window
	for _, item := range v.items() {
		w, ok := window(item)
		if !ok {
			continue
		}
		if n := len(out); n > 0 && w.From < out[n-1].To {
			misplaced(item, out[n-1], w)
			continue
		}
		out = append(out, w)
	}
	return out
}

func misplaced(v value, before, w scheduler.Window) {
	if w.Overlaps(before) {
		v.fault("%s-%s overlaps %s-%s", w.From, w.To, before.From, before.To)
		return
	}
	v.fault("%s-%s stands after %s-%s; want the day in order", w.From, w.To, before.From, before.To)
}

func window(v value) (w scheduler.Window, ok bool) {
	ends := v.items()
	if _, list := v.node.(*ast.SequenceNode); !list {
		return w, false
	}
	if len(ends) != 2 {
		v.fault(`want two times, such as ["08:30","12:30"]`)
		return w, false
	}
	from, ok1 := ends[0].clock()
	to, ok2 := ends[1].clock()
	if !ok1 || !ok2 {
		return w, false
	}
	if to <= from {
		v.fault("%s-%s must end after it begins", from, to)
		return w, false
	}
	return scheduler.Window{From: from, To: to}, true
}

func closure(v value) scheduler.Closure {
	o := v.object()
	defer o.done()
	c := scheduler.Closure{ID: v.r.define(aClosure, o.need("id"))}
	c.From, c.To = o.span("from", "to")
	c.Certainty, c.PlusMinusDays = o.certainty()
	c.Offices = referAll(o.get("offices").items(), anOffice)
	c.Names = o.need("name").names()
	c.Note, c.Provenance = o.note(), o.provenance()
	return c
}

func (b *bodies) period(v value) scheduler.Period {
	o := v.object()
	defer o.done()
	p := scheduler.Period{ID: v.r.define(aPeriod, o.need("id"))}
	b.at["period/"+p.ID] = v
	p.From, p.To = o.span("from", "to")
	p.Certainty, p.PlusMinusDays = o.certainty()
	p.Hours = o.need("hours_template").refer(anHours)
	p.Provenance = o.provenance()
	return p
}

// certainty reads how sure a date is; only a tentative one has a margin.
func (o *object) certainty() (scheduler.Certainty, int) {
	c := scheduler.Certainty(o.need("certainty").oneOf(
		string(scheduler.Fixed), string(scheduler.Tentative), string(scheduler.Exceptional)))
	if c == scheduler.Tentative {
		return c, o.need("plus_minus_days").integer(1, 7)
	}
	if c != "" {
		o.forbid("plus_minus_days", "only a tentative date has plus_minus_days")
	}
	o.get("plus_minus_days")
	return c, 0
}

func (o *object) seasonInto(s *Sample) {
	v := o.get("season")
	if v.absent() {
		return
	}
	in := v.object()
	defer in.done()
	season := &scheduler.Season{
		ID:         in.need("id").id(),
		Names:      in.need("name").names(),
		IntakeOpen: in.need("intake_open").date(),
	}
	season.ServiceFrom, season.ServiceTo = in.span("service_from", "service_to")
	in.ordered("intake_open", season.IntakeOpen, "service_to", season.ServiceTo)
	season.KeyDays = each(in.get("key_days"), keyDay)
	season.Peaks = each(in.get("peaks"), peak)
	s.Season, s.WorkingDays = season, workingDays(in.get("working_days"))
}

func keyDay(v value) scheduler.KeyDay {
	o := v.object()
	defer o.done()
	return scheduler.KeyDay{
		Date: o.need("date").date(), Names: o.need("name").names(),
		Note: o.note(), Provenance: o.provenance(),
	}
}

func peak(v value) scheduler.Peak {
	o := v.object()
	defer o.done()
	var p scheduler.Peak
	p.From, p.To = o.span("from", "to")
	p.Kind = o.need("kind").oneOf("arrivals", "departures")
	return p
}

// workingDays reads {"2027-06-15..2027-09-15": 64}.
func workingDays(v value) []WorkingDays {
	var out []WorkingDays
	for _, e := range v.entries() {
		first, last, _ := strings.Cut(e.name, "..")
		from, err1 := scheduler.ParseDate(first)
		to, err2 := scheduler.ParseDate(last)
		if err1 != nil || err2 != nil || to.Before(from) {
			e.key.fault("want a span, such as 2027-06-15..2027-09-15, found %s", quote(e.name))
			continue
		}
		out = append(out, WorkingDays{from, to, e.val.integer(0, 100_000)})
	}
	return out
}

func legalClocks(v value) []scheduler.LegalClock {
	var out []scheduler.LegalClock
	for _, e := range v.entries() {
		out = append(out, scheduler.LegalClock{ID: e.define(aClock), Steps: eachOf(e.val.some(), legalStep)})
	}
	return out
}

// Days of a legal step, at most ten years.
const longestStep = 3660

func legalStep(v value) scheduler.LegalStep {
	o := v.object()
	defer o.done()
	s := scheduler.LegalStep{
		Step:                    o.need("step").id(),
		Next:                    o.need("next").id(),
		MaxWorkingDays:          o.get("max_working_days").integer(1, longestStep),
		InvestmentDays:          o.get("investment_days").integer(1, longestStep),
		UrgentDays:              o.get("urgent_days").integer(1, longestStep),
		OneExtension:            o.get("one_extension").text(noteLength),
		OneExtensionWorkingDays: o.get("one_extension_working_days").integer(1, longestStep),
		Turn:                    scheduler.Turn(o.get("turn").oneOf("administration", "citizen", "court", "other")),
		Provenance:              o.provenance(),
		Verified:                o.get("verified").flag(),
	}
	if days := o.get("max_days"); !days.absent() {
		n := days.integer(0, longestStep)
		s.MaxDays = &n
	}
	if o.isMapping() && o.given("max_days") == o.given("max_working_days") {
		o.fault("want either max_days or max_working_days")
	}
	if b := o.get("branch"); !b.absent() {
		branch := b.object()
		s.BranchIf, s.BranchGoto = branch.need("if").id(), branch.need("goto").id()
		branch.done()
	}
	return s
}
