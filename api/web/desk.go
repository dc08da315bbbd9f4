package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// deskPage is an agent's working place: who is at the desk, who waits, who
// arrives. Everything on it is a form, so it works without scripts; desk.js
// renews it by itself and adds keys.
type deskPage struct {
	frame
	Office  name
	Events  string // address of the room's events
	Desk    *deskSeat
	Desks   []deskChoice // to sit down at, when none is had
	Now     *ticketCard  // who is called or served here
	Waiting []ticketLine
	Parked  []ticketLine
	Coming  []comingLine // the next ones
	Booked  int          // how many are still to arrive
	Remote  []remoteLine // by telephone and video: nobody of them comes
	Remotes bool         // the office serves so
	Found   *foundPart
	Note    string // of the day, from who runs the room
	Walkin  walkinPart
	Offices []officeLinePick // of an agent who has several and sits nowhere
	Said    string           // what has just been done
	Fault   string           // why it was not
	Undo    string           // id of the ticket whose last step can be taken back
	Sheet   string           // place of the day list
	Sending sendingPart
}

func (deskPage) file() string { return "desk" }

type deskSeat struct {
	ID     string
	Number int
	Booth  name
}

type deskChoice struct {
	ID     string
	Number int
	Booth  name
	Who    string // login of who sits there, or ""
}

// ticketCard is the ticket at the desk.
type ticketCard struct {
	ID, Number  string
	Service     name
	Next        []name
	Who         string
	Party       int
	State       scheduler.TicketState
	Group       string // worded, or ""
	Since       string // clock
	Waited      string // worded
	Calls       int
	Appointment string // clock, or "" for a walk-in
	Story       []storyLine
}

// storyLine is one step of a ticket, worded.
type storyLine struct{ At, What, Why, Who string }

// ticketLine is a ticket in a list.
type ticketLine struct {
	ID, Number string
	Service    name
	Who        string
	Position   int
	Waited     string
	Long       bool   // longer than the guard allows
	Group      string // that counts, worded
	GroupID    string // of Group, else of Asked
	Asked      string // what the person asked for at the kiosk
	Appointed  bool
}

// comingLine is an appointment of today that has not arrived.
type comingLine struct {
	ID, Time, Reference, Who string
	Service                  name
	Status                   scheduler.Status
	CanArrive                bool
}

// foundPart is what a search for somebody found.
type foundPart struct{ Lines []comingLine }

type walkinPart struct {
	Services []serviceSet
	Groups   []groupChoice
}

type groupChoice struct {
	ID   string
	Name string
}

type officeLinePick struct {
	ID   string
	Name name
}

// sendingPart is where a ticket can be sent.
type sendingPart struct {
	Services []serviceSet // of this office
	Offices  []officeLinePick
}

// seat finds where a member of staff sits: in which office, at which desk.
func (s *site) seat(v *visit, c *scheduler.Catalogue, u *scheduler.User) (*scheduler.Office, scheduler.QueueView, *scheduler.DeskView, error) {
	mine := myOffices(c, u)
	asked := v.URL.Query().Get("office")
	if v.Method == http.MethodPost {
		asked = v.PostForm.Get("office")
	}
	var here *scheduler.Office
	var room scheduler.QueueView
	for _, o := range mine {
		q, err := s.Engine.Queue(v.Context(), o.ID)
		if err != nil {
			return nil, room, nil, err
		}
		for i := range q.Desks {
			if q.Desks[i].State.Open && q.Desks[i].State.StaffID == u.ID {
				return o, q, &q.Desks[i], nil
			}
		}
		if o.ID == asked || here == nil && (asked == "" && len(mine) == 1) {
			here, room = o, q
		}
	}
	return here, room, nil, nil
}

// desk shows the working place.
func (s *site) desk(v *visit, u *scheduler.User) error {
	p, err := s.deskOf(v, u)
	if err != nil {
		return err
	}
	p.Said = s.saidNow(v)
	p.Undo = cut(v.URL.Query().Get("last"), 100)
	return s.show(v, 200, p)
}

// saidNow words what the last form did, as the address tells.
func (s *site) saidNow(v *visit) string {
	number := cut(v.URL.Query().Get("number"), 10)
	switch v.URL.Query().Get("did") {
	case "ticket":
		return v.lang.Say("desk.ticket_given", "number", number)
	case "done":
		return v.lang.Say("desk.done", "number", number)
	case "nobody":
		return v.lang.Say("desk.nobody_waits")
	}
	return ""
}

func (s *site) deskOf(v *visit, u *scheduler.User) (deskPage, error) {
	p := deskPage{frame: s.staffFrame(v, u, v.lang.Say("desk.title"))}
	s.uses(&p.frame, "desk.css", "live.js", "desk.js")
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, err
	}
	office, room, at, err := s.seat(v, c, u)
	if err != nil {
		return p, err
	}
	if office == nil {
		for _, o := range myOffices(c, u) {
			p.Offices = append(p.Offices, officeLinePick{o.ID, nameOf(v.lang, o.Names)})
		}
		return p, nil
	}
	loc, err := s.Zones.Load(office.Zone)
	if err != nil {
		return p, err
	}
	p.Office, p.Events = nameOf(v.lang, office.Names), "/v1/offices/"+url.PathEscape(office.ID)+"/queue/events"
	p.Sheet = sheetPlace(office.ID)
	w := deskWork{s, v, c, office, loc}
	if p.Note, err = s.Staff.RoomNote(v.Context(), office.ID, room.Date); err != nil {
		return p, err
	}
	if at == nil {
		p.Desks, err = w.choices(room)
		return p, err
	}
	p.Desk = &deskSeat{at.ID, at.Number, boothOf(v, c, office, at.PoolID)}
	w.fill(&p, &room, at)
	if p.Now != nil {
		if p.Now.Story, err = w.story(p.Now.ID, u); err != nil {
			return p, err
		}
	}
	return p, w.coming(&p, u)
}

// deskWork words tickets of one office for one reader.
type deskWork struct {
	s   *site
	v   *visit
	c   *scheduler.Catalogue
	o   *scheduler.Office
	loc *time.Location
}

func (w *deskWork) choices(room scheduler.QueueView) ([]deskChoice, error) {
	logins, err := w.s.logins(w.v)
	if err != nil {
		return nil, err
	}
	var out []deskChoice
	for _, d := range room.Desks {
		out = append(out, deskChoice{d.ID, d.Number, boothOf(w.v, w.c, w.o, d.PoolID), logins[d.State.StaffID]})
	}
	return out, nil
}

func (w *deskWork) fill(p *deskPage, room *scheduler.QueueView, at *scheduler.DeskView) {
	if at.Ticket != nil {
		p.Now = w.card(at.Ticket)
	}
	for i := range room.Waiting {
		t := &room.Waiting[i]
		if t.PoolID == at.PoolID {
			p.Waiting = append(p.Waiting, w.line(&t.Ticket, t.Position, room.At))
		}
	}
	for i := range room.Parked {
		if room.Parked[i].PoolID == at.PoolID {
			p.Parked = append(p.Parked, w.line(&room.Parked[i], 0, room.At))
		}
	}
	p.Walkin.Services = offered(w.v, w.c, w.o)
	p.Walkin.Groups = w.groups()
	p.Sending.Services = p.Walkin.Services
	for i := range w.c.Offices {
		if o := &w.c.Offices[i]; o.ID != w.o.ID && len(w.c.OfficePools(o.ID)) > 0 {
			p.Sending.Offices = append(p.Sending.Offices, officeLinePick{o.ID, nameOf(w.v.lang, o.Names)})
		}
	}
}

func (w *deskWork) groups() []groupChoice {
	var out []groupChoice
	for _, g := range w.c.PriorityGroups {
		out = append(out, groupChoice{g.ID, w.group(g.ID)})
	}
	return out
}

// group words a priority group, "" for none.
func (w *deskWork) group(id string) string { return groupWords(w.v.lang, w.s.keys, id) }

// groupWords is a priority group in a language that speaks of the desk, or its id
// where the catalogue has one of its own.
func groupWords(l *locale.Language, keys []string, id string) string {
	if key := "group." + id; slices.Contains(keys, key) {
		return l.Say(key)
	}
	return id
}

func (w *deskWork) card(t *scheduler.Ticket) *ticketCard {
	k := &ticketCard{
		ID: t.ID, Number: t.Number, Service: serviceName(w.v.lang, w.c, t.ServiceID), Who: t.Citizen.Name, Party: t.Party, State: t.State,
		Group: w.group(t.Group), Since: w.v.lang.Clock(t.Since.In(w.loc)), Calls: t.Calls,
		Waited: w.v.lang.Duration(minutes(t.FirstCall.Sub(t.ArrivedAt))),
	}
	for _, n := range t.Next {
		k.Next = append(k.Next, serviceName(w.v.lang, w.c, n))
	}
	if !t.WalkIn() {
		k.Appointment = w.v.lang.Clock(t.PlainDue.In(w.loc))
	}
	return k
}

func (w *deskWork) line(t *scheduler.Ticket, position int, now time.Time) ticketLine {
	return ticketLine{
		ID: t.ID, Number: t.Number, Service: serviceName(w.v.lang, w.c, t.ServiceID), Who: t.Citizen.Name, Position: position,
		Waited: w.v.lang.Duration(minutes(now.Sub(t.ArrivedAt))), Long: now.After(t.GuardAt), Appointed: !t.WalkIn(),
		Group: w.group(t.Group), GroupID: cmp.Or(t.Group, t.AskedGroup), Asked: w.group(t.AskedGroup),
	}
}

// minutes rounds down, and is never negative.
func minutes(d time.Duration) int { return max(0, int(d.Minutes())) }

// maxComing is how many arrivals the desk shows: those of the next hour or two.
// The search finds every one, and the day list has all.
const maxComing = 20

// coming lists today's appointments of the office that are still to arrive.
func (w *deskWork) coming(p *deskPage, u *scheduler.User) error {
	all, err := w.s.Engine.Arrivals(w.v.Context(), w.o.ID, scheduler.Actor{Staff: u})
	if err != nil {
		return err
	}
	p.Remote, p.Remotes = w.remoteLines(all), len(w.o.Channels) > 0
	all = slices.DeleteFunc(all, func(a scheduler.Appointment) bool { return !canArrive(&a) })
	p.Booked, p.Coming = len(all), w.comingLines(all[:min(len(all), maxComing)])
	return nil
}

func canArrive(a *scheduler.Appointment) bool {
	return !a.Channel.Remote() && (a.Status == scheduler.StatusBooked || a.Status == scheduler.StatusPending)
}

func (w *deskWork) comingLines(all []scheduler.Appointment) []comingLine {
	lines := make([]comingLine, len(all))
	for i := range all {
		a := &all[i]
		lines[i] = comingLine{
			a.ID, a.Place.Start.String(), a.Reference, a.Citizen.Name, serviceName(w.v.lang, w.c, a.ServiceID), a.Status, canArrive(a),
		}
	}
	return lines
}

// deskAgain shows the desk with what went wrong; other errors are passed on.
func (s *site) deskAgain(v *visit, u *scheduler.User, err error) error {
	fault, status := "", http.StatusConflict
	var invalid *scheduler.InvalidError
	switch {
	case errors.Is(err, scheduler.ErrInvalidState):
		fault = v.lang.Say("desk.not_now")
	case errors.Is(err, scheduler.ErrDayFull):
		fault = v.lang.Say("desk.day_full")
	case errors.Is(err, scheduler.ErrWalkInsFull):
		fault = v.lang.Say("desk.walk_ins_full")
	case errors.As(err, &invalid):
		fault, status = s.fieldSentence(v.lang, invalid.Fields[0].Code), http.StatusUnprocessableEntity
	default:
		return wayOn(err, "/desk", "desk.title")
	}
	v.place = "/desk"
	p, err := s.deskOf(v, u)
	if err != nil {
		return err
	}
	p.Fault, p.Faulty = fault, true
	return s.show(v, status, p)
}
