package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mawid/scheduler"
)

// outboxPage lists what is to be told to people, or what was.
type outboxPage struct {
	frame
	Open    bool // what is still to be sent
	Notices []noticeLine
	More    string // place of the next page, or ""
	Kept    bool   // there was nowhere to send some of them
}

func (outboxPage) file() string { return "outbox" }

type noticeLine struct {
	ID        string
	Kind      scheduler.NoticeKind
	Channel   scheduler.Channel
	State     scheduler.NoticeState
	Reference string
	Office    name
	Due       string // worded, on the office's clock
	Settled   string // or ""
	Attempts  int
	Code      string
	To        string // when kept
	Subject   string
	Kept      bool
}

const outboxLines = 25

func (s *site) outbox(v *visit, u *scheduler.User) error {
	q := noticeQuery(v, u)
	entries, err := s.Outbox.Notices(v.Context(), q)
	if err != nil {
		return err
	}
	p := outboxPage{frame: s.staffFrame(v, u, v.lang.Say("staff.outbox")), Open: q.Open}
	if len(entries) == q.Limit {
		entries = entries[:outboxLines]
		p.More = pageAfter(q, &entries[outboxLines-1])
	}
	for i := range entries {
		line, err := s.noticeLine(v, &entries[i])
		if err != nil {
			return err
		}
		p.Notices = append(p.Notices, line)
		p.Kept = p.Kept || line.State == scheduler.NoticeKept
	}
	return s.show(v, 200, p)
}

// noticeQuery asks for what the address names, of the user's offices, and for
// one more than a page shows.
func noticeQuery(v *visit, u *scheduler.User) scheduler.NoticeQuery {
	asked := v.URL.Query()
	q := scheduler.NoticeQuery{Offices: append([]string{}, u.Offices...), Open: asked.Get("show") == "open", Limit: outboxLines + 1}
	if u.Role == scheduler.RoleAdministrator {
		q.Offices = nil
	}
	due, id, _ := strings.Cut(asked.Get("after"), ".")
	if micros, err := strconv.ParseInt(due, 10, 64); err == nil && len(id) < 100 {
		q.AfterDue, q.AfterID = time.UnixMicro(micros).UTC(), id
	}
	return q
}

// pageAfter is the place of the page that goes on after an entry.
func pageAfter(q scheduler.NoticeQuery, last *scheduler.NoticeEntry) string {
	next := url.Values{"after": {strconv.FormatInt(last.DueAt.UnixMicro(), 10) + "." + last.ID}}
	if q.Open {
		next.Set("show", "open")
	}
	return "/desk/outbox?" + next.Encode()
}

func (s *site) noticeLine(v *visit, e *scheduler.NoticeEntry) (noticeLine, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return noticeLine{}, err
	}
	loc := time.UTC
	if o, err := c.Office(e.OfficeID); err == nil {
		if loc, err = s.Zones.Load(o.Zone); err != nil {
			return noticeLine{}, err
		}
	}
	line := noticeLine{
		ID: e.ID, Kind: e.Kind, Channel: e.Channel, State: e.State, Reference: e.Reference,
		Office: officeName(v.lang, c, e.OfficeID), Due: s.moment(v, e.DueAt, loc), Settled: s.moment(v, e.SettledAt, loc),
		Attempts: e.Attempts, Code: e.Code,
	}
	if e.Message != nil {
		line.Kept, line.To, line.Subject = true, e.Message.To, e.Message.Subject
	}
	return line, nil
}

// noticePage is one notice with its text.
type noticePage struct {
	frame
	Notice noticeLine
	Text   string
	Mail   string // place of the whole mail, or ""
}

func (noticePage) file() string { return "notice" }

// kept finds a notice whose message was kept. Who may not see it is told that
// there is none.
func (s *site) kept(v *visit, u *scheduler.User) (scheduler.NoticeEntry, error) {
	e, err := s.Outbox.Notice(v.Context(), v.PathValue("notice"))
	if err == nil && (!u.MaySee(e.OfficeID) || e.Message == nil) {
		err = scheduler.ErrNotFound
	}
	return e, wayOn(err, "/desk/outbox", "staff.outbox")
}

func (s *site) notice(v *visit, u *scheduler.User) error {
	e, err := s.kept(v, u)
	if err != nil {
		return err
	}
	line, err := s.noticeLine(v, &e)
	if err != nil {
		return err
	}
	p := noticePage{frame: s.staffFrame(v, u, v.lang.Say("staff.kind."+string(e.Kind))), Notice: line, Text: e.Message.Text}
	if len(e.Message.Raw) > 0 {
		p.Mail = "/desk/outbox/" + url.PathEscape(e.ID) + "/mail.eml"
	}
	return s.show(v, 200, p)
}

// mail answers with the whole mail as a file, for a mail program to open.
func (s *site) mail(v *visit, u *scheduler.User) error {
	e, err := s.kept(v, u)
	if err != nil {
		return err
	}
	if len(e.Message.Raw) == 0 {
		return wayOn(errNotFound, "/desk/outbox", "staff.outbox")
	}
	h := v.w.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("Content-Disposition", `attachment; filename="mail.eml"`)
	return send(v, http.StatusOK, e.Message.Raw)
}
