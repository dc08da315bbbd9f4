package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// needsPage is what people said they needed and did not get, in words that many
// used.
type needsPage struct {
	frame
	From, To string
	Sheet    string
	// FromFault and ToFault say what is wrong with a day, or are "".
	FromFault, ToFault string
	Rows               []needLine
}

func (needsPage) file() string { return "needs" }

type needLine struct {
	House, Service name
	Word           string // "" for all needs of the service
	People         string
	Examples       []string
}

// needsPeriod reads the days that the address names; the running year when it names
// none. An InvalidError names the field that cannot be.
func (s *site) needsPeriod(v *visit) (from, to scheduler.Date, err error) {
	q := v.URL.Query()
	to = scheduler.DateOf(s.now())
	from = scheduler.Date{Year: to.Year, Month: time.January, Day: 1}
	bad := &scheduler.InvalidError{}
	for _, field := range []struct {
		name string
		day  *scheduler.Date
	}{{"from", &from}, {"to", &to}} {
		if text := q.Get(field.name); text != "" || q.Has(field.name) {
			day, err := scheduler.ParseDate(text)
			if *field.day = day; err != nil {
				bad.Add(field.name, "invalid", "want a date such as 2027-08-10")
			}
		}
	}
	if len(bad.Fields) == 0 && to.Before(from) {
		bad.Add("to", "before_from", "the end is before the beginning")
	}
	return from, to, bad.OrNil()
}

// needsOf reads the needs of the houses of a user's offices, of the days that the
// address names.
func (s *site) needsOf(v *visit, u *scheduler.User, c *scheduler.Catalogue) (groups []scheduler.NeedGroup, from, to scheduler.Date, err error) {
	if from, to, err = s.needsPeriod(v); err != nil {
		return nil, from, to, err
	}
	var houses []string
	for _, o := range myOffices(c, u) {
		if slices.Contains(houses, o.AdministrationID) {
			continue
		}
		houses = append(houses, o.AdministrationID)
		said, err := s.Engine.Opinions(v.Context(), o.AdministrationID, from, to)
		if err != nil {
			return nil, from, to, err
		}
		groups = append(groups, scheduler.UnmetNeeds(said)...)
	}
	return groups, from, to, nil
}

func (s *site) needs(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	groups, from, to, err := s.needsOf(v, u, c)
	p := needsPage{frame: s.staffFrame(v, u, v.lang.Say("figures.needs")), From: from.String(), To: to.String()}
	s.uses(&p.frame, "ledger.css")
	if invalid := invalidOf(err); invalid != nil {
		p.Faulty, p.From, p.To = true, cut(v.URL.Query().Get("from"), 10), cut(v.URL.Query().Get("to"), 10)
		for _, f := range invalid.Fields {
			if f.Field == "from" {
				p.FromFault = s.fieldSentence(v.lang, f.Code)
			} else {
				p.ToFault = s.fieldSentence(v.lang, f.Code)
			}
		}
		return s.show(v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Sheet = "/desk/needs/sheet?from=" + p.From + "&to=" + p.To
	for _, g := range groups {
		p.Rows = append(p.Rows, needLine{houseName(v.lang, c, g.AdministrationID), serviceName(v.lang, c, g.ServiceID), g.Word, v.lang.Number(g.People), g.Examples})
	}
	return s.show(v, 200, p)
}

func (s *site) needsSheet(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	groups, from, to, err := s.needsOf(v, u, c)
	if err != nil {
		return wayOn(err, "/desk/needs", "figures.needs")
	}
	rows := [][]string{{"administration", "service", "word", "people", "examples"}}
	for _, g := range groups {
		rows = append(rows, []string{g.AdministrationID, g.ServiceID, g.Word, strconv.Itoa(g.People), strings.Join(g.Examples, " | ")})
	}
	return sendSheet(v, "needs-"+from.String()+"-"+to.String(), httpkit.CSV(rows))
}

// givenServices are those of the offices of a user and those given there, such as
// at a booth.
func (s *site) givenServices(v *visit, c *scheduler.Catalogue, u *scheduler.User) []officeChoice {
	var out []officeChoice
	for i := range c.Services {
		if sv := &c.Services[i]; needOffice(c, u, sv.ID) != "" {
			out = append(out, officeChoice{sv.ID, nameOf(v.lang, sv.Names)})
		}
	}
	return out
}

// needOffice is the office of a user at which a need about a service is noted: one
// that gives it, or that answers for it; the user's first for no service. "" when
// there is none.
func needOffice(c *scheduler.Catalogue, u *scheduler.User, service string) string {
	sv, err := c.Service(service)
	if err != nil {
		if mine := myOffices(c, u); len(mine) > 0 {
			return mine[0].ID
		}
		return ""
	}
	if u.MaySee(sv.OfficeID) {
		return sv.OfficeID
	}
	for _, o := range c.OfficesFor(sv.ID) {
		if u.MaySee(o.ID) {
			return o.ID
		}
	}
	return ""
}

// noteNeed keeps what a person at a desk or booth needed and did not get.
func (s *site) noteNeed(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	service := cut(v.PostForm.Get("service"), 100)
	office := needOffice(c, u, service)
	err = s.Engine.NoteNeed(v.Context(), scheduler.Actor{Staff: u}, office, service, cut(httpkit.CleanText(v.PostForm.Get("need")), scheduler.MaxNeed), v.lang.Code())
	if err != nil {
		return wayOn(err, "/desk/files", "filestaff.title")
	}
	v.did(office, service)
	return v.redirect("/desk/files?noted=1")
}
