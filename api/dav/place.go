package dav

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"mawid/internal/calendar"
	"mawid/scheduler"
)

// kind is what an address is of.
type kind int

// The addresses below Root, each inside the one before it:
// {user}/ is who asks, calendars/ their calendars, visits/ the one there is, and
// in it {appointment}.ics. Those of other users are nowhere.
const (
	nowhere kind = iota
	atRoot
	atPrincipal
	atHome
	atCalendar
	atObject
)

func (s *session) principal() string { return Root + url.PathEscape(s.user.ID) + "/" }
func (s *session) home() string      { return s.principal() + "calendars/" }
func (s *session) visits() string    { return s.home() + "visits/" }

func (s *session) hrefOf(a *scheduler.Appointment) string {
	return s.visits() + url.PathEscape(a.ID) + ".ics"
}

// kindOf reads an address; a slash at its end may be missing.
func (s *session) kindOf(path string) kind {
	folder := strings.TrimSuffix(path, "/") + "/"
	switch folder {
	case Root:
		return atRoot
	case s.principal():
		return atPrincipal
	case s.home():
		return atHome
	case s.visits():
		return atCalendar
	}
	if s.idOf(path) != "" {
		return atObject
	}
	return nowhere
}

// idOf is the id of the appointment at an address, or "".
func (s *session) idOf(path string) string {
	file, ok := strings.CutPrefix(path, s.visits())
	id, ics := strings.CutSuffix(file, ".ics")
	if !ok || !ics || strings.Contains(id, "/") {
		return ""
	}
	return id
}

// object finds the appointment at an address, if the calendar shows it.
func (s *session) object(ctx context.Context, path string) (scheduler.Appointment, error) {
	id := s.idOf(path)
	if id == "" {
		return scheduler.Appointment{}, fmt.Errorf("calendar object: %w", scheduler.ErrNotFound)
	}
	a, err := s.Source.Appointment(ctx, id)
	if err != nil {
		return a, fmt.Errorf("calendar object: %w", err)
	}
	if !s.user.MaySee(a.OfficeID) || len(calendar.StaffWindow([]scheduler.Appointment{a}, scheduler.FeedAgent, s.Clock())) == 0 {
		return a, fmt.Errorf("calendar object: %w", scheduler.ErrNotFound)
	}
	return a, nil
}

// list returns what the calendar shows.
func (s *session) list(ctx context.Context) ([]scheduler.Appointment, error) {
	now := s.Clock()
	from, to := calendar.Horizon(scheduler.FeedAgent, now)
	var offices []string
	for _, o := range s.cat.FeedOffices(&scheduler.Feed{}, &s.user) {
		offices = append(offices, o.ID)
	}
	list, err := s.Source.Visits(ctx, offices, from, to, calendar.FeedEvents)
	if err != nil {
		return nil, fmt.Errorf("visits of a calendar: %w", err)
	}
	return calendar.StaffWindow(list, scheduler.FeedAgent, now), nil
}

// tag changes whenever the words of an appointment do: with its revision, and
// with the catalogue. It is made without wording it.
func (s *session) tag(a *scheduler.Appointment) string {
	return fmt.Sprintf("%d-%d-%s", a.Revision, s.cat.Version, s.language)
}

// collectionTag changes whenever a tag does, or what the calendar shows.
func (s *session) collectionTag(list []scheduler.Appointment) string {
	sorted := slices.SortedFunc(slices.Values(list), func(a, b scheduler.Appointment) int { return cmp.Compare(a.ID, b.ID) })
	sum := sha256.New()
	for i := range sorted {
		fmt.Fprintf(sum, "%s %s\n", sorted[i].ID, s.tag(&sorted[i]))
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16])
}

// modified is when an appointment last changed.
func modified(a *scheduler.Appointment) time.Time { return a.UpdatedAt.UTC() }
