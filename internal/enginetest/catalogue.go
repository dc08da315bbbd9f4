package enginetest

import "mawid/scheduler"

// The offices and services of Data.
const (
	Solo  = "solo"  // 1 desk
	Trio  = "trio"  // 3 desks, with Saturday duty in summer
	Paris = "paris" // 1 desk, open day and night, by the clock of Paris
	Fair  = "fair"  // an event on FairDate of hosts Solo and Trio, 4 desks
	Gate  = "gate"  // booked at portal.example

	Card  = "card"  // at Solo, 20 minutes
	Stamp = "stamp" // at Solo, 10 minutes
	File  = "file"  // at Trio, 20 minutes
	Deed  = "deed"  // at Trio, 40 minutes and 5 kept free after it
	Odd   = "odd"   // at Trio, 12 minutes
	Night = "night" // at Paris, 30 minutes
	Visa  = "visa"  // at Gate

	FairDate = "2027-08-10" // a Tuesday
)

// Data returns a fresh catalogue in the manner of Safi: standard hours with a
// break, a longer one on Fridays, Saturday duty in summer, Ramadan, fixed and
// tentative closures, an event, and an office that a portal books.
func Data() scheduler.CatalogueData {
	return scheduler.CatalogueData{
		Schema: "mawid-test", Zone: "Africa/Casablanca",
		Administrations: []scheduler.Administration{{ID: "adm", Names: names("إدارة", "Administration")}},
		Offices:         offices(),
		Services:        services(),
		Hours:           hours(),
		Closures: []scheduler.Closure{
			closure("adha", "2027-05-17", "2027-05-18", scheduler.Tentative),
			closure("throne", "2027-07-30", "2027-07-30", scheduler.Fixed),
			closure("mawlid", "2027-08-16", "2027-08-16", scheduler.Tentative),
		},
		Periods: []scheduler.Period{{ID: "ramadan", From: day("2027-02-08"), To: day("2027-03-09"), Certainty: scheduler.Tentative, Hours: "ramadan"}},
	}
}

// Closed returns Data with one more closure of all offices, from to to.
func Closed(id, from, to string) scheduler.CatalogueData {
	d := Data()
	d.Closures = append(d.Closures, closure(id, from, to, scheduler.Exceptional))
	return d
}

func offices() []scheduler.Office {
	const zone = "Africa/Casablanca"
	return []scheduler.Office{
		{ID: Solo, AdministrationID: "adm", Names: names("واحد", "Solo"), Zone: zone, Hours: []string{"standard"}, Desks: 1},
		{ID: Trio, AdministrationID: "adm", Names: names("ثلاثة", "Trio"), Zone: zone, Hours: []string{"standard", "saturday"}, Desks: 3},
		{ID: Paris, AdministrationID: "adm", Names: names("باريس", "Paris"), Zone: "Europe/Paris", Hours: []string{"always"}, Desks: 1},
		{
			ID: Fair, AdministrationID: "adm", Names: names("يوم", "Fair"), Zone: zone, Desks: 4, Event: true,
			Dates: []scheduler.Date{day(FairDate)}, EventHours: []scheduler.Window{window("09:00", "13:00"), window("14:00", "18:00")},
			Hosts: []string{Solo, Trio},
		},
		{ID: Gate, AdministrationID: "adm", Names: names("بوابة", "Gate"), Zone: zone, Hours: []string{"standard"}, Desks: 2, ExternalBooking: "portal.example"},
	}
}

func services() []scheduler.Service {
	service := func(id, office string, minutes, buffer int) scheduler.Service {
		return scheduler.Service{ID: id, AdministrationID: "adm", OfficeID: office, Names: names("خدمة", id), Minutes: minutes, Buffer: buffer}
	}
	return []scheduler.Service{
		service(Card, Solo, 20, 0), service(Stamp, Solo, 10, 0),
		service(File, Trio, 20, 0), service(Deed, Trio, 40, 5), service(Odd, Trio, 12, 0),
		service(Night, Paris, 30, 0), service(Visa, Gate, 15, 0),
	}
}

func hours() []scheduler.HoursTemplate {
	workday := []scheduler.Window{window("08:30", "12:30"), window("13:00", "16:30")}
	friday := []scheduler.Window{window("08:30", "12:15"), window("13:45", "16:30")}
	short := []scheduler.Window{window("09:00", "15:00")}
	whole := []scheduler.Window{window("00:00", "24:00")}
	return []scheduler.HoursTemplate{
		{ID: "standard", Week: scheduler.Week{nil, workday, workday, workday, workday, friday, nil}},
		{ID: "ramadan", Week: scheduler.Week{nil, short, short, short, short, short, nil}},
		{
			ID: "saturday", Additive: true, From: day("2027-07-03"), To: day("2027-08-28"),
			Week: scheduler.Week{6: {window("08:30", "12:30")}},
		},
		{ID: "always", Week: scheduler.Week{whole, whole, whole, whole, whole, whole, whole}},
	}
}

func closure(id, from, to string, c scheduler.Certainty) scheduler.Closure {
	cl := scheduler.Closure{ID: id, From: day(from), To: day(to), Certainty: c, Names: names("عطلة", id)}
	if c == scheduler.Tentative {
		cl.PlusMinusDays = 1
	}
	return cl
}

func names(ar, fr string) scheduler.Names { return scheduler.Names{"ar": ar, "fr": fr} }

// day and window read the constants above; a slip in one of them gives a zero
// date or an empty window, which the first test to use it will tell.
func day(s string) scheduler.Date {
	d, _ := scheduler.ParseDate(s)
	return d
}

func window(from, to string) scheduler.Window {
	f, _ := scheduler.ParseTimeOfDay(from)
	t, _ := scheduler.ParseTimeOfDay(to)
	return scheduler.Window{From: f, To: t}
}
