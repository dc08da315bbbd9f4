package web

import (
	"errors"
	"net/url"

	"mawid/scheduler"
)

// noticePage is one notice: what was said, when, and what came back.
type noticePage struct {
	frame
	Notice   noticeLine
	Text     string // "" when it was handed over and not kept
	Mail     string // place of the whole mail, or ""
	Attempts []noticeStep
	Events   []noticeStep
	Others   []noticeLine // about the same subject
	Resend   bool         // can be sent once more
	Done     string       // what was just done, worded, or ""
	Reach    *contactForm
}

func (noticePage) file() string { return "notice" }

// noticeStep is one thing that happened to a notice.
type noticeStep struct {
	At, What, Code, Who string
	State               scheduler.NoticeState
}

// contactForm corrects where the person of an appointment is reached.
type contactForm struct {
	Email, Phone string
	Faults       []string
}

// seen finds a notice of the user's offices. Who may not see it is told that
// there is none.
func (s *site) seen(v *visit, u *scheduler.User) (scheduler.NoticeEntry, error) {
	e, err := s.Outbox.Notice(v.Context(), v.PathValue("notice"))
	if err == nil && !u.MaySee(e.OfficeID) {
		err = scheduler.ErrNotFound
	}
	return e, wayOn(err, "/desk/outbox", "staff.outbox")
}

func (s *site) notice(v *visit, u *scheduler.User) error {
	e, err := s.seen(v, u)
	if err != nil {
		return err
	}
	form, err := s.contactOf(v, u, &e)
	if err != nil {
		return err
	}
	return s.showNotice(v, u, 200, &e, form)
}

func (s *site) showNotice(v *visit, u *scheduler.User, status int, e *scheduler.NoticeEntry, form *contactForm) error {
	line, err := s.noticeLine(v, e)
	if err != nil {
		return err
	}
	p := noticePage{
		frame: s.staffFrame(v, u, v.lang.Say("staff.kind."+string(e.Kind))), Notice: line, Reach: form,
		Resend: u.May(scheduler.ActManage) && resendable(e.State), Done: done(v),
	}
	p.Faulty = form != nil && len(form.Faults) > 0
	if e.Message != nil {
		p.Text = e.Message.Text
		if len(e.Message.Raw) > 0 {
			p.Mail = "/desk/outbox/" + url.PathEscape(e.ID) + "/mail.eml"
		}
	}
	if err := s.noticeStory(v, &p, e); err != nil {
		return err
	}
	return s.show(v, status, p)
}

// resendable: settled, and not because it was no longer true or of use.
func resendable(st scheduler.NoticeState) bool {
	switch st {
	case scheduler.NoticeDue, scheduler.NoticeSending, scheduler.NoticeRevoked, scheduler.NoticeExpired:
		return false
	}
	return true
}

// done words what the page before did.
func done(v *visit) string {
	switch v.URL.Query().Get("done") {
	case "resent":
		return v.lang.Say("outbox.resent")
	case "corrected":
		return v.lang.Say("outbox.corrected")
	}
	return ""
}

// noticeStory reads what happened to a notice, and what else was said.
func (s *site) noticeStory(v *visit, p *noticePage, e *scheduler.NoticeEntry) error {
	loc, err := s.officeZone(v, e.OfficeID)
	if err != nil {
		return err
	}
	receipts, err := s.Outbox.Receipts(v.Context(), e.ID)
	if err != nil {
		return err
	}
	for _, r := range receipts {
		p.Attempts = append(p.Attempts, noticeStep{At: s.moment(v, r.At, loc), Code: r.Code, State: r.State})
	}
	events, err := s.Outbox.NoticeEvents(v.Context(), e.ID)
	if err != nil {
		return err
	}
	for _, ev := range events {
		who := ev.Actor
		if who == "" {
			who = v.lang.Say("outbox.actor_server")
		}
		p.Events = append(p.Events, noticeStep{At: s.moment(v, ev.At, loc), What: v.lang.Say("outbox.event." + ev.What), Code: ev.Code, Who: who})
	}
	others, err := s.Outbox.NoticesOf(v.Context(), e.About.ID)
	if err != nil {
		return err
	}
	for i := range others {
		if others[i].ID == e.ID || others[i].OfficeID != e.OfficeID {
			continue // what another office said is not this one's to read
		}
		line, err := s.noticeLine(v, &others[i])
		if err != nil {
			return err
		}
		p.Others = append(p.Others, line)
	}
	return nil
}

// contactOf is the form of a notice about an appointment that can still be
// changed; nil for others.
func (s *site) contactOf(v *visit, u *scheduler.User, e *scheduler.NoticeEntry) (*contactForm, error) {
	if e.About.Kind != scheduler.SubjectAppointment || !u.May(scheduler.ActManage) {
		return nil, nil
	}
	a, err := s.Engine.Appointment(v.Context(), e.About.ID, scheduler.Actor{Staff: u})
	switch {
	case errors.Is(err, scheduler.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case !a.Status.Changeable() || !a.StartsAt.After(s.now()):
		return nil, nil
	}
	return &contactForm{Email: a.Citizen.Email, Phone: a.Citizen.Phone}, nil
}

// resend has a notice sent once more.
func (s *site) resend(v *visit, u *scheduler.User) error {
	e, err := s.seen(v, u)
	if err != nil {
		return err
	}
	place := "/desk/outbox/" + url.PathEscape(e.ID)
	err = s.Outbox.ResendNotice(v.Context(), e.ID, s.now(), "staff:"+u.ID)
	if errors.Is(err, scheduler.ErrConflict) { // it is under way already
		return wayOn(scheduler.ErrInvalidState, place, "staff.outbox")
	}
	if err != nil {
		return err
	}
	v.did(e.OfficeID, e.ID)
	return v.redirect(place + "?done=resent")
}

// correct changes where the person of an appointment is reached.
func (s *site) correct(v *visit, u *scheduler.User) error {
	e, err := s.seen(v, u)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	email, phone := cleanNote(v.PostFormValue("email")), cleanNote(v.PostFormValue("phone"))
	place := "/desk/outbox/" + url.PathEscape(e.ID)
	_, err = s.Engine.Correct(v.Context(), e.About.ID, 0, scheduler.Correction{Email: &email, Phone: &phone}, scheduler.Actor{Staff: u})
	if invalid := (*scheduler.InvalidError)(nil); errors.As(err, &invalid) {
		form := &contactForm{Email: email, Phone: phone}
		for _, f := range invalid.Fields {
			form.Faults = append(form.Faults, s.fieldSentence(v.lang, f.Code))
		}
		return s.showNotice(v, u, 422, &e, form)
	}
	if err != nil {
		return wayOn(err, place, "staff.outbox")
	}
	v.did(e.OfficeID, e.About.ID)
	return v.redirect(place + "?done=corrected")
}

// mostRetried bounds one press of the button.
const mostRetried = 200

// retryAll has what was given up at the user's offices tried once more.
func (s *site) retryAll(v *visit, u *scheduler.User) error {
	q := noticeQuery(v, u)
	q.Open, q.Stuck, q.Limit = false, true, mostRetried
	entries, err := s.Outbox.Notices(v.Context(), q)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if e.State != scheduler.NoticeDead || !s.now().Before(e.UsefulUntil) {
			continue
		}
		err := s.Outbox.ResendNotice(v.Context(), e.ID, s.now(), "staff:"+u.ID)
		if err != nil && !errors.Is(err, scheduler.ErrConflict) {
			return err
		}
		v.did(e.OfficeID, e.ID)
	}
	return v.redirect("/desk/outbox?show=stuck")
}
