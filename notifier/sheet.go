package notifier

import (
	"strings"
	"unicode"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// sheet is the content of a mail, from which both its texts are made.
type sheet struct {
	Lang, Dir, Align string // of the HTML
	Subject          string
	Greeting         line
	Opening          string
	Facts            []line
	BringTitle       string
	Bring            []paper
	Cost             string
	Actions          []action
	Notes            []string
	Closing          string
	Signature        string // the office
	rtl              bool
}

// line is a sentence around one value: "When: " + value.
type line struct{ Before, Value, After string }

// Label is what stands before the value, without the colon.
func (l line) Label() string { return label(l.Before) }

// action is something to do behind a link.
type action struct{ Label, URL string }

func (v *view) sheet() *sheet {
	kind := "notice." + string(v.kind)
	s := &sheet{
		Lang: v.HTMLLang(), Dir: v.Direction(), Align: "left", rtl: v.Direction() == "rtl",
		Subject:  v.Say(kind+".subject", "date", v.FullDate(v.at), "time", v.Clock(v.at)),
		Greeting: v.line("notice.greeting", "name", v.a.Citizen.Name),
		Opening:  v.Say(kind + ".opening"),
		Facts:    v.facts(),
		Actions:  v.actions(),
		Notes:    []string{v.Say("notice.keep_link"), v.Say("notice.automatic")},
		Closing:  v.Say("notice.closing"), Signature: v.office,
	}
	if s.rtl {
		s.Align = "right"
	}
	if !v.comes() {
		return s
	}
	if len(v.papers) > 0 {
		s.BringTitle, s.Bring = label(v.Say("notice.bring")), v.papers
	}
	s.Cost = v.Say("notice.cost")
	if v.minutes > 0 {
		// The cost named in figures works better than a general word: Hallsworth
		// 2015, two trials, missed visits 11.1 → 8.4 %.
		s.Cost = v.Say("notice.cost_time", "duration", v.Duration(v.minutes))
	}
	return s
}

// comes reports whether the notice is about a visit that is to take place.
func (v *view) comes() bool {
	return v.kind != scheduler.NoticeCancelled && v.kind != scheduler.NoticeDisplaced
}

func (v *view) facts() []line {
	where := v.office
	if v.admin != "" && v.admin != v.office {
		where = v.admin + " – " + v.office
	}
	facts := []line{
		v.line("notice.when", "when", v.TwoClocks(v.at, v.reader)),
		v.line("notice.where", "office", where),
		v.line("notice.service", "service", v.service),
	}
	if v.a.Party > 1 {
		facts = append(facts, v.line("notice.persons", "persons", v.Plural("form.persons", v.a.Party)))
	}
	return append(facts, v.line("notice.reference", "reference", v.a.Reference))
}

func (v *view) actions() []action {
	manage, ask := v.action("notice.manage", v.manage), v.action("notice.confirm", v.manage)
	unsure := v.a.Status == scheduler.StatusPending
	switch v.kind {
	case scheduler.NoticeConfirmation:
		list := []action{manage, v.action("notice.subscribe", v.feed)}
		if unsure {
			list = append([]action{ask}, list...)
		}
		return list
	case scheduler.NoticeReminderDays, scheduler.NoticeReminderEve:
		if unsure || v.a.Confirmed.IsZero() {
			return []action{ask, manage}
		}
	case scheduler.NoticeCancelled:
		return []action{v.action("notice.book_again", v.manage)}
	case scheduler.NoticeDisplaced:
		return []action{v.action("notice.rebook", v.manage)}
	}
	return []action{manage}
}

// hole stands for the value while a sentence is cut at it.
const hole = "\x00"

func (v *view) line(key, name, value string) line {
	before, after, _ := strings.Cut(v.Say(key, name, hole), hole)
	return line{before, value, after}
}

func (v *view) action(key, url string) action { return action{v.line(key, "link", url).Label(), url} }

// label drops the colon and the space, no-break or not, that end a label.
func label(s string) string { return strings.TrimRight(s, ": \u00a0\u202f") }

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
	return b.String()
}

func (s *sheet) plain(l line) string { return l.Before + isolate(l.Value, s.rtl) + l.After }

func (s *sheet) paper(p paper) string {
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
