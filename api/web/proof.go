package web

import (
	"errors"
	"net/url"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Contact is how people reach a human; what is empty is not shown.
type Contact struct{ Phone, Email, Text string }

// humanPart is the way to a human on a page.
type humanPart struct {
	Contact
	Office string // telephone of the administration that it is about, or ""
	Appeal bool   // what happened may be another's doing, so somebody has to look
}

// Any reports whether there is anything to show.
func (p humanPart) Any() bool {
	return p.Phone != "" || p.Email != "" || p.Text != "" || p.Office != ""
}

// proofPage asks for a little work, or a wait, before a time is kept.
type proofPage struct {
	frame
	Action string        // place to which it is sent again
	Fields []hiddenField // of the request that is sent again
	Token  string
	Bits   int
	Span   string // how long to wait, worded
	Again  bool   // an earlier proof was not good
	Human  humanPart
	// Addresses of the script and of its worker.
	Script, Worker string
}

func (proofPage) file() string { return "proof" }

type hiddenField struct{ Name, Value string }

// asker looks at who wants to take a place.
func (s *site) asker(v *visit) (*httpkit.Asker, error) {
	return s.Guard.Ask(s.Guard.ClientOf(v.Request), v.PostForm.Get("proof"), v.PostForm.Get("solution"))
}

// proof answers a request for a time with the page that asks for a proof.
func (s *site) proof(v *visit, needed *httpkit.ProofError) error {
	return s.proofFor(v, needed, "/holds", "office", "service", "channel", "starts_at", "party")
}

// proofFor is proof for a form sent to a place, with the fields that it has.
func (s *site) proofFor(v *visit, needed *httpkit.ProofError, action string, fields ...string) error {
	c := needed.Challenge
	problem := httpkit.NewProblem(v.Context(), needed)
	for name, values := range problem.GetHeaders() {
		v.w.Header()[name] = values
	}
	if action == "/holds" {
		v.place = "/services/" + url.PathEscape(v.PostForm.Get("service"))
	}
	private(v)
	p := proofPage{
		frame: s.frame(v, v.lang.Say("proof.title")), Action: action, Token: c.Token, Bits: c.Bits, Span: span(v.lang, c.Wait), Again: needed.Again,
		Human: humanPart{Contact: s.Contact}, Script: s.assets.named["proof.js"], Worker: s.assets.named["proof-worker.js"],
	}
	for _, name := range fields {
		for _, value := range v.PostForm[name] {
			if value != "" {
				p.Fields = append(p.Fields, hiddenField{name, value})
			}
		}
	}
	return s.show(v, problem.Status, p)
}

// span words how long to wait, rounded up: seconds below two minutes.
func span(l *locale.Language, d time.Duration) string {
	if d < 2*time.Minute {
		return l.Plural("guard.seconds", int((d+time.Second-1)/time.Second))
	}
	return l.Plural("guard.minutes", int((d+time.Minute-1)/time.Minute))
}

// human is what an error's page shows of the way to a human.
func (s *site) human(v *visit, err error, office string) humanPart {
	p := humanPart{Contact: s.Contact, Appeal: errors.Is(err, scheduler.ErrDuplicateBooking)}
	if office == "" {
		return p
	}
	if c, err := s.Engine.Catalogue(v.Context()); err == nil {
		if o, err := c.Office(office); err == nil {
			if adm, err := c.Administration(o.AdministrationID); err == nil {
				p.Office = adm.Call
			}
		}
	}
	return p
}
