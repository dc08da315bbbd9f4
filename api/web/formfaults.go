package web

import (
	"fmt"
	"strings"

	"mawid/internal/locale"
	"mawid/scheduler"
)

// errHoldUsed: the form was sent before, by somebody else or with other words.
var errHoldUsed = fmt.Errorf("hold used: %w", scheduler.ErrInvalidState)

// formFields are the fields in the order in which the form has them.
var formFields = [...]string{"name", "told", "relation", "email", "phone", "zone", "language", "file_number", "note"}

// depositOnly are the further fields of a deposit, which words their labels.
var depositOnly = [...]string{"for_whom", "at_hand", "consent"}

// formFieldOf is where in the form a fault of the engine's belongs.
func formFieldOf(field string) string {
	field = strings.TrimPrefix(field, "citizen.")
	if field == "time_zone" {
		return "zone"
	}
	return field
}

// formFaults shows the form again with all that is wrong, at the top and beside
// each field, and keeps what was typed. A fault that the form cannot mend is
// told as it is.
func (s *site) formFaults(v *visit, p formPage, invalid *scheduler.InvalidError) error {
	p.Faults = s.faultsOf(v.lang, invalid)
	if len(p.Faults) == 0 {
		return invalid
	}
	p.Faulty = true
	return s.show(v, 422, p)
}

// faultsOf words faults in the order in which forms have their fields.
func (s *site) faultsOf(l *locale.Language, invalid *scheduler.InvalidError) (out []fieldFault) {
	texts := map[string]string{}
	for _, f := range invalid.Fields {
		if field := formFieldOf(f.Field); texts[field] == "" {
			texts[field] = s.fieldSentence(l, f.Code)
		}
	}
	for _, field := range formFields {
		if texts[field] != "" {
			out = append(out, fieldFault{field, l.Say("form." + field), texts[field]})
		}
	}
	for _, field := range depositOnly {
		if texts[field] != "" {
			out = append(out, fieldFault{Field: field, Text: texts[field]})
		}
	}
	return out
}

// cleanNote makes one line of what was typed in several: a note is shown and
// sent as one. Other control characters are for the engine to refuse.
func cleanNote(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return strings.ContainsRune("\r\n\t ", r)
	}), " ")
}

// regionOf is the country (ISO 3166) whose national numbers are understood: that
// of the chosen clock. Without a choice none is, since 06 12 34 56 78 is one
// person in France and another in Morocco.
func regionOf(zone string) string {
	if region, ok := zoneRegions[zone]; ok {
		return region
	}
	return "ZZ" // nowhere
}

var zoneRegions = map[string]string{
	"Africa/Casablanca": "MA", "Africa/El_Aaiun": "MA", "Africa/Tunis": "TN", "Africa/Dakar": "SN", "Africa/Abidjan": "CI",
	"America/Toronto": "CA", "America/Montreal": "CA", "America/New_York": "US", "America/Chicago": "US", "America/Los_Angeles": "US",
	"Asia/Dubai": "AE", "Asia/Riyadh": "SA", "Asia/Qatar": "QA", "Asia/Kuwait": "KW",
	"Atlantic/Canary": "ES", "Europe/Madrid": "ES", "Europe/Paris": "FR", "Europe/Rome": "IT", "Europe/Brussels": "BE",
	"Europe/Amsterdam": "NL", "Europe/Berlin": "DE", "Europe/London": "GB", "Europe/Zurich": "CH", "Europe/Stockholm": "SE",
	"Europe/Oslo": "NO", "Europe/Copenhagen": "DK", "Europe/Vienna": "AT", "Europe/Luxembourg": "LU", "Europe/Dublin": "IE",
	"Europe/Lisbon": "PT", "Europe/Istanbul": "TR",
}
