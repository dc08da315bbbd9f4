package configs_test

import (
	"strings"
	"testing"
)

func TestFaultsOfValues(t *testing.T) { run(t, faultsOfValues) }

var faultsOfValues = []change{
	{"everyday words that are no list", `duration_min: 10,`, `duration_min: 10, words: birth,`, `f:33:90: administrations[0].offices[0].services[0].words: want a list, found text "birth"`},
	{"an everyday word given twice", `duration_min: 10,`, `duration_min: 10, words: [birth, birth],`, `f:33:98: administrations[0].offices[0].services[0].words[1]: "birth" is listed twice`},
	{"an everyday word that is empty", `duration_min: 10,`, `duration_min: 10, words: ["", " "],`, "f:33:91: administrations[0].offices[0].services[0].words[0]: the text is empty\nf:33:95: administrations[0].offices[0].services[0].words[1]: the text is empty"},
	{"an everyday word that is too long", `duration_min: 10,`, `duration_min: 10, words: [` + strings.Repeat("b", 65) + `],`, "f:33:91: administrations[0].offices[0].services[0].words[0]: the text has 65 characters; want 64 at most"},
	{"too many everyday words", `duration_min: 10,`, `duration_min: 10, words: [` + strings.Repeat("b, ", 60) + `b],`, "f:33:90: administrations[0].offices[0].services[0].words: has 61 entries; want 60 at most"},
	{
		"overlapping hours", `["13:00","16:30"]`, `["12:00","16:30"]`,
		"f:5:36: hours_templates.standard.days.mon[1]: 12:00-16:30 overlaps 08:30-12:30",
	},
	{
		"hours out of order", `["13:00","16:30"]`, `["07:00","08:00"]`,
		"f:5:36: hours_templates.standard.days.mon[1]: 07:00-08:00 stands after 08:30-12:30; want the day in order",
	},
	{
		"reversed hours", `["09:00","15:00"]`, `["15:00","09:00"]`,
		"f:7:18: hours_templates.short.days.mon[0]: 15:00-09:00 must end after it begins",
	},
	{
		"empty stretch", `["09:00","15:00"]`, `["09:00","09:00"]`,
		"f:7:18: hours_templates.short.days.mon[0]: 09:00-09:00 must end after it begins",
	},
	{
		"off the grid", `["09:00","15:00"]`, `["09:02","15:00"]`,
		"f:7:19: hours_templates.short.days.mon[0][0]: 09:02: want a multiple of 5 minutes",
	},
	{
		"no time", `["09:00","15:00"]`, `["9:00","25:00"]`,
		`f:7:19: hours_templates.short.days.mon[0][0]: "9:00" is no time; want HH:MM from 00:00 to 24:00` + "\n" +
			`f:7:26: hours_templates.short.days.mon[0][1]: "25:00" is no time; want HH:MM from 00:00 to 24:00`,
	},
	{
		"one time", `["09:00","15:00"]`, `["09:00"]`,
		`f:7:18: hours_templates.short.days.mon[0]: want two times, such as ["08:30","12:30"]`,
	},
	{
		"time for a stretch", `[["09:00","15:00"]]`, `["09:00","15:00"]`,
		`f:7:18: hours_templates.short.days.mon[0]: want a list, found text "09:00"` + "\n" +
			`f:7:26: hours_templates.short.days.mon[1]: want a list, found text "15:00"`,
	},
	{
		"impossible date", "from: 2027-07-30", "from: 2027-02-30",
		`f:14:24: closures[0].from: "2027-02-30" is no date; want YYYY-MM-DD of a day that exists`,
	},
	{
		"date in other order", "from: 2027-07-30", "from: 30/07/2027",
		`f:14:24: closures[0].from: "30/07/2027" is no date; want YYYY-MM-DD of a day that exists`,
	},
	{
		"year out of range", "from: 2027-07-30, to: 2027-07-30", "from: 0227-07-30, to: 2027-07-30",
		`f:14:24: closures[0].from: "0227-07-30": want a year from 2000 to 2199`,
	},
	{
		"closure ends before it begins", "to: 2027-07-30", "to: 2027-07-03",
		`f:14:40: closures[0].to: 2027-07-03 is before "from" (2027-07-30)`,
	},
	{
		"template ends before it begins", "to: 2027-08-28", "to: 2027-06-28",
		`f:11:9: hours_templates.extra.to: 2027-06-28 is before "from" (2027-07-03)`,
	},
	{
		"tentative without margin", "plus_minus_days: 1, name", "name",
		`f:15:5: closures[1]: "plus_minus_days" is missing`,
	},
	{
		"margin of a fixed date", "certainty: fixed", "certainty: fixed, plus_minus_days: 1",
		"f:14:87: closures[0].plus_minus_days: only a tentative date has plus_minus_days",
	},
	{
		"unknown certainty", "certainty: fixed", "certainty: fixd",
		`f:14:63: closures[0].certainty: "fixd" is unknown here; want fixed or tentative or exceptional; did you mean "fixed"?`,
	},
	{
		"unknown zone", "Africa/Casablanca", "Africa/Safi",
		`f:2:11: timezone: "Africa/Safi" is no time zone; want an IANA name, such as Africa/Casablanca`,
	},
	{
		"the machine's zone", "Africa/Casablanca", "Local",
		`f:2:11: timezone: "Local" is no time zone; want an IANA name, such as Africa/Casablanca`,
	},
	{
		"zone of an office", "desks: 2", "desks: 2\n        timezone: Morocco",
		`f:32:19: administrations[0].offices[0].timezone: "Morocco" is no time zone; want an IANA name, such as Africa/Casablanca`,
	},
	{
		"no desks", "desks: 2", "desks: 0",
		"f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found number 0",
	},
	{
		"too many desks", "desks: 2", "desks: 256",
		"f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found number 256",
	},
	{
		"no duration", "duration_min: 10", "duration_min: 0",
		"f:33:79: administrations[0].offices[0].services[0].duration_min: want a whole number from 1 to 480, found number 0",
	},
	{
		"too long", "duration_min: 10", "duration_min: 481",
		"f:33:79: administrations[0].offices[0].services[0].duration_min: want a whole number from 1 to 480, found number 481",
	},
	{
		"control character", `fr: "Vente"`, "fr: \"Ven\\tte\"",
		"f:34:48: administrations[0].offices[0].services[1].name.fr: the text holds the control character U+0009",
	},
	{
		"line break", `fr: "Vente"`, "fr: \"Ven\\r\\nte\"",
		"f:34:48: administrations[0].offices[0].services[1].name.fr: the text holds the control character U+000D",
	},
	{
		"mark that turns text around", `fr: "Vente"`, "fr: \"Ven\\u202ete\"",
		"f:34:48: administrations[0].offices[0].services[1].name.fr: the text holds the control character U+202E",
	},
	{
		"portal that is no host", "portal: town.example", "portal: https://town.example",
		`f:26:13: administrations[0].portal: "https://town.example": want a host name or word: 1 to 64 of a-z, 0-9, "-", "_" and "."`,
	},
	{
		"online first without a portal", "    portal: town.example\n", "",
		"f:32:116: administrations[0].offices[0].services[0].online_first: needs a portal, here or at the administration",
	},
	{
		"position out of range", "desks: 2", "desks: 2\n        geo: {lat: 132.3, lon: -9.24, precision: city}",
		"f:32:20: administrations[0].offices[0].geo.lat: want a number from -90 to 90, found number 132.3",
	},
	{
		"name too long", `fr: "Vente"`, `fr: "` + strings.Repeat("é", 201) + `"`,
		"f:34:48: administrations[0].offices[0].services[1].name.fr: the text has 201 characters; want 200 at most",
	},
	{
		"event with more hosts than desks", "hosts: [hall]", "hosts: [hall, booth]",
		"f:35:9: administrations[0].offices[1]: has 2 hosts and 1 desks; want a desk for each\n" +
			`f:35:9: administrations[0].offices[1]: the host "booth" is an event or is booked elsewhere`,
	},
	{
		"event with a host that is booked elsewhere", "desks: 2", "desks: 2\n        external_booking: town.example",
		`f:36:9: administrations[0].offices[1]: the host "hall" is an event or is booked elsewhere`,
	},
	{
		"event that is booked elsewhere", "hosts: [hall]", "hosts: [hall]\n        external_booking: town.example",
		"f:42:27: administrations[0].offices[1].external_booking: an event cannot be booked elsewhere",
	},
	{
		"event without dates", "        dates: [2027-08-10]\n", "",
		`f:35:9: administrations[0].offices[1]: "dates" is missing`,
	},
	{
		"event without a date", "dates: [2027-08-10]", "dates: []",
		"f:38:16: administrations[0].offices[1].dates: the list is empty; want one entry at least",
	},
	{
		"event date twice", "dates: [2027-08-10]", "dates: [2027-08-10, 2027-08-10]",
		"f:35:9: administrations[0].offices[1]: the date 2027-08-10 is given twice",
	},
	{
		"event on a closed day", "dates: [2027-08-10]", "dates: [2027-08-16]",
		`f:35:9: administrations[0].offices[1]: is closed on 2027-08-16 by "mawlid"`,
	},
	{
		"event with standing hours", "        dates: [2027-08-10]", "        hours: [standard]\n        dates: [2027-08-10]",
		"f:38:16: administrations[0].offices[1].hours: an event has dates and hours_event",
	},
	{
		"event with its own service", "hosts: [hall]", "hosts: [hall]\n        services: [{id: s, name: {ar: \"ع\", fr: \"s\"}, duration_min: 5}]",
		"f:42:20: administrations[0].offices[1].services[0]: an event offers the services of its hosts; it has none of its own",
	},
	{
		"event that hosts itself", "hosts: [hall]", "hosts: [booth]",
		`f:35:9: administrations[0].offices[1]: the host "booth" is an event or is booked elsewhere`,
	},
	{
		"dates of a standing office", "desks: 2", "desks: 2\n        dates: [2027-08-10]",
		"f:32:16: administrations[0].offices[0].dates: belongs to an event only (kind: event)",
	},
	{
		"overlapping periods", "periods:", "periods:\n  - {id: first, from: 2027-02-01, to: 2027-02-08, certainty: fixed, hours_template: short}",
		`f:18:5: periods[1]: overlaps the period "first" (2027-02-01 to 2027-02-08)`,
	},
	{
		"period with hours that only add", "hours_template: short", "hours_template: extra",
		`f:17:5: periods[0]: the hours template "extra" only adds hours; a period needs one that stands alone`,
	},
	{
		"legal step without a limit", ", max_days: 60", "",
		"f:44:7: legal_steps.request[0]: want either max_days or max_working_days",
	},
	{
		"legal step with two limits", "max_days: 60", "max_days: 60, max_working_days: 5",
		"f:44:7: legal_steps.request[0]: want either max_days or max_working_days",
	},
}
