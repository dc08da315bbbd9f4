package web

import (
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
	Rows     []needLine
}

func (needsPage) file() string { return "needs" }

type needLine struct {
	House, Service name
	Word           string // "" for all needs of the service
	People         string
	Examples       []string
}

// needsOf reads the needs of the houses of a user's offices, of the days that the
// address names; of the running year when it does not, or says what cannot be.
func (s *site) needsOf(v *visit, u *scheduler.User, c *scheduler.Catalogue) (groups []scheduler.NeedGroup, from, to scheduler.Date, err error) {
	from, err1 := scheduler.ParseDate(v.URL.Query().Get("from"))
	to, err2 := scheduler.ParseDate(v.URL.Query().Get("to"))
	if err1 != nil || err2 != nil || to.Before(from) {
		to = scheduler.DateOf(s.now())
		from = scheduler.Date{Year: to.Year, Month: time.January, Day: 1}
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
	if err != nil {
		return err
	}
	p := needsPage{frame: s.staffFrame(v, u, v.lang.Say("figures.needs")), From: from.String(), To: to.String()}
	p.Sheet = "/desk/needs/sheet?from=" + p.From + "&to=" + p.To
	s.uses(&p.frame, "ledger.css")
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
		return err
	}
	rows := [][]string{{"administration", "service", "word", "people", "examples"}}
	for _, g := range groups {
		rows = append(rows, []string{g.AdministrationID, g.ServiceID, g.Word, strconv.Itoa(g.People), strings.Join(g.Examples, " | ")})
	}
	return sendSheet(v, "needs-"+from.String()+"-"+to.String(), httpkit.CSV(rows))
}
