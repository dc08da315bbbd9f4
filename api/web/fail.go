package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

// Errors that only pages have; each is one of those that httpkit knows.
var (
	errNotFound = fmt.Errorf("no such page: %w", scheduler.ErrNotFound)
	// errLinkUnknown: no appointment has this token.
	errLinkUnknown = fmt.Errorf("unknown link: %w", scheduler.ErrNotFound)
	// errNoKiosk: this device is no kiosk of the office.
	errNoKiosk     = fmt.Errorf("no kiosk: %w", httpkit.ErrForbidden)
	errForeignForm = fmt.Errorf("form of another origin: %w", httpkit.ErrForbidden)
)

// stuck is an error with the way on.
type stuck struct {
	error
	place string // where to go on
	label string // key of the sentence on the link
	// office that it is about, "" for none.
	office string
}

func (e stuck) Unwrap() error { return e.error }

// wayOn adds to an error where a person can go on; nil stays nil.
func wayOn(err error, place, label string) error {
	if err == nil {
		return nil
	}
	return stuck{err, place, label, ""}
}

// at adds to an error the office that it is about; nil stays nil.
func at(err error, office string) error {
	var way stuck
	if errors.As(err, &way) {
		way.office = office
		return way
	}
	return err
}

type errorPage struct {
	frame
	Code  string // in the keys of its sentences
	Place string
	Label string
	// Faults says what is wrong with what was asked.
	Faults []string
	// Retry is how long to wait, worded; "" when waiting does not help.
	Retry string
	Human humanPart
}

func (errorPage) file() string { return "error" }

// fail answers with the page of an error. A fault of ours goes to the request's
// log line; others are the reader's business.
func (s *site) fail(v *visit, err error) {
	httpkit.NoteFault(v.Context(), err)
	problem := httpkit.NewProblem(v.Context(), err)
	for name, values := range problem.GetHeaders() {
		v.w.Header()[name] = values
	}
	p := errorPage{Code: s.codeOf(err, problem.Code), Place: "/", Label: "nav.home"}
	var way stuck
	if errors.As(err, &way) {
		p.Place, p.Label = way.place, way.label
	}
	p.Human = s.human(v, err, way.office)
	if seconds, err := strconv.Atoi(v.w.Header().Get("Retry-After")); err == nil {
		p.Retry = span(v.lang, time.Duration(seconds)*time.Second)
	}
	for _, f := range problem.Errors {
		if text := s.fieldSentence(v.lang, f.Code); !slices.Contains(p.Faults, text) {
			p.Faults = append(p.Faults, text)
		}
	}
	if v.Method != http.MethodGet {
		v.place = p.Place // a link cannot repeat a form
	}
	private(v)
	p.frame = s.frame(v, v.lang.Say("error."+p.Code+".title"))
	if err := s.show(v, problem.Status, p); err != nil {
		httpkit.NoteFault(v.Context(), err)
		http.Error(v.w, http.StatusText(problem.Status), problem.Status)
	}
}

// codeOf is the part of the sentences' keys that tells of an error.
func (s *site) codeOf(err error, code string) string {
	switch {
	case errors.Is(err, errLinkUnknown):
		return "link_unknown"
	case errors.Is(err, errNoKiosk):
		return "no_kiosk"
	case errors.Is(err, errHoldUsed):
		return "hold_used"
	case errors.Is(err, scheduler.ErrTooManyHolds):
		return "too_many_holds"
	case code == "busy":
		return "too_many_requests"
	case !slices.Contains(s.keys, "error."+code+".title"):
		return "bad_request"
	}
	return code
}

// fieldSentence says what is wrong with a field, by the code of its fault.
func (s *site) fieldSentence(l *locale.Language, code string) string {
	if key := "error.field." + code; slices.Contains(s.keys, key) {
		return l.Say(key)
	}
	return l.Say("error.field.invalid")
}
