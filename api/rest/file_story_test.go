package rest_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// storyLinks are what notices of appointments would carry; there are none here.
type storyLinks struct{ notifier.Links }

// mail delivers what is due as a program without mail server does, and returns
// what the person can read.
func (w *world) mail() []string {
	w.t.Helper()
	wording, err := notifier.NewWording(notifier.WordingConfig{Book: w.conf.Book, Zones: w.conf.Zones, Links: storyLinks{}, From: "Mawid <mawid@example.org>", Host: "example.org"})
	must(w.t, err)
	worker, err := notifier.New(notifier.Config{
		Outbox: w.db, Catalogue: w.engine.Catalogue, Wording: wording, Clock: w.clock.Now, Random: func() float64 { return 0.5 },
		Log: slog.New(slog.DiscardHandler), Policy: scheduler.DefaultNoticePolicy(),
		Subjects: map[scheduler.SubjectKind]notifier.Subjects{
			scheduler.SubjectFile: notifier.Files{Source: w.db, Catalogue: w.engine.Catalogue, URL: func(id string) string { return publicURL + "/f/" + w.engine.FileToken(id) }, Code: w.engine.FileCode, Zones: w.conf.Zones},
		},
	})
	must(w.t, err)
	for range 5 {
		_, err := worker.RunOnce(w.t.Context())
		must(w.t, err)
	}
	entries, err := w.db.Notices(w.t.Context(), scheduler.NoticeQuery{Limit: 50})
	must(w.t, err)
	var out []string
	for i := range entries {
		if entries[i].Message != nil {
			out = append(out, entries[i].Message.Subject+"\n"+entries[i].Message.Text)
		}
	}
	return out
}

// told fails unless a mail says all of the words.
func (w *world) told(words ...string) {
	w.t.Helper()
	all := w.mail()
	for _, m := range all {
		ok := true
		for _, word := range words {
			ok = ok && strings.Contains(m, word)
		}
		if ok {
			return
		}
	}
	w.t.Fatalf("no mail says %q:\n%s", words, strings.Join(all, "\n---\n"))
}

// TestTheStoryOfAStuckFile is why Mawid exists. On 10 August a person comes to the
// booth of the land registry with a file that has lain still for three years; they
// leave with a receipt, an owner, a promise and a date, follow the file from
// Marseille, are told when the promise is broken, and see it settled.
func TestTheStoryOfAStuckFile(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		day := func(date string) {
			at, err := time.Parse(time.DateOnly, date)
			must(t, err)
			w.clock.mu.Lock()
			w.clock.now = at.Add(10 * time.Hour)
			w.clock.mu.Unlock()
			_, err = w.engine.WatchFiles(t.Context())
			must(t, err)
		}
		day("2027-08-10")
		booth := w.post("/v1/files", object{
			"service": "cf-suivi", "office": "prov-safi-unified", "clock": "requisition", "number": "T 4711/23",
			"deposited_on": "2024-06-03", "step": "avis_bornage", "step_since": "2024-06-13",
			"citizen":   object{"name": "Hafida Naim", "email": "hafida@example.org", "language": "fr", "time_zone": "Europe/Paris"},
			"documents": []object{{"id": "cnie", "seen": true}, {"id": "num_dossier", "seen": true}},
			"promise":   object{"what": "publier l'avis de bornage", "by": "2027-08-24"},
		}, asLand...).want(201)
		id := "/v1/files/" + booth.text("id")
		owner := []string{"Authorization", "Bearer " + booth.text("file_token")}
		// 13 June + 61 days = 13 August 2024; on 10 August 2027 that is 3 × 365 − 3 days ago.
		if booth.number("late_days") != 1092 || booth.text("owner") != "u4" || booth.text("office") != "ancfcc-safi-cf" || booth.text("promises", 0, "by") != "2027-08-24" {
			t.Fatalf("at the booth: %s", booth.Raw)
		}
		if ref := booth.text("reference"); len(ref) != 9 || !strings.HasPrefix(booth.text("file_url"), publicURL+"/f/") {
			t.Fatalf("receipt: %s", booth.Raw)
		}
		w.told(booth.text("reference"), "récépissé", "publier l'avis de bornage", "mardi 24 août 2027", booth.text("file_url"))

		day("2027-08-20") // in Marseille
		seen := w.get(id, append([]string{"Accept-Language", "fr"}, owner...)...).want(200)
		if seen.text("promises", 0, "state") != "open" || seen.text("turn") != "administration" || len(seen.items("escalated")) == 0 {
			t.Fatalf("followed from Marseille: %s", seen.Raw)
		}
		day("2027-08-25")
		w.told("engagement non tenu", "publier l'avis de bornage", "mardi 24 août 2027")
		broken := w.get(id, owner...).want(200)
		if broken.text("promises", 0, "state") != "overdue" {
			t.Fatalf("after the day: %s", broken.Raw)
		}
		w.post(id+"/ask-news", object{"text": "Et maintenant ?"}, owner...).want(200)
		w.post(id+"/answer-news", object{"text": "L'avis part demain."}, asLand...).want(200)
		w.told("une réponse pour vous", "L'avis part demain.")
		w.post(id+"/promises", object{"what": "publier l'avis", "by": "2027-09-03", "replaces": broken.text("promises", 0, "id")}, asLand...).want(200)
		day("2027-09-02")
		moved := w.post(id+"/advance", object{"note": "publié"}, asLand...).want(200)
		w.post(id+"/keep-promise", object{"promise": moved.text("promises", 1, "id")}, asLand...).want(200)
		day("2027-11-15")
		w.post(id+"/settle", object{"text": "Titre établi."}, asLand...).want(200)
		w.told("Votre dossier est réglé", "Titre établi.")

		end := w.get(id, owner...).want(200)
		states := end.text("promises", 0, "state") + " " + end.text("promises", 1, "state")
		if end.text("state") != "settled" || states != "broken kept" || end.number("late_by", 0, "days") != 1115 {
			t.Fatalf("settled: %s %s", states, end.Raw) // 13 August 2024 to 2 September 2027
		}
		looks := w.get(id+"/accesses", owner...).want(200)
		for i := range looks.items("items") {
			if looks.text("items", i, "staff") != "u4" {
				t.Errorf("who looked: %s", looks.Raw)
			}
		}
		token := w.engine.OpinionToken(scheduler.OpinionFile, booth.text("id"))
		must(t, w.engine.GiveOpinion(t.Context(), token, scheduler.OpinionAnswers{Settled: scheduler.SettledYes, Rating: 3, Need: "ne pas attendre trois ans"}))
		if l, err := w.engine.Ledger(t.Context(), scheduler.Date{Year: 2027, Month: 1, Day: 1}, scheduler.Date{Year: 2027, Month: 12, Day: 31}, nil); err != nil || !l.Rows[0].Settled.Hidden {
			t.Errorf("the ledger shows one person's file: %+v %v", l, err)
		}
	})
}
