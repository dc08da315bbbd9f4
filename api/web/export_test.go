package web_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// wantData reads the document of a page and looks for what must and must not be
// in it.
func (h *house) wantData(place string, want, foreign []string) string {
	h.t.Helper()
	w := h.walker().open(place).want(200)
	if w.header.Get("Content-Type") != "application/json; charset=utf-8" || !strings.HasPrefix(w.header.Get("Content-Disposition"), "attachment;") || w.header.Get("Cache-Control") != "no-store" {
		h.t.Errorf("%s: %v", place, w.header)
	}
	if !json.Valid([]byte(w.raw)) {
		h.t.Fatalf("%s: no JSON: %.200s", place, w.raw)
	}
	for _, text := range want {
		if !strings.Contains(w.raw, `"`+text+`"`) {
			h.t.Errorf("%s: %q is missing in\n%s", place, text, w.raw)
		}
	}
	for _, text := range foreign {
		if text != "" && strings.Contains(w.raw, text) {
			h.t.Errorf("%s: %q is in it:\n%s", place, text, w.raw)
		}
	}
	return w.raw
}

// keys are all ways in which a hash may be written.
func keys(hash []byte) []string {
	if len(hash) == 0 {
		return nil
	}
	return []string{hex.EncodeToString(hash), base64.StdEncoding.EncodeToString(hash), base64.RawURLEncoding.EncodeToString(hash)}
}

// TestADocumentOfAllThatIsKeptOfAVisit holds everything that the person entered
// and everything that happened, nothing of anybody else, and nothing that opens.
func TestADocumentOfAllThatIsKeptOfAVisit(t *testing.T) {
	eachHouse(t, func(h *house) {
		h.clock.Set(enginetest.At(t, "2027-06-01 08:00"))
		b, err := h.engine.Book(t.Context(), scheduler.BookRequest{
			OfficeID: "dgi-safi", ServiceID: "dgi-if", StartsAt: enginetest.At(t, "2027-06-03 09:00"), FileNumber: "IF 4711/27", Note: "une rampe, s'il vous plaît",
			Citizen: scheduler.Citizen{
				Name: "Amina Benali", Email: "amina@example.org", Phone: "+33612345678", Language: "fr", Zone: "Europe/Paris", Told: "Youssef Benali", Relation: "child",
			},
		})
		h.must(err)
		own := scheduler.Actor{ManageToken: b.ManageToken}
		other := h.bookOne("dgi-if", "dgi-safi", "2027-06-03 09:30", scheduler.Citizen{Name: "Said Elsewhere", Email: "said@example.org"})
		_, err = h.engine.NoteDocument(t.Context(), b.Appointment.ID, 0, "le bail manque", own)
		h.must(err)
		_, err = h.engine.Confirm(t.Context(), b.Appointment.ID, 0, own)
		h.must(err)
		h.clock.Set(enginetest.At(t, "2027-06-03 08:50"))
		tk, err := h.engine.CheckIn(t.Context(), b.Appointment.ID, fileAgent)
		h.must(err)
		_, err = h.engine.CallTicket(t.Context(), tk.ID, "dgi-safi-1", fileAgent)
		h.must(err)
		_, err = h.engine.StartServing(t.Context(), tk.ID, fileAgent)
		h.must(err)
		_, err = h.engine.Finish(t.Context(), tk.ID, scheduler.Outcome{Kind: scheduler.OutcomeComeBack, Note: "apporter le bail", On: enginetest.Date(t, "2027-06-10")}, fileAgent)
		h.must(err)
		h.must(h.engine.GiveOpinion(t.Context(), h.engine.OpinionToken(scheduler.OpinionAppointment, b.Appointment.ID), scheduler.OpinionAnswers{Settled: "partly", Rating: 4, Need: "une chaise", Language: "fr"}))
		a, err := h.engine.AppointmentByToken(t.Context(), b.ManageToken)
		h.must(err)
		foreign := append(keys(a.ManageHash), b.ManageToken, b.CalendarToken, a.ID, tk.ID, a.HoldID, a.FeedID, "Elsewhere", other.Appointment.Reference, fileAgent.Staff.ID)
		h.wantData("/fr/a/"+b.ManageToken+"/data", []string{
			a.Reference, "Amina Benali", "amina@example.org", "+33612345678", "Europe/Paris", "Youssef Benali", "child", "IF 4711/27", "une rampe, s'il vous plaît",
			"le bail manque", "dgi-if", "dgi-safi", "2027-06-03", "09:00", "served", "booked", "noted", "confirmed", "confirmation", "reminder_eve", "questions",
			tk.Number, "come_back", "apporter le bail", "2027-06-10", "called", "partly", "une chaise",
		}, foreign)
		h.walker().open("/fr/a/" + b.ManageToken).click("Télécharger mes données").want(200)
		h.walker().open("/fr/a/nothing/data").want(404)
	})
}

// TestADocumentOfAllThatIsKeptOfAFile, the notes between offices included.
func TestADocumentOfAllThatIsKeptOfAFile(t *testing.T) {
	eachHouse(t, func(h *house) {
		other := h.lateFile()
		h.clock.Set(enginetest.At(t, "2027-06-01 08:00"))
		o, err := h.engine.OpenFile(t.Context(), scheduler.FileRequest{
			ServiceID: "dgi-th-tsc", Number: "TH 99/27", ForWhom: "Hadda Mansour", Identity: "cnie", IdentityNumber: "HA778899", Note: "taxe payée deux fois",
			Citizen:   scheduler.Citizen{Name: "Karima Mansour", Email: "karima@example.org", Phone: "+31612345678", Language: "nl", Zone: "Europe/Amsterdam"},
			Documents: []scheduler.FileDocument{{ID: "cnie", Seen: true}, {ID: "le reçu de 2019"}}, Promise: &scheduler.PromiseRequest{What: "chercher l'avis", By: enginetest.Date(t, "2027-06-09")},
		}, fileAgent)
		h.must(err)
		own := scheduler.Actor{ManageToken: o.Token}
		_, err = h.engine.AskNews(t.Context(), o.File.ID, 0, own, "où en est-on ?")
		h.must(err)
		visit, err := h.engine.BookFileVisit(t.Context(), o.File.ID, own, "dgi-safi", enginetest.At(t, "2027-06-03 09:00"))
		h.must(err)
		admin := scheduler.Actor{Staff: &scheduler.User{ID: "usr_chief", Role: scheduler.RoleAdministrator}}
		_, _, err = h.engine.HandOver(t.Context(), o.File.ID, 0, admin, scheduler.HandOver{OfficeID: "ancfcc-safi-cf", Note: "voir l'ancien registre"})
		h.must(err)
		_, err = h.engine.Settle(t.Context(), o.File.ID, 0, admin, "remboursée")
		h.must(err)
		h.must(h.engine.GiveOpinion(t.Context(), h.engine.OpinionToken(scheduler.OpinionFile, o.File.ID), scheduler.OpinionAnswers{Settled: "yes", Rating: 5, Need: "un guichet plus proche", Language: "nl"}))
		f, err := h.engine.FileByToken(t.Context(), o.Token)
		h.must(err)
		foreign := slices.Concat(keys(f.ManageHash), keys(f.Identity.Hash), []string{
			"HA778899", o.Token, o.CalendarToken, visit.ManageToken, f.ID, f.FeedID, "usr_chief", fileAgent.Staff.ID, "Amina", other.File.Reference,
		})
		raw := h.wantData("/fr/f/"+o.Token+"/data", []string{
			f.Reference, "Karima Mansour", "karima@example.org", "+31612345678", "nl", "Europe/Amsterdam", "Hadda Mansour", "TH 99/27", "899", "cnie", "le reçu de 2019",
			"taxe payée deux fois", "chercher l'avis", "2027-06-09", "où en est-on ?", "voir l'ancien registre", "remboursée", "settled", visit.Appointment.Reference,
			"opened", "changed", "file_opened", "file_settled", "un guichet plus proche", "ancfcc-safi-cf",
		}, foreign)
		var doc struct{ Steps, Promises, History, Looks []any }
		h.must(json.Unmarshal([]byte(raw), &doc))
		if len(doc.Steps) != len(f.Steps) || len(doc.Promises) != len(f.Promises) || len(doc.History) != len(f.Events) || len(doc.Looks) == 0 {
			t.Errorf("%d steps of %d, %d promises, %d lines of %d, %d looks", len(doc.Steps), len(f.Steps), len(doc.Promises), len(doc.History), len(f.Events), len(doc.Looks))
		}
		h.walker().open("/ar/f/" + o.Token).click("تنزيل معطياتي").want(200)
	})
}

// TestWhatIsNewInARecordIsDecidedAbout: a field that is added to what is kept of
// people is given to them, or named here with its reason.
func TestWhatIsNewInARecordIsDecidedAbout(t *testing.T) {
	for _, test := range []struct {
		of   any
		left string // ids and hashes, what opens, and what belongs to other persons
		said string
	}{
		{
			scheduler.Appointment{},
			"ID TZVersion Sequence HoldID FeedID ManageHash ChangeID",
			"Reference Status OfficeID ServiceID Channel Place Zone StartsAt EndsAt Party Citizen FileNumber Note DocumentNote Proved ProveUntil Revision Confirmed CreatedAt UpdatedAt",
		},
		{scheduler.Citizen{}, "", "Name Email Phone Language Zone Told Relation"},
		{
			scheduler.File{},
			"ID OwnerID MergedInto DeskOfficeID FeedID ManageHash",
			"Reference State AdministrationID OfficeID ServiceID Clock Number Identity Citizen ForWhom Documents AskedOn DepositedOn Urgent Extended Origin Outcome NewsAskedOn NewsDue Escalation EscalatedOn Revision CreatedAt UpdatedAt EndedOn Steps Promises Events",
		},
	} {
		kind := reflect.TypeOf(test.of)
		known := strings.Fields(test.left + " " + test.said)
		for i := range kind.NumField() {
			if name := kind.Field(i).Name; !slices.Contains(known, name) {
				t.Errorf("%s.%s is new: give it to the person in the export, or say here that it is left out", kind, name)
			}
		}
	}
}

// The document says how people meet when nobody comes.
func TestTheDocumentSaysTheChannel(t *testing.T) {
	h := oneHouse(t)
	b := h.remote(scheduler.Telephone, "dgi-if", "2027-06-01 10:00", scheduler.Citizen{Name: "Amina Benali", Phone: "+33612345678"})
	h.wantData("/fr/a/"+b.ManageToken+"/data", []string{"telephone"}, nil)
}
