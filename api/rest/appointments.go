package rest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/scheduler"
)

// appointment is one promised visit.
type appointment struct {
	ID           string  `json:"id"`
	Reference    string  `json:"reference" example:"K7AM-3WXD" doc:"What people read over the telephone."`
	Status       string  `json:"status" doc:"pending, booked, checked_in, serving, served, no_show, cancelled or displaced." example:"booked"`
	Office       string  `json:"office"`
	OfficeName   string  `json:"office_name"`
	Service      string  `json:"service"`
	ServiceName  string  `json:"service_name"`
	StartsAt     string  `json:"starts_at" format:"date-time"`
	EndsAt       string  `json:"ends_at" format:"date-time"`
	TimeZone     string  `json:"time_zone"`
	PartySize    int     `json:"party_size"`
	Channel      string  `json:"channel" enum:"in_person,telephone,video"`
	MeetingURL   string  `json:"meeting_url,omitempty" format:"uri" doc:"Of a video appointment. Whoever has it may join."`
	CalledBy     string  `json:"called_by,omitempty" enum:"office,person" doc:"Who calls, of an appointment by telephone."`
	CallNumber   string  `json:"call_number,omitempty" doc:"What is called, E.164."`
	Citizen      citizen `json:"citizen"`
	FileNumber   string  `json:"file_number,omitempty"`
	Note         string  `json:"note,omitempty"`
	DocumentNote string  `json:"document_note,omitempty" doc:"What the person says of a document."`
	VerifyUntil  string  `json:"verify_until,omitempty" format:"date-time" doc:"Of a pending appointment: its place is given back unless the code is entered before."`
	VerifiedAt   string  `json:"verified_at,omitempty" format:"date-time" doc:"When a code showed that the address is the person's."`
	ConfirmedAt  string  `json:"confirmed_at,omitempty" format:"date-time" doc:"When the person said they will come."`
	CreatedAt    string  `json:"created_at" format:"date-time"`
	UpdatedAt    string  `json:"updated_at" format:"date-time"`
	Revision     int     `json:"revision" doc:"Rises with every change; send it back as If-Match."`
}

// citizen is the person who comes.
type citizen struct {
	Name     string `json:"name"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty" doc:"E.164."`
	Language string `json:"language,omitempty" doc:"Of notices (BCP 47)."`
	TimeZone string `json:"time_zone,omitempty" doc:"Whose clock notices name beside the office's."`
	Told     string `json:"told,omitempty" doc:"Who is written to, when that is another."`
	Relation string `json:"relation,omitempty" doc:"What who is told is to who comes: child, parent, spouse, relative or representative."`
}

// booked is a new appointment with what is shown once.
type booked struct {
	appointment
	tokens
}

type tokens struct {
	ManageToken   string `json:"manage_token" doc:"Opens this appointment, as bearer. Shown once; only a hash is kept."`
	ManageURL     string `json:"manage_url" format:"uri" doc:"The page where the person sees, moves and cancels it."`
	CalendarToken string `json:"calendar_token" doc:"Send it with the person's next booking to have both in one calendar."`
	CalendarURL   string `json:"calendar_url" format:"uri" doc:"The person's calendar, to subscribe to."`
}

type bookedAnswer struct {
	ContentLanguage string `header:"Content-Language"`
	Location        string `header:"Location"`
	ETag            string `header:"ETag"`
	Body            booked
}

type appointmentAnswer struct {
	ContentLanguage string `header:"Content-Language"`
	ETag            string `header:"ETag" doc:"The revision."`
	Body            appointment
}

func (a *api) appointments(h huma.API) {
	op := operation(h, "create-appointment", http.MethodPost, "/v1/appointments", "Book, from a hold or directly",
		http.StatusNotFound, http.StatusGone)
	op.DefaultStatus = http.StatusCreated
	huma.Register(h, op, call(a.book1))
	op = managed(operation(h, "get-appointment", http.MethodGet, "/v1/appointments/{id}", "An appointment",
		http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity))
	huma.Register(h, op, call(func(ctx context.Context, in *byID) (*appointmentAnswer, error) {
		found, err := a.appointment(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return a.answer(ctx, found)
	}))
}

// appointment returns what the caller may see.
func (a *api) appointment(ctx context.Context, id string) (scheduler.Appointment, error) {
	by, err := actor(ctx)
	if err != nil {
		return scheduler.Appointment{}, err
	}
	if !wellFormed(id) {
		return scheduler.Appointment{}, scheduler.ErrNotFound
	}
	return a.engine.Appointment(ctx, id, by)
}

func (a *api) book1(ctx context.Context, in *struct {
	proofHeader
	Body bookRequest
},
) (*bookedAnswer, error) {
	r, err := a.bookRequest(ctx, &in.Body)
	if err == nil {
		err = a.mayBook(ctx, in.Proof, r)
	}
	if err != nil {
		return nil, err
	}
	b, err := a.engine.Book(ctx, r)
	if err != nil {
		return nil, err
	}
	n := a.namer(ctx)
	shown, err := a.appointmentOf(ctx, n, b.Appointment)
	if err != nil {
		return nil, err
	}
	return &bookedAnswer{
		ContentLanguage: n.header(), Location: "/v1/appointments/" + b.Appointment.ID, ETag: etag(b.Appointment.Revision),
		Body: booked{shown, tokens{
			ManageToken: b.ManageToken, ManageURL: a.manageURL(b.ManageToken),
			CalendarToken: b.CalendarToken, CalendarURL: a.publicURL + "/feeds/" + b.CalendarToken + ".ics",
		}},
	}, nil
}

func (a *api) manageURL(token string) string { return a.publicURL + "/a/" + token }

func (a *api) answer(ctx context.Context, found scheduler.Appointment) (*appointmentAnswer, error) {
	did(ctx, found.OfficeID, found.ID)
	n := a.namer(ctx)
	shown, err := a.appointmentOf(ctx, n, found)
	return &appointmentAnswer{n.header(), etag(found.Revision), shown}, err
}

func (a *api) appointmentOf(ctx context.Context, n *namer, from scheduler.Appointment) (appointment, error) {
	loc, err := a.zone(from.Zone)
	if err != nil {
		return appointment{}, err
	}
	out := appointment{
		ID: from.ID, Reference: from.Reference, Status: string(from.Status), Office: from.OfficeID, Service: from.ServiceID,
		StartsAt: stamp(from.StartsAt, loc), EndsAt: stamp(from.EndsAt, loc), TimeZone: from.Zone, PartySize: from.Party,
		Citizen: citizen{
			Name: from.Citizen.Name, Email: from.Citizen.Email, Phone: from.Citizen.Phone,
			Language: from.Citizen.Language, TimeZone: from.Citizen.Zone, Told: from.Citizen.Told, Relation: string(from.Citizen.Relation),
		},
		FileNumber: from.FileNumber, Note: from.Note, ConfirmedAt: stampOrNone(from.Confirmed, loc),
		DocumentNote: from.DocumentNote, VerifyUntil: stampOrNone(from.ProveUntil, loc), VerifiedAt: stampOrNone(from.Proved, loc),
		CreatedAt: stamp(from.CreatedAt, loc), UpdatedAt: stamp(from.UpdatedAt, loc), Revision: from.Revision,
	}
	c, err := a.catalogue(ctx)
	if err != nil {
		return appointment{}, err
	}
	out.reach(a.engine.Reach(c, &from))
	// What left the catalogue since keeps its id for a name.
	out.OfficeName, out.ServiceName = out.Office, out.Service
	if o, err := c.Office(from.OfficeID); err == nil {
		out.OfficeName = n.name(o.Names)
	}
	if s, err := c.Service(from.ServiceID); err == nil {
		out.ServiceName = n.name(s.Names)
	}
	return out, nil
}

// reach fills in how the two meet.
func (out *appointment) reach(r scheduler.Reach) {
	out.Channel, out.MeetingURL, out.CallNumber = r.Channel.String(), r.Meeting, r.Number
	switch {
	case r.Channel != scheduler.Telephone:
	case r.Calls:
		out.CalledBy = "office"
	default:
		out.CalledBy = "person"
	}
}

func stampOrNone(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t, loc)
}

func etag(revision int) string { return fmt.Sprintf("%q", fmt.Sprint(revision)) }
