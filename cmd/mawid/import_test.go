package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

// TestImportDisplaces: a new closure on a booked day. Looking changes nothing;
// applying tells the person, in the API, in the calendar and by mail, while the
// server runs; and the person can choose another day.
func TestImportDisplaces(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		house := install(t, url, "MAWID_SMTP_URL="+post.url)
		server := house.serve()
		free := server.slots(t, "dgi-safi", "dgi-if", 20)
		first, later := free[0], free[len(free)-1]
		who := house.somebody()
		displaced := server.mustBook(t, first, who)
		untouched := server.mustBook(t, later, house.somebody())
		day := first.StartsAt[:10]
		file := closed(t, day)

		r := house.run("import", file)
		house.wantImport(t, r, displaced, "Nothing was written. Add --apply to write it.")
		if got := server.look(t, displaced); got.Status != "booked" || got.Revision != 1 {
			t.Errorf("after looking only: %+v", got)
		}
		if v := house.count("SELECT version FROM catalogue_state"); v != 1 {
			t.Errorf("looking wrote version %d", v)
		}

		r = house.run("import", "--apply", file)
		house.wantImport(t, r, displaced, "Applied as version 2.")
		server.wantDisplaced(t, displaced, day)
		if got := server.look(t, untouched); got.Status != "booked" || got.Revision != 1 {
			t.Errorf("another day's appointment: %+v", got)
		}
		eventually(t, "the mail about it", func() bool { return len(post.to(who.Email)) == 2 })
		if r := house.run("import", "--apply", file); r.code != exitDone || !strings.Contains(r.out, "Nothing differs") {
			t.Errorf("a second time: exit %d\n%s%s", r.code, r.out, r.err)
		}

		a, err := server.do(patient(t), http.MethodPost, "/v1/appointments/"+displaced.ID+"/reschedule", displaced.ManageToken,
			map[string]any{"starts_at": later.StartsAt}, nil)
		must(t, err)
		if got := server.look(t, displaced); a.status != http.StatusOK || got.Status != "booked" || got.StartsAt != later.StartsAt {
			t.Errorf("choose another day: %s, now %+v", a, got)
		}
		house.healthy()
	})
}

// closed writes the sample with one more closure.
func closed(t *testing.T, day string) string {
	t.Helper()
	return changedSample(t, "closures:\n", fmt.Sprintf("closures:\n  - {id: water-cut, from: %s, to: %s, certainty: exceptional,"+
		" name: {ar: \"انقطاع الماء\", fr: \"Coupure d'eau\"}}\n", day, day))
}

// wantImport wants the plan told: what differs, whom it displaces by reference,
// nobody by name.
func (i *installation) wantImport(t *testing.T, r result, displaced booking, end string) {
	t.Helper()
	line := fmt.Sprintf("displaced %s %s %s dgi-safi dgi-if", displaced.Reference, displaced.StartsAt[:10], displaced.StartsAt[11:16])
	for _, say := range []string{"added    closure water-cut", line, "1 appointments are displaced.", end} {
		if r.code != exitDone || !strings.Contains(r.out, say) {
			t.Errorf("import: exit %d, want %q:\n%s%s", r.code, say, r.out, r.err)
		}
	}
	for _, secret := range i.secrets() {
		if strings.Contains(r.out, secret) {
			t.Errorf("import shows %q", secret)
		}
	}
}

func (p *program) wantDisplaced(t *testing.T, b booking, day string) {
	t.Helper()
	if got := p.look(t, b); got.Status != "displaced" || got.Revision != 2 {
		t.Errorf("after the import: %+v", got)
	}
	feed := p.get(t, "/feeds/"+feedToken(b)+".ics", "", nil)
	for _, say := range []string{"STATUS:TENTATIVE", "SEQUENCE:1", "TRANSP:TRANSPARENT"} {
		if !strings.Contains(string(feed.body), say) {
			t.Errorf("the feed does not say %s:\n%s", say, feed.body)
		}
	}
	path := "/v1/days?service=dgi-if&office=dgi-safi&from=" + day + "&to=" + day
	eventually(t, "the server to know the closure", func() bool {
		var days struct {
			Items       []any
			Unavailable []struct{ Reason string }
		}
		p.get(t, path, "", &days)
		return len(days.Items) == 0 && len(days.Unavailable) == 1 && days.Unavailable[0].Reason == "closure"
	})
	_, a, err := p.book(patient(t), slot{"dgi-safi", "dgi-if", b.StartsAt, 0}, p.house.somebody())
	must(t, err)
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("booking the closed day: %s", a)
	}
}
