package calendar

import (
	"net/url"
	"slices"

	"github.com/emersion/go-ical"

	"mawid/scheduler"
)

// channel is "by telephone" or "by video".
func (w *words) channel() string { return w.Say("channel." + w.a.Channel.String()) }

// meetIn says in an entry how the two meet. open also names the meeting's link and
// the number to call: whoever has the link may join, so a feed has it only when
// its person asked for more than the time. kept: it is for the person's own keeping,
// and may name their number.
func (w *words) meetIn(e *entry, open, kept bool) {
	r := w.reach
	if !r.Channel.Remote() {
		return
	}
	line := ""
	switch {
	case r.Channel == scheduler.Video && open && r.Meeting != "":
		if u, err := webLink(r.Meeting); err == nil {
			e.conference, e.features, e.location = u, []string{"AUDIO", "VIDEO"}, r.Meeting
		}
		line = w.Say("channel.open") + ": " + r.Meeting
	case r.Channel == scheduler.Video:
		line = w.Say("channel.page")
	case r.Calls && kept && r.Number != "":
		line = w.Say("channel.calls", "number", r.Number)
	case r.Calls:
		line = w.Say("channel.in_feed")
	case r.Number != "":
		e.conference, e.features = &url.URL{Scheme: "tel", Opaque: r.Number}, []string{"PHONE"}
		line = w.Say("channel.you_call", "number", r.Number)
	}
	e.label = w.channel()
	if line != "" {
		e.description += "\n" + line
	}
}

// conferenceProp is CONFERENCE (RFC 7986, 5.11): what a program offers to open at
// the time.
func (e *entry) conferenceProp() *ical.Prop {
	p := ical.NewProp("CONFERENCE")
	p.Value = e.conference.String()
	p.Params.Set(ical.ParamValue, string(ical.ValueURI))
	p.Params["FEATURE"] = slices.Clone(e.features)
	p.Params.Set("LABEL", cleanParam(e.label))
	return p
}
