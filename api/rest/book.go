package rest

import (
	"context"
	"errors"

	"golang.org/x/text/language"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// bookRequest asks for an appointment: with hold_id, or with office, service
// and starts_at.
type bookRequest struct {
	_ struct{} `additionalProperties:"false"`

	HoldID        string        `json:"hold_id,omitempty" maxLength:"100" doc:"Of a live hold. office, service and starts_at may then be left out."`
	Office        string        `json:"office,omitempty" maxLength:"100" example:"dgi-safi"`
	Service       string        `json:"service,omitempty" maxLength:"100" example:"dgi-th-tsc"`
	StartsAt      string        `json:"starts_at,omitempty" format:"date-time" maxLength:"40" example:"2026-12-01T09:30:00+00:00" doc:"One of the slots; any offset."`
	Citizen       citizenFields `json:"citizen"`
	PartySize     int           `json:"party_size,omitempty" minimum:"1" maximum:"255" doc:"Persons served in this visit; 1 when absent."`
	Channel       string        `json:"channel,omitempty" enum:"in_person,telephone,video" doc:"By coming when absent; with hold_id, the hold's. Where the office calls, citizen.phone is needed."`
	FileNumber    string        `json:"file_number,omitempty" maxLength:"40" doc:"The administration's own number of the matter."`
	Note          string        `json:"note,omitempty" maxLength:"500" doc:"For the desk."`
	CalendarToken string        `json:"calendar_token,omitempty" maxLength:"100" doc:"Of a calendar that the person has already."`
}

// citizenFields is what a caller says of the person who comes. An e-mail
// address or a telephone number is needed.
type citizenFields struct {
	_ struct{} `additionalProperties:"false"`

	Name     string `json:"name" maxLength:"120" example:"Amina Test"`
	Email    string `json:"email,omitempty" maxLength:"254" example:"amina@example.org"`
	Phone    string `json:"phone,omitempty" maxLength:"40" example:"+33612345678" doc:"International, or Moroccan in the national form."`
	Language string `json:"language,omitempty" maxLength:"35" example:"ar" doc:"Of notices (BCP 47); Accept-Language decides when absent."`
	TimeZone string `json:"time_zone,omitempty" maxLength:"64" example:"Europe/Paris" doc:"IANA name; notices then name this clock beside the office's."`
	Told     string `json:"told,omitempty" maxLength:"120" example:"Youssef Test" doc:"Name of who is written to, when that is another than who comes."`
	Relation string `json:"relation,omitempty" enum:"child,parent,spouse,relative,representative" doc:"What who is told is to who comes; may be left out."`
}

// bookRequest reads what was sent. Faults are gathered, so that a caller learns
// of as many at once as can be known here.
func (a *api) bookRequest(ctx context.Context, b *bookRequest) (scheduler.BookRequest, error) {
	bad := &scheduler.InvalidError{}
	r := scheduler.BookRequest{
		HoldID: b.HoldID, OfficeID: b.Office, ServiceID: b.Service, Party: b.PartySize,
		FileNumber: httpkit.CleanText(b.FileNumber), Note: httpkit.CleanText(b.Note),
		CalendarToken: b.CalendarToken, Citizen: a.citizen(ctx, &b.Citizen, bad),
	}
	if b.StartsAt != "" {
		at, err := parseTime(b.StartsAt)
		gather(bad, err)
		r.StartsAt = at
	}
	by, err := scheduler.ParseServiceChannel(b.Channel)
	gather(bad, err)
	r.Channel = by
	if b.HoldID == "" {
		a.checkCalled(ctx, b.Office, by, b.Citizen.Phone, bad)
		for _, f := range []struct{ field, value string }{
			{"office", b.Office}, {"service", b.Service}, {"starts_at", b.StartsAt},
		} {
			if f.value == "" {
				bad.Add(f.field, "required", "without hold_id, office, service and starts_at are needed")
			}
		}
		return r, bad.OrNil()
	}
	if err := bad.OrNil(); err != nil {
		return r, err
	}
	return r, a.checkHold(ctx, b, r)
}

// citizen reads the person. What cannot be a telephone number goes on as it is,
// for the engine to refuse together with the rest.
func (a *api) citizen(ctx context.Context, f *citizenFields, bad *scheduler.InvalidError) scheduler.Citizen {
	c := scheduler.Citizen{
		Name: httpkit.CleanText(f.Name), Email: httpkit.CleanText(f.Email), Phone: f.Phone, Language: f.Language, Zone: f.TimeZone,
		Told: httpkit.CleanText(f.Told), Relation: scheduler.Relation(f.Relation),
	}
	if f.Phone != "" {
		if number, err := httpkit.NormalizePhone(f.Phone, a.region); err == nil {
			c.Phone = number
		}
	}
	if c.Language == "" {
		c.Language = a.language(ctx).Code()
	} else if !isLanguage(c.Language) {
		bad.Add("citizen.language", "invalid_language", "want a language tag such as ar or fr-MA (BCP 47)")
	}
	return c
}

// isLanguage reports whether s has the form of a language tag. One that nobody
// registered is no fault: notices then come in the default language.
func isLanguage(s string) bool {
	_, err := language.Parse(s)
	var unknown language.ValueError
	return err == nil || errors.As(err, &unknown)
}

// checkHold refuses a request that names a hold and also another place.
func (a *api) checkHold(ctx context.Context, b *bookRequest, r scheduler.BookRequest) error {
	if !wellFormed(b.HoldID) {
		return scheduler.ErrNotFound
	}
	h, err := a.engine.LookHold(ctx, b.HoldID)
	if err != nil {
		return err
	}
	bad := &scheduler.InvalidError{}
	a.checkCalled(ctx, h.OfficeID, h.Channel, b.Citizen.Phone, bad)
	for _, f := range []struct {
		field   string
		differs bool
	}{
		{"office", b.Office != "" && b.Office != h.OfficeID},
		{"service", b.Service != "" && b.Service != h.ServiceID},
		{"starts_at", b.StartsAt != "" && !r.StartsAt.Equal(h.StartsAt)},
		{"channel", b.Channel != "" && r.Channel != h.Channel},
	} {
		if f.differs {
			bad.Add(f.field, "differs_from_hold", "the hold is for another; leave it out")
		}
	}
	return bad.OrNil()
}

// checkCalled refuses a number that cannot be one where the office is to call it.
// Elsewhere a new range that no table knows yet is taken as it is.
func (a *api) checkCalled(ctx context.Context, officeID string, by scheduler.ServiceChannel, phone string, bad *scheduler.InvalidError) {
	c, err := a.catalogue(ctx)
	if err != nil || phone == "" || !c.Calls(officeID, by) {
		return
	}
	if _, err := httpkit.NormalizePhone(phone, a.region); err != nil {
		bad.Add("citizen.phone", "invalid_phone", "the office calls this number; it cannot be one")
	}
}

// gather adds the faults of err to bad.
func gather(bad *scheduler.InvalidError, err error) {
	var more *scheduler.InvalidError
	if errors.As(err, &more) {
		bad.Fields = append(bad.Fields, more.Fields...)
	}
}
