package web

import "mawid/scheduler"

// dayPage is today's appointments.
type dayPage struct {
	frame
	Date    string
	Offices []dayOffice
}

func (dayPage) file() string { return "day" }

type dayOffice struct {
	Name  name
	Sheet string // place of the list to print
	Lines []dayLine
	Over  []dayLine // who was served, did not come, or is not to come
}

type dayLine struct {
	Time, Reference, Who string
	Party                int
	Service              name
	Status               scheduler.Status
	Channel              scheduler.ServiceChannel
}

// dayList lists who comes today, by office; offices that nobody comes to are left
// out. Today is the date at each office.
func (s *site) dayList(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := dayPage{frame: s.staffFrame(v, u, v.lang.Say("staff.today"))}
	for i := range c.Offices {
		o := &c.Offices[i]
		if !u.MaySee(o.ID) || len(c.OfficePools(o.ID)) == 0 {
			continue
		}
		line, date, err := s.dayOffice(v, c, o)
		if err != nil {
			return err
		}
		p.Date = date
		if len(line.Lines)+len(line.Over) > 0 {
			p.Offices = append(p.Offices, line)
		}
	}
	return s.show(v, 200, p)
}

func (s *site) dayOffice(v *visit, c *scheduler.Catalogue, o *scheduler.Office) (dayOffice, string, error) {
	d := dayOffice{Name: nameOf(v.lang, o.Names), Sheet: sheetPlace(o.ID)}
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return d, "", err
	}
	today := scheduler.DateOf(s.now().In(loc))
	list, err := s.Agenda.AppointmentsOn(v.Context(), []string{o.ID}, today.At(0, loc), today.AddDays(1).At(0, loc))
	if err != nil {
		return d, "", err
	}
	for i := range list {
		a := &list[i]
		line := dayLine{
			Time: a.Place.Start.String(), Reference: a.Reference, Who: a.Citizen.Name, Party: a.Party,
			Service: serviceName(v.lang, c, a.ServiceID), Status: a.Status, Channel: a.Channel,
		}
		if a.Status.Over() {
			d.Over = append(d.Over, line)
		} else {
			d.Lines = append(d.Lines, line)
		}
	}
	return d, v.lang.FullDate(today.At(0, loc)), nil
}
