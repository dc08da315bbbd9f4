package configs

import (
	"regexp"

	"mawid/scheduler"
)

// Schema is the form of catalogue files that this program reads.
const Schema = "mawid/catalogue/1"

// Read reads a catalogue file. name is how messages call the file; zones checks
// the names of time zones; nil lets every name of the right form pass.
//
// It returns either the whole content, or an error of type Faults with all that
// is wrong. It reads text of any kind without harm: at most 8 MB, no aliases.
func Read(name string, data []byte, zones scheduler.Zones) (Sample, error) {
	r := newReader(name)
	root := r.parse(data)
	var s Sample
	if !root.absent() {
		s = r.sample(root, zones)
	}
	if err := asError(r.faults, r.more); err != nil {
		return Sample{}, err
	}
	return s, nil
}

func (r *reader) sample(root value, zones scheduler.Zones) Sample {
	o := root.object()
	var s Sample
	o.schema()
	s.Schema = Schema
	s.Currency = o.get("currency").like(currency, "three capital letters, such as MAD")
	s.Zone = o.need("timezone").zone(zones)
	s.DefaultLocale = o.get("locale_default").like(locale, "a language tag, such as ar-MA")
	s.Locales = each(o.get("locales"), func(v value) string { return v.like(locale, "a language tag, such as ar-MA") })
	o.seasonInto(&s)
	s.Hours = hoursTemplates(o.need("hours_templates"))
	s.Closures = each(o.get("closures"), closure)
	b := bodies{zones: zones, data: &s.CatalogueData, at: map[string]value{}}
	s.Periods = each(o.get("periods"), b.period)
	s.Outsiders = outsiders(o.get("outsiders"))
	s.Documents = documents(o.get("documents"))
	b.read(o.need("administrations"))
	s.LegalClocks = legalClocks(o.get("legal_steps"))
	s.Escalation = each(o.get("escalation"), value.dotted)
	s.EscalationDesk = o.get("escalation_desk").refer(aService)
	s.Chains = each(o.get("chains"), chain)
	s.PriorityGroups = each(o.get("priority_groups"), priorityGroup)
	s.AssistedChannels = each(o.get("assisted_channels"), value.id)
	o.extrasInto(&s)
	o.done()
	r.resolve()
	r.checkRules(&s, b.at)
	return s
}

func (o *object) schema() {
	v := o.need("schema")
	if s, ok := v.words(); ok && s != Schema {
		v.fault("%s is a form that is not read here; want %s", quote(s), Schema)
	}
}

var (
	currency = regexp.MustCompile(`^[A-Z]{3}$`)
	locale   = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	zoneName = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$`)
	phone    = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
)

// like reads text of a fixed form.
func (v value) like(form *regexp.Regexp, expected string) string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	if !form.MatchString(s) {
		v.fault("%s: want %s", quote(s), expected)
		return ""
	}
	return s
}

func (v value) zone(zones scheduler.Zones) string {
	s, ok := v.words()
	if !ok {
		return ""
	}
	if !zoneName.MatchString(s) || !loads(zones, s) {
		v.fault("%s is no time zone; want an IANA name, such as Africa/Casablanca", quote(s))
		return ""
	}
	return s
}

// loads reports whether a zone is known; without zone data every name is good.
func loads(zones scheduler.Zones, name string) bool {
	if zones == nil {
		return true
	}
	_, err := zones.Load(name)
	return err == nil
}

// languages are those in which a thing may have a name; the first two are
// required.
var languages = []string{"ar", "fr", "en", "zgh", "es", "it", "nl", "de"}

// names reads a mapping of nothing but names.
func (v value) names() scheduler.Names {
	if v.absent() {
		return nil
	}
	o := v.object()
	defer o.done()
	return o.names()
}

// names reads the names that stand beside other keys.
func (o *object) names() scheduler.Names {
	names := scheduler.Names{}
	for i, language := range languages {
		v := o.get(language)
		if i < 2 && v.absent() && o.isMapping() {
			o.fault("the name in %q is missing", language)
		}
		if s := v.text(nameLength); s != "" {
			names[language] = s
		}
	}
	return names
}

// note and provenance are the free texts that most things may have.
func (o *object) note() string       { return o.get("note").text(noteLength) }
func (o *object) provenance() string { return o.get("prov").text(noteLength) }

func outsiders(v value) []scheduler.Outsider {
	var out []scheduler.Outsider
	for _, e := range v.entries() {
		out = append(out, scheduler.Outsider{ID: e.define(anOutsider), Names: e.val.names()})
	}
	return out
}

func documents(v value) []scheduler.Document {
	var out []scheduler.Document
	for _, e := range v.entries() {
		o := e.val.object()
		out = append(out, scheduler.Document{
			ID:            e.define(aDocument),
			Names:         o.names(),
			Issuers:       referAll(o.need("issuer").oneOrMany(), aAdministration, anOutsider),
			MaxAgeMonths:  o.get("max_age_months").integer(1, 120),
			ValidityYears: o.get("validity_years").integer(1, 50),
			Note:          o.note(),
			Provenance:    o.provenance(),
		})
		o.done()
	}
	return out
}
