package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mawid/api/web"
	"mawid/scheduler"
)

func TestTheOutboxIsSearchedWithinOnesOffices(t *testing.T) {
	eachHouse(t, func(h *house) {
		mine := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org"})
		other := h.bookOne("tpi-casier", "tpi-safi-famille", "2027-06-10 10:00", scheduler.Citizen{Name: "Amina Elsewhere", Email: "other@example.org"})
		h.keepNotices()
		agent := h.walker().signIn("agent").click("Messages")
		for _, find := range []string{mine.Appointment.Reference, strings.ToLower(mine.Appointment.Reference), "AMINA@example.org", "benali"} {
			agent.open("/fr/desk/outbox?q="+url.QueryEscape(find)).want(200, mine.Appointment.Reference, "Confirmation", "Rappel de la veille")
		}
		for _, find := range []string{other.Appointment.Reference, "other@example.org", "Elsewhere", "<script>"} {
			if agent.open("/fr/desk/outbox?q="+url.QueryEscape(find)).want(200, "Aucun message correspondant"); strings.Contains(agent.text(), other.Appointment.Reference) && find != other.Appointment.Reference {
				t.Errorf("%q finds what another office said", find)
			}
		}
		h.walker().signIn("admin").open("/fr/desk/outbox?q=amina").want(200, mine.Appointment.Reference, other.Appointment.Reference)
	})
}

func TestAnOperatorSendsAgainAndCorrects(t *testing.T) {
	eachHouse(t, func(h *house) {
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{Name: "Amina Benali", Email: "amina@exemple.org", Language: "fr"})
		ctx, now := t.Context(), h.clock.Now()
		claimed, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 10)
		h.must(err)
		h.must(h.db.SettleNotice(ctx, claimed[0], scheduler.Receipt{At: now, State: scheduler.NoticeSent, Code: "smtp_250"}))
		h.must(h.db.ReportNotice(ctx, claimed[0].ID, scheduler.Report{At: now, State: scheduler.NoticeBounced, Code: "dsn_5.1.1", BadAddress: "amina@exemple.org"}))
		place := "/fr/desk/outbox/" + claimed[0].ID
		w := h.walker().signIn("agent")
		w.open("/fr/desk/outbox?show=stuck").want(200, b.Appointment.Reference, "Revenu")
		w.open(place).want(200, "dsn_5.1.1", "smtp_250", "Serveur d'envoi", "n'est pas conservé", "Rappel de la veille")
		w.press("Corriger", "email", "no address").want(422, "Corriger")
		w.press("Corriger", "email", "amina@example.org").want(200, "L'adresse est corrigée")
		a, err := h.db.Appointment(ctx, b.Appointment.ID)
		if err != nil || a.Citizen.Email != "amina@example.org" {
			t.Errorf("the address is %q, %v", a.Citizen.Email, err)
		}
		w.open(place).press("Renvoyer").want(200, "remis à l'envoi", "À envoyer", "Renvoyé", "staff:usr_2")
		if again, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 10); err != nil || len(again) == 0 || again[0].Resent+again[len(again)-1].Resent == 0 {
			t.Errorf("nothing is sent once more: %+v, %v", again, err)
		}
		if r := h.get(place+"/resend", "Cookie", ""); r.StatusCode != http.StatusMethodNotAllowed && r.StatusCode != http.StatusNotFound {
			t.Errorf("a GET answers %d", r.StatusCode)
		}
	})
}

func TestDeadLettersAreRetriedTogether(t *testing.T) {
	h := oneHouse(t)
	h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{})
	ctx, now := t.Context(), h.clock.Now()
	claimed, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 10)
	h.must(err)
	h.must(h.db.SettleNotice(ctx, claimed[0], scheduler.Receipt{At: now, State: scheduler.NoticeDead, Code: "smtp_554"}))
	h.walker().signIn("agent").open("/fr/desk/outbox?show=stuck").want(200, "Abandonné", "smtp_554").press("Réessayer tout").want(200, "Aucun message.")
	again, err := h.db.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 10)
	if err != nil || len(again) != 1 || again[0].ID != claimed[0].ID || again[0].Resent != 0 {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestRemindersStop: by the page, and by the one POST of a mail program.
func TestRemindersStop(t *testing.T) {
	eachHouse(t, func(h *house) {
		stopped := func(b scheduler.Booked) bool {
			o, err := h.db.NoticeObstacles(t.Context(), b.Appointment.ID, "")
			h.must(err)
			return o.Stopped
		}
		b := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{})
		w := h.walker().open("/fr/a/"+b.ManageToken+"/reminders").want(200, "Ne plus recevoir de rappels", b.Appointment.Reference)
		if stopped(b) {
			t.Fatal("looking stopped them")
		}
		w.press("Arrêter").want(200, "Vous ne recevrez plus de rappel")
		if !stopped(b) {
			t.Error("they go on")
		}
		c := h.bookOne("dgi-if", "dgi-safi", "2027-06-10 11:00", scheduler.Citizen{Name: "Other", Email: "o@example.org", Language: "de"})
		// RFC 8058, 3.2: no cookie, no Origin, a form body.
		r, err := http.Post(h.server.URL+"/a/"+c.ManageToken+"/reminders", "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
		h.must(err)
		_ = r.Body.Close()
		if r.StatusCode != 200 || !stopped(c) {
			t.Errorf("one click: %d, stopped %v", r.StatusCode, stopped(c))
		}
		h.walker().open("/fr/a/wrong/reminders").want(404)
	})
}

func TestNoticesAreLookedAt(t *testing.T) {
	h := oneHouse(t)
	w := h.walker().signIn("agent")
	w.open("/fr/desk/outbox/preview?kind=confirmation&language=ar&channel=email").want(200, "Aperçu", "Sujet", "أهلا")
	w.open("/fr/desk/outbox/preview?kind=moved&language=fr&channel=sms").want(200, "SMS", "Nombre de parties du SMS : 1")
	w.open("/fr/desk/outbox/preview?kind=nonsense").want(404)
	w.open("/fr/desk/outbox/preview/mail.eml?kind=moved&language=fr")
	if w.raw != "raw" {
		t.Errorf("the mail came as %q", w.raw)
	}
}

// samples is a preview of two kinds.
func samples() web.Preview {
	return web.Preview{
		Kinds: []scheduler.NoticeKind{scheduler.NoticeConfirmation, scheduler.NoticeMoved},
		Of: func(_ *scheduler.Catalogue, kind scheduler.NoticeKind, language string, by scheduler.Channel) (scheduler.Message, error) {
			switch {
			case kind == "nonsense":
				return scheduler.Message{}, scheduler.ErrNotFound
			case by == scheduler.ChannelSMS:
				return scheduler.Message{To: "+33600000000", Text: "SMS " + language}, nil
			}
			return scheduler.Message{To: "a@example.org", Subject: "Sujet", Text: "أهلا", Raw: []byte("raw")}, nil
		},
	}
}

// TestTheDeskSaysThatAProviderIsDown: since when, and how many wait; nothing once
// it is back.
func TestTheDeskSaysThatAProviderIsDown(t *testing.T) {
	h := oneHouse(t)
	now := h.clock.Now()
	h.bookOne("dgi-if", "dgi-safi", "2027-06-10 10:00", scheduler.Citizen{})
	for _, p := range []scheduler.ProviderState{
		{Name: "mail", Channel: scheduler.ChannelEmail, Code: "smtp_421", DownSince: now, TriedAt: now, NextTry: now.Add(time.Minute)},
		{Name: "maroc", Channel: scheduler.ChannelSMS, Code: "sms_503", DownSince: now, TriedAt: now, NextTry: now.Add(time.Minute)},
	} {
		h.must(h.db.NoteProvider(t.Context(), p))
	}
	w := h.walker().signIn("agent")
	w.open("/fr/desk/outbox").want(200, "Le serveur de courriel ne répond plus depuis le", "smtp_421", "1 message attend", "La voie SMS « maroc »")
	w.open("/ar/desk/outbox").want(200, "رسالة واحدة في الانتظار", "«maroc»")
	h.must(h.db.NoteProvider(t.Context(), scheduler.ProviderState{Name: "mail"}))
	h.must(h.db.NoteProvider(t.Context(), scheduler.ProviderState{Name: "maroc"}))
	if w.open("/fr/desk/outbox").want(200); strings.Contains(w.text(), "ne répond plus") {
		t.Error("it is back, and still said to be down")
	}
}
