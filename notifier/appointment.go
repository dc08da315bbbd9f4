package notifier

import (
	"errors"
	"fmt"
	"time"

	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// appointment is the subject of an appointment's notices.
type appointment struct {
	w   *Wording
	cat *scheduler.Catalogue
	a   *scheduler.Appointment
}

// Recipient is who is told, the citizen or another for them; who set no clock lives by the office's.
func (s appointment) Recipient() Recipient {
	c := s.a.Citizen
	r := Recipient{Name: c.Greeted(), Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}
	if _, err := s.w.zones.Load(c.Zone); c.Zone == "" || err != nil {
		r.Zone = s.a.Zone
	}
	return r
}

// Outdated compares the appointment with what it was when the notice was
// planned.
func (s appointment) Outdated(n scheduler.Notice, _ time.Time) string {
	if n.Kind == scheduler.NoticeCorrectedOld {
		return "" // true whatever came of the appointment
	}
	coming := s.a.Status == scheduler.StatusBooked || s.a.Status == scheduler.StatusPending
	switch {
	case n.Kind == scheduler.NoticeFindCode:
		return ""
	case n.Kind == scheduler.NoticeQuestions:
		return unless(s.a.Status == scheduler.StatusServed, "not_served")
	case n.Sequence != s.a.Sequence:
		return "moved_on"
	case n.Kind == scheduler.NoticeProveCode:
		return unless(s.a.Status == scheduler.StatusPending, "not_pending")
	case n.Kind == scheduler.NoticeLapsed:
		return unless(s.a.Status == scheduler.StatusCancelled, "not_cancelled")
	case n.Kind == scheduler.NoticeCancelled && s.a.Status != scheduler.StatusCancelled:
		return "not_cancelled"
	case n.Kind == scheduler.NoticeDisplaced && s.a.Status != scheduler.StatusDisplaced:
		return "not_displaced"
	case n.Kind != scheduler.NoticeCancelled && n.Kind != scheduler.NoticeDisplaced && !coming:
		return "not_booked"
	}
	return ""
}

func unless(still bool, why string) string {
	if still {
		return ""
	}
	return why
}

// Words says when, where and what for; what a missed place costs; what to bring.
func (s appointment) Words(l *locale.Language, n scheduler.Notice) Words {
	v := s.w.view(l, s.cat, s.a, n.Kind)
	if n.Kind == scheduler.NoticeQuestions {
		return questions(l, v.office, v.service, v.FullDate(v.at), s.w.links.OpinionURL(scheduler.OpinionAppointment, s.a.ID))
	}
	if w, ok := s.bareWords(v, n); ok {
		return w
	}
	kind := "notice." + string(v.kind)
	w := Words{
		Subject: v.Say(kind+".subject", "date", v.FullDate(v.at), "time", v.Clock(v.at)),
		Opening: v.opening(kind),
		Facts:   v.facts(), Actions: append(v.join(), v.actions()...), Notes: []string{v.Say("notice.keep_link")},
		Signature: v.office, Short: v.short(), Calendar: s.calendar,
	}
	if !v.comes() {
		return w
	}
	if n.Kind.Reminds() {
		w.StopURL = s.w.links.StopURL(s.a.ID)
	}
	if len(v.papers) > 0 {
		w.BringTitle, w.Bring = label(v.Say("notice.bring")), v.papers
		if v.remote() {
			w.BringTitle = v.Say("channel.have")
		}
	}
	w.Cost = v.Say("notice.cost")
	if v.minutes > 0 {
		// The cost named in figures works better than a general word: Hallsworth
		// 2015, two trials, missed visits 11.1 → 8.4 %.
		w.Cost = v.Say(v.either("notice.cost_time", "notice.remote.cost_time"), "duration", v.Duration(v.minutes))
	}
	return w
}

// calendar makes the invitation, or only a file where nobody can be invited (the
// office writes to itself).
func (s appointment) calendar(organizer calendar.Mailbox) (calendar.Invitation, error) {
	link := s.w.links.ManageURL(s.a.ID)
	inv, err := s.w.maker.Invite(s.cat, *s.a, organizer, link)
	if errors.Is(err, calendar.ErrNoInvitation) {
		inv.Method = ""
		inv.Body, err = s.w.maker.Single(s.cat, *s.a, link)
	}
	if err != nil {
		return calendar.Invitation{}, fmt.Errorf("mail: %w", err)
	}
	return inv, nil
}

// view is one appointment seen by its person: in their language, from their
// clock.
type view struct {
	*locale.Language
	kind    scheduler.NoticeKind
	a       *scheduler.Appointment
	at      time.Time      // the start, on the office's clock
	reader  *time.Location // the person's clock; nil when it is the office's
	office  string
	admin   string // the administration; "" when unknown
	service string
	minutes int // desk time of the whole party
	papers  []Paper
	manage  string
	feed    string
	reach   scheduler.Reach
}

func (w *Wording) view(l *locale.Language, cat *scheduler.Catalogue, a *scheduler.Appointment, kind scheduler.NoticeKind) *view {
	v := &view{
		Language: l, kind: kind, a: a, at: w.wall(a),
		office: a.OfficeID, service: a.ServiceID,
		manage: w.links.ManageURL(a.ID), feed: w.links.CalendarURL(a.FeedID), reach: w.links.Reach(cat, a),
	}
	if loc, err := w.zones.Load(a.Citizen.Zone); a.Citizen.Zone != "" && err == nil {
		v.reader = loc
	}
	if o, err := cat.Office(a.OfficeID); err == nil {
		v.office = v.Pick(o.Names)
		if adm, err := cat.Administration(o.AdministrationID); err == nil {
			v.admin = v.Pick(adm.Names)
		}
	}
	if s, err := cat.Service(a.ServiceID); err == nil {
		v.service, v.minutes = v.Pick(s.Names), s.Minutes*max(a.Party, 1)
		v.papers = v.documents(cat, s)
	}
	return v
}

func (v *view) documents(cat *scheduler.Catalogue, s *scheduler.Service) []Paper {
	var out []Paper
	for _, id := range s.Documents {
		d, err := cat.Document(id)
		if err != nil {
			continue
		}
		p := Paper{Name: v.Pick(d.Names)}
		if d.MaxAgeMonths > 0 {
			p.Note = v.Plural("service.max_age", d.MaxAgeMonths)
		}
		out = append(out, p)
	}
	return out
}

// wall is the start as the office's clock shows it: the stored date and time,
// which are the truth, in the stored zone.
func (w *Wording) wall(a *scheduler.Appointment) time.Time {
	loc, err := w.zones.Load(a.Zone)
	if err != nil {
		shown := a.Place.Date.At(a.Place.Start, time.UTC)
		loc = time.FixedZone(a.Zone, int(shown.Sub(a.StartsAt)/time.Second))
	}
	return a.Place.Date.At(a.Place.Start, loc)
}

// comes reports whether the notice is about a visit that is to take place.
func (v *view) comes() bool {
	return v.kind != scheduler.NoticeCancelled && v.kind != scheduler.NoticeDisplaced && v.kind != scheduler.NoticeLapsed
}

func (v *view) facts() []Fact {
	where := v.office
	if v.admin != "" && v.admin != v.office {
		where = v.admin + " – " + v.office
	}
	facts := []Fact{
		NewFact(v.Language, "notice.when", "when", v.TwoClocks(v.at, v.reader)),
		NewFact(v.Language, v.either("notice.where", "notice.remote.office"), "office", where),
		NewFact(v.Language, "notice.service", "service", v.service),
	}
	if v.remote() {
		facts = append(facts, NewFact(v.Language, "notice.remote.how", "how", v.how()))
	}
	if v.a.Citizen.Told != "" {
		facts = append(facts, NewFact(v.Language, "notice.comes", "name", v.a.Citizen.Name))
	}
	if v.a.Party > 1 {
		facts = append(facts, NewFact(v.Language, "notice.persons", "persons", v.Plural("form.persons", v.a.Party)))
	}
	return append(facts, NewFact(v.Language, "notice.reference", "reference", v.a.Reference))
}

func (v *view) actions() []Action {
	manage, ask := NewAction(v.Language, "notice.manage", v.manage), NewAction(v.Language, "notice.confirm", v.manage)
	unsure := v.a.Status == scheduler.StatusPending
	switch v.kind {
	case scheduler.NoticeConfirmation:
		list := []Action{manage}
		if v.feed != "" {
			list = append(list, NewAction(v.Language, "notice.subscribe", v.feed))
		}
		if unsure {
			list = append([]Action{ask}, list...)
		}
		return list
	case scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve, scheduler.NoticeReminderSoon:
		if unsure || v.a.Confirmed.IsZero() {
			return []Action{ask, manage}
		}
	case scheduler.NoticeCancelled, scheduler.NoticeLapsed:
		return []Action{NewAction(v.Language, "notice.book_again", v.manage)}
	case scheduler.NoticeDisplaced:
		return []Action{NewAction(v.Language, "notice.rebook", v.manage)}
	}
	return []Action{manage}
}

func (v *view) short() Short {
	if key, ok := v.remoteShort(); ok {
		return v.shortRemote(key)
	}
	return Short{
		Key: "notice." + string(v.kind) + ".sms",
		Values: []string{
			"service", v.service, "office", v.office, "date", v.SMSDate(v.at), "time", v.smsTime(),
			"reference", v.a.Reference, "link", v.manage,
		},
		Names: []string{"service", "office"},
		Spare: []string{"time", v.Clock(v.at)},
	}
}

// smsTime is the office's clock, and the reader's beside it where it differs.
func (v *view) smsTime() string {
	here := v.Clock(v.at)
	if v.reader == nil {
		return here
	}
	there := v.at.In(v.reader)
	shown := v.Clock(there) + " " + v.City(v.reader.String())
	switch {
	case there.YearDay() != v.at.YearDay():
		return here + " (" + v.SMSDate(there) + " " + shown + ")"
	case v.Clock(there) != here:
		return here + " (" + shown + ")"
	}
	return here
}
