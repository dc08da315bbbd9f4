package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"mawid/internal/testdb"
	"mawid/scheduler"
)

// staffOf is an agent of one office of the sample.
func staffOf(office string) scheduler.Actor {
	return scheduler.Actor{Staff: &scheduler.User{ID: "u-" + office, Role: scheduler.RoleAgent, Offices: []string{office}}}
}

// safi turns the world into the sample of Safi, on a morning.
func (w *world) safi(morning string) {
	w.Helper()
	w.apply(sample(w).CatalogueData)
	w.clock.Set(w.at(morning + " 09:00"))
}

// TestTheLandChainByHand follows a land registration. Every date was counted on a
// calendar by hand: 10, 61, 122, 61 and 92 days (S39), the day of the step itself
// not counted, a last day on which the registry is closed moving to the next
// working day.
func TestTheLandChainByHand(t *testing.T) {
	each(t, func(w *world) {
		land := staffOf("ancfcc-safi-cf")
		w.safi("2027-01-04")
		o, err := w.OpenFile(w.Context(), scheduler.FileRequest{ServiceID: "cf-requisition", Citizen: amina}, land)
		w.must(err)
		id := o.File.ID
		at := func(day string) { w.clock.Set(w.at(day + " 09:00")) }
		step := func(name string, f scheduler.File, err error, kind string, turn scheduler.Turn, due string) {
			w.Helper()
			w.must(err)
			s := f.Current()
			got := ""
			if !s.Due.IsZero() {
				got = s.Due.String()
			}
			if s.Kind != kind || s.Turn != turn || got != due {
				w.Fatalf("%s: %s, turn %s, due %q; want %s, %s, %q", name, s.Kind, s.Turn, got, kind, turn, due)
			}
		}
		advance := func(day, kind string, turn scheduler.Turn, due string) {
			w.Helper()
			at(day)
			f, err := w.AdvanceStep(w.Context(), id, 0, land, "")
			step(day, f, err, kind, turn, due)
		}
		// 4 January + 10 = 14 January, Amazigh New Year: Friday the 15th.
		step("deposit", o.File, nil, "extrait_bo", scheduler.TurnAdministration, "2027-01-15")
		// 8 January + 61 = 10 March, Aïd al-Fitr on the 10th and 11th: Friday the 12th.
		advance("2027-01-08", "avis_bornage", scheduler.TurnAdministration, "2027-03-12")
		// The moon was not seen: the feast moves to the 11th and 12th, the 10th is a working day.
		data := sample(w).CatalogueData
		for i := range data.Closures {
			if c := &data.Closures[i]; c.ID == "2027-aid-fitr" {
				c.From, c.To = c.From.AddDays(1), c.To.AddDays(1)
			}
		}
		w.apply(data)
		w.clock.Advance(2 * time.Second) // the catalogue in memory is a second old at most
		if n, err := w.WatchFiles(w.Context()); n != 1 || err != nil {
			w.Fatalf("%d files changed, %v", n, err)
		}
		f, err := w.File(w.Context(), id, land)
		step("moved feast", f, err, "avis_bornage", scheduler.TurnAdministration, "2027-03-10")
		if e := f.Events[len(f.Events)-1]; e.What != scheduler.EventDueMoved || e.Args["from"] != "2027-03-12" {
			w.Fatalf("last event %+v", e)
		}
		if n, err := w.WatchFiles(w.Context()); n != 0 || err != nil {
			w.Fatalf("a second look changes %d files, %v", n, err)
		}
		// No text dates the survey itself.
		advance("2027-03-09", "bornage", scheduler.TurnAdministration, "")
		if _, err := w.ExtendOnce(w.Context(), id, 0, land, scheduler.ExtendExpertise); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("a step without a date was extended: %v", err)
		}
		// 20 April + 122 = 20 August, Friday, a holiday; the 21st too; Monday the 23rd.
		advance("2027-04-20", "avis_cloture_bo", scheduler.TurnAdministration, "2027-08-23")
		// As long again: 20 April + 244 = Monday 20 December.
		f, err = w.ExtendOnce(w.Context(), id, 0, land, scheduler.ExtendExpertise)
		step("extended", f, err, "avis_cloture_bo", scheduler.TurnAdministration, "2027-12-20")
		if _, err := w.ExtendOnce(w.Context(), id, 0, land, scheduler.ExtendInquiry); !errors.Is(err, scheduler.ErrInvalidState) {
			w.Fatalf("extended twice: %v", err)
		}
		// 1 September + 61 = 1 November.
		advance("2027-09-01", "fin_oppositions", scheduler.TurnOther, "2027-11-01")
		at("2027-10-04")
		f, err = w.BranchStep(w.Context(), id, 0, land, "opposition")
		step("opposition", f, err, "tribunal", scheduler.TurnCourt, "")
		if f.Late(w.date("2028-05-01")) != 0 {
			w.Fatal("the registry is late while the court has the file")
		}
		// Back on 10 May 2028 + 92 = 10 August, by analogy.
		advance("2028-05-10", "immatriculation", scheduler.TurnAdministration, "2028-08-10")
		at("2028-08-25")
		f, err = w.Settle(w.Context(), id, 0, land, "title issued")
		w.must(err)
		late := f.LateBy(w.date("2028-12-31"))
		if len(late) != 1 || late[0].Days != 15 || late[0].OfficeID != "ancfcc-safi-cf" {
			w.Fatalf("late by %+v, want the registry by 15 days", late)
		}
	})
}

// TestLegalDatesByHand: the other clocks, all begun on Monday 9 August 2027.
func TestLegalDatesByHand(t *testing.T) {
	w := newWorld(t, testdb.SQLite(t))
	w.safi("2027-08-09")
	tests := []struct {
		name, service, clock string
		urgent               bool
		steps                []string // kind and date, one after another
		extend               string   // reason; the last date is after it
	}{
		{"law 55-19, 60 days", "com-urbanisme", "", false, []string{"decision 2027-10-08"}, ""},
		{"investment, 30 days", "cri-projet", "", false, []string{"decision 2027-09-08"}, ""},
		{"complaint", "prov-mre-desk", "chikaya", false, []string{"accuse 2027-08-24", "reponse 2027-10-08"}, ""},
		// 20 working days without 16 and 20 August.
		{"information", "prov-mre-desk", "acces_information", false, []string{"reponse 2027-09-08"}, ""},
		{"information, extended", "prov-mre-desk", "acces_information", false, []string{"reponse 2027-10-06"}, scheduler.ExtendVolume},
		{"information, urgent", "prov-mre-desk", "acces_information", true, []string{"reponse 2027-08-12"}, ""},
		// 60 + 60 days end on 7 December.
		{"inquiry", "com-urbanisme", "", false, []string{"decision 2027-12-07"}, scheduler.ExtendInquiry},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := sample(t).Service(test.service)
			if err != nil {
				t.Fatal(err)
			}
			by := staffOf(s.OfficeID)
			o, err := w.OpenFile(t.Context(), scheduler.FileRequest{ServiceID: test.service, Clock: test.clock, Citizen: amina, Urgent: test.urgent}, by)
			if err != nil {
				t.Fatal(err)
			}
			f := o.File
			if test.extend != "" {
				if f, err = w.ExtendOnce(t.Context(), f.ID, 0, by, test.extend); err != nil {
					t.Fatal(err)
				}
			}
			for i, want := range test.steps {
				if i > 0 {
					if f, err = w.AdvanceStep(t.Context(), f.ID, 0, by, ""); err != nil {
						t.Fatal(err)
					}
				}
				if got := f.Current().Kind + " " + f.Current().Due.String(); got != want {
					t.Errorf("%s, want %s", got, want)
				}
				if f.Current().Term.Source == "" || f.Current().Term.Verified {
					t.Errorf("no source, or verified where nobody read the text: %+v", f.Current().Term)
				}
			}
		})
	}
}

func TestSilenceIsAgreementOnlyWhereATextSaysSo(t *testing.T) {
	c := sample(t)
	for _, s := range c.Services {
		want := s.ID == "com-urbanisme"
		if s.SilenceIsAgreement() != want {
			t.Errorf("%s: %v", s.ID, !want)
		}
		for _, never := range []string{"ancfcc", "dgi", "adii"} {
			s.SilenceIsYes, s.AdministrationID = true, never
			if s.SilenceIsAgreement() {
				t.Errorf("%s agrees by silence", never)
			}
		}
	}
}

// TestAChainInSeveralHouses: selling a flat, one file with its steps in the land
// registry, the urban agency, the tax office, at the notary.
func TestAChainInSeveralHouses(t *testing.T) {
	each(t, func(w *world) {
		w.safi("2027-03-01")
		o, err := w.OpenFile(w.Context(), scheduler.FileRequest{ServiceID: "cf-cert", Clock: "chain:sell-flat", Citizen: amina}, staffOf("ancfcc-safi-cf"))
		w.must(err)
		f := o.File
		want := []string{
			"cf-cert ancfcc-safi-cf", "ausy-note ausy-safi", "dgi-th-tsc dgi-safi", "dgi-attest-immeuble dgi-safi",
			"notary ", "dgi-enreg dgi-safi", "dgi-tpi dgi-safi", "cf-inscription ancfcc-safi-cf",
		}
		for i, stop := range want {
			s := f.Current()
			if got := s.Kind + " " + s.OfficeID; got != stop {
				w.Fatalf("step %d: %q, want %q", i, got, stop)
			}
			if s.Turn == scheduler.TurnAdministration && s.Due != w.date("2027-04-30") && i == 0 {
				w.Fatalf("due %s, want 60 days", s.Due)
			}
			if i == len(want)-1 {
				break
			}
			f, err = w.AdvanceStep(w.Context(), f.ID, 0, staffOf(f.OfficeID), "")
			w.must(err)
		}
		for _, office := range []string{"ancfcc-safi-cf", "ausy-safi", "dgi-safi"} {
			if _, err := w.File(w.Context(), f.ID, staffOf(office)); err != nil {
				w.Fatalf("%s does not see it: %v", office, err)
			}
		}
	})
}
