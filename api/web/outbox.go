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
	Stuck   bool // what came back or was given up
	Settled bool // what is settled, whatever came of it
	Find    string
	Retry   bool // may have it tried once more
	Notices []noticeLine
	More    string // place of the next page, or ""
	Kept    bool   // there was nowhere to send some of them
	Down    []downLine
}

// downLine is a provider that does not answer.
type downLine struct{ Said, Waiting string }

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

const (
	outboxLines = 25
	mostFound   = 100 // lines of a search
)

func (s *site) outbox(v *visit, u *scheduler.User) error {
	q := noticeQuery(v, u)
	read := s.Outbox.Notices
	if q.Find != "" {
		read = s.Outbox.FindNotices
	}
	entries, err := read(v.Context(), q)
	if err != nil {
		return err
	}
	p := outboxPage{
		frame: s.staffFrame(v, u, v.lang.Say("staff.outbox")), Open: q.Open, Stuck: q.Stuck, Find: q.Find,
		Settled: !q.Open && !q.Stuck && q.Find == "", Retry: u.May(scheduler.ActManage),
	}
	if len(entries) == q.Limit && q.Find == "" {
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
	if p.Down, err = s.providersDown(v, u); err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// lately is how long ago a provider was tried, at most, for its state to be told.
const lately = 2 * time.Hour

// providersDown words which providers do not answer. They serve all offices.
func (s *site) providersDown(v *visit, u *scheduler.User) ([]downLine, error) {
	loc, err := s.homeZone(v, u)
	if err != nil {
		return nil, err
	}
	now := s.now()
	down, err := s.Outbox.ProvidersDown(v.Context(), now.Add(-lately), now)
	if err != nil {
		return nil, err
	}
	var out []downLine
	for _, d := range down {
		said := []any{"since", s.moment(v, d.DownSince, loc), "code", d.Code, "next", s.moment(v, d.NextTry, loc)}
		var line downLine
		if d.Waiting > 0 {
			line.Waiting = v.lang.Plural("outbox.waiting", d.Waiting)
		}
		if d.Channel == scheduler.ChannelSMS {
			line.Said = v.lang.Say("outbox.down_sms", append(said, "name", d.Name)...)
		} else {
			line.Said = v.lang.Say("outbox.down_mail", said...)
		}
		out = append(out, line)
	}
	return out, nil
}

// noticeQuery asks for what the address names, of the user's offices, and for
// one more than a page shows.
func noticeQuery(v *visit, u *scheduler.User) scheduler.NoticeQuery {
	asked := v.URL.Query()
	q := scheduler.NoticeQuery{Offices: append([]string{}, u.Offices...), Open: asked.Get("show") == "open", Limit: outboxLines + 1}
	q.Stuck = asked.Get("show") == "stuck"
	if q.Find = strings.TrimSpace(asked.Get("q")); q.Find != "" {
		q.Limit = mostFound
		if ref, err := scheduler.ParseReference(q.Find); err == nil {
			q.Find = ref
		}
	}
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
	if q.Stuck {
		next.Set("show", "stuck")
	}
	return "/desk/outbox?" + next.Encode()
}

func (s *site) noticeLine(v *visit, e *scheduler.NoticeEntry) (noticeLine, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return noticeLine{}, err
	}
	loc, err := s.officeZone(v, e.OfficeID)
	if err != nil {
		return noticeLine{}, err
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

// officeZone is the clock of an office; UTC when the catalogue has it no longer.
func (s *site) officeZone(v *visit, officeID string) (*time.Location, error) {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return nil, err
	}
	o, err := c.Office(officeID)
	if err != nil {
		return time.UTC, nil
	}
	return s.Zones.Load(o.Zone)
}

// mail answers with the whole mail as a file, for a mail program to open.
func (s *site) mail(v *visit, u *scheduler.User) error {
	e, err := s.seen(v, u)
	if err != nil {
		return err
	}
	if e.Message == nil || len(e.Message.Raw) == 0 {
		return wayOn(errNotFound, "/desk/outbox", "staff.outbox")
	}
	return sendMail(v, e.Message.Raw)
}

func sendMail(v *visit, raw []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("Content-Disposition", `attachment; filename="mail.eml"`)
	return send(v, http.StatusOK, raw)
}
