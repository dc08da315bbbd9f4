package notifier

import (
	"time"

	"mawid/scheduler"
)

// bareWords words the notices that carry a code, and the one to an address that is
// the appointment's no longer. They say no more than they must, hold no calendar,
// and what opens the appointment only where its person is sure to read it.
func (s appointment) bareWords(v *view, n scheduler.Notice) (Words, bool) {
	kind := "notice." + string(n.Kind)
	w := Words{Signature: v.office, Facts: []Fact{NewFact(v.Language, "notice.reference", "reference", s.a.Reference)}}
	var until string
	switch n.Kind {
	case scheduler.NoticeProveCode, scheduler.NoticeFindCode:
		until = v.until(n.UsefulUntil)
		w.Facts = append([]Fact{NewFact(v.Language, "notice.code", "code", s.w.links.Code(s.a, n))}, w.Facts...)
	case scheduler.NoticeCorrectedOld:
		w.Actions = []Action{NewAction(v.Language, "notice.manage", v.manage)}
	default:
		return Words{}, false
	}
	if n.Kind == scheduler.NoticeProveCode {
		w.Actions = []Action{NewAction(v.Language, "notice.enter_code", v.manage)}
	}
	w.Subject, w.Opening = v.Say(kind+".subject"), v.Say(kind+".opening", "until", until)
	w.Short = Short{Key: kind + ".sms", Values: []string{
		"code", s.w.links.Code(s.a, n), "date", v.SMSDate(v.at), "time", v.smsTime(),
		"until", v.shortUntil(n.UsefulUntil), "reference", s.a.Reference, "link", v.manage,
	}}
	return w, true
}

// until words a time of today on the reader's clock, and says whose clock it is.
func (v *view) until(at time.Time) string {
	here := at.In(v.clock())
	return v.Say("clock.short", "time", v.Clock(here), "place", v.ClockName(here.Location().String()))
}

func (v *view) shortUntil(at time.Time) string { return v.Clock(at.In(v.clock())) }

// clock is the reader's, else the office's.
func (v *view) clock() *time.Location {
	if v.reader != nil {
		return v.reader
	}
	return v.at.Location()
}
