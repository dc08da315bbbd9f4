package notifier

import (
	"strings"

	"mawid/internal/locale"
)

// How many parts a short message may cost. Two of GSM 03.38 hold 306 characters,
// three of UCS-2 hold 201: a link takes up to 90 of either.
const (
	maxPartsGSM  = 2
	maxPartsUCS2 = 3
	leastName    = 12 // characters that shortening leaves of a name
)

// sms words the notice in as few parts as its names allow: the longer of the
// two names loses words first, never the time or the link.
func (v *view) sms() string {
	service, office := v.service, v.office
	for {
		text := v.smsWith(service, office)
		limit := maxPartsGSM
		if v.Direction() == "rtl" {
			limit = maxPartsUCS2
		}
		if locale.SMSParts(text) <= limit {
			return text
		}
		longer := &service
		if len([]rune(office)) > len([]rune(service)) {
			longer = &office
		}
		shorter := shorten(*longer)
		if shorter == *longer {
			return text
		}
		*longer = shorter
	}
}

func (v *view) smsWith(service, office string) string {
	text := locale.SMSText(v.Say("notice."+string(v.kind)+".sms",
		"service", service, "office", office,
		"date", v.SMSDate(v.at), "time", v.smsTime(),
		"reference", v.a.Reference, "link", v.manage))
	return strings.ReplaceAll(text, "....", "...") // a shortened name before a full stop
}

// smsTime is the office's clock, and the reader's beside it where it differs.
func (v *view) smsTime() string {
	here := v.Clock(v.at)
	if v.reader == nil {
		return here
	}
	there := v.at.In(v.reader)
	shown := v.Clock(there) + " " + v.City(v.reader.String())
	switch {
	case there.YearDay() != v.at.YearDay():
		return here + " (" + v.SMSDate(there) + " " + shown + ")"
	case v.Clock(there) != here:
		return here + " (" + shown + ")"
	}
	return here
}

// shorten drops the last word of a name; "..." and not "…", which is not in
// GSM 03.38. A name that is short already comes back as it is.
func shorten(name string) string {
	whole := strings.TrimSuffix(name, "...")
	if len([]rune(whole)) <= leastName {
		return name
	}
	if i := strings.LastIndexByte(whole, ' '); i > 0 {
		return strings.TrimRight(whole[:i], " ,;:.-–(،") + "..."
	}
	return string([]rune(whole)[:leastName]) + "..."
}
