package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// A kiosk is a device that staff made one: it holds the kiosk's token of one
// office in a cookie, with which it can draw tickets and check people in, and
// nothing else. Without it the addresses of the kiosk say that staff must open
// it.
const kioskCookie = "kiosk"

// kioskPage is every page of the kiosk: step says which.
type kioskPage struct {
	frame
	Step     string // "start", "menu", "services", "reference", "ticket"
	Office   name
	Place    string // of the kiosk's first page
	Tongues  []*locale.Language
	Services []serviceSet
	Fault    string // worded
	Typed    string
	Ticket   *ticketPage
	QR       qrPart
	Arrived  bool // the ticket is of an appointment
	Printed  string
}

func (kioskPage) file() string { return "kiosk" }

// kioskLanguages are those that the first page of a kiosk offers, in this order.
var kioskLanguages = [...]string{"ar", "zgh", "fr", "en"}

// kioskOffice is the office whose kiosk this device is; ErrNotFound when it is
// none, or another's.
func (s *site) kioskOffice(v *visit) (*scheduler.Catalogue, *scheduler.Office, string, error) {
	private(v)
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return nil, nil, "", err
	}
	o, err := c.Office(v.PathValue("office"))
	if err != nil {
		return nil, nil, "", wayOn(err, "/", "nav.home")
	}
	cookie, err := v.Cookie(kioskCookie)
	if err != nil || !s.Engine.IsKiosk(cookie.Value, o.ID) {
		return nil, nil, "", wayOn(errNoKiosk, "/desk/kiosk", "kiosk.open_title")
	}
	s.Limiter.KnowScreen(v.Request, o.ID)
	return c, o, cookie.Value, nil
}

func (s *site) kioskPage(v *visit, o *scheduler.Office, step string) kioskPage {
	p := kioskPage{
		frame: s.screen(v, "kiosk", v.lang.Say("kiosk.title"), "kiosk.js"), Step: step,
		Office: nameOf(v.lang, o.Names), Place: "/kiosk/" + o.ID,
	}
	// A camera reads the code of a slip, and only here may it be asked for.
	v.w.Header().Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
	return p
}

// kiosk is the first page: the choice of a language.
func (s *site) kiosk(v *visit) error {
	_, o, _, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	p := s.kioskPage(v, o, "start")
	for _, code := range kioskLanguages {
		p.Tongues = append(p.Tongues, s.Book.Tag(code))
	}
	return s.show(v, 200, p)
}

func (s *site) kioskMenu(v *visit) error {
	_, o, _, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	return s.show(v, 200, s.kioskPage(v, o, "menu"))
}

func (s *site) kioskServices(v *visit) error {
	c, o, _, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	return s.show(v, 200, s.kioskServicesPage(v, c, o))
}

func (s *site) kioskServicesPage(v *visit, c *scheduler.Catalogue, o *scheduler.Office) kioskPage {
	p := s.kioskPage(v, o, "services")
	p.Services = offered(v, c, o)
	return p
}

// kioskDraw gives a ticket to somebody without an appointment.
func (s *site) kioskDraw(v *visit) error {
	c, o, token, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	t, err := s.Engine.DrawTicket(v.Context(), scheduler.DrawRequest{
		OfficeID: o.ID, Services: []string{v.PostForm.Get("service")}, Citizen: scheduler.Citizen{Language: s.Book.TagIn("notice", v.lang.Code()).Code()},
	}, scheduler.Actor{ManageToken: token})
	var invalid *scheduler.InvalidError
	shared := errors.Is(err, scheduler.ErrWalkInsFull)
	if shared || errors.Is(err, scheduler.ErrDayFull) || errors.As(err, &invalid) {
		p := s.kioskServicesPage(v, c, o)
		p.Fault = v.lang.Say("kiosk.full")
		if shared {
			p.Fault = v.lang.Say("kiosk.share_full")
		}
		p.Faulty = true
		v.place = p.Place + "/services"
		return s.show(v, http.StatusConflict, p)
	}
	if err != nil {
		return wayOn(err, "/kiosk/"+o.ID, "kiosk.restart")
	}
	return v.redirect("/kiosk/" + o.ID + "/tickets/" + t.ID)
}

func (s *site) kioskReference(v *visit) error {
	_, o, _, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	return s.show(v, 200, s.kioskPage(v, o, "reference"))
}

// kioskCheckIn notes that somebody with an appointment is there.
func (s *site) kioskCheckIn(v *visit) error {
	_, o, token, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	if err := readForm(v); err != nil {
		return err
	}
	typed := cut(strings.TrimSpace(v.PostForm.Get("reference")), 300)
	t, err := s.Engine.CheckInTyped(v.Context(), o.ID, typed, scheduler.Actor{ManageToken: token})
	if err == nil {
		return v.redirect("/kiosk/" + o.ID + "/tickets/" + t.ID + "?arrived=1")
	}
	var invalid *scheduler.InvalidError
	p := s.kioskPage(v, o, "reference")
	switch {
	case errors.As(err, &invalid):
		p.Fault = s.fieldSentence(v.lang, invalid.Fields[0].Code)
	case errors.Is(err, scheduler.ErrNotFound):
		p.Fault = v.lang.Say("kiosk.not_found")
	case errors.Is(err, scheduler.ErrInvalidState):
		p.Fault = v.lang.Say("kiosk.not_today")
	default:
		return wayOn(err, "/kiosk/"+o.ID, "kiosk.restart")
	}
	if !strings.Contains(typed, "/a/") { // a scanned address is a secret that nobody typed
		p.Typed = typed
	}
	p.Faulty = true
	v.place = p.Place + "/check-in"
	return s.show(v, http.StatusUnprocessableEntity, p)
}

// kioskTicket is the ticket to print, with a code that opens its page on a phone.
func (s *site) kioskTicket(v *visit) error {
	_, o, _, err := s.kioskOffice(v)
	if err != nil {
		return err
	}
	t, err := s.Engine.TicketStatus(v.Context(), v.PathValue("ticket"))
	if err == nil && t.OfficeID != o.ID {
		err = scheduler.ErrNotFound
	}
	if err != nil {
		return wayOn(err, "/kiosk/"+o.ID, "kiosk.restart")
	}
	p := s.kioskPage(v, o, "ticket")
	shown, err := s.ticketPage(v, &t)
	if err != nil {
		return err
	}
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return err
	}
	p.Ticket, p.Arrived = &shown, v.URL.Query().Has("arrived")
	p.Printed = s.shortWhen(v.lang, t.ArrivedAt.In(loc))
	if p.QR, err = qrOf(s.origin + "/t/" + t.ID); err != nil {
		return err
	}
	return s.show(v, 200, p)
}

// openKioskPage lets a member of staff make this device the kiosk of an office.
type openKioskPage struct {
	frame
	Offices []officeChoice
}

func (openKioskPage) file() string { return "kiosk_open" }

func (s *site) askKiosk(v *visit, u *scheduler.User) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	p := openKioskPage{frame: s.staffFrame(v, u, v.lang.Say("kiosk.open_title"))}
	for i := range c.Offices {
		if o := &c.Offices[i]; u.MaySee(o.ID) && len(c.OfficePools(o.ID)) > 0 {
			p.Offices = append(p.Offices, officeChoice{o.ID, nameOf(v.lang, o.Names)})
		}
	}
	return s.show(v, 200, p)
}

// openKiosk turns the device into a kiosk and ends the session of the member of
// staff on it: nobody who stands before it is to find one.
func (s *site) openKiosk(v *visit, u *scheduler.User) error {
	if err := readForm(v); err != nil {
		return err
	}
	officeID := v.PostForm.Get("office")
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	o, err := c.Office(officeID)
	if err == nil {
		err = u.MayAt(scheduler.ActReceive, officeID)
	}
	if err != nil {
		return wayOn(err, "/desk/kiosk", "kiosk.open_title")
	}
	v.did(o.ID, "kiosk")
	http.SetCookie(v.w, &http.Cookie{
		Name: kioskCookie, Value: s.Engine.KioskToken(o.ID), Path: "/", MaxAge: cookieAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.origin, "https://"),
	})
	if err := s.Sessions.LogOut(v.Request); err != nil {
		return err
	}
	return v.redirect("/kiosk/" + url.PathEscape(o.ID))
}
