package calendar

import (
	"strings"
	"testing"

	"mawid/scheduler"
)

const room = "https://meet.example.org/mawid-0r1s2t3u4v5g6h7i8j9k0l1m2n"

// met is how the appointments of these tests are met.
func met(r scheduler.Reach) Reaching {
	return func(*scheduler.Catalogue, *scheduler.Appointment) scheduler.Reach { return r }
}

// remote writes booked by a channel, as its own file or as a feed.
func remote(t *testing.T, r scheduler.Reach, write func(m *Maker, a scheduler.Appointment) ([]byte, error)) string {
	t.Helper()
	a := booked("fr")
	a.Channel = r.Channel
	body, err := write(newMaker(t).With(met(r)), a)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(body), "\r\n ", "")
}

func single(m *Maker, a scheduler.Appointment) ([]byte, error) {
	return m.Single(testCatalogue(), a, manageLink)
}

func personFeed(showService bool) func(m *Maker, a scheduler.Appointment) ([]byte, error) {
	return func(m *Maker, a scheduler.Appointment) ([]byte, error) {
		return m.Feed(testCatalogue(), []scheduler.Appointment{a}, FeedOptions{Now: now, ShowService: showService})
	}
}

func staffOf(m *Maker, a scheduler.Appointment) ([]byte, error) {
	return m.Staff(testCatalogue(), []scheduler.Appointment{a}, StaffOptions{Kind: scheduler.FeedAgent, Language: "fr", Now: now})
}

func TestCalendarsSayHowPeopleMeet(t *testing.T) {
	video := scheduler.Reach{Channel: scheduler.Video, Meeting: room}
	calls := scheduler.Reach{Channel: scheduler.Telephone, Calls: true, Number: "+33612345678"}
	called := scheduler.Reach{Channel: scheduler.Telephone, Number: "+212524000000"}
	for what, row := range map[string]struct {
		reach      scheduler.Reach
		write      func(m *Maker, a scheduler.Appointment) ([]byte, error)
		has, hasNo []string
	}{
		"the person's own file of a video": {video, single, []string{
			"\r\nCONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Par visioconférence;VALUE=URI:" + room + "\r\n", "\r\nLOCATION:" + room + "\r\n",
			"\r\nURL:" + manageLink, "À avoir sous la main", "(Par visioconférence)",
		}, []string{"À apporter"}},
		"a feed of a video says little":   {video, personFeed(false), []string{"\r\nLOCATION:Par visioconférence\r\n", "page du rendez-vous"}, []string{room, "CONFERENCE"}},
		"a feed that may say more":        {video, personFeed(true), []string{"CONFERENCE", room}, nil},
		"the office calls":                {calls, single, []string{"+33612345678", "\r\nLOCATION:Par téléphone\r\n"}, []string{"CONFERENCE"}},
		"a feed never holds the number":   {calls, personFeed(true), []string{"que vous avez donné"}, []string{"+33612345678"}},
		"the person calls":                {called, personFeed(false), []string{"\r\nCONFERENCE;FEATURE=PHONE;LABEL=Par téléphone;VALUE=URI:tel:+212524000000\r\n"}, nil},
		"staff are told how, not where":   {video, staffOf, []string{"(Par visioconférence)"}, []string{room}},
		"staff are not told the number":   {calls, staffOf, []string{"(Par téléphone)"}, []string{"+33612345678"}},
		"the office that nobody comes to": {calls, single, nil, []string{"\r\nGEO:", "X-APPLE"}},
	} {
		body := remote(t, row.reach, row.write)
		for _, s := range row.has {
			if !strings.Contains(body, s) {
				t.Errorf("%s: no %q in\n%s", what, s, body)
			}
		}
		for _, s := range row.hasNo {
			if strings.Contains(body, s) {
				t.Errorf("%s: %q in\n%s", what, s, body)
			}
		}
	}
}
