package main

import (
	"fmt"
	"net/url"
	"time"

	"mawid/scheduler"
)

const (
	agents         = scheduler.RoleAgent
	supervisors    = scheduler.RoleSupervisor
	administrators = scheduler.RoleAdministrator
)

// accessTable says who may use each route; see accessRow. A new route needs a
// line here.
//
// absent: what the caller names does not exist, so 404 is as good as success;
// the route is about one's own things, of which there are none.
var accessTable = map[string]accessRow{
	// The API for everybody.
	"GET /v1/administrations":           {},
	"GET /v1/days":                      {},
	"GET /v1/offices":                   {},
	"GET /v1/offices/{id}":              {path: ofOffice("/v1/offices/", "")},
	"GET /v1/offices/{id}/queue":        {path: ofOffice("/v1/offices/", "/queue")},
	"GET /v1/offices/{id}/queue/events": {path: ofOffice("/v1/offices/", "/queue/events")},
	"GET /v1/services":                  {},
	"GET /v1/services/{id}":             {absent: true},
	"GET /v1/slots":                     {},
	"GET /v1/tickets/{id}":              {path: ofTicket("/v1/tickets/", "")},
	"POST /v1/appointments":             {},
	"POST /v1/holds":                    {},
	"GET /v1/holds/{id}":                {absent: true},
	"DELETE /v1/holds/{id}":             {absent: true},
	"POST /v1/holds/{id}/extend":        {absent: true},
	"POST /v1/files":                    {},
	"POST /v1/wishes":                   {},
	"GET /v1/wishes/{id}":               {absent: true},
	"DELETE /v1/wishes/{id}":            {absent: true},
	"POST /v1/wishes/{id}/accept":       {absent: true},
	"POST /v1/wishes/{id}/decline":      {absent: true},

	// The API for who has the manage token, and for staff.
	"GET /v1/appointments/{id}":              {least: agents, path: ofAppointment("/v1/appointments/", "")},
	"GET /v1/appointments/{id}/calendar.ics": {least: agents, path: ofAppointment("/v1/appointments/", "/calendar.ics")},
	"POST /v1/appointments/{id}/begin":       {least: agents, path: ofAppointment("/v1/appointments/", "/begin")},
	"POST /v1/appointments/{id}/end":         {least: agents, path: ofAppointment("/v1/appointments/", "/end"), body: `{"outcome":"served"}`},
	"POST /v1/appointments/{id}/cancel":      {least: agents, path: ofAppointment("/v1/appointments/", "/cancel")},
	"POST /v1/appointments/{id}/check-in":    {least: agents, path: ofAppointment("/v1/appointments/", "/check-in")},
	"POST /v1/appointments/{id}/confirm":     {least: agents, path: ofAppointment("/v1/appointments/", "/confirm")},
	"POST /v1/appointments/{id}/contact":     {least: agents, path: ofAppointment("/v1/appointments/", "/contact"), body: `{"email":"new@example.org"}`},
	"POST /v1/appointments/{id}/note":        {least: agents, path: ofAppointment("/v1/appointments/", "/note"), body: `{"document_note":"x"}`, holder: true},
	"POST /v1/appointments/{id}/reschedule":  {least: agents, path: ofAppointment("/v1/appointments/", "/reschedule"), body: `{"starts_at":"2030-01-07T10:00:00+00:00"}`},
	"POST /v1/appointments/{id}/wish":        {least: agents, path: ofAppointment("/v1/appointments/", "/wish"), body: `{}`},
	"POST /v1/appointments/{id}/code":        {least: agents, path: ofAppointment("/v1/appointments/", "/code"), holder: true},
	"POST /v1/appointments/{id}/verify":      {least: agents, path: ofAppointment("/v1/appointments/", "/verify"), body: `{"code":"123456"}`, holder: true},

	// By telephone and video.
	"POST /desk/remote/{appointment}/{step}": {least: agents, path: ofAppointment("/desk/remote/", "/begin")},

	// The waiting room.
	"GET /v1/offices/{id}/desks":     {least: agents, path: ofOffice("/v1/offices/", "/desks")},
	"GET /v1/offices/{id}/arrivals":  {least: agents, path: ofOffice("/v1/offices/", "/arrivals?q=amina")},
	"GET /v1/offices/{id}/figures":   {least: supervisors, path: ofOffice("/v1/offices/", "/figures?from=2026-12-01&to=2026-12-01")},
	"POST /v1/offices/{id}/tickets":  {least: agents, path: ofOffice("/v1/offices/", "/tickets"), body: `{"service":"dgi-if"}`},
	"POST /v1/desks/{id}/call-next":  {least: agents, path: ofDesk("/v1/desks/", "/call-next")},
	"POST /v1/desks/{id}/by-hand":    {least: agents, path: ofDesk("/v1/desks/", "/by-hand"), body: `{"service":"dgi-if","ended_at":"2026-12-01T09:00:00+00:00"}`},
	"POST /v1/desks/{id}/close":      {least: agents, path: ofFreeDesk("/v1/desks/", "/close")},
	"POST /v1/desks/{id}/open":       {least: agents, path: ofFreeDesk("/v1/desks/", "/open"), body: `{}`},
	"POST /v1/tickets/{id}/call":     {least: agents, path: ofTicket("/v1/tickets/", "/call"), body: `{"desk":"{office}-1"}`},
	"POST /v1/tickets/{id}/finish":   {least: agents, path: ofTicket("/v1/tickets/", "/finish"), body: `{"outcome":"settled"}`},
	"POST /v1/tickets/{id}/no-show":  {least: agents, path: ofTicket("/v1/tickets/", "/no-show")},
	"POST /v1/tickets/{id}/park":     {least: agents, path: ofTicket("/v1/tickets/", "/park")},
	"POST /v1/tickets/{id}/priority": {least: agents, path: ofTicket("/v1/tickets/", "/priority"), body: `{"priority":""}`},
	"POST /v1/tickets/{id}/recall":   {least: agents, path: ofTicket("/v1/tickets/", "/recall")},
	"POST /v1/tickets/{id}/return":   {least: agents, path: ofTicket("/v1/tickets/", "/return")},
	"POST /v1/tickets/{id}/services": {least: agents, path: ofTicket("/v1/tickets/", "/services"), body: `{"service":"dgi-if"}`},
	"POST /v1/tickets/{id}/start":    {least: agents, path: ofTicket("/v1/tickets/", "/start")},
	"POST /v1/tickets/{id}/transfer": {least: agents, path: ofTicket("/v1/tickets/", "/transfer"), body: `{"service":"dgi-if"}`},
	"POST /v1/tickets/{id}/undo":     {least: agents, path: ofTicket("/v1/tickets/", "/undo")},

	// Files.
	"GET /v1/files":                         {least: agents},
	"GET /v1/files/{id}":                    {least: agents, path: ofFile("/v1/files/", "")},
	"GET /v1/files/{id}/accesses":           {least: agents, path: ofFile("/v1/files/", "/accesses")},
	"POST /v1/files/{id}/advance":           {least: agents, path: ofFile("/v1/files/", "/advance"), body: `{"note":"x"}`},
	"POST /v1/files/{id}/answer-news":       {least: agents, path: ofFile("/v1/files/", "/answer-news"), body: `{"text":"x"}`},
	"POST /v1/files/{id}/ask-documents":     {least: agents, path: ofFile("/v1/files/", "/ask-documents"), body: `{"documents":["cnie"]}`},
	"POST /v1/files/{id}/ask-news":          {least: agents, path: ofFile("/v1/files/", "/ask-news"), body: `{"text":"x"}`, holder: true},
	"POST /v1/files/{id}/branch":            {least: agents, path: ofFile("/v1/files/", "/branch"), body: `{"reason":"x"}`},
	"POST /v1/files/{id}/close":             {least: agents, path: ofFile("/v1/files/", "/close"), body: `{"text":"x"}`},
	"POST /v1/files/{id}/extend":            {least: agents, path: ofFile("/v1/files/", "/extend"), body: `{"reason":"volume"}`},
	"POST /v1/files/{id}/hand-over":         {least: agents, path: ofFile("/v1/files/", "/hand-over"), body: `{"office":"dgi-safi","note":"x"}`},
	"POST /v1/files/{id}/keep-promise":      {least: agents, path: ofFile("/v1/files/", "/keep-promise"), body: `{"promise":"none"}`, absent: true},
	"POST /v1/files/{id}/merge":             {least: agents, path: ofFile("/v1/files/", "/merge"), body: `{"into":"none"}`, absent: true},
	"POST /v1/files/{id}/promises":          {least: agents, path: ofFile("/v1/files/", "/promises"), body: `{"what":"x","by":"2027-01-05"}`},
	"POST /v1/files/{id}/receive-documents": {least: agents, path: ofFile("/v1/files/", "/receive-documents"), body: `{"documents":["cnie"]}`},
	"POST /v1/files/{id}/settle":            {least: agents, path: ofFile("/v1/files/", "/settle"), body: `{"text":"x"}`},

	// The desk.
	"GET /desk":                            {least: agents},
	"GET /desk/day":                        {least: agents},
	"GET /desk/day/{office}":               {least: agents, path: ofOffice("/desk/day/", "")},
	"POST /desk/open":                      {least: agents, path: same("/desk/open"), form: aFreeDesk},
	"POST /desk/close":                     {least: agents, path: same("/desk/close"), form: aFreeDesk},
	"POST /desk/call-next":                 {least: agents, path: same("/desk/call-next"), form: theDesk},
	"POST /desk/walk-in":                   {least: agents},
	"POST /desk/arrivals":                  {least: agents},
	"POST /desk/arrivals/{appointment}":    {least: agents, path: ofAppointment("/desk/arrivals/", "")},
	"POST /desk/tickets/{ticket}/call":     {least: agents, path: ofTicket("/desk/tickets/", "/call"), form: theDesk},
	"POST /desk/tickets/{ticket}/finish":   {least: agents, path: ofTicket("/desk/tickets/", "/finish"), form: settled},
	"POST /desk/tickets/{ticket}/no-show":  {least: agents, path: ofTicket("/desk/tickets/", "/no-show")},
	"POST /desk/tickets/{ticket}/park":     {least: agents, path: ofTicket("/desk/tickets/", "/park")},
	"POST /desk/tickets/{ticket}/services": {least: agents, path: ofTicket("/desk/tickets/", "/services")},
	"POST /desk/tickets/{ticket}/priority": {least: agents, path: ofTicket("/desk/tickets/", "/priority")},
	"POST /desk/tickets/{ticket}/recall":   {least: agents, path: ofTicket("/desk/tickets/", "/recall")},
	"POST /desk/tickets/{ticket}/return":   {least: agents, path: ofTicket("/desk/tickets/", "/return")},
	"POST /desk/tickets/{ticket}/start":    {least: agents, path: ofTicket("/desk/tickets/", "/start")},
	"POST /desk/tickets/{ticket}/transfer": {least: agents, path: ofTicket("/desk/tickets/", "/transfer"), form: toService},
	"POST /desk/tickets/{ticket}/undo":     {least: agents, path: ofTicket("/desk/tickets/", "/undo")},
	"GET /desk/by-hand":                    {least: agents},
	"POST /desk/by-hand":                   {least: agents, path: same("/desk/by-hand"), form: byHandForm},
	"GET /desk/room":                       {least: supervisors},
	"GET /desk/room/{office}":              {least: supervisors, path: ofOffice("/desk/room/", "")},
	"POST /desk/room/{office}/open":        {least: supervisors, path: ofOffice("/desk/room/", "/open"), form: seatSomebody},
	"POST /desk/room/{office}/close":       {least: supervisors, path: ofOffice("/desk/room/", "/close"), form: theDesk},
	"POST /desk/room/{office}/note":        {least: supervisors, path: ofOffice("/desk/room/", "/note")},
	"GET /desk/figures":                    {least: supervisors, path: ofOffice("/desk/figures?office=", "")},
	"GET /desk/figures/sheet":              {least: supervisors, path: ofOffice("/desk/figures/sheet?office=", "")},
	"GET /desk/needs":                      {least: supervisors},
	"GET /desk/needs/sheet":                {least: supervisors},
	"GET /desk/kiosk":                      {least: agents},
	"POST /desk/kiosk":                     {least: agents, path: same("/desk/kiosk"), form: theOffice},
	"GET /desk/files":                      {least: agents},
	"GET /desk/files/new":                  {least: agents},
	"POST /desk/files":                     {least: agents},
	"GET /desk/files/{file}":               {least: agents, path: ofFile("/desk/files/", "")},
	"GET /desk/files/{file}/receipt":       {least: agents, path: ofFile("/desk/files/", "/receipt")},
	"POST /desk/files/{file}/{act}":        {least: agents, path: ofFile("/desk/files/", "/settle")},
	"GET /desk/outbox":                     {least: agents},
	"GET /desk/outbox/{notice}":            {least: agents, path: ofNotice("/desk/outbox/", "")},
	"GET /desk/outbox/{notice}/mail.eml":   {least: agents, path: ofNotice("/desk/outbox/", "/mail.eml")},
	"GET /desk/outbox/preview":             {least: agents},
	"GET /desk/outbox/preview/mail.eml":    {least: agents, absent: true},
	"POST /desk/outbox/retry":              {least: agents},
	"POST /desk/outbox/{notice}/resend":    {least: agents, path: ofNotice("/desk/outbox/", "/resend")},
	"POST /desk/outbox/{notice}/address":   {least: agents, path: ofNotice("/desk/outbox/", "/address")},
	"POST /desk/needs":                     {least: agents, form: aNeed},

	// One's own account.
	"GET /desk/account":                                {least: agents},
	"GET /desk/account/password":                       {least: agents},
	"POST /desk/account/password":                      {least: agents},
	"POST /desk/account/sessions":                      {least: agents},
	"POST /desk/account/link":                          {least: agents, absent: true}, // there is no identity provider
	"POST /desk/account/unlink":                        {least: agents},
	"GET /desk/account/second-factor":                  {least: agents},
	"POST /desk/account/second-factor":                 {least: agents},
	"POST /desk/account/second-factor/stop":            {least: agents},
	"POST /desk/account/tokens":                        {least: agents},
	"POST /desk/account/tokens/revoke":                 {least: agents, absent: true},
	"GET /desk/calendars":                              {least: agents},
	"POST /desk/calendars":                             {least: agents},
	"POST /desk/calendars/{feed}/revoke":               {least: agents, absent: true},
	"POST /desk/calendars/passwords":                   {least: agents},
	"POST /desk/calendars/passwords/{password}/revoke": {least: agents, absent: true},

	// The accounts of all.
	"GET /desk/users":                       {least: administrators},
	"POST /desk/users":                      {least: administrators},
	"GET /desk/users/{user}":                {least: administrators},
	"POST /desk/users/{user}":               {least: administrators},
	"POST /desk/users/{user}/disable":       {least: administrators},
	"POST /desk/users/{user}/enable":        {least: administrators},
	"POST /desk/users/{user}/sign-out":      {least: administrators},
	"POST /desk/users/{user}/unlink":        {least: administrators},
	"POST /desk/users/{user}/password":      {least: administrators},
	"POST /desk/users/{user}/tokens/revoke": {least: administrators, absent: true},
	"GET /desk/deeds":                       {least: administrators},
}

type makePath = func(w *accessWorld, office string) string

// same is an address that is the same for every office; a form says which.
func same(path string) makePath { return func(*accessWorld, string) string { return path } }

// ofOffice is an address with an office's id in it.
func ofOffice(before, behind string) makePath {
	return func(_ *accessWorld, office string) string { return before + office + behind }
}

// ofDesk is an address with the id of a desk of the office.
func ofDesk(before, behind string) makePath {
	return func(_ *accessWorld, office string) string { return before + office + "-1" + behind }
}

// ofFreeDesk is an address with the id of a desk at which nobody sits.
func ofFreeDesk(before, behind string) makePath {
	return func(w *accessWorld, office string) string { return before + w.freeDesk(office) + behind }
}

// freeDesk has everybody leave the second desk of an office: a colleague's may not
// be closed. At the first one somebody may be served.
func (w *accessWorld) freeDesk(office string) string {
	w.t.Helper()
	id := office + "-2"
	must(w.t, w.house.engine.CloseDesk(w.t.Context(), id, w.everywhere()))
	return id
}

// ofAppointment is an address with the id of a fresh appointment in the office.
func ofAppointment(before, behind string) makePath {
	return func(w *accessWorld, office string) string {
		return before + w.appointment(office).Appointment.ID + behind
	}
}

// ofTicket is an address with the id of a ticket of the office: one for all,
// since a day has no room for one each. A step that does not follow is 409, which
// says that it is allowed.
func ofTicket(before, behind string) makePath {
	return func(w *accessWorld, office string) string {
		if w.tickets[office] == "" {
			t, err := w.house.engine.DrawTicket(w.t.Context(), scheduler.DrawRequest{OfficeID: office, Services: []string{serviceOf[office]}}, w.everywhere())
			must(w.t, err)
			w.tickets[office] = t.ID
		}
		return before + w.tickets[office] + behind
	}
}

// ofFile is an address with the id of a fresh file of the office.
func ofFile(before, behind string) makePath {
	return func(w *accessWorld, office string) string {
		w.made++
		f, err := w.house.engine.OpenFile(w.t.Context(), scheduler.FileRequest{
			ServiceID: serviceOf[office], OfficeID: office, Citizen: w.person(),
		}, w.everywhere())
		must(w.t, err)
		return before + f.File.ID + behind
	}
}

// ofNotice is an address with the id of a notice of the office that was kept,
// mail and all.
func ofNotice(before, behind string) makePath {
	return func(w *accessWorld, office string) string {
		ctx := w.t.Context()
		id := w.appointment(office).Appointment.ID
		now := w.house.clock()

		claimed, err := w.house.store.ClaimNotices(ctx, scheduler.ChannelEmail, now, now.Add(time.Minute), 100)
		must(w.t, err)

		found := ""
		for _, n := range claimed {
			must(w.t, w.house.store.SettleNotice(ctx, n, scheduler.Receipt{
				At: now, State: scheduler.NoticeKept, Code: "kept", Message: &scheduler.Message{To: "a@example.org", Text: "x", Raw: []byte("x")},
			}))
			if n.About.ID == id {
				found = n.ID
			}
		}
		return before + found + behind
	}
}

var serviceOf = map[string]string{ownOffice: "dgi-if", otherOffice: "tpi-casier"}

// everywhere is an administrator who makes the things.
func (w *accessWorld) everywhere() scheduler.Actor {
	u := w.users[administrators]
	return scheduler.Actor{Staff: &u}
}

func (w *accessWorld) person() scheduler.Citizen {
	w.made++
	return scheduler.Citizen{Name: "Amina Test", Email: fmt.Sprintf("amina%d@example.org", w.made), Language: "fr"}
}

// appointment books the next free time of the office.
func (w *accessWorld) appointment(office string) scheduler.Booked {
	w.t.Helper()
	ctx := w.t.Context()
	today := scheduler.DateOf(w.house.clock())
	slots, err := w.house.engine.Slots(ctx, scheduler.SlotQuery{ServiceID: serviceOf[office], OfficeID: office, From: today, To: today.AddDays(60)})
	must(w.t, err)
	b, err := w.house.engine.Book(ctx, scheduler.BookRequest{
		ServiceID: serviceOf[office], OfficeID: office, StartsAt: slots[0].StartsAt, Citizen: w.person(),
	})
	must(w.t, err)
	return b
}

// victim is somebody whose account is changed.
func (w *accessWorld) victim() scheduler.User {
	w.t.Helper()
	const login = "victim"
	u, err := w.house.store.UserByLogin(w.t.Context(), login)
	if err == nil {
		return u
	}
	_, err = w.house.accounts().Add(w.t.Context(), nil, login, agents, nil)
	must(w.t, err)
	u, err = w.house.store.UserByLogin(w.t.Context(), login)
	must(w.t, err)
	return u
}

type makeForm = func(w *accessWorld, office string) url.Values

var (
	theDesk   makeForm = func(_ *accessWorld, office string) url.Values { return url.Values{"desk": {office + "-1"}} }
	aFreeDesk makeForm = func(w *accessWorld, office string) url.Values { return url.Values{"desk": {w.freeDesk(office)}} }
	theOffice makeForm = func(_ *accessWorld, office string) url.Values { return url.Values{"office": {office}} }
	aNeed     makeForm = func(_ *accessWorld, office string) url.Values {
		return url.Values{"service": {serviceOf[office]}, "need": {"x"}}
	}
	settled      makeForm = func(*accessWorld, string) url.Values { return url.Values{"outcome": {"settled"}} }
	toService    makeForm = func(_ *accessWorld, office string) url.Values { return url.Values{"service": {serviceOf[office]}} }
	seatSomebody makeForm = func(w *accessWorld, office string) url.Values {
		return url.Values{"desk": {office + "-1"}, "staff": {w.users[administrators].ID}}
	}
	byHandForm makeForm = func(w *accessWorld, office string) url.Values {
		return url.Values{
			"desk": {office + "-1"}, "date": {scheduler.DateOf(w.house.clock()).String()}, "service": {serviceOf[office]},
			"arrived": {"00:00"}, "started": {"00:00"}, "ended": {"00:01"}, "outcome": {"settled"}, "reference": {""},
		}
	}
)
