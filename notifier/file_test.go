package notifier_test

import (
	"strings"
	"testing"

	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/notifier"
	"mawid/scheduler"
)

// TestThePersonIsToldOfEveryStep: a file opened, asked for, promised and broken,
// in the person's language, with its link and without any internal note.
func TestThePersonIsToldOfEveryStep(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		agent := scheduler.Actor{Staff: &scheduler.User{ID: "u1", Role: scheduler.RoleAgent, Offices: []string{"ancfcc-safi-cf"}}}
		today := scheduler.DateOf(w.clock.Now())
		c := person()
		c.Language = "ar"
		o, err := w.engine.OpenFile(t.Context(), scheduler.FileRequest{
			ServiceID: "cf-requisition", Citizen: c, Documents: []scheduler.FileDocument{{ID: "moulkia"}},
			Promise: &scheduler.PromiseRequest{What: "نبحث عن الملف", By: today.AddDays(3)},
		}, agent)
		must(t, err)
		mail := &sent{}
		conf := w.config(db)
		conf.Mail = mail
		conf.Subjects = map[scheduler.SubjectKind]notifier.Subjects{
			scheduler.SubjectFile: notifier.Files{Source: db, Catalogue: w.engine.Catalogue, URL: func(id string) string { return "https://rdv.safi.example/f/" + w.engine.FileToken(id) }, Code: w.engine.FileCode, Zones: enginetest.Zones(t)},
		}
		worker := w.worker(conf)
		w.drain(worker)
		_, err = w.engine.ReceiveDocuments(t.Context(), o.File.ID, 0, agent, []string{"moulkia"})
		must(t, err)
		w.drain(worker)
		w.clock.Set(w.clock.Now().AddDate(0, 0, 4))
		_, err = w.engine.WatchFiles(t.Context())
		must(t, err)
		w.drain(worker)
		must(t, w.engine.AskCode(t.Context(), o.File.Reference))
		must(t, w.engine.SendCodes(t.Context(), 10))
		w.drain(worker)
		want := [][]string{
			{"تم فتح ملفكم", "ملكية عدلية", "نبحث عن الملف", o.Token},
			{"تقدم ملفكم", "الأجل القانوني", "المحافظة العقارية"},
			{"لم يتم الوفاء بالالتزام", "نبحث عن الملف"},
			{"رمز فتح ملفكم", "لا تعطوا الرمز لأحد", o.File.Reference},
		}
		got := mail.all()
		if len(got) != len(want) {
			t.Fatalf("%d mails, want %d: %+v", len(got), len(want), got)
		}
		for i, l := range got {
			for _, text := range want[i] {
				if !strings.Contains(l.Subject+l.Text, text) {
					t.Errorf("mail %d says no %q:\n%s\n%s", i, text, l.Subject, l.Text)
				}
			}
			code := i == len(got)-1 // it says no more than it must, and opens nothing by itself
			if strings.Contains(l.Subject, o.File.Reference) == code || strings.Contains(l.Text, o.Token) == code {
				t.Errorf("%s\n%s", l.Subject, l.Text)
			}
		}
	})
}
