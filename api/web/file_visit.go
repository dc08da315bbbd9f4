package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// fileVisitRoutes are the addresses where the owner of a file books its next visit.
func (s *site) fileVisitRoutes() []route {
	return []route{
		{"GET /f/{token}/visit", s.visitDays},
		{"GET /f/{token}/visit/{office}", s.visitDays},
		{"GET /f/{token}/visit/{office}/{date}", s.visitTimes},
		{"GET /f/{token}/visit/{office}/{date}/{time}", s.askVisit},
		{"POST /f/{token}/visit", s.bookVisit},
	}
}

// visitLine is one appointment that was booked for a file.
type visitLine struct {
	When    string
	Machine string
	Office  name
	Status  scheduler.Status
	Place   string // of its page, for its person; "" for staff
}

// visitLines are the appointments of a file, the latest first.
func (s *site) visitLines(v *visit, c *scheduler.Catalogue, f *scheduler.File) ([]visitLine, error) {
	visits, err := s.Engine.FileVisits(v.Context(), f)
	if err != nil {
		return nil, err
	}
	var lines []visitLine
	for i := range slices.Backward(visits) {
		a := &visits[i]
		at := a.StartsAt.In(s.zoneOfOffice(c, a.OfficeID))
		lines = append(lines, visitLine{s.when(v, at), at.Format(time.RFC3339), officeName(v.lang, c, a.OfficeID), a.Status, ""})
	}
	return lines, nil
}

// ownVisits are visitLines with the address of each one's page.
func (s *site) ownVisits(v *visit, c *scheduler.Catalogue, f *scheduler.File) ([]visitLine, error) {
	lines, err := s.visitLines(v, c, f)
	if err != nil {
		return nil, err
	}
	visits, err := s.Engine.FileVisits(v.Context(), f)
	for i := range visits {
		lines[len(lines)-1-i].Place = "/a/" + s.Engine.ManageToken(visits[i].ID)
	}
	return lines, err
}

// fileVisitPage asks before the visit is booked: all of it is known already.
type fileVisitPage struct {
	frame
	Visit    visitSummary
	When     string // on both clocks
	Machine  string
	StartsAt string // RFC 3339
	Who      string
	Reach    string
	Papers   []paper
	Missing  []name // what the file still waits for
	Place    string // of the file's page
	Back     string
}

func (fileVisitPage) file() string { return "filevisit" }

// visitChoice is choice for the next visit of a file: service and office are the
// file's.
func (s *site) visitChoice(v *visit) (scheduler.File, choice, error) {
	private(v)
	f, err := s.fileByLink(v)
	if err != nil {
		return f, choice{}, err
	}
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return f, choice{}, err
	}
	place := "/f/" + url.PathEscape(v.PathValue("token"))
	want := c.VisitOf(&f)
	officeID := v.PathValue("office")
	if officeID == "" && len(want.OfficeIDs) > 0 {
		officeID = want.OfficeIDs[0]
	}
	if !slices.Contains(want.OfficeIDs, officeID) {
		return f, choice{}, wayOn(errNotFound, place, "file.title")
	}
	ch := choice{
		catalogue: c, party: 1, base: place + "/visit/" + url.PathEscape(officeID), fixed: true, stay: s.stay(v).stay, all: v.URL.Query().Get("all") != "",
	}
	if ch.service, err = c.Service(want.ServiceID); err != nil {
		return f, ch, err
	}
	if ch.office, err = c.Office(officeID); err != nil {
		return f, ch, err
	}
	ch.loc, err = s.Zones.Load(ch.office.Zone)
	return f, ch, err
}

func (s *site) visiting(v *visit, f *scheduler.File, ch *choice) *movingPart {
	m := &movingPart{File: f.Reference, Place: "/f/" + url.PathEscape(v.PathValue("token"))}
	for _, id := range ch.catalogue.VisitOf(f).OfficeIDs {
		m.Offices = append(m.Offices, movingOffice{officeName(v.lang, ch.catalogue, id), m.Place + "/visit/" + url.PathEscape(id), id == ch.office.ID})
	}
	return m
}

// visitDays shows the days of the next visit.
func (s *site) visitDays(v *visit) error {
	f, ch, err := s.visitChoice(v)
	if err != nil {
		return err
	}
	p, err := s.daysPage(v, ch)
	if err != nil {
		return err
	}
	p.frame, p.Moving, p.Parties = s.frame(v, v.lang.Say("file.book")), s.visiting(v, &f, &ch), nil
	s.asksStay(&p.frame, p.Stay)
	return s.show(v, p.Stay.status(), p)
}

// visitTimes shows the times of a day.
func (s *site) visitTimes(v *visit) error {
	f, ch, err := s.visitChoice(v)
	if err != nil {
		return err
	}
	date, err := scheduler.ParseDate(v.PathValue("date"))
	if err != nil {
		return wayOn(errNotFound, ch.base, "day.choose")
	}
	p, err := s.visitTimesPage(v, &f, ch, date)
	if err != nil {
		return err
	}
	return s.show(v, http.StatusOK, p)
}

func (s *site) visitTimesPage(v *visit, f *scheduler.File, ch choice, date scheduler.Date) (timesPage, error) {
	p, err := s.timesPage(v, ch, date)
	if err != nil {
		return p, err
	}
	p.Moving = s.visiting(v, f, &ch)
	for i := range p.Parts {
		for k := range p.Parts[i].Times {
			t := &p.Parts[i].Times[k]
			t.URL = ch.base + "/" + date.String() + "/" + t.Time
		}
	}
	return p, nil
}

// askVisit shows what will be booked, for whom, and what to bring.
func (s *site) askVisit(v *visit) error {
	f, ch, err := s.visitChoice(v)
	if err != nil {
		return err
	}
	date, err1 := scheduler.ParseDate(v.PathValue("date"))
	clock, err2 := scheduler.ParseTimeOfDay(v.PathValue("time"))
	if errors.Join(err1, err2) != nil {
		return wayOn(errNotFound, ch.base, "time.choose")
	}
	at := date.At(clock, ch.loc)
	p := fileVisitPage{
		frame: s.frame(v, v.lang.Say("file.book")), Visit: ch.summary(v.lang), When: s.when(v, at), Machine: at.Format(time.RFC3339),
		StartsAt: at.Format(time.RFC3339), Who: f.Citizen.Name, Reach: f.Citizen.Email, Papers: s.papers(v.lang, ch.catalogue, ch.service),
		Place: "/f/" + url.PathEscape(v.PathValue("token")), Back: ch.base + "/" + date.String(),
	}
	if p.Reach == "" {
		p.Reach = f.Citizen.Phone
	}
	for _, id := range f.Missing() {
		p.Missing = append(p.Missing, s.paperName(v.lang, ch.catalogue, id))
	}
	return s.show(v, http.StatusOK, p)
}

// bookVisit books it, within the bounds of those who take places, and leads to the
// appointment. Sent twice it ends at the same one.
func (s *site) bookVisit(v *visit) error {
	private(v)
	if err := readForm(v); err != nil {
		return err
	}
	f, err := s.fileByLink(v)
	if err != nil {
		return err
	}
	place := "/f/" + url.PathEscape(v.PathValue("token"))
	at, err := time.Parse(time.RFC3339, v.PostForm.Get("starts_at"))
	if err != nil {
		return wayOn(scheduler.Invalid("starts_at", "invalid", "want RFC 3339"), place+"/visit", "time.choose")
	}
	asker, err := s.asker(v)
	if err == nil {
		err = asker.Spend(v.Context())
	}
	var proof *httpkit.ProofError
	if errors.As(err, &proof) {
		return s.proofFor(v, proof, place+"/visit", "office", "starts_at")
	}
	if err != nil {
		return err
	}
	by := scheduler.Actor{ManageToken: v.PathValue("token")}
	booked, err := s.Engine.BookFileVisit(v.Context(), f.ID, by, v.PostForm.Get("office"), at)
	switch {
	case errors.Is(err, scheduler.ErrSlotTaken):
		return s.visitTaken(v, at)
	case err != nil:
		return wayOn(err, place, "file.title")
	}
	return v.redirect("/a/" + booked.ManageToken + "?new=1")
}

// visitTaken shows the times of the day again, after somebody else was quicker.
func (s *site) visitTaken(v *visit, at time.Time) error {
	v.SetPathValue("office", v.PostForm.Get("office"))
	f, ch, err := s.visitChoice(v)
	if err != nil {
		return err
	}
	date := scheduler.DateOf(at.In(ch.loc))
	v.place = ch.base + "/" + date.String()
	p, err := s.visitTimesPage(v, &f, ch, date)
	if err != nil {
		return err
	}
	p.Taken, p.Faulty = true, true
	return s.show(v, http.StatusConflict, p)
}
