package notifier

import (
	"slices"
	"strings"
	"unicode"

	"mawid/internal/locale"
)

// sheet is the content of a mail, from which both its texts are made.
type sheet struct {
	Words
	Lang, Dir, Align string // of the HTML
	Greeting         Fact
	Notes            []string
	Closing          string
	Stop             string // what StopURL does; "" where there is none
	rtl              bool
}

// newSheet adds to the words what every mail has.
func newSheet(l *locale.Language, r Recipient, w Words) *sheet {
	s := &sheet{
		Words: w, Lang: l.HTMLLang(), Dir: l.Direction(), Align: "left", rtl: l.Direction() == "rtl",
		Greeting: NewFact(l, "notice.greeting", "name", r.Name), Closing: l.Say("notice.closing"),
	}
	s.Notes = append(slices.Clone(w.Notes), l.Say("notice.automatic"))
	if w.StopURL != "" {
		s.Stop = l.Say("reminders.title")
	}
	if s.rtl {
		s.Align = "right"
	}
	return s
}

// text writes the plain part. Links stand alone on their lines, so that no
// program takes a mark beside them for a part of them.
func (s *sheet) text() string {
	var b strings.Builder
	para := func(lines ...string) {
		if len(lines) == 0 || lines[0] == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	para(s.plain(s.Greeting))
	para(s.Opening)
	var facts []string
	for _, f := range s.Facts {
		facts = append(facts, s.plain(f))
	}
	para(facts...)
	if len(s.Bring) > 0 {
		bring := []string{s.BringTitle}
		for _, p := range s.Bring {
			bring = append(bring, "- "+s.paper(p))
		}
		para(bring...)
	}
	para(s.Cost)
	for _, a := range s.Actions {
		para(a.Label, a.URL)
	}
	para(s.Closing, isolate(s.Signature, s.rtl))
	para(s.Notes...)
	if s.Stop != "" {
		para(s.Stop, s.StopURL)
	}
	return b.String()
}

func (s *sheet) plain(l Fact) string { return l.Before + isolate(l.Value, s.rtl) + l.After }

func (s *sheet) paper(p Paper) string {
	if p.Note == "" {
		return isolate(p.Name, s.rtl)
	}
	return isolate(p.Name, s.rtl) + " – " + p.Note
}

// isolate marks a value that would change the order of the line around it: one
// that starts or ends with letters or digits of the other direction. Values that
// need no marks get none: older programs show them as boxes.
func isolate(s string, rtl bool) string {
	other := func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }
	if rtl {
		other = func(r rune) bool {
			return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Arabic, unicode.Hebrew)
		}
	}
	runes := []rune(s)
	if len(runes) > 0 && (other(runes[0]) || other(runes[len(runes)-1]) || mirrored(runes[len(runes)-1]) && strings.ContainsFunc(s, other)) {
		return locale.Isolate(s)
	}
	return s
}

// mirrored reports the closing brackets, which jump to the other end of a value
// when the line around them has the other direction.
func mirrored(r rune) bool { return r == ')' || r == ']' || r == '»' || r == '%' }
