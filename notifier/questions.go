package notifier

import (
	"mawid/internal/locale"
	"mawid/scheduler"
)

// questions words the three questions after a visit: the first is answered by a
// tap on one of its links, which opens the page with that answer marked. Opening
// it answers nothing.
func questions(l *locale.Language, office, service, date, link string) Words {
	return Words{
		Subject:   l.Say("notice.questions.subject"),
		Opening:   l.Say("notice.questions.opening"),
		Facts:     []Fact{NewFact(l, "notice.where", "office", office), NewFact(l, "notice.service", "service", service), NewFact(l, "notice.when", "when", date)},
		Actions:   answers(l, link),
		Notes:     []string{l.Say("notice.questions.note")},
		Signature: office,
		Short:     Short{Key: "notice.questions.sms", Values: []string{"office", office, "link", link}, Names: []string{"office"}},
	}
}

// answers are the answers to the first question, each with its link.
func answers(l *locale.Language, link string) (out []Action) {
	for _, a := range []scheduler.Settled{scheduler.SettledYes, scheduler.SettledPartly, scheduler.SettledNo} {
		out = append(out, NewAction(l, "notice.answer."+string(a), link+"?settled="+string(a)))
	}
	return out
}
