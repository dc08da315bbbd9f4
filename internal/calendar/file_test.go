package calendar_test

import (
	"strings"
	"testing"
	"time"

	"mawid/internal/calendar"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// TestAFeedShowsLegalDatesAndPromises as whole days in the person's language,
// with the reference and nothing else of the file.
func TestAFeedShowsLegalDatesAndPromises(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 8, 10, 10, 0, 0, 0, time.UTC)
	day := func(d int) scheduler.Date { return scheduler.Date{Year: 2027, Month: 8, Day: d} }
	f := scheduler.File{
		ID: "fil_1", Reference: "K7AM-3WXD", State: scheduler.FileOpen, Revision: 3, CreatedAt: now, UpdatedAt: now, Citizen: scheduler.Citizen{Name: "Amina Essai", Language: "fr"},
		Steps:    []scheduler.FileStep{{Seq: 1, Kind: "decision", Due: day(20)}},
		Promises: []scheduler.Promise{{ID: "prm_1", What: "secret words", By: day(24)}, {ID: "prm_2", By: day(25), KeptOn: day(9)}},
	}
	body, err := calendar.New(book).Feed(scheduler.NewCatalogue(scheduler.CatalogueData{}, 1), nil, calendar.FeedOptions{Now: now, Files: []scheduler.File{f}})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(body), "\r\n ", "")
	for _, want := range []string{
		"DTSTART;VALUE=DATE:20270820", "DTSTART;VALUE=DATE:20270824", "TRANSP:TRANSPARENT", "SEQUENCE:3",
		"K7AM-3WXD", "date légale", "date promise", "UID:fil_1.due@mawid", "UID:fil_1.prm_1@mawid",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "BEGIN:VEVENT"); n != 2 || strings.Contains(text, "Amina") || strings.Contains(text, "secret") {
		t.Errorf("%d events in\n%s", n, text)
	}
}
