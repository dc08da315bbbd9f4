package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mawid/api/httpkit"
	"mawid/api/rest"
	"mawid/internal/browsertest"
	"mawid/internal/enginetest"
	"mawid/scheduler"
)

// deskHouse is a house on Tuesday 1 June 2027, 09:30, with the API beside the
// pages, and somebody booked at the tax office for 10:00.
func deskHouse(h *house) scheduler.Booked {
	h.t.Helper()
	booked := h.bookOne("dgi-if", "dgi-safi", "2027-06-01 10:00", scheduler.Citizen{Name: "محمد العمراني", Email: "m@example.org", Language: "ar"})
	h.clock.Set(enginetest.At(h.t, "2027-06-01 09:30"))
	hash, err := passwordHash()
	h.must(err)
	h.must(h.db.AddUser(h.t.Context(), scheduler.User{
		ID: "usr_3", Login: "chef", Role: scheduler.RoleSupervisor, Offices: []string{"dgi-safi"}, PasswordHash: hash,
	}))
	sessions := httpkit.NewSessions(httpkit.SessionsConfig{
		Store: h.db.Sessions(time.Now), Users: h.db, Passwords: httpkit.NewPasswords(1), Clock: h.clock.Now, Secret: secret,
	})
	stopping := make(chan struct{})
	h.t.Cleanup(func() { close(stopping) })
	api, err := rest.New(rest.Config{
		Engine: h.engine, Book: h.book, Zones: enginetest.Zones(h.t), Clock: h.clock.Now, Answers: h.db, Secret: secret,
		PublicURL: h.server.URL, CurrentUser: sessions.CurrentUser, SessionCookie: sessions.CookieName(), SignIn: sessions.Machines, Stopping: stopping, Version: "test",
	})
	h.must(err)
	mux := http.NewServeMux()
	mux.Handle("/v1/", api)
	mux.Handle("/", h.server.Config.Handler)
	h.server.Config.Handler = mux
	return booked
}

// sit signs in and sits down at the first desk of the tax office.
func (w *walker) sit(login string) *walker {
	w.h.t.Helper()
	return w.signIn(login).want(200, "Choisissez un guichet").press("S'y installer").want(200, "Mon guichet 1", "Personne n'attend.")
}

// Of a full day the desk shows who comes next, and finds everybody else.
func TestTheDeskShowsTheNextArrivals(t *testing.T) {
	h := oneHouse(t)
	h.clock.Advance(2 * time.Hour)
	all := h.fill(fullDay)
	h.clock.Set(enginetest.At(t, fullDay+" 08:00"))
	last := all[len(all)-1].Appointment
	w := h.walker().sit("agent").want(200, fmt.Sprintf("Attendus aujourd'hui (%d)", len(all)), "Seuls les 20 premiers sont affichés", all[0].Appointment.Reference)
	if n := strings.Count(w.text(), "Noter l'arrivée"); n != 20 || strings.Contains(w.text(), last.Reference) {
		t.Errorf("%d arrivals are shown", n)
	}
	w.press("Chercher", "who", last.Reference).want(200, "Billet", "donné")
}

// The whole way of a visit at the desk by forms alone.
func TestAVisitAtTheDesk(t *testing.T) {
	eachHouse(t, func(h *house) {
		booked := deskHouse(h)
		w := h.walker().sit("agent").want(200, "Attendus aujourd'hui (1)", "محمد العمراني", booked.Appointment.Reference)
		w.press("Chercher", "who", "Mohamed").want(200, "10:00", "محمد العمراني")
		w.press("Chercher", "who", "Berrada").want(200, "Personne de ce nom")
		w.press("Chercher", "who", strings.ToLower(booked.Appointment.Reference)).want(200, "Billet", "donné", "En attente (1)")
		w.press("Donner un billet", "service", "dgi-if", "name", "Amina").want(200, "En attente (2)", "Amina")
		w.press("Appeler le suivant").want(200, "appelé", "محمد العمراني", "La personne est là")
		w.press("La personne est là").want(200, "au guichet", "Rendez-vous de 10:00")
		w.press("Terminé, affaire réglée").want(200, "c'est noté", "Appeler le suivant", "1 personne attend.")
		w.press("Annuler la dernière étape").want(200, "au guichet", "محمد العمراني")
		w.press("Mettre de côté").want(200, "De côté (1)", "Appeler le suivant")
		w.press("Remettre en attente").want(200, "En attente (2)")
		w.press("Appeler le suivant").want(200, "appelé").press("La personne est là")
		w.press("Terminer", "outcome", "come_back", "on", "2027-06-08", "note", "Copie de la CIN").want(200, "c'est noté")
		w.press("Appeler le suivant").want(200, "Amina", "Sans rendez-vous")
		w.press("Rappeler").want(409, "Cela ne se peut pas maintenant", "Amina")
		w.press("Absent").want(200, "Personne n'attend.")
		w.press("Appeler le suivant").want(200, "Personne n'attend.")
		w.press("Quitter ce guichet").want(200, "Choisissez un guichet")
	})
}

// TestPriorityAndFurtherServicesAtTheDesk: both are set on the page, count, and
// stand in the ticket's story with who did it; groups are named in each language.
func TestPriorityAndFurtherServicesAtTheDesk(t *testing.T) {
	eachHouse(t, func(h *house) {
		deskHouse(h)
		w := h.walker().sit("agent")
		w.press("Donner un billet", "service", "dgi-if", "name", "Amina").press("Donner un billet", "service", "dgi-if", "name", "Brahim")
		w.want(200, "personnes quittant le Maroc sous 7 jours", "dossiers en souffrance", "familles avec un enfant de moins de 2 ans")
		for path, words := range map[string]string{"/ar": "أصحاب الملفات العالقة", "/en": "files that are stuck"} {
			w.open(path+"/desk").want(200, words)
		}
		w.open("/fr/desk").press("Changer la priorité A002", "group", "elderly").want(200, "Annuler la dernière étape")
		w.press("Appeler le suivant").want(200, "Brahim", "personnes âgées", "Historique du billet", "Priorité personnes âgées", "Appel priorité accordée agent")
		w.press("Ajouter", "service", "dgi-foncier").want(200, "Ensuite : Déclaration revenus fonciers", "Service ajouté Déclaration revenus fonciers")
		w.press("La personne est là").press("Terminé, affaire réglée").want(200, "au guichet", "Déclaration revenus fonciers")
		w.press("Terminé, affaire réglée").want(200, "Appeler le suivant", "1 personne attend.")
		w.press("Changer la priorité A001", "group", "").press("Appeler le suivant").want(200, "Amina", "Priorité Sans priorité", "Appel à son tour agent")
	})
}

// The link of an appointment's page, as a code on paper has it, is an arrival.
func TestAScannedLinkChecksIn(t *testing.T) {
	h := oneHouse(t)
	booked := deskHouse(h)
	w := h.walker().sit("agent")
	w.press("Chercher", "who", h.server.URL+"/a/nothing").want(200, "Personne de ce nom")
	w.press("Chercher", "who", h.server.URL+"/a/"+booked.ManageToken).want(200, "donné", "En attente (1)")
	w.press("Chercher", "who", h.server.URL+"/fr/a/"+booked.ManageToken+"?new=1").want(200, "En attente (1)")
}

// A desk of another office does not exist for an agent, and what they cannot see
// they cannot call.
func TestTheDeskOfAnotherOffice(t *testing.T) {
	h := oneHouse(t)
	deskHouse(h)
	ticket, err := h.engine.DrawTicket(t.Context(), scheduler.DrawRequest{OfficeID: "tpi-safi-famille", Services: []string{"tpi-casier"}},
		scheduler.Actor{Staff: &scheduler.User{ID: "usr_1", Role: scheduler.RoleAdministrator}})
	h.must(err)
	w := h.walker().sit("agent")
	form := map[string][]string{"desk": {"dgi-safi-1"}}
	for _, path := range []string{"/call", "/recall", "/start", "/park", "/return", "/no-show", "/undo", "/finish", "/transfer", "/priority"} {
		w.send(http.MethodPost, "/fr/desk/tickets/"+ticket.ID+path, form)
		if w.status != 404 && w.status != 422 {
			t.Errorf("%s: status %d", path, w.status)
		}
	}
	w.send(http.MethodPost, "/fr/desk/open", map[string][]string{"desk": {"tpi-safi-famille-1"}}).want(404)
	w.open("/fr/desk/room").want(403)
	h.walker().signIn("chef").open("/fr/desk/room/tpi-safi-famille").want(404)
}

func TestTheRoom(t *testing.T) {
	eachHouse(t, func(h *house) {
		deskHouse(h)
		agent := h.walker().sit("agent")
		agent.press("Donner un billet", "service", "dgi-if", "name", "Amina")
		w := h.walker().signIn("chef").click("La salle").want(200, "Rien à signaler.", "Guichet 1", "agent", "1/3")
		w.press("Fermer le guichet").want(200, "1 personne attend et aucun guichet n'est ouvert.", "0/3")
		w.press("Placer", "staff", "usr_2").want(200, "Rien à signaler.", "1/3")
		w.press("Enregistrer", "note", "Imprimante en panne au guichet 2").want(200)
		agent.open("/fr/desk").want(200, "Imprimante en panne au guichet 2", "Mon guichet 1")
		h.clock.Advance(55 * time.Minute)
		w.open("/fr/desk/room").want(200, "attend depuis 55 minutes")
		agent.press("Appeler le suivant")
		h.clock.Advance(6 * time.Minute)
		w.open("/fr/desk/room").want(200, "appelé depuis 6 minutes, sans suite")
		w.press("Fermer le guichet").want(409, "Cela ne se peut pas maintenant")
		w.press("Enregistrer", "note", "").want(200)
		if agent.open("/fr/desk"); strings.Contains(agent.text(), "Imprimante") {
			t.Error("the note is still there")
		}
	})
}

// What was done by hand is entered later, rows at once, and all or nothing.
func TestEntryAfterAnOutage(t *testing.T) {
	eachHouse(t, func(h *house) {
		booked := deskHouse(h)
		h.clock.Set(enginetest.At(t, "2027-06-01 12:00"))
		w := h.walker().signIn("agent").click("Saisie après panne").want(200, "Ligne")
		rows := map[string][]string{
			"desk": {"dgi-safi-1"}, "date": {"2027-06-01"},
			"service": {"dgi-if", "dgi-if", "dgi-if"}, "reference": {booked.Appointment.Reference, "", ""},
			"arrived": {"09:50", "10:00", ""}, "started": {"10:05", "10:30", ""}, "ended": {"10:25", "10:20", ""}, "outcome": {"settled", "come_back", "settled"},
		}
		w.send(http.MethodPost, "/fr/desk/by-hand", rows).want(422, "Ligne 2, Fin : La fin précède le début.")
		if tickets, err := h.db.OfficeTickets(t.Context(), "dgi-safi", enginetest.Date(t, "2027-06-01")); len(tickets) != 0 || err != nil {
			t.Fatalf("a form with a fault entered %d visits, %v", len(tickets), err)
		}
		rows["ended"][1] = "10:45"
		w.send(http.MethodPost, "/fr/desk/by-hand", rows).want(200, "2 visites enregistrées.")
		w.send(http.MethodPost, "/fr/desk/by-hand", rows).want(422, "Ligne 1, Référence : Ce rendez-vous a déjà un billet ou est terminé.")
		a, err := h.db.Appointment(t.Context(), booked.Appointment.ID)
		if err != nil || a.Status != scheduler.StatusServed {
			t.Errorf("the appointment is %s, %v", a.Status, err)
		}
		tickets, err := h.db.OfficeTickets(t.Context(), "dgi-safi", enginetest.Date(t, "2027-06-01"))
		if err != nil || len(tickets) != 2 {
			t.Fatalf("%d tickets, %v", len(tickets), err)
		}
		steps, err := h.db.TicketSteps(t.Context(), tickets[1].ID)
		h.must(err)
		var story []string
		for _, s := range steps {
			story = append(story, s.At.Format("15:04 ")+string(s.What))
		}
		if got := strings.Join(story, ", "); got != "10:00 arrived, 10:30 called, 10:30 started, 10:45 finished" {
			t.Errorf("the story is %s", got)
		}
		w.send(http.MethodPost, "/fr/desk/by-hand", map[string][]string{
			"desk": {"tpi-safi-famille-1"}, "date": {"2027-06-01"}, "service": {"tpi-casier"}, "arrived": {"10:00"}, "started": {"10:05"}, "ended": {"10:06"}, "outcome": {"settled"},
		}).want(404)
	})
}

var laptop = browsertest.Screen{Name: "laptop", Width: 1024, Height: 768}

// A whole case with the keyboard alone, in a real browser, in both directions of
// writing; and no rule of accessibility is broken on the way.
func TestTheDeskByKeyboardInABrowser(t *testing.T) {
	h := oneHouse(t)
	deskHouse(h)
	b := browsertest.Start(t)
	for _, lang := range []struct{ code, sit, ready, called, serving, done string }{
		{"fr", "S'y installer", "Personne n'attend.", "appelé", "au guichet", "c'est noté"},
		{"ar", "الجلوس إليه", "لا أحد ينتظر.", "نودي عليه", "عند الشباك", "تم التسجيل"},
	} {
		t.Run(lang.code, func(t *testing.T) {
			v := b.Tab(t, laptop, true)
			v.Open(h.server.URL + "/" + lang.code + "/desk/sign-in")
			v.Type("login", "agent")
			v.Type("password", password)
			v.Goes("sign in", 200, chromedp.KeyEvent("\r"))
			if !strings.Contains(v.Text(), lang.ready) {
				v.Axe("choose a desk")
				v.EnterOn(lang.sit)
			}
			v.Axe("empty desk")
			v.Keys("w")
			v.Do("wait for the field", chromedp.WaitVisible(chromedp.CSS("#w-service:focus")))
			v.Keys("\t")
			v.Keys("nnn") // typed into a field: no key of the desk
			v.Goes("give a ticket", 200, chromedp.KeyEvent("\r"))
			v.Goes("call next", 200, chromedp.KeyEvent("n"))
			v.Reads(lang.called)
			v.Axe("called")
			v.Goes("start", 200, chromedp.KeyEvent("s"))
			v.Reads(lang.serving)
			v.Axe("serving")
			v.Goes("finish", 200, chromedp.KeyEvent("f"))
			v.Reads(lang.done)
			v.Clean(strings.TrimPrefix(h.server.URL, "http://"))
		})
	}
}

// The desk shows by itself what happens elsewhere, and says when it cannot.
func TestTheDeskIsLiveInABrowser(t *testing.T) {
	h := oneHouse(t)
	booked := deskHouse(h)
	v := browsertest.Start(t).Tab(t, laptop, true)
	v.Open(h.server.URL + "/fr/desk/sign-in")
	v.Type("login", "agent")
	v.Type("password", password)
	v.Goes("sign in", 200, chromedp.KeyEvent("\r"))
	v.EnterOn("S'y installer")
	_, err := h.engine.CheckIn(t.Context(), booked.Appointment.ID, scheduler.Actor{ManageToken: booked.ManageToken})
	h.must(err)
	v.Do("wait for the ticket", chromedp.WaitVisible(chromedp.CSS("#waiting .num")))
	v.Keys(booked.Appointment.Reference) // as fast as a scanner
	v.Goes("the scanner's Enter", 200, chromedp.KeyEvent("\r"))
	v.Reads("donné")
	v.Do("switch keys off", chromedp.Click(chromedp.CSS("#keys")))
	v.Keys("n")
	h.server.CloseClientConnections()
	h.server.Close()
	v.Do("wait for the warning", chromedp.WaitVisible(chromedp.CSS("#lost")))
	v.Reads("1 personne attend.") // not called: keys are off
}

// The room, the form for what was done by hand and the accounts break no rule of
// accessibility, in both directions of writing.
func TestStaffPagesBreakNoRuleOfAccessibilityInABrowser(t *testing.T) {
	h := oneHouse(t)
	deskHouse(h)
	h.walker().sit("agent").press("Donner un billet", "service", "dgi-if", "name", "Amina")
	b := browsertest.Start(t)
	for _, lang := range []string{"ar", "fr"} {
		t.Run(lang, func(t *testing.T) {
			v := b.Tab(t, browsertest.Desktop, true)
			v.Open(h.server.URL + "/" + lang + "/desk/sign-in")
			v.Axe("sign in")
			v.Type("login", "admin")
			v.Type("password", password)
			v.Goes("sign in", 200, chromedp.KeyEvent("\r"))
			for _, place := range []string{
				"/desk/room/dgi-safi", "/desk/by-hand", "/desk/day", "/desk/account", "/desk/account/password", "/desk/account/second-factor",
				"/desk/users", "/desk/users/usr_2", "/desk/deeds",
			} {
				v.Open(h.server.URL + "/" + lang + place)
				v.Axe(lang + place)
			}
			v.Clean(strings.TrimPrefix(h.server.URL, "http://"))
		})
	}
}
