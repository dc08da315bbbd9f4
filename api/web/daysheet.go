package web

import (
	"fmt"
	"html/template"
	"io"
	"net/url"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// sheetPage is the day list of one office, to print: desks go on with it by hand
// when the program cannot be reached.
type sheetPage struct {
	frame
	Sheet  daySheet
	Others []dayChoice // the other offices of who looks
}

func (sheetPage) file() string { return "daysheet" }

// daySheet is a day list, worded; its headings in one language or several.
type daySheet struct {
	Langs   []*locale.Language
	Office  []worded
	Date    []worded
	Made    string // the clock at which it was true
	Note    string
	Lines   []sheetLine // who has an appointment
	Waiting []sheetLine // who waits without one
	Blank   []struct{}  // empty lines, for who comes without an appointment
}

// worded is one thing said in one language.
type worded struct{ Lang, Dir, Text string }

// sheetLine is one person, with room to write beside it.
type sheetLine struct {
	At, Number, Who, Reference, Group string
	Party                             int
	Service                           []worded
	Status                            scheduler.Status // "" for who is still expected or waits
}

// blankLines are left for people without an appointment.
const blankLines = 15

// Say words a sentence in every language of the sheet.
func (d daySheet) Say(key string) []worded {
	var out []worded
	for _, l := range d.Langs {
		out = append(out, worded{l.HTMLLang(), l.Direction(), l.Say(key)})
	}
	return out
}

func (d daySheet) names(of scheduler.Names) []worded {
	var out []worded
	for _, l := range d.Langs {
		n := nameOf(l, of)
		if len(out) == 0 || out[len(out)-1].Text != n.Text {
			out = append(out, worded{l.HTMLLang(), l.Direction(), n.Text})
		}
	}
	return out
}

// newDaySheet words a sheet on the office's clock.
func newDaySheet(langs []*locale.Language, keys []string, c *scheduler.Catalogue, zones scheduler.Zones, s *scheduler.DaySheet) (daySheet, error) {
	o, err := c.Office(s.OfficeID)
	if err != nil {
		return daySheet{}, err
	}
	loc, err := zones.Load(o.Zone)
	if err != nil {
		return daySheet{}, fmt.Errorf("zone of office: %w", err)
	}
	d := daySheet{Langs: langs, Made: langs[0].Clock(s.At.In(loc)), Note: s.Note, Blank: make([]struct{}, blankLines)}
	d.Office = d.names(o.Names)
	for _, l := range langs {
		d.Date = append(d.Date, worded{l.HTMLLang(), l.Direction(), l.FullDate(s.Date.At(0, loc))})
	}
	service := func(id string) []worded {
		if sv, err := c.Service(id); err == nil {
			return d.names(sv.Names)
		}
		return []worded{{Text: id}}
	}
	for i := range s.Appointments {
		a := &s.Appointments[i]
		line := sheetLine{At: a.Place.Start.String(), Who: a.Citizen.Name, Reference: a.Reference, Party: a.Party, Service: service(a.ServiceID)}
		if !canArrive(a) {
			line.Status = a.Status
		}
		if t, arrived := s.Tickets[a.ID]; arrived {
			line.Number, line.Group = t.Number, groupWords(langs[0], keys, t.Group)
		}
		d.Lines = append(d.Lines, line)
	}
	for i := range s.WalkIns {
		t := &s.WalkIns[i]
		d.Waiting = append(d.Waiting, sheetLine{
			At: langs[0].Clock(t.ArrivedAt.In(loc)), Number: t.Number, Who: t.Citizen.Name, Party: t.Party,
			Service: service(t.ServiceID), Group: groupWords(langs[0], keys, t.Group),
		})
	}
	return d, nil
}

// daySheetPage shows the sheet of one office.
func (s *site) daySheetPage(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	id := cut(v.PathValue("office"), 100)
	sheet, err := s.Engine.DaySheet(v.Context(), id, scheduler.Actor{Staff: u})
	if err != nil {
		return wayOn(err, "/desk/day", "staff.today")
	}
	if sheet.Note, err = s.Staff.RoomNote(v.Context(), id, sheet.Date); err != nil {
		return err
	}
	p := sheetPage{frame: s.staffFrame(v, u, v.lang.Say("desk.list.title"))}
	s.uses(&p.frame, "daysheet.css")
	for _, o := range myOffices(c, u) {
		p.Others = append(p.Others, dayChoice{sheetPlace(o.ID), nameOf(v.lang, o.Names), o.ID == id})
	}
	if p.Sheet, err = newDaySheet([]*locale.Language{v.lang}, s.keys, c, s.Zones, &sheet); err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// dayChoice leads to the sheet of an office.
type dayChoice struct {
	Place   string
	Name    name
	Current bool
}

func sheetPlace(officeID string) string { return "/desk/day/" + url.PathEscape(officeID) }

// DaySheets writes day lists as files that need nothing else to be read or
// printed. They speak the languages of slips, whoever prints them.
type DaySheets struct {
	langs    []*locale.Language
	keys     []string
	zones    scheduler.Zones
	template *template.Template
}

// NewDaySheets prepares the writing.
func NewDaySheets(book *locale.Book, zones scheduler.Zones) (*DaySheets, error) {
	d := &DaySheets{zones: zones, keys: book.Keys()}
	for _, code := range slipLanguages {
		d.langs = append(d.langs, book.Tag(code))
	}
	set, err := parseTemplates(d.langs[0])
	if err != nil {
		return nil, fmt.Errorf("day sheets: %w", err)
	}
	if d.template = set["daysheet"].Lookup("sheetfile"); d.template == nil {
		return nil, fmt.Errorf("day sheets: the template is missing")
	}
	return d, nil
}

// Write writes the sheet as one HTML file.
func (d *DaySheets) Write(w io.Writer, c *scheduler.Catalogue, s *scheduler.DaySheet) error {
	sheet, err := newDaySheet(d.langs, d.keys, c, d.zones, s)
	if err != nil {
		return fmt.Errorf("day sheet: %w", err)
	}
	css, err := assetFiles.ReadFile("assets/daysheet.css")
	if err != nil {
		return fmt.Errorf("day sheet: %w", err)
	}
	if err := d.template.Execute(w, sheetFile{sheet, template.CSS(css)}); err != nil { //nolint:gosec // our own sheet
		return fmt.Errorf("day sheet: %w", err)
	}
	return nil
}

// sheetFile is a sheet with its style inside.
type sheetFile struct {
	Sheet daySheet
	CSS   template.CSS
}
