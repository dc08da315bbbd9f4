package web

import (
	"net/http"
	"net/url"
	"slices"

	"mawid/api/httpkit"

	"mawid/scheduler"
)

// roomPage is a waiting room as who runs it sees it.
type roomPage struct {
	frame
	ID      string
	Office  name
	Events  string
	Offices []roomPick
	Alarms  []alarmLine
	Queues  []queueLine
	Desks   []roomDesk
	People  []seatChoice
	Note    string
	Fault   string
	MaxNote int
	Sheet   string // place of the day list
}

func (roomPage) file() string { return "room" }

type roomPick struct {
	ID      string
	Name    name
	Current bool
}

type alarmLine struct {
	Text   string
	Urgent bool
}

// queueLine is one queue of the room.
type queueLine struct {
	Name        name
	Waiting     int
	Open, Desks int
	Longest     string // ticket and how long, or ""
	LongestNo   string
	Low, High   int // minutes that the last in line will wait
	Parked      int
}

type roomDesk struct {
	ID     string
	Number int
	Booth  name
	Open   bool
	Who    string // id
	Login  string
	Ticket string
	State  scheduler.TicketState
	Since  string // worded
}

type seatChoice struct{ ID, Login string }

// room shows the first office of a member of staff, or the one that the address
// names.
func (s *site) room(v *visit, u *scheduler.User) error {
	p, err := s.roomOf(v, u)
	if err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// roomOffice is the office that the address names, if it is the user's.
func (s *site) roomOffice(v *visit, u *scheduler.User, c *scheduler.Catalogue) (*scheduler.Office, error) {
	mine := myOffices(c, u)
	id := v.PathValue("office")
	for _, o := range mine {
		if id == "" || o.ID == id {
			return o, nil
		}
	}
	return nil, wayOn(scheduler.ErrNotFound, "/desk", "desk.title")
}

func (s *site) roomOf(v *visit, u *scheduler.User) (roomPage, error) {
	p := roomPage{frame: s.staffFrame(v, u, v.lang.Say("desk.room")), MaxNote: scheduler.MaxNote}
	s.uses(&p.frame, "desk.css", "live.js", "desk.js")
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, err
	}
	o, err := s.roomOffice(v, u, c)
	if err != nil {
		return p, err
	}
	p.Sheet = sheetPlace(o.ID)
	p.ID, p.Office, p.Events = o.ID, nameOf(v.lang, o.Names), "/v1/offices/"+url.PathEscape(o.ID)+"/queue/events"
	for _, x := range myOffices(c, u) {
		p.Offices = append(p.Offices, roomPick{x.ID, nameOf(v.lang, x.Names), x.ID == o.ID})
	}
	q, err := s.Engine.Queue(v.Context(), o.ID)
	if err != nil {
		return p, err
	}
	if p.Note, err = s.Staff.RoomNote(v.Context(), o.ID, q.Date); err != nil {
		return p, err
	}
	for _, a := range q.Alarms(s.Engine.QueuePolicy()) {
		p.Alarms = append(p.Alarms, s.alarm(v, c, &a))
	}
	p.Queues = queueLines(v, c, o, &q)
	return p, s.roomDesks(v, c, o, &q, &p)
}

// alarm words an alarm.
func (s *site) alarm(v *visit, c *scheduler.Catalogue, a *scheduler.Alarm) alarmLine {
	key := "desk.alarm." + string(a.Kind)
	if a.Kind == scheduler.AlarmNoDesk {
		return alarmLine{v.lang.Plural(key, a.Minutes), true}
	}
	return alarmLine{
		v.lang.Say(key, "number", a.Number, "time", v.lang.Duration(a.Minutes), "desk", v.lang.Number(a.Desk)),
		a.Kind == scheduler.AlarmLong || a.Kind == scheduler.AlarmForecast,
	}
}

func queueLines(v *visit, c *scheduler.Catalogue, o *scheduler.Office, q *scheduler.QueueView) []queueLine {
	var out []queueLine
	for _, pool := range c.OfficePools(o.ID) {
		line := queueLine{Name: poolName(v, c, o, pool)}
		for _, d := range q.Desks {
			if d.PoolID == pool.ID {
				line.Desks++
				if d.State.Open {
					line.Open++
				}
			}
		}
		var waiting []*scheduler.InLine
		for i := range q.Waiting {
			if q.Waiting[i].PoolID == pool.ID {
				waiting = append(waiting, &q.Waiting[i])
			}
		}
		for i := range q.Parked {
			if q.Parked[i].PoolID == pool.ID {
				line.Parked++
			}
		}
		if line.Waiting = len(waiting); line.Waiting > 0 {
			longest, last := scheduler.Longest(waiting), waiting[len(waiting)-1]
			line.LongestNo, line.Longest = longest.Number, v.lang.Duration(minutes(q.At.Sub(longest.ArrivedAt)))
			line.Low, line.High = minutes(last.Wait.Low), minutes(last.Wait.High)
		}
		out = append(out, line)
	}
	return out
}

// poolName names a pool: an office has one, and an event one for each office that
// it hosts, by whose name it goes.
func poolName(v *visit, c *scheduler.Catalogue, o *scheduler.Office, p *scheduler.Pool) name {
	if len(c.OfficePools(o.ID)) == 1 || len(p.Services) == 0 {
		return nameOf(v.lang, o.Names)
	}
	first, err := c.Service(p.Services[0])
	if err == nil && first.OfficeID != o.ID {
		return officeName(v.lang, c, first.OfficeID)
	}
	return serviceName(v.lang, c, p.Services[0])
}

// boothOf names the office whose people a desk serves, at an event; "" where all
// desks of an office are alike.
func boothOf(v *visit, c *scheduler.Catalogue, o *scheduler.Office, poolID string) name {
	pools := c.OfficePools(o.ID)
	for _, p := range pools {
		if p.ID == poolID && len(pools) > 1 {
			return poolName(v, c, o, p)
		}
	}
	return name{}
}

// roomDesks lists the desks, and who may sit at them.
func (s *site) roomDesks(v *visit, c *scheduler.Catalogue, o *scheduler.Office, q *scheduler.QueueView, p *roomPage) error {
	all, err := s.Staff.Users(v.Context())
	if err != nil {
		return err
	}
	login := map[string]string{}
	for i := range all {
		x := &all[i]
		login[x.ID] = x.Login
		if !x.Disabled && (slices.Contains(x.Offices, o.ID) || x.Everywhere()) {
			p.People = append(p.People, seatChoice{x.ID, x.Login})
		}
	}
	for _, d := range q.Desks {
		line := roomDesk{ID: d.ID, Number: d.Number, Booth: boothOf(v, c, o, d.PoolID), Open: d.State.Open, Who: d.State.StaffID, Login: login[d.State.StaffID]}
		if t := d.Ticket; t != nil {
			line.Ticket, line.State = t.Number, t.State
			line.Since = v.lang.Duration(minutes(q.At.Sub(t.Since)))
		}
		p.Desks = append(p.Desks, line)
	}
	return nil
}

// roomAct is an action on a desk of the office that the address names.
func (s *site) roomAct(v *visit, u *scheduler.User, do func(o *scheduler.Office, desk string) error) error {
	if err := readForm(v); err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	o, err := s.roomOffice(v, u, c)
	if err != nil {
		return err
	}
	desk := cut(v.PostForm.Get("desk"), 100)
	err = do(o, desk)
	place := under("/desk/room", o.ID)
	if status, _ := httpkit.Status(err); err != nil && status == http.StatusConflict {
		v.place = place
		p, err := s.roomOf(v, u)
		if err != nil {
			return err
		}
		p.Fault, p.Faulty = v.lang.Say("desk.not_now"), true
		return s.show(v, http.StatusConflict, p)
	}
	if err != nil {
		return wayOn(err, place, "desk.room")
	}
	v.did(o.ID, desk)
	return v.redirect(place)
}

// roomOpen opens a desk for a member of staff, who leaves the one they had: so
// it also moves them.
func (s *site) roomOpen(v *visit, u *scheduler.User) error {
	return s.roomAct(v, u, func(o *scheduler.Office, desk string) error {
		who, err := s.Staff.User(v.Context(), cut(v.PostForm.Get("staff"), 100))
		if err != nil {
			return err
		}
		if !who.MaySee(o.ID) {
			return scheduler.ErrNotFound
		}
		return s.Engine.OpenDesk(v.Context(), desk, who.ID, scheduler.Actor{Staff: u})
	})
}

func (s *site) roomClose(v *visit, u *scheduler.User) error {
	return s.roomAct(v, u, func(_ *scheduler.Office, desk string) error {
		return s.Engine.CloseDesk(v.Context(), desk, scheduler.Actor{Staff: u})
	})
}

// roomNote writes the note of the day.
func (s *site) roomNote(v *visit, u *scheduler.User) error {
	return s.roomAct(v, u, func(o *scheduler.Office, _ string) error {
		note := cleanNote(v.PostForm.Get("note"))
		bad := &scheduler.InvalidError{}
		scheduler.CheckText(bad, "note", note, scheduler.MaxNote)
		if err := bad.OrNil(); err != nil {
			return err
		}
		today, err := s.todayAt(o)
		if err != nil {
			return err
		}
		return s.Staff.SetRoomNote(v.Context(), o.ID, today, note)
	})
}

// todayAt is the present date of an office.
func (s *site) todayAt(o *scheduler.Office) (scheduler.Date, error) {
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return scheduler.Date{}, err
	}
	return scheduler.DateOf(s.now().In(loc)), nil
}
