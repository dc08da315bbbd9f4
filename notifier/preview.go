package notifier

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mawid/scheduler"
)

// PreviewKinds lists the kinds of notice that Preview shows: about appointments,
// then about files.
func PreviewKinds() []scheduler.NoticeKind {
	kinds := []scheduler.NoticeKind{
		scheduler.NoticeComeNow, scheduler.NoticeOffer,
		scheduler.NoticeConfirmation, scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve, scheduler.NoticeReminderSoon,
		scheduler.NoticeMoved, scheduler.NoticeCancelled, scheduler.NoticeDisplaced, scheduler.NoticeProveCode, scheduler.NoticeFindCode,
		scheduler.NoticeQuestions, scheduler.NoticeLapsed, scheduler.NoticeCorrected, scheduler.NoticeCorrectedOld,
	}
	for _, k := range scheduler.NoticesFile() {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// previewAhead is how far ahead the visit of a preview lies, in days.
const previewAhead = 10

// Preview words a notice of a kind with made-up data, as it would be sent now by a
// channel: of the first office and service of the catalogue, to a person who
// reads in Paris. scheduler.ErrNotFound for a kind that is not one of
// PreviewKinds, or a catalogue without services.
func (w *Wording) Preview(cat *scheduler.Catalogue, kind scheduler.NoticeKind, language string, by scheduler.Channel, now time.Time) (Letter, error) {
	if len(cat.Services) == 0 || !slices.Contains(PreviewKinds(), kind) {
		return Letter{}, fmt.Errorf("preview: %w", scheduler.ErrNotFound)
	}
	s := &cat.Services[0]
	n := scheduler.Notice{ID: "ntc_preview", Kind: kind, Channel: by, Revision: 1, UsefulUntil: now.Add(time.Hour)}
	c := scheduler.Citizen{Name: "Amina El Fassi", Email: "amina@example.org", Phone: "+33600000000", Language: language, Zone: "Europe/Paris"}
	if kind == scheduler.NoticeComeNow {
		t := &scheduler.Ticket{ID: "tkt_preview", Number: "A017", State: scheduler.TicketWaiting, OfficeID: s.OfficeID, ServiceID: s.ID, Citizen: c}
		return w.letter(ticket{c: cat, t: t, link: w.links.TicketURL(t.ID), opinion: w.links.OpinionURL(scheduler.OpinionTicket, t.ID)}, n, now)
	}
	if kind == scheduler.NoticeOffer {
		return w.letter(w.sampleOffer(cat, s, c, now), n, now)
	}
	if slices.Contains(scheduler.NoticesFile(), kind) {
		n.Sequence = 1
		f := sampleFile(kind, s, c, w.book.TagIn("notice", language).Pick(s.Names), now)
		code := func(*scheduler.File, scheduler.Notice) string { return sampleCode }
		return w.letter(file{c: cat, f: f, link: w.links.FileURL(f.ID), opinion: w.links.OpinionURL(scheduler.OpinionFile, f.ID), code: code, zones: w.zones}, n, now)
	}
	with := *w
	with.links = sampleLinks{w.links}
	a := w.sampleAppointment(cat, s, c, kind, now)
	if kind == scheduler.NoticeReminderSoon {
		a.Channel = scheduler.Telephone
	}
	return w.letter(appointment{&with, cat, a}, n, now)
}

// sampleCode is no code of anything.
const sampleCode = "123456"

// sampleLinks are the links of things that are not stored.
type sampleLinks struct{ Links }

// Code is a made-up one.
func (sampleLinks) Code(*scheduler.Appointment, scheduler.Notice) string { return sampleCode }

// CalendarURL looks like one; there is no such calendar.
func (l sampleLinks) CalendarURL(feedID string) string {
	return strings.Replace(l.ManageURL(feedID), "/a/", "/feeds/", 1) + ".ics"
}

// sampleFile is one to which what the kind tells has just happened; promised is
// what somebody promised.
func sampleFile(kind scheduler.NoticeKind, s *scheduler.Service, c scheduler.Citizen, promised string, now time.Time) *scheduler.File {
	today := scheduler.DateOf(now)
	by := today.AddDays(previewAhead)
	f := &scheduler.File{
		ID: "file_preview", Reference: "K7M2-QX4D", State: scheduler.FileOpen, OfficeID: s.OfficeID, ServiceID: s.ID, Citizen: c,
		ManageHash: []byte{1}, CreatedAt: now,
		Steps: []scheduler.FileStep{{Seq: 1, Kind: scheduler.StepDocuments, Turn: scheduler.TurnAdministration, OfficeID: s.OfficeID, StartedOn: today, Due: by.AddDays(previewAhead)}},
	}
	e := scheduler.FileEvent{Seq: 1, At: now, Actor: "staff:preview", Args: map[string]string{}}
	switch kind {
	case scheduler.NoticeFileAsked:
		f.Steps[0].Turn, f.Steps[0].Due = scheduler.TurnCitizen, scheduler.Date{}
		for _, id := range s.Documents[:min(2, len(s.Documents))] {
			f.Documents = append(f.Documents, scheduler.FileDocument{ID: id})
		}
	case scheduler.NoticeFilePromised:
		f.Promises = []scheduler.Promise{{ID: "prm_preview", What: promised, By: by, MadeOn: today}}
	case scheduler.NoticeFileBroken:
		e.Args["what"], e.Args["by"] = promised, today.AddDays(-1).String()
	case scheduler.NoticeFileNews:
		e.Args["note"] = "…"
	case scheduler.NoticeFileSettled, scheduler.NoticeFileClosed:
		f.State = map[bool]scheduler.FileState{true: scheduler.FileSettled, false: scheduler.FileClosed}[kind == scheduler.NoticeFileSettled]
		f.EndedOn, f.Steps[0].DoneOn, e.Args["note"] = today, today, "…"
	}
	f.Events = []scheduler.FileEvent{e}
	return f
}

// sampleStatus is where an appointment stands when a kind is said of it.
func sampleStatus(kind scheduler.NoticeKind) scheduler.Status {
	switch kind {
	case scheduler.NoticeCancelled, scheduler.NoticeLapsed:
		return scheduler.StatusCancelled
	case scheduler.NoticeDisplaced:
		return scheduler.StatusDisplaced
	case scheduler.NoticeProveCode:
		return scheduler.StatusPending
	}
	return scheduler.StatusBooked
}

// sampleAppointment is ten days ahead, or on the next day from then on which the
// office works.
func (w *Wording) sampleAppointment(cat *scheduler.Catalogue, s *scheduler.Service, c scheduler.Citizen, kind scheduler.NoticeKind, now time.Time) *scheduler.Appointment {
	a := &scheduler.Appointment{
		ID: "apt_preview", Reference: "K7M2-QX4D", Status: sampleStatus(kind), OfficeID: s.OfficeID, ServiceID: s.ID, Party: 1,
		Citizen: c, FeedID: "feed_preview", Revision: 1, CreatedAt: now, UpdatedAt: now, Zone: "Africa/Casablanca",
	}
	date := scheduler.DateOf(now).AddDays(previewAhead)
	if o, err := cat.Office(s.OfficeID); err == nil {
		a.Zone = o.Zone
		for range previewAhead {
			if !cat.WorkingDay(o, date) {
				date = date.AddDays(1)
			}
		}
	}
	a.Place = scheduler.Place{Date: date, Start: 9*60 + 30, Ticks: 4}
	a.StartsAt = w.wall(a).UTC()
	a.EndsAt = a.StartsAt.Add(time.Duration(s.Minutes) * time.Minute)
	return a
}

func (w *Wording) sampleOffer(cat *scheduler.Catalogue, s *scheduler.Service, c scheduler.Citizen, now time.Time) Subject {
	a := w.sampleAppointment(cat, s, c, scheduler.NoticeOffer, now)
	earlier := a.StartsAt.AddDate(0, 0, -previewAhead/2)
	if o, err := cat.Office(s.OfficeID); err == nil {
		days := int(a.Place.Date.At(0, time.UTC).Sub(cat.WorkingDaysBefore(o, a.Place.Date, previewAhead/2-1).At(0, time.UTC)) / (24 * time.Hour))
		earlier = a.StartsAt.AddDate(0, 0, -days)
	}
	return offer{
		c: cat, w: &scheduler.Wish{ID: "wish_preview", OfficeID: s.OfficeID, ServiceID: s.ID, Party: 1}, a: a, citizen: c,
		o: scheduler.Offer{ID: "off_preview", StartsAt: earlier, ExpiresAt: now.Add(time.Hour)}, zones: w.zones, link: w.links.WishURL("wish_preview"),
	}
}
