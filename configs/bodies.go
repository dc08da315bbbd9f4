package configs

import (
	"slices"

	"mawid/scheduler"
)

// Bounds of what an office and a service may have.
const (
	maxDesks       = 255 // a tick's count is one byte
	maxMinutes     = 480 // a working day
	maxBuffer      = 240
	maxCeilingDays = 3660 // ten years
	maxWords       = 60   // everyday words of a service

	maxReminderDays = 20 // working days before a visit
	maxWeekAhead    = 365
)

// bodies reads administrations, their offices, and the services of each. The
// file nests them; the catalogue keeps three lists.
type bodies struct {
	zones scheduler.Zones
	data  *scheduler.CatalogueData
	at    map[string]value // where each "office/ID", "service/ID" and "period/ID" stands
	// portal: the administration being read has one.
	portal bool
}

func (b *bodies) read(v value) {
	for _, item := range v.some() {
		b.administration(item)
	}
}

func (b *bodies) administration(v value) {
	o := v.object()
	defer o.done()
	a := scheduler.Administration{
		ID:     v.r.define(aAdministration, o.need("id")),
		Names:  o.need("name").names(),
		Portal: o.get("portal").dotted(),
		Call:   o.get("call").like(phone, "a telephone number in the form +212537273727"),
	}
	b.data.Administrations = append(b.data.Administrations, a)
	b.portal = o.given("portal")
	for _, office := range o.get("offices").items() {
		b.office(office, a.ID)
	}
}

func (b *bodies) office(v value, administration string) {
	o := v.object()
	defer o.done()
	office := scheduler.Office{
		ID:               v.r.define(anOffice, o.need("id")),
		AdministrationID: administration,
		Names:            o.need("name").names(),
		Zone:             b.data.Zone,
		Desks:            o.need("desks").integer(1, maxDesks),
		Geo:              geo(o.get("geo")),
		ExternalBooking:  o.get("external_booking").dotted(),
		NoAppointmentFor: each(o.get("no_appointment_needed_for"), value.id),
		ConfirmAddress:   o.get("confirm_address").flag(),
		Provenance:       o.provenance(),
		Notices:          officeNotices(o.get("notices")),
		Channels:         officeChannels(o.get("channels")),
	}
	if zone := o.get("timezone"); !zone.absent() {
		office.Zone = zone.zone(b.zones)
	}
	o.openingInto(&office)
	b.data.Offices = append(b.data.Offices, office)
	b.at["office/"+office.ID] = v
	for _, service := range o.get("services").items() {
		b.service(service, administration, office)
	}
}

// openingInto reads when an office is open: by templates, or, for an event, on
// dates of its own.
func (o *object) openingInto(office *scheduler.Office) {
	office.Event = o.get("kind").oneOf("event") == "event"
	if !office.Event {
		office.Hours = referAll(o.need("hours").some(), anHours)
		for _, key := range []string{"dates", "hours_event", "hosts"} {
			o.forbid(key, "belongs to an event only (kind: event)")
		}
		return
	}
	o.forbid("hours", "an event has dates and hours_event")
	o.forbid("external_booking", "an event cannot be booked elsewhere")
	o.forbid("channels", "an event serves who comes only")
	office.Dates = eachOf(o.need("dates").some(), value.date)
	office.EventHours = windows(o.need("hours_event"))
	office.Hosts = referAll(o.need("hosts").some(), anOffice)
}

// officeNotices reads where an office departs from the installation's policy.
func officeNotices(v value) *scheduler.OfficeNotices {
	if v.absent() {
		return nil
	}
	o := v.object()
	defer o.done()
	n := &scheduler.OfficeNotices{}
	if days := o.get("reminder_working_days"); !days.absent() {
		n.WorkingDays = new(days.integer(0, maxReminderDays))
	}
	if eve := o.get("reminder_eve"); !eve.absent() {
		n.Eve = new(eve.flag())
	}
	if week := o.get("week_ahead_days"); !week.absent() {
		n.WeekAhead = new(week.integer(0, maxWeekAhead))
	}
	n.Night, n.Friday, n.Ramadan = o.get("quiet_night").quiet(), o.get("quiet_friday").quiet(), o.get("quiet_ramadan").quiet()
	if questions := o.get("questions"); !questions.absent() {
		n.Questions = new(questions.flag())
	}
	return n
}

func geo(v value) *scheduler.Geo {
	if v.absent() {
		return nil
	}
	o := v.object()
	defer o.done()
	return &scheduler.Geo{
		Lat:       o.need("lat").number(-90, 90),
		Lon:       o.need("lon").number(-180, 180),
		Precision: o.need("precision").oneOf("city", "street", "exact"),
	}
}

func (b *bodies) service(v value, administration string, office scheduler.Office) {
	o := v.object()
	defer o.done()
	s := scheduler.Service{
		ID:               v.r.define(aService, o.need("id")),
		AdministrationID: administration,
		OfficeID:         office.ID,
		Names:            o.need("name").names(),
		Words:            everyday(o.get("words")),
		Minutes:          o.need("duration_min").integer(1, maxMinutes),
		Buffer:           o.get("buffer_min").integer(0, maxBuffer),
		Documents:        referAll(o.get("documents").items(), aDocument),
		DependsOn:        referAll(o.get("depends_on").items(), aService),
		Fee:              o.get("fee").text(nameLength),
		OnlineFirst:      o.get("online_first").flag(),
		Portal:           o.get("portal").dotted(),
		WalkIn:           o.get("walk_in").flag(),
		Kind:             o.get("kind").oneOf("stuck_file"),
		Urgency:          o.get("urgency").oneOf("departure", "legal_deadline"),
		Rules:            serviceRules(o.get("rules")),
		LegalSteps:       o.get("legal_steps").refer(aClock),
		DeadlineDays:     o.get("deadline_days").integer(1, maxCeilingDays),
		SilenceIsYes:     o.get("silence_is_yes").flag(),
		ObservedDays:     o.get("observed_days").text(noteLength),
		Note:             o.note(),
		Provenance:       o.provenance(),
	}
	b.data.Services = append(b.data.Services, s)
	b.at["service/"+s.ID] = v
	if s.OnlineFirst && !b.portal && !o.given("portal") {
		o.get("online_first").fault("needs a portal, here or at the administration")
	}
	if office.Event {
		v.fault("an event offers the services of its hosts; it has none of its own")
	}
}

// everyday reads what people call a service, in any language.
func everyday(v value) []string {
	items := v.items()
	if len(items) > maxWords {
		v.fault("has %d entries; want %d at most", len(items), maxWords)
		return nil
	}
	var out []string
	for _, item := range items {
		s := item.text(wordLength)
		if s != "" && slices.Contains(out, s) {
			item.fault("%s is listed twice", quote(s))
		}
		out = append(out, s)
	}
	return out
}

func serviceRules(v value) scheduler.ServiceRules {
	if v.absent() {
		return scheduler.ServiceRules{}
	}
	o := v.object()
	defer o.done()
	return scheduler.ServiceRules{
		InPersonOnly: o.get("in_person_only").flag(),
		NoProxy:      o.get("no_proxy").flag(),
		OnceInLife:   o.get("once_in_life").flag(),
		CapValueMAD:  o.get("cap_value_mad").integer(1, 1_000_000_000),
		Witnesses:    o.get("witnesses").integer(1, 100),
	}
}

func chain(v value) scheduler.Chain {
	o := v.object()
	defer o.done()
	return scheduler.Chain{
		ID:    v.r.define(aChain, o.need("id")),
		Names: o.need("name").names(),
		Steps: referAll(o.need("steps").some(), aService, anOutsider),
	}
}

func priorityGroup(v value) scheduler.PriorityGroup {
	o := v.object()
	defer o.done()
	return scheduler.PriorityGroup{
		ID:     v.r.define(aGroup, o.need("id")),
		Rule:   o.need("rule").text(nameLength),
		Weight: o.need("weight").integer(1, 100),
	}
}
