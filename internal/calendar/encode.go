package calendar

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// productID names the program, not its version: the bytes of a calendar must
// not change with a release.
const productID = "-//Mawid//Mawid//EN"

// encode writes cal. go-ical orders the properties and escapes the values; it
// does not fold, lets NUL through in values and CR and LF through in
// parameters and refuses a calendar with no component, so that is done here.
func encode(cal *ical.Calendar) ([]byte, error) {
	if len(cal.Children) == 0 {
		cal.Children = append(cal.Children, utcZone())
	}
	clean(cal.Component)
	var buf bytes.Buffer
	if err := ical.NewEncoder(&buf).Encode(cal); err != nil {
		return nil, fmt.Errorf("encode calendar: %w", err)
	}
	return fold(buf.Bytes()), nil
}

// clean is the last gate before the encoder: whatever a property was made of,
// neither its value nor its parameters can start a line of their own.
func clean(c *ical.Component) {
	for _, props := range c.Props {
		for i := range props {
			props[i].Value = oneLine(props[i].Value)
			for _, values := range props[i].Params {
				for k := range values {
					values[k] = cleanParam(values[k])
				}
			}
		}
	}
	for _, child := range c.Children {
		clean(child)
	}
}

// newCalendar returns a calendar with what every one must have.
func newCalendar() *ical.Calendar {
	cal := ical.NewCalendar()
	setText(cal.Props, ical.PropProductID, productID)
	setText(cal.Props, ical.PropVersion, "2.0")
	return cal
}

// utcZone is the component that makes an empty calendar valid: RFC 5545, 3.6,
// wants at least one. Nothing refers to it.
func utcZone() *ical.Component {
	standard := ical.NewComponent(ical.CompTimezoneStandard)
	setRaw(standard.Props, ical.PropDateTimeStart, "19700101T000000")
	setRaw(standard.Props, ical.PropTimezoneOffsetFrom, "+0000")
	setRaw(standard.Props, ical.PropTimezoneOffsetTo, "+0000")
	zone := ical.NewComponent(ical.CompTimezone)
	setText(zone.Props, ical.PropTimezoneID, "Etc/UTC")
	zone.Children = append(zone.Children, standard)
	return zone
}

// setText sets a text; line breaks are kept as the escape \n. go-ical marks what
// it does not know (X-WR-CALNAME) with VALUE=TEXT, which is what it is anyway and
// which programs that compare whole lines do not expect.
func setText(props ical.Props, name, text string) {
	p := ical.NewProp(name)
	p.SetText(strings.TrimSpace(cleanText(text)))
	p.Params.Del(ical.ParamValue)
	props.Set(p)
}

// setLine sets a text of one line.
func setLine(props ical.Props, name, text string) { setText(props, name, oneLine(text)) }

// setRaw sets a value that must not be escaped. value is ours, never a person's.
func setRaw(props ical.Props, name, value string) {
	p := ical.NewProp(name)
	p.Value = value
	props.Set(p)
}

func setInt(props ical.Props, name string, n int) { setRaw(props, name, strconv.Itoa(n)) }

// setTime sets an instant in UTC, the one form that every client tried shows
// right while zone data is in doubt.
func setTime(props ical.Props, name string, t time.Time) { props.SetDateTime(name, t.UTC()) }

// setURI sets a link. VALUE is written where the type is not the property's
// default.
func setURI(props ical.Props, name string, u *url.URL) {
	p := ical.NewProp(name)
	p.SetURI(u)
	props.Set(p)
}
