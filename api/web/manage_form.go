package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// leftPart is how long a hold still keeps its time.
type leftPart struct {
	Text     string // worded, in whole minutes
	Seconds  int    // for the script that counts down
	Extend   string // the time that is added, worded; "" when it was lengthened
	Extended bool   // it has just been lengthened
	Kept     string // after how many days what is typed is erased, worded
	Moments  []leftMoment
	Over     string // said when it runs out
}

// leftMoment is one of the few moments at which the script speaks up.
type leftMoment struct {
	Seconds int
	Text    string
}

// spoken are the minutes at which the time left is said to who cannot see it.
var spoken = [...]int{5, 2, 1}

func (s *site) left(l *locale.Language, h scheduler.Hold) leftPart {
	left := max(0, h.ExpiresAt.Sub(s.now()))
	p := leftPart{
		Text:    l.Say("form.left", "duration", l.Duration(max(1, int((left+30*time.Second)/time.Minute)))),
		Seconds: int(left / time.Second), Over: l.Say("form.over"),
		Kept: l.Plural("unit.days", s.Engine.Policy().KeepDays),
	}
	if !h.Extended {
		p.Extend = l.Duration(int(s.Engine.Policy().HoldFor / time.Minute))
	}
	for _, minutes := range spoken {
		p.Moments = append(p.Moments, leftMoment{minutes * 60, l.Say("form.left", "duration", l.Duration(minutes))})
	}
	return p
}

// relationChoice is one answer to what who comes is to who is told.
type relationChoice struct{ Value, Key string }

func relationChoices() []relationChoice {
	choices := []relationChoice{{"", "relation.none"}}
	for _, r := range scheduler.Relations {
		choices = append(choices, relationChoice{string(r), "relation." + string(r)})
	}
	return choices
}

// typedForm reads the form of a live hold with what was typed. The page is that of
// the form, also under the address of one of its other buttons.
func (s *site) typedForm(v *visit) (formPage, scheduler.Hold, error) {
	private(v)
	if err := readForm(v); err != nil {
		return formPage{}, scheduler.Hold{}, err
	}
	v.place = "/holds/" + url.PathEscape(v.PathValue("hold"))
	p, h, err := s.heldForm(v)
	p.Fields = typedFields(v)
	return p, h, err
}

// switchForm shows the form in another language, with what was typed and what was
// wrong with it.
func (s *site) switchForm(v *visit) error {
	p, h, err := s.typedForm(v)
	if err != nil {
		return err
	}
	if h.State != scheduler.HoldLive {
		return s.expired(v, h, p.Fields)
	}
	p.Fields = s.retyped(v)
	if v.PostForm.Get("checked") == "" {
		return s.show(v, http.StatusOK, p)
	}
	citizen, bad := p.Fields.citizen(h.Zone, s)
	var invalid *scheduler.InvalidError
	if errors.As(s.allFaults(citizen, p.Fields, bad), &invalid) && len(invalid.Fields) > 0 {
		return s.formFaults(v, p, invalid)
	}
	return s.show(v, http.StatusOK, p)
}

// extendForm keeps the time longer, and shows the form as it was typed. Pressed
// twice it changes nothing.
func (s *site) extendForm(v *visit) error {
	p, h, err := s.typedForm(v)
	if err != nil {
		return err
	}
	longer, err := s.Engine.ExtendHold(v.Context(), h.ID)
	switch {
	case errors.Is(err, scheduler.ErrHoldExpired):
		return s.expired(v, h, p.Fields)
	case errors.Is(err, scheduler.ErrInvalidState) && h.State == scheduler.HoldLive:
		longer = h
	case err != nil:
		return wayOn(err, "/", "nav.home")
	}
	fields := p.Fields
	if p, err = s.formOf(v, longer); err != nil {
		return err
	}
	p.Fields, p.Left.Extended = fields, true
	return s.show(v, http.StatusOK, p)
}

// expiredPage says that the time is kept no longer, and how to go on without
// writing anything again.
type expiredPage struct {
	frame
	When  string
	Again *wishPart // nil when the time is taken
	Times string    // where another is chosen
	Kept  string    // how long what was typed stays, worded
}

func (expiredPage) file() string { return "expired" }

// wishPart is what a hold asks for.
type wishPart struct {
	Service, Office, StartsAt string
	Party                     int
	Channel                   scheduler.ServiceChannel
}

// expired keeps what was typed in the reader's browser and leads on.
func (s *site) expired(v *visit, h scheduler.Hold, f fields) error {
	s.keepDraft(v, f)
	loc, err := s.Zones.Load(h.Zone)
	if err != nil {
		return err
	}
	_, reader := s.zone(v)
	v.place = "/holds/" + h.ID
	p := expiredPage{
		frame: s.frame(v, v.lang.Say("error.hold_expired.title")), When: v.lang.TwoClocks(h.StartsAt.In(loc), reader),
		Times: timesPlace(h.ServiceID, h.OfficeID, h.Channel, h.Place.Date, h.Party), Kept: v.lang.Duration(int(draftAge / time.Minute)),
	}
	slots, err := s.Engine.Slots(v.Context(), scheduler.SlotQuery{
		ServiceID: h.ServiceID, OfficeID: h.OfficeID, Channel: h.Channel, From: h.Place.Date, To: h.Place.Date, Party: h.Party,
	})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(slots, func(slot scheduler.Slot) bool { return slot.StartsAt.Equal(h.StartsAt) }) {
		p.Again = &wishPart{h.ServiceID, h.OfficeID, h.StartsAt.In(loc).Format(time.RFC3339), h.Party, h.Channel}
	}
	return s.show(v, http.StatusGone, p)
}

const (
	draftCookie = "draft"
	draftAge    = 20 * time.Minute
	maxDraft    = 3800 // bytes; browsers take 4,096 with name and attributes
)

// keepDraft keeps what was typed in a cookie, so that choosing another time does
// not mean writing it again. It is gone after the booking, and by itself soon.
func (s *site) keepDraft(v *visit, f fields) {
	raw, err := json.Marshal(f)
	value := base64.RawURLEncoding.EncodeToString(raw)
	if err != nil || len(value) > maxDraft {
		return
	}
	s.setDraft(v, value, int(draftAge/time.Second))
}

func (s *site) dropDraft(v *visit) {
	if _, err := v.Cookie(draftCookie); err == nil {
		s.setDraft(v, "", -1)
	}
}

func (s *site) setDraft(v *visit, value string, age int) {
	http.SetCookie(v.w, &http.Cookie{
		Name: draftCookie, Value: value, Path: "/", MaxAge: age, HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(s.origin, "https://"),
	})
}

// draft is what was typed before the time ran out.
func (s *site) draft(v *visit) (f fields, ok bool) {
	c, err := v.Cookie(draftCookie)
	if err != nil {
		return f, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(raw, &f) != nil {
		return fields{}, false
	}
	return f, true
}
