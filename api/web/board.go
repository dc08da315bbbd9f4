package web

import (
	"net/url"
	"strconv"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// boardPage is the waiting room's screen: who is called to which desk, in Arabic
// and French. It shows numbers, never names, and anybody may open it.
type boardPage struct {
	frame
	Tongues []boardTongue
	Calls   []boardCall // the newest first
	Desks   int         // that are open
	Clock   string
	Events  string // address of the office's stream
}

func (boardPage) file() string { return "board" }

// boardTongue is what a board says in one language.
type boardTongue struct {
	Lang    *locale.Language
	Office  name
	Waiting int
}

// boardCall is one call. Key tells it from every other, a second call of the
// same number to the same desk too.
type boardCall struct {
	Key, Number string
	Desk        int
	Fresh       bool // called and not yet at the desk
}

// boardLanguages are those of every board. Who reads neither reads the numbers.
var boardLanguages = [...]string{"ar", "fr"}

// eventsOf is the address at which an office's waiting room is told as it
// changes.
func eventsOf(officeID string) string {
	return "/v1/offices/" + url.PathEscape(officeID) + "/queue/events"
}

func (s *site) board(v *visit) error {
	c, err := s.Engine.Catalogue(v.Context())
	if err != nil {
		return err
	}
	o, err := c.Office(v.PathValue("office"))
	if err != nil {
		return wayOn(err, "/", "nav.home")
	}
	q, err := s.Engine.Queue(v.Context(), o.ID)
	if err != nil {
		return err
	}
	s.Limiter.KnowScreen(v.Request, o.ID)
	loc, err := s.Zones.Load(o.Zone)
	if err != nil {
		return err
	}
	p := boardPage{frame: s.screen(v, "board", nameOf(v.lang, o.Names).Text, "live.js", "board.js"), Clock: v.lang.Clock(s.now().In(loc)), Events: eventsOf(o.ID)}
	p.Refresh = 10
	for _, code := range boardLanguages {
		l := s.Book.Tag(code)
		p.Tongues = append(p.Tongues, boardTongue{l, nameOf(l, o.Names), len(q.Waiting)})
	}
	for _, d := range q.Desks {
		if d.State.Open {
			p.Desks++
		}
	}
	for _, call := range q.Calls {
		p.Calls = append(p.Calls, callShown(call))
	}
	v.w.Header().Set("Cache-Control", "no-store")
	return s.show(v, 200, p)
}

func callShown(c scheduler.Call) boardCall {
	return boardCall{
		Key:    c.Ticket.Number + "-" + strconv.Itoa(c.Desk) + "-" + strconv.FormatInt(c.Ticket.CalledAt.UnixMicro(), 36),
		Number: c.Ticket.Number, Desk: c.Desk, Fresh: c.Ticket.State == scheduler.TicketCalled,
	}
}

// screen is the frame of a page that fills a screen by itself: a board, a kiosk.
func (s *site) screen(v *visit, kind, title string, scripts ...string) frame {
	f := s.frame(v, title)
	f.Screen = kind
	s.uses(&f, append([]string{"room.css"}, scripts...)...)
	return f
}
