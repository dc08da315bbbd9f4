package configs

import (
	"regexp"
	"strings"
)

var (
	isoCode    = regexp.MustCompile(`^[A-Z]{2}$`)
	dialCode   = regexp.MustCompile(`^\+[1-9][0-9]{0,3}$`)
	unitCode   = regexp.MustCompile(`^[0-9]{2,3}(\.[0-9]{2,3}){0,4}$`)
	plainWords = "digits, in quotes, such as \"07\" or \"07.431.01.03\""
)

// extrasInto reads the parts of the file that the engine does not use.
func (o *object) extrasInto(s *Sample) {
	s.Countries = each(o.get("residence_countries"), country)
	s.Patterns = patterns(o.get("formats"))
	s.Demand = demand(o.get("demand_scenario"))
	if v := o.get("communes"); !v.absent() {
		in := v.object()
		s.Municipalities = each(in.get("municipalities"), commune)
		s.Circles = each(in.get("cercles"), circle)
		in.done()
	}
	s.Regions = each(o.get("regions"), region)
}

func country(v value) Country {
	o := v.object()
	defer o.done()
	c := Country{
		ISO:  o.need("iso").like(isoCode, "two capital letters (ISO 3166-1)"),
		Dial: o.need("dial").like(dialCode, "a calling code, such as +33"),
		Note: o.note(),
	}
	for _, l := range o.need("lang").oneOrMany() {
		c.Languages = append(c.Languages, l.oneOf(languages...))
	}
	return c
}

func patterns(v value) []Pattern {
	var out []Pattern
	for _, e := range v.entries() {
		p := Pattern{Name: e.name, Regexp: e.val.text(nameLength)}
		if !validID(e.name) {
			e.key.fault("the key %s is no id", quote(e.name))
		}
		if _, err := regexp.Compile(p.Regexp); err != nil {
			e.val.fault("%s is no regular expression (RE2)", quote(p.Regexp))
		}
		out = append(out, p)
	}
	return out
}

func demand(v value) *Demand {
	if v.absent() {
		return nil
	}
	o := v.object()
	defer o.done()
	return &Demand{
		NationalArrivals:   o.need("national_arrivals").integer(0, 1_000_000_000),
		LocalShare:         o.need("safi_share").number(0, 1),
		ShareWithErrand:    o.need("share_needing_an_office").number(0, 1),
		ServicesPerPerson:  o.need("services_per_person").number(0, 100),
		SeasonAppointments: o.need("appointments_safi_season").integer(0, 1_000_000_000),
		PerWorkingDay:      o.need("per_working_day").integer(0, 1_000_000_000),
		NoShow:             o.need("no_show").number(0, 1),
		StuckFileShare:     o.need("stuck_file_share").number(0, 1),
	}
}

func commune(v value) Commune {
	o := v.object()
	defer o.done()
	return Commune{Code: o.get("code").like(unitCode, plainWords), Names: o.names()}
}

func circle(v value) Circle {
	o := v.object()
	defer o.done()
	return Circle{Names: o.need("name").names(), Communes: each(o.need("communes"), commune)}
}

func region(v value) Region {
	o := v.object()
	defer o.done()
	return Region{
		Code:  o.need("code").like(unitCode, plainWords),
		Names: o.names(),
		Units: each(o.need("units"), unit),
	}
}

// unit reads ["051", Al Hoceïma, "الحسيمة"]; "(p)" behind the French name marks
// a prefecture.
func unit(v value) Unit {
	parts := v.items()
	if len(parts) != 3 {
		v.fault(`want three texts: code, French name, Arabic name`)
		return Unit{}
	}
	fr, prefecture := strings.CutSuffix(parts[1].text(nameLength), " (p)")
	return Unit{
		Code:       parts[0].like(unitCode, plainWords),
		Names:      map[string]string{"fr": fr, "ar": parts[2].text(nameLength)},
		Prefecture: prefecture,
	}
}
