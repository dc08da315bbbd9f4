package notifier

import (
	"fmt"
	"slices"
	"time"

	"mawid/scheduler"
)

// PreviewKinds lists the kinds of notice that Preview shows: about appointments,
// then about files.
func PreviewKinds() []scheduler.NoticeKind {
	kinds := []scheduler.NoticeKind{
		scheduler.NoticeComeNow, scheduler.NoticeOffer,
		scheduler.NoticeConfirmation, scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve,
		scheduler.NoticeMoved, scheduler.NoticeCancelled, scheduler.NoticeDisplaced, scheduler.NoticeProveCode, scheduler.NoticeFindCode,
		scheduler.NoticeLapsed, scheduler.NoticeCorrected, scheduler.NoticeCorrectedOld,
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
		return w.letter(ticket{cat, t, w.links.ManageURL(t.ID)}, n, now)
	}
	if kind == scheduler.NoticeOffer {
		return w.letter(w.sampleOffer(cat, s, c, now), n, now)
	}
	if slices.Contains(scheduler.NoticesFile(), kind) {
		f := &scheduler.File{
			ID: "file_preview", Reference: "K7M2-QX4D", State: scheduler.FileOpen, OfficeID: s.OfficeID, ServiceID: s.ID, Citizen: c,
			ManageHash: []byte{1}, CreatedAt: now,
		}
		code := func(*scheduler.File, scheduler.Notice) string {
			return w.links.Code(w.sampleAppointment(cat, s, c, now), n)
		}
		return w.letter(file{c: cat, f: f, link: w.links.ManageURL(f.ID), code: code, zones: w.zones}, n, now)
	}
	return w.letter(appointment{w, cat, w.sampleAppointment(cat, s, c, now)}, n, now)
}

func (w *Wording) sampleAppointment(cat *scheduler.Catalogue, s *scheduler.Service, c scheduler.Citizen, now time.Time) *scheduler.Appointment {
	a := &scheduler.Appointment{
		ID: "apt_preview", Reference: "K7M2-QX4D", Status: scheduler.StatusBooked, OfficeID: s.OfficeID, ServiceID: s.ID, Party: 1,
		Citizen: c, FeedID: "feed_preview", Revision: 1, CreatedAt: now, UpdatedAt: now, Zone: "Africa/Casablanca",
	}
	if o, err := cat.Office(s.OfficeID); err == nil {
		a.Zone = o.Zone
	}
	a.Place = scheduler.Place{Date: scheduler.DateOf(now).AddDays(previewAhead), Start: 9*60 + 30, Ticks: 4}
	a.StartsAt = w.wall(a).UTC()
	a.EndsAt = a.StartsAt.Add(time.Duration(s.Minutes) * time.Minute)
	return a
}

func (w *Wording) sampleOffer(cat *scheduler.Catalogue, s *scheduler.Service, c scheduler.Citizen, now time.Time) Subject {
	a := w.sampleAppointment(cat, s, c, now)
	earlier := a.StartsAt.AddDate(0, 0, -previewAhead/2)
	return offer{
		c: cat, w: &scheduler.Wish{ID: "wish_preview", OfficeID: s.OfficeID, ServiceID: s.ID, Party: 1}, a: a, citizen: c,
		o: scheduler.Offer{ID: "off_preview", StartsAt: earlier, ExpiresAt: now.Add(time.Hour)}, zones: w.zones, link: w.links.ManageURL("wish_preview"),
	}
}
