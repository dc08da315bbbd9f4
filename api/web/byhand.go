package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// byHandPage is the form for what was done on paper while the program could not
// be reached: a row for each visit.
type byHandPage struct {
	frame
	Desks    []handDesk
	Desk     string
	Date     string
	Latest   string
	Rows     []handRow
	Services []serviceSet
	Faults   []string
	Entered  int
}

func (byHandPage) file() string { return "byhand" }

type handDesk struct {
	ID     string
	Office name
	Number int
}

// handRow is a row as typed. No is its number, from 1.
type handRow struct {
	No                                                   int
	Reference, Service, Arrived, Started, Ended, Outcome string
	Bad                                                  string // fields that are wrong, with spaces between
}

// Wrong reports whether a field of the row is.
func (r handRow) Wrong(field string) bool { return strings.Contains(" "+r.Bad+" ", " "+field+" ") }

func (r handRow) empty() bool {
	return r.Reference == "" && r.Arrived == "" && r.Started == "" && r.Ended == ""
}

const handRows = 8 // on an empty form

func (s *site) askByHand(v *visit, u *scheduler.User) error {
	p, err := s.byHandPage(v, u)
	if err != nil {
		return err
	}
	for i := range handRows {
		p.Rows = append(p.Rows, handRow{No: i + 1})
	}
	p.Entered, _ = strconv.Atoi(v.URL.Query().Get("entered"))
	return s.show(v, 200, p)
}

func (s *site) byHandPage(v *visit, u *scheduler.User) (byHandPage, error) {
	p := byHandPage{frame: s.staffFrame(v, u, v.lang.Say("desk.by_hand"))}
	s.uses(&p.frame, "desk.css")
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return p, err
	}
	mine := myOffices(c, u)
	p.Services = offered(v, c, mine...)
	for _, o := range mine {
		if p.Date == "" {
			today, err := s.todayAt(o)
			if err != nil {
				return p, err
			}
			p.Date, p.Latest = today.String(), today.String()
		}
		for _, d := range c.Desks(o.ID) {
			where := boothOf(v, c, o, d.PoolID)
			if where.Text == "" {
				where = nameOf(v.lang, o.Names)
			}
			p.Desks = append(p.Desks, handDesk{d.ID, where, d.Number})
		}
		if _, _, at, err := s.seat(v, c, u); err == nil && at != nil {
			p.Desk = at.ID
		}
	}
	return p, nil
}

func (s *site) enterByHand(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	rows := typedRows(v.PostForm)
	visits, bad := visitsOf(rows)
	date, err := scheduler.ParseDate(v.PostForm.Get("date"))
	if err != nil {
		bad.Add("date", "invalid", "want YYYY-MM-DD")
	}
	desk := cut(v.PostForm.Get("desk"), 100)
	var entered []scheduler.Ticket
	if err = bad.OrNil(); err == nil {
		entered, err = s.Engine.EnterDayByHand(v.Context(), desk, date, visits, scheduler.Actor{Staff: u})
	}
	var invalid *scheduler.InvalidError
	if errors.As(err, &invalid) {
		return s.byHandAgain(v, u, rows, invalid)
	}
	if err != nil {
		return wayOn(err, "/desk/by-hand", "desk.by_hand")
	}
	s.didAtDesk(v, desk)
	return v.redirect("/desk/by-hand?entered=" + strconv.Itoa(len(entered)))
}

// typedRows reads the rows that have anything in them, numbered anew.
func typedRows(form url.Values) []handRow {
	column := func(name string, i int) string {
		if all := form[name]; i < len(all) {
			return cut(httpkit.CleanText(all[i]), 100)
		}
		return ""
	}
	var rows []handRow
	for i := range min(len(form["service"]), 50) {
		r := handRow{
			Reference: column("reference", i), Service: column("service", i), Arrived: column("arrived", i), Started: column("started", i),
			Ended: column("ended", i), Outcome: column("outcome", i), No: len(rows) + 1,
		}
		if !r.empty() {
			rows = append(rows, r)
		}
	}
	return rows
}

// visitsOf reads the rows; what cannot be read is noted as the engine notes it.
func visitsOf(rows []handRow) ([]scheduler.HandVisit, *scheduler.InvalidError) {
	bad := &scheduler.InvalidError{}
	visits := make([]scheduler.HandVisit, len(rows))
	for i, r := range rows {
		clock := func(field, text string) scheduler.TimeOfDay {
			t, err := scheduler.ParseTimeOfDay(text)
			if err != nil {
				bad.Add(fmt.Sprintf("rows.%d.%s", i+1, field), "invalid", "want HH:MM")
			}
			return t
		}
		h := scheduler.HandVisit{ServiceID: r.Service, Reference: r.Reference, NoShow: r.Outcome == "no_show", Arrived: clock("arrived", r.Arrived)}
		if !h.NoShow {
			h.Started, h.Ended, h.Outcome = clock("started", r.Started), clock("ended", r.Ended), scheduler.OutcomeKind(r.Outcome)
		}
		visits[i] = h
	}
	return visits, bad
}

// byHandAgain shows the form as typed, with what is wrong row by row.
func (s *site) byHandAgain(v *visit, u *scheduler.User, rows []handRow, invalid *scheduler.InvalidError) error {
	p, err := s.byHandPage(v, u)
	if err != nil {
		return err
	}
	p.Desk, p.Date, p.Faulty = cut(v.PostForm.Get("desk"), 100), cut(v.PostForm.Get("date"), 10), true
	for _, f := range invalid.Fields {
		text := s.fieldSentence(v.lang, f.Code)
		var no int
		var field string
		if n, _ := fmt.Sscanf(strings.ReplaceAll(f.Field, ".", " "), "rows %d %s", &no, &field); n == 2 && no >= 1 && no <= len(rows) {
			rows[no-1].Bad += " " + field
			text = v.lang.Say("desk.row_fault", "row", v.lang.Number(no), "field", v.lang.Say("desk.hand."+field), "text", text)
		}
		p.Faults = append(p.Faults, text)
	}
	for len(rows) < handRows {
		rows = append(rows, handRow{No: len(rows) + 1})
	}
	p.Rows = rows
	return s.show(v, http.StatusUnprocessableEntity, p)
}
