package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"mawid/scheduler"
)

// visitExport is the document of an appointment: what is kept about its person
// (law 09-08, right of access), but for what opens something. Members of staff are
// "staff" in it, for they are persons too. Times are RFC 3339 in UTC.
type visitExport struct {
	About       string            `json:"about"` // "appointment"
	MadeAt      time.Time         `json:"made_at"`
	Appointment exportAppointment `json:"appointment"`
	History     []exportEntry     `json:"history"`
	Ticket      *exportTicket     `json:"ticket,omitempty"`
	Wish        *exportWish       `json:"wish,omitempty"`
	Calendar    exportCalendar    `json:"calendar"`
	Notices     []exportNotice    `json:"notices"`
	Opinions    []exportOpinion   `json:"opinions,omitempty"`
}

type exportPerson struct {
	Name     string `json:"name"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Language string `json:"language,omitempty"`
	TimeZone string `json:"time_zone,omitempty"`
	Told     string `json:"told,omitempty"` // who is written to, when that is another
	Relation string `json:"relation,omitempty"`
}

type exportAppointment struct {
	Reference    string       `json:"reference"`
	Status       string       `json:"status"`
	Office       string       `json:"office"`
	Service      string       `json:"service"`
	Channel      string       `json:"channel,omitempty"` // telephone or video; none for coming to the office
	Date         string       `json:"date"`              // on the office's calendar
	Start        string       `json:"start"`             // on the office's clock
	TimeZone     string       `json:"time_zone"`
	StartsAt     time.Time    `json:"starts_at"`
	EndsAt       time.Time    `json:"ends_at"`
	Persons      int          `json:"persons"`
	Person       exportPerson `json:"person"`
	FileNumber   string       `json:"file_number,omitempty"`
	Note         string       `json:"note,omitempty"`
	DocumentNote string       `json:"document_note,omitempty"`
	ProvedAt     *time.Time   `json:"address_proved_at,omitempty"`
	ProveUntil   *time.Time   `json:"prove_until,omitempty"`
	ConfirmedAt  *time.Time   `json:"confirmed_at,omitempty"`
	CreatedAt    time.Time    `json:"created_at"`
	UpdatedAt    time.Time    `json:"updated_at"`
	Revision     int          `json:"revision"`
}

// exportEntry is one line of a history.
type exportEntry struct {
	At     time.Time         `json:"at"`
	By     string            `json:"by"`
	What   string            `json:"what"`
	From   string            `json:"from,omitempty"`
	To     string            `json:"to,omitempty"`
	Office string            `json:"office,omitempty"`
	Words  map[string]string `json:"words,omitempty"`
}

type exportTicket struct {
	Number      string        `json:"number"`
	Date        string        `json:"date"`
	Office      string        `json:"office"`
	Service     string        `json:"service"`
	State       string        `json:"state"`
	Person      exportPerson  `json:"person"`
	Persons     int           `json:"persons"`
	Group       string        `json:"group,omitempty"`
	AskedGroup  string        `json:"asked_group,omitempty"`
	Outcome     string        `json:"outcome,omitempty"`
	OutcomeNote string        `json:"outcome_note,omitempty"`
	ComeBackOn  string        `json:"come_back_on,omitempty"`
	Story       []exportEntry `json:"story"`
}

// wishExport is the document of a wish without an appointment.
type wishExport struct {
	About   string         `json:"about"` // "wish"
	MadeAt  time.Time      `json:"made_at"`
	Office  string         `json:"office"`
	Service string         `json:"service"`
	Persons int            `json:"persons"`
	Person  exportPerson   `json:"person"`
	Wish    exportWish     `json:"wish"`
	Notices []exportNotice `json:"notices"`
}

type exportWish struct {
	State     string    `json:"state"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	CreatedAt time.Time `json:"created_at"`
	Until     time.Time `json:"until"`
	Offers    int       `json:"offers"`
}

type exportCalendar struct {
	CreatedAt   *time.Time `json:"created_at,omitempty"`
	UsedAt      *time.Time `json:"last_fetched_at,omitempty"`
	ShowService bool       `json:"shows_the_service"`
	Replaced    int        `json:"links_replaced"`
}

type exportNotice struct {
	Kind    string     `json:"kind"`
	Channel string     `json:"channel"`
	State   string     `json:"state"`
	DueAt   time.Time  `json:"due_at"`
	DoneAt  *time.Time `json:"done_at,omitempty"`
	Result  string     `json:"result,omitempty"`
	To      string     `json:"to,omitempty"` // of a kept message, or an address of before
	Subject string     `json:"subject,omitempty"`
	Text    string     `json:"text,omitempty"` // without links and codes, which open things
}

type exportOpinion struct {
	GivenAt  time.Time `json:"given_at"`
	Settled  string    `json:"settled,omitempty"`
	Rating   int       `json:"rating,omitempty"`
	Need     string    `json:"need,omitempty"`
	Language string    `json:"language,omitempty"`
}

// exportVisit answers with all that is kept about the person of an appointment.
func (s *site) exportVisit(v *visit) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	r, err := s.Engine.RecordOf(v.Context(), &o.Appointment, o.actor())
	if err != nil {
		return err
	}
	a := &o.Appointment
	doc := visitExport{
		About: "appointment", MadeAt: s.now(), History: []exportEntry{}, Opinions: exportOpinions(r.Opinions),
		Appointment: exportAppointment{
			Reference: a.Reference, Status: string(a.Status), Office: a.OfficeID, Service: a.ServiceID, Channel: string(a.Channel),
			Date: a.Place.Date.String(), Start: a.Place.Start.String(), TimeZone: a.Zone, StartsAt: a.StartsAt, EndsAt: a.EndsAt,
			Persons: a.Party, Person: personOf(a.Citizen), FileNumber: a.FileNumber, Note: a.Note, DocumentNote: a.DocumentNote,
			ProvedAt: maybe(a.Proved), ProveUntil: maybe(a.ProveUntil), ConfirmedAt: maybe(a.Confirmed),
			CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Revision: a.Revision,
		},
		Calendar: calendarOf(r.Calendar),
	}
	for _, e := range r.History {
		doc.History = append(doc.History, exportEntry{At: e.At, By: bare(e.Actor), What: e.What, From: e.From, To: e.To, Office: e.OfficeID})
	}
	if r.Ticket != nil {
		doc.Ticket = ticketExport(r.Ticket, r.Story)
	}
	if r.Wish != nil {
		doc.Wish = wishOf(r.Wish)
	}
	about := []string{a.ID}
	if r.Ticket != nil {
		about = append(about, r.Ticket.ID)
	}
	if r.Wish != nil {
		about = append(about, r.Wish.ID)
	}
	if doc.Notices, err = s.exportNotices(v, about...); err != nil {
		return err
	}
	return s.download(v, a.Reference, doc)
}

// exportWish answers with all that is kept about who waits for a place.
func (s *site) exportWish(v *visit) error {
	w, err := s.openWish(v)
	if err != nil {
		return err
	}
	doc := wishExport{
		About: "wish", MadeAt: s.now(), Office: w.OfficeID, Service: w.ServiceID, Persons: w.Party, Person: personOf(w.Citizen), Wish: *wishOf(&w),
	}
	if doc.Notices, err = s.exportNotices(v, w.ID); err != nil {
		return err
	}
	return s.download(v, "wish", doc)
}

func wishOf(w *scheduler.Wish) *exportWish {
	return &exportWish{string(w.State), w.From.String(), w.To.String(), w.CreatedAt, w.Until, len(w.Offers)}
}

func ticketExport(t *scheduler.Ticket, story []scheduler.TicketStep) *exportTicket {
	out := &exportTicket{
		Number: t.Number, Date: t.Date.String(), Office: t.OfficeID, Service: t.ServiceID, State: string(t.State), Person: personOf(t.Citizen),
		Persons: t.Party, Group: t.Group, AskedGroup: t.AskedGroup, Outcome: string(t.Outcome.Kind), OutcomeNote: t.Outcome.Note,
		ComeBackOn: dayOrNone(t.Outcome.On), Story: []exportEntry{},
	}
	for _, e := range story {
		out.Story = append(out.Story, exportEntry{At: e.At, By: bare(e.Actor), What: string(e.What), To: string(e.State), Office: e.OfficeID})
	}
	return out
}

// exportNotices are all messages about some subjects, as far as they are kept.
func (s *site) exportNotices(v *visit, subjects ...string) ([]exportNotice, error) {
	out := []exportNotice{}
	for _, id := range subjects {
		ns, err := s.Outbox.NoticesOf(v.Context(), id)
		if err != nil {
			return nil, err
		}
		for i := range ns {
			n := &ns[i]
			e := exportNotice{
				Kind: string(n.Kind), Channel: string(n.Channel), State: string(n.State), DueAt: n.DueAt, DoneAt: maybe(n.SettledAt), Result: n.Code, To: n.Recipient,
			}
			if n.Message != nil {
				e.To, e.Subject, e.Text = n.Message.To, n.Message.Subject, withoutKeys(n.Kind, n.Message.Text)
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// opening is what in a message opens something.
var opening = regexp.MustCompile(`https?://\S+`)

// withoutKeys is the text of a message without its links; "" when it is a code.
func withoutKeys(kind scheduler.NoticeKind, text string) string {
	switch kind {
	case scheduler.NoticeProveCode, scheduler.NoticeFindCode, scheduler.NoticeFileCode:
		return ""
	}
	return opening.ReplaceAllString(text, "[…]")
}

func exportOpinions(os []scheduler.Opinion) (out []exportOpinion) {
	for _, o := range os {
		out = append(out, exportOpinion{o.At, string(o.Settled), o.Rating, o.Need, o.Language})
	}
	return out
}

func calendarOf(f scheduler.Feed) exportCalendar {
	return exportCalendar{maybe(f.CreatedAt), maybe(f.UsedAt), f.ShowService, f.Generation}
}

func personOf(c scheduler.Citizen) exportPerson {
	return exportPerson{c.Name, c.Email, c.Phone, c.Language, c.Zone, c.Told, string(c.Relation)}
}

// bare is who acted, without which member of staff it was.
func bare(actor string) string {
	if strings.HasPrefix(actor, "staff:") {
		return "staff"
	}
	return actor
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func dayOrNone(d scheduler.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// download answers with a document to keep, named by a reference.
func (s *site) download(v *visit, reference string, doc any) error {
	private(v)
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="mawid-`+reference+`.json"`)
	return send(v, http.StatusOK, body.Bytes())
}
