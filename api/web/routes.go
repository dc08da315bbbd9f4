package web

import (
	"net/http"
	"strings"

	"mawid/api/httpkit"
	"mawid/internal/locale"
)

// routes is the table of all addresses. Each is reachable under every language
// (/ar/…, /fr/…) and without: then the reader's language is found out, and a GET
// is led to the address that names it.
func (s *site) routes() (http.Handler, error) {
	root := http.NewServeMux()
	root.Handle("GET /assets/", s.limited(s.handle(nil, s.asset)))
	root.Handle("/", s.table(nil))
	for _, l := range s.Book.Languages() {
		root.Handle("/"+l.Code()+"/", http.StripPrefix("/"+l.Code(), s.table(l)))
	}
	foreign := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.refuse(w, r, errForeignForm) })
	guard, err := httpkit.SameOrigin(s.PublicURL, foreign)
	if err != nil {
		return nil, err
	}
	return httpkit.Chain(root, httpkit.Recover(s.refuse), httpkit.PageHeaders, guard, httpkit.LimitBody), nil
}

// refuse words what went wrong before an action was reached.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(s.visitFrom(w, r), err)
}

// limited bounds how often a route is asked for: by member of staff, by what else
// the request shows of its holder, or by address.
func (s *site) limited(h http.Handler, shows ...httpkit.Shown) http.Handler {
	return s.Limiter.Middleware(s.refuse, append([]httpkit.Shown{s.Sessions.Shown}, shows...)...)(h)
}

// shownTicket is the ticket that a request is about. Its id is its secret.
func shownTicket(r *http.Request) string { return ticketHolder(r.PathValue("ticket")) }

func ticketHolder(id string) string {
	if id == "" {
		return ""
	}
	return "ticket " + id
}

// shownScreen is the room of which a request shows a screen.
func (s *site) shownScreen(r *http.Request) string {
	if office := r.PathValue("office"); office != "" {
		return s.Limiter.Screen(r, office)
	}
	return ""
}

// table is all routes in one language; nil finds out which.
func (s *site) table(l *locale.Language) http.Handler {
	mux := http.NewServeMux()
	for topic, routes := range map[string][]route{
		"citizen": s.citizenRoutes(), "file": append(s.fileRoutes(), s.fileVisitRoutes()...), "opinion": s.opinionRoutes(), "letter": s.letterRoutes(),
		"deposit": s.depositRoutes(), "offer": s.offerRoutes(), "ledger": s.ledgerRoutes(),
	} {
		for _, r := range routes {
			mux.Handle(r.pattern, s.limited(s.handle(l, s.in(topic, r.action))))
		}
	}
	for _, r := range s.roomRoutes() {
		mux.Handle(r.pattern, s.limited(s.handle(l, s.in("room", r.action)), shownTicket, s.shownScreen))
	}
	for _, r := range s.signInRoutes() {
		mux.Handle(r.pattern, s.limited(s.Sessions.Middleware(s.handle(l, s.in("staff", r.action)))))
	}
	for _, r := range s.staffRoutes() {
		mux.Handle(r.pattern, s.limited(s.Sessions.Middleware(s.handle(l, s.in("staff", s.staff(r))))))
	}
	return httpkit.Routes(mux)
}

func (s *site) citizenRoutes() []route {
	return []route{
		{"GET /{$}", s.home},
		{"GET /situations/{situation}", s.situation},
		{"GET /services/{service}", s.service},
		{"GET /services/{service}/{office}", s.days},
		{"GET /services/{service}/{office}/{date}", s.times},
		{"POST /holds", s.hold},
		{"GET /holds/{hold}", s.form},
		{"POST /holds/{hold}", s.book},
		{"POST /holds/{hold}/release", s.release},
		{"POST /holds/{hold}/language", s.switchForm},
		{"POST /holds/{hold}/extend", s.extendForm},
		{"GET /find", s.askReference},
		{"POST /find", s.askFindCode},
		{"POST /find/open", s.find},
		{"POST /find/language", s.switchFind},

		{"GET /a/{token}", s.appointment},
		{"GET /a/{token}/calendar.ics", s.calendar},
		{"POST /a/{token}/calendar", s.changeFeed},
		{"GET /a/{token}/slip", s.slip},
		{"POST /a/{token}/confirm", s.confirm},
		{"GET /a/{token}/reminders", s.askReminders},
		{"POST /a/{token}/reminders", s.stopReminders},
		{"POST /a/{token}/verify", s.prove},
		{"POST /a/{token}/code", s.sendProof},
		{"POST /a/{token}/note", s.noteDocument},
		{"GET /a/{token}/contact", s.askContact},
		{"POST /a/{token}/contact", s.contact},
		{"POST /a/{token}/contact/language", s.switchContact},
		{"GET /a/{token}/cancel", s.askCancel},
		{"POST /a/{token}/cancel", s.cancel},
		{"GET /a/{token}/move", s.moveDays},
		{"GET /a/{token}/move/{office}", s.moveDays},
		{"GET /a/{token}/move/{office}/{date}", s.moveTimes},
		{"GET /a/{token}/move/{office}/{date}/{time}", s.askMove},
		{"POST /a/{token}/move", s.move},

		{"POST /a/{token}/check-in", s.arrive},
		{"GET /a/{token}/data", s.exportVisit},
		{"/", func(*visit) error { return errNotFound }},
	}
}

// roomRoutes are those of the waiting room that want no sign-in.
func (s *site) roomRoutes() []route {
	return []route{
		{"GET /t/{ticket}", s.ticket},
		{"GET /board/{office}", s.board},
		{"GET /kiosk/{office}", s.kiosk},
		{"GET /kiosk/{office}/menu", s.kioskMenu},
		{"GET /kiosk/{office}/services", s.kioskServices},
		{"POST /kiosk/{office}/tickets", s.kioskDraw},
		{"GET /kiosk/{office}/check-in", s.kioskReference},
		{"POST /kiosk/{office}/check-in", s.kioskCheckIn},
		{"GET /kiosk/{office}/tickets/{ticket}", s.kioskTicket},
	}
}

func (s *site) signInRoutes() []route {
	return []route{
		{"GET /desk/sign-in", s.askSignIn},
		{"POST /desk/sign-in", s.signIn},
		{"GET /desk/sign-in/code", s.askCode},
		{"POST /desk/sign-in/code", s.giveCode},
		{"GET /desk/sign-in/outside", s.goOutside},
		{"GET " + OutsideBack, s.backFromOutside},
		{"POST /desk/sign-out", s.signOut},
	}
}

type route struct {
	pattern string
	action  action
}

// handle runs an action; what goes wrong becomes a page.
func (s *site) handle(l *locale.Language, a action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.visit(w, r, l)
		if l == nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) && wantsLanguage(r.Pattern) {
			s.leadToLanguage(v)
			return
		}
		if err := a(v); err != nil {
			s.fail(v, err)
		}
	})
}

// in makes an action one of a topic: in a language that does not speak it, the
// page is shown in one that does.
func (s *site) in(topic string, a action) action {
	return func(v *visit) error {
		v.topic = topic
		if !v.lang.Speaks(topic) {
			v.lang = s.Book.Tag("")
			if v.Method == http.MethodGet && v.chosen {
				return v.redirect(v.place + v.query())
			}
		}
		return a(v)
	}
}

// wantsLanguage reports whether an address is to name its language. That of an
// appointment and of the desk need not: they are written on paper and known by
// heart.
func wantsLanguage(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	return path == "/{$}" || strings.HasPrefix(path, "/services/") || strings.HasPrefix(path, "/holds/")
}

func (s *site) leadToLanguage(v *visit) {
	v.w.Header().Set("Vary", "Accept-Language, Cookie")
	v.w.Header().Set("Cache-Control", "private, no-cache")
	to := v.address(v.URL.EscapedPath())
	if v.URL.RawQuery != "" {
		to += "?" + v.URL.RawQuery
	}
	http.Redirect(v.w, v.Request, to, http.StatusSeeOther)
}
