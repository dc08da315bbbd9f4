package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

// line stands in for the stream of a waiting room, so that a test says when the
// room speaks and when the line is cut.
type line struct {
	mu        sync.Mutex
	cut       bool
	refused   bool // what scripts ask for
	listeners map[chan struct{}]bool
	ends      chan struct{} // closed when the line is cut
}

// withLine serves the pages of a house with such a stream.
func (h *house) withLine() (*line, string) {
	h.t.Helper()
	l := &line{listeners: map[chan struct{}]bool{}, ends: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if l.refuses(r) {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		h.server.Config.Handler.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /v1/offices/{id}/queue/events", l.serve)
	server := httptest.NewServer(mux)
	h.t.Cleanup(func() { l.set(true); server.Close() })
	return l, server.URL
}

func (l *line) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	if l.cut {
		l.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	news, ends := make(chan struct{}, 1), l.ends
	l.listeners[news] = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.listeners, news)
		l.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		fmt.Fprint(w, "retry: 200\nevent: queue\ndata: {}\n\n")
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-ends:
			return
		case <-news:
		}
	}
}

// refuses reports whether a page is refused: one that a script asks for, for the
// browser itself says that it wants a document.
func (l *line) refuses(r *http.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.refused && r.Header.Get("Sec-Fetch-Dest") == "empty"
}

// refuse has the pages that scripts ask for refused, or no longer.
func (l *line) refuse(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = on
}

// speak tells all listeners that the room has changed.
func (l *line) speak() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for news := range l.listeners {
		select {
		case news <- struct{}{}:
		default:
		}
	}
}

// set cuts the line, or mends it.
func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cut && !l.cut {
		close(l.ends)
	}
	if !cut && l.cut {
		l.ends = make(chan struct{})
	}
	l.cut = cut
}

var television = browsertest.Screen{Name: "television", Width: 1920, Height: 1080}

// The board calls by itself, one after another; it says when it hears nothing,
// and goes on when the line is back.
func TestTheBoardByItselfInABrowser(t *testing.T) {
	h := oneHouse(t)
	h.at("09:00")
	first, second, third := h.draw(), h.draw(), h.draw()
	l, address := h.withLine()
	v := browsertest.Start(t).Tab(t, television, true)
	v.Open(address + "/board/dgi-safi")
	v.Reads("Aucun appel pour le moment")
	v.Axe("an empty board")
	call := func(desk int) {
		_, err := h.engine.CallNext(t.Context(), h.deskOf("dgi-safi", desk), h.chief())
		h.must(err)
		h.clock.Advance(time.Second)
	}
	call(1)
	l.speak()
	v.WaitFor(`li.called-now[data-call^="` + first.Number + `-1"]`)
	v.Reads("Guichet 1")
	v.Reads("الشباك 1")
	// Two at once are called one after the other, the older first.
	call(2)
	call(3)
	l.speak()
	v.WaitFor(`li.called-now[data-call^="` + second.Number + `-2"]`)
	if strings.Contains(v.Text(), third.Number) {
		t.Error("both calls came at once")
	}
	v.WaitFor(`li.called-now[data-call^="` + third.Number + `-3"]`)
	v.Axe("a board with calls")
	l.set(true)
	v.WaitFor("#lost")
	v.Reads("Connexion perdue.")
	v.Reads("انقطع الاتصال.")
	v.Axe("a board that hears nothing")
	l.set(false)
	v.Do("wait for the line", chromedp.WaitNotVisible(chromedp.CSS("#lost")))
	v.Reads(third.Number)
}

// A desk that the server refuses says that what it shows is old, asks again by
// itself, and listens again when the browser has given the line up.
func TestTheDeskComesBackByItselfInABrowser(t *testing.T) {
	h := oneHouse(t)
	h.at("09:00")
	l, address := h.withLine()
	v := browsertest.Start(t).Tab(t, laptop, true)
	v.Open(address + "/fr/desk/sign-in")
	v.Type("login", "agent")
	v.Type("password", password)
	v.Goes("sign in", 200, chromedp.KeyEvent("\r"))
	v.EnterOn("S'y installer")
	lost := func() { v.Do("wait for the warning", chromedp.WaitVisible(chromedp.CSS("#lost"))) }
	back := func() { v.Do("wait until all is well", chromedp.WaitNotVisible(chromedp.CSS("#lost"))) }
	shows := func(k scheduler.Ticket) {
		v.WaitFor(`#waiting form[action*="` + k.ID + `"]`)
	}
	first := h.draw()
	l.speak()
	shows(first)

	l.refuse(true)
	second := h.draw()
	l.speak()
	lost()
	v.Reads("La liaison est perdue.")
	l.refuse(false)
	back()
	shows(second)

	l.set(true) // 503, after which a browser asks no more
	lost()
	third := h.draw()
	l.set(false)
	back()
	shows(third)
}

// A person's own page calls them back by itself, on a phone, in both directions.
func TestTheTicketByItselfInABrowser(t *testing.T) {
	h := oneHouse(t)
	b := browsertest.Start(t)
	for _, way := range []struct{ lang, soon, called, lost string }{
		{"fr", "Vous êtes le prochain", "C'est votre tour : guichet 1", "Connexion perdue."},
		{"ar", "دوركم هو التالي", "حان دوركم: الشباك 1", "انقطع الاتصال."},
	} {
		t.Run(way.lang, func(t *testing.T) {
			h.at("09:00")
			mine := h.draw()
			l, address := h.withLine()
			v := b.Tab(t, browsertest.Phone, true)
			v.Open(address + "/" + way.lang + "/t/" + mine.ID)
			v.Reads(way.soon)
			v.Axe(way.lang + ": a ticket that waits")
			called, err := h.engine.CallNext(t.Context(), h.deskOf("dgi-safi", 1), h.chief())
			h.must(err)
			l.speak()
			v.WaitFor(`[data-state="called-1"]`)
			v.Reads(way.called)
			v.Axe(way.lang + ": a ticket that is called")
			l.set(true)
			v.WaitFor("#lost")
			v.Reads(way.lost)
			v.Axe(way.lang + ": a ticket that hears nothing")
			l.set(false)
			v.Do("wait for the line", chromedp.WaitNotVisible(chromedp.CSS("#lost")))
			_, err = h.engine.MarkNoShow(t.Context(), called.ID, h.chief())
			h.must(err)
			l.speak()
			v.WaitFor(`[data-state="no_show"]`)
		})
	}
}

// The kiosk by touch and by a scanner that types, in both directions, with and
// without scripts: every page of it passes the checks of accessibility.
func TestTheKioskInABrowser(t *testing.T) {
	h := oneHouse(t)
	h.at("09:00")
	b := browsertest.Start(t)
	for _, way := range []struct {
		lang, native, none, service, number, done, have, here, arrived string
		scripts                                                        bool
	}{
		{"fr", "Français", "Je n'ai pas de rendez-vous", "Identifiant fiscal", "Votre numéro", "Terminer", "J'ai un rendez-vous", "Signaler mon arrivée", "Votre arrivée est enregistrée", true},
		{"ar", "العربية", "ليس لدي موعد", "الحصول على رقم التعريف الضريبي", "رقمكم", "إنهاء", "لدي موعد", "تسجيل حضوري", "تم تسجيل حضوركم", false},
	} {
		t.Run(way.lang, func(t *testing.T) {
			booked := h.bookOne("dgi-if", "dgi-safi", "2027-05-31 10:00", scheduler.Citizen{Name: "Person " + way.lang, Email: way.lang + "@example.org"})
			v := b.Tab(t, browsertest.Desktop, way.scripts)
			v.Open(h.server.URL + "/fr/desk/sign-in")
			v.Type("login", "agent")
			v.Type("password", password)
			v.Click("Se connecter")
			v.Open(h.server.URL + "/fr/desk/kiosk")
			v.Axe("opening a kiosk")
			v.Click("Ouvrir la borne")
			v.Axe("the first page of a kiosk")
			v.Click(way.native)
			v.Axe(way.lang + ": the menu")
			v.Click(way.none)
			v.Axe(way.lang + ": the services")
			v.Click(way.service)
			v.Reads(way.number)
			v.Axe(way.lang + ": the ticket")
			if paper := v.TextOnPaper(); !strings.Contains(paper, "B0") && !strings.Contains(paper, "A0") {
				t.Errorf("the paper has no number:\n%s", paper)
			}
			v.Click(way.done)
			v.Click(way.native)
			v.Click(way.have)
			v.Axe(way.lang + ": asking for the reference")
			v.Keys("nonsense") // the field has the focus: a scanner types into it
			v.ClickFor(way.here, http.StatusUnprocessableEntity)
			v.Axe(way.lang + ": a reference that is none")
			v.Click(map[string]string{"fr": "Recommencer", "ar": "البدء من جديد"}[way.lang])
			v.Click(way.native)
			v.Click(way.have)
			v.Keys(booked.Appointment.Reference)
			v.Click(way.here)
			v.Reads(way.arrived)
			u, err := url.Parse(h.server.URL)
			h.must(err)
			v.Clean(u.Host)
		})
	}
}
