package notifier_test

import (
	"testing"

	"mawid/notifier"
	"mawid/scheduler"
)

// letter words a notice of a kind about an appointment at Safi's tax office.
func letter(t testing.TB, w *notifier.Wording, kind scheduler.NoticeKind, lang string) notifier.Letter {
	t.Helper()
	a := planted(1, at(t, "2027-05-31 07:00"))
	a.Reference, a.Citizen.Language = "K7AM-3WXD", lang
	return write(t, w, &a, kind, scheduler.ChannelEmail)
}

func write(t testing.TB, w *notifier.Wording, a *scheduler.Appointment, kind scheduler.NoticeKind, channel scheduler.Channel) notifier.Letter {
	t.Helper()
	switch kind {
	case scheduler.NoticeCancelled:
		a.Status = scheduler.StatusCancelled
	case scheduler.NoticeDisplaced:
		a.Status = scheduler.StatusDisplaced
	}
	l, err := w.Letter(scheduler.NewCatalogue(safi(t), 1), a, scheduler.Notice{
		ID: "ntc_golden", AppointmentID: a.ID, Kind: kind, Channel: channel, UsefulUntil: a.StartsAt,
	}, at(t, "2027-05-31 07:00"))
	must(t, err)
	return l
}
