package dav

import (
	"context"
	"errors"
	"net/http"

	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/caldav"

	"mawid/internal/calendar"
	"mawid/scheduler"
)

// backend answers go-webdav's questions for REPORT.
type backend struct{ *session }

var _ caldav.Backend = backend{}

// errReadOnly is what every write gets; requests that write do not come here.
var errReadOnly = webdav.NewHTTPError(http.StatusForbidden, errors.New("this calendar is read-only"))

func (b backend) CurrentUserPrincipal(context.Context) (string, error) { return b.principal(), nil }
func (b backend) CalendarHomeSetPath(context.Context) (string, error)  { return b.home(), nil }

func (b backend) ListCalendars(context.Context) ([]caldav.Calendar, error) {
	return []caldav.Calendar{b.calendar()}, nil
}

func (b backend) calendar() caldav.Calendar {
	l := b.Book.Tag(b.language)
	return caldav.Calendar{Path: b.visits(), Name: l.Say("calendars.agent.name"), Description: l.Say("calendars.agent.about")}
}

func (b backend) GetCalendar(context.Context, string) (*caldav.Calendar, error) {
	c := b.calendar()
	return &c, nil
}

func (b backend) GetCalendarObject(ctx context.Context, path string, _ *caldav.CalendarCompRequest) (*caldav.CalendarObject, error) {
	a, err := b.object(ctx, path)
	if errors.Is(err, scheduler.ErrNotFound) {
		return nil, webdav.NewHTTPError(http.StatusNotFound, errors.New("no such appointment"))
	}
	if err != nil {
		return nil, err
	}
	return b.objectOf(&a), nil
}

func (b backend) objectOf(a *scheduler.Appointment) *caldav.CalendarObject {
	return &caldav.CalendarObject{
		Path: b.hrefOf(a), ModTime: modified(a), ETag: b.tag(a), Data: b.maker.VisitObject(b.cat, a, b.language),
	}
}

func (b backend) ListCalendarObjects(ctx context.Context, _ string, _ *caldav.CalendarCompRequest) ([]caldav.CalendarObject, error) {
	list, err := b.list(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]caldav.CalendarObject, 0, len(list))
	for i := range list {
		out = append(out, *b.objectOf(&list[i]))
	}
	return out, nil
}

func (b backend) QueryCalendarObjects(ctx context.Context, path string, q *caldav.CalendarQuery) ([]caldav.CalendarObject, error) {
	all, err := b.ListCalendarObjects(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	return caldav.Filter(q, all)
}

func (b backend) CreateCalendar(context.Context, *caldav.Calendar) error { return errReadOnly }

func (b backend) PutCalendarObject(context.Context, string, *calendar.Object, *caldav.PutCalendarObjectOptions) (*caldav.CalendarObject, error) {
	return nil, errReadOnly
}

func (b backend) DeleteCalendarObject(context.Context, string) error { return errReadOnly }
