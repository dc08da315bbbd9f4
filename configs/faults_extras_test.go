package configs_test

import (
	"testing"

	"mawid/configs"
)

// Each row adds a part to the end of the small catalogue; line 47 is its first.
func TestFaultsOfExtras(t *testing.T) {
	for _, row := range []struct{ name, part, want string }{
		{"all good", "season: {id: s, name: {ar: \"ص\", fr: \"Été\"}, intake_open: 2027-05-03, service_from: 2027-06-15, service_to: 2027-09-15}", ""},
		{
			"season without dates", "season: {id: s, name: {ar: \"ص\", fr: \"Été\"}, intake_open: 2027-05-03, service_from: 2027-06-15}",
			`f:47:9: season: "service_to" is missing`,
		},
		{
			"season ends first", "season: {id: s, name: {ar: \"ص\", fr: \"Été\"}, intake_open: 2027-05-03, service_from: 2027-06-15, service_to: 2027-06-05}",
			`f:47:108: season.service_to: 2027-06-05 is before "service_from" (2027-06-15)`,
		},
		{
			"peak of another kind", "season: {id: s, name: {ar: \"ص\", fr: \"Été\"}, intake_open: 2027-05-03, service_from: 2027-06-15, service_to: 2027-09-15,\n" +
				"  peaks: [{from: 2027-07-01, to: 2027-07-15, kind: arrival}]}",
			`f:48:52: season.peaks[0].kind: "arrival" is unknown here; want arrivals or departures; did you mean "arrivals"?`,
		},
		{
			"working days of no span", "season: {id: s, name: {ar: \"ص\", fr: \"Été\"}, intake_open: 2027-05-03, service_from: 2027-06-15, service_to: 2027-09-15,\n" +
				"  working_days: {\"2027-06-15\": 64}}",
			`f:48:18: season.working_days.2027-06-15: want a span, such as 2027-06-15..2027-09-15, found "2027-06-15"`,
		},
		{"country", "residence_countries: [{iso: Fr, dial: 33, lang: [fr, pt]}]", `f:47:29: residence_countries[0].iso: "Fr": want two capital letters (ISO 3166-1)` + "\n" +
			`f:47:39: residence_countries[0].dial: want text (in quotes), found number 33` + "\n" +
			`f:47:54: residence_countries[0].lang[1]: "pt" is unknown here; want ar or fr or en or zgh or es or it or nl or de`},
		{"pattern", "formats: {cnie: '[A-Z', Passport: 'x'}", `f:47:17: formats.cnie: "[A-Z" is no regular expression (RE2)` + "\n" +
			`f:47:25: formats.Passport: the key "Passport" is no id`},
		{"share above one", "demand_scenario: {national_arrivals: 4, safi_share: 1.5, share_needing_an_office: 0.15, services_per_person: 1.5,\n" +
			"  appointments_safi_season: 13500, per_working_day: 211, no_show: x, stuck_file_share: 0.2}", `f:47:53: demand_scenario.safi_share: want a number from 0 to 1, found number 1.5` + "\n" +
			`f:48:67: demand_scenario.no_show: want a number from 0 to 1, found text "x"`},
		{"commune", "communes: {municipalities: [{code: 7, fr: Safi, ar: \"آسفي\"}], circles: []}", `f:47:36: communes.municipalities[0].code: want text (in quotes), found number 7` + "\n" +
			`f:47:63: communes.circles: unknown key "circles"; did you mean "cercles"?`},
		{"unit", "regions: [{code: \"01\", fr: T, ar: \"ط\", units: [[\"051\", A], [\"x\", B, \"ب\"]]}]", `f:47:48: regions[0].units[0]: want three texts: code, French name, Arabic name` + "\n" +
			`f:47:61: regions[0].units[1][0]: "x": want digits, in quotes, such as "07" or "07.431.01.03"`},
		{"priority group", "priority_groups: [{id: old, rule: \"age >= 65\", weight: 0}]", `f:47:56: priority_groups[0].weight: want a whole number from 1 to 100, found number 0`},
		{"escalation", "escalation: [office, Wassit]", `f:47:22: escalation[1]: "Wassit": want a host name or word: 1 to 64 of a-z, 0-9, "-", "_" and "."`},
		{"locale", "locale_default: Arabic", `f:47:17: locale_default: "Arabic": want a language tag, such as ar-MA`},
		{"currency", "currency: dirham", `f:47:11: currency: "dirham": want three capital letters, such as MAD`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := configs.Format(faultsOf(t, small+row.part+"\n")); got != row.want {
				t.Errorf("\n got %s\nwant %s", got, row.want)
			}
		})
	}
}
