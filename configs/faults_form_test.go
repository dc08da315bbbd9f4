package configs_test

import "testing"

func TestFaultsOfForm(t *testing.T) { run(t, faultsOfForm) }

var faultsOfForm = []change{
	{
		"unknown key with a near one", "duration_min: 10,", "duration: 10,",
		`f:33:13: administrations[0].offices[0].services[0]: "duration_min" is missing` + "\n" +
			`f:33:65: administrations[0].offices[0].services[0].duration: unknown key "duration"; did you mean "duration_min"?`,
	},
	{
		"unknown key without a near one", "desks: 2", "desks: 2\n        wheelchair: yes",
		`f:32:9: administrations[0].offices[0].wheelchair: unknown key "wheelchair"; want one of channels, confirm_address, dates, desks, external_booking, geo, hosts, hours, hours_event, id, kind, name, no_appointment_needed_for, notices, prov, services, timezone`,
	},
	{
		"unknown key at the top", "periods:", "holidays:",
		`f:16:1: holidays: unknown key "holidays"; want one of administrations, assisted_channels, chains, closures, communes, currency, demand_scenario, documents, escalation, escalation_desk, formats, hours_templates, legal_steps, locale_default, locales, outsiders, periods, priority_groups, regions, residence_countries, schema, season, timezone`,
	},
	{
		"unknown weekday", "{sat: [[", "{saturday: [[",
		`f:12:12: hours_templates.extra.days.saturday: unknown key "saturday"; want one of fri, mon, sat, sun, thu, tue, wed`,
	},
	{
		"duplicate key", "desks: 2", "desks: 2\n        desks: 3",
		`f:32:9: administrations[0].offices[0].desks: the key "desks" is already given in line 31`,
	},
	{
		"duplicate document key", "  deed: {", "  cnie: {",
		`f:22:3: documents.cnie: the key "cnie" is already given in line 21` + "\n" +
			`f:34:94: administrations[0].offices[0].services[1].documents[1]: "deed" is no document`,
	},
	{
		"number for text", `fr: "Vente"`, "fr: 7",
		"f:34:48: administrations[0].offices[0].services[1].name.fr: want text (in quotes), found number 7",
	},
	{
		"text for number", "desks: 2", "desks: two",
		`f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found text "two"`,
	},
	{
		"fraction for whole number", "desks: 2", "desks: 2.5",
		"f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found number 2.5",
	},
	{
		"hexadecimal", "desks: 2", "desks: 0x10",
		"f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found number 0x10",
	},
	{
		"quoted number", "desks: 2", `desks: "2"`,
		`f:31:16: administrations[0].offices[0].desks: want a whole number from 1 to 255, found text "2"`,
	},
	{
		"text for flag", "online_first: true", "online_first: yes",
		`f:33:116: administrations[0].offices[0].services[0].online_first: want true or false, found text "yes"`,
	},
	{
		"list for mapping", `name: {ar: "المكتب", fr: "Le bureau"}`, "name: [a, b]",
		"f:29:15: administrations[0].offices[0].name: want a mapping, found a list",
	},
	{
		"mapping for list", "hours: [standard, extra]", "hours: {standard: extra}",
		"f:30:16: administrations[0].offices[0].hours: want a list, found a mapping",
	},
	{
		"text for list", "documents: [cnie],", "documents: cnie,",
		`f:33:94: administrations[0].offices[0].services[0].documents: want a list, found text "cnie"`,
	},
	{
		"nothing in a list", "documents: [cnie],", "documents: [null],",
		"f:33:95: administrations[0].offices[0].services[0].documents[0]: want text, found nothing",
	},
	{
		"missing id", "- id: hall\n        name", "- name",
		`f:28:9: administrations[0].offices[0]: "id" is missing` + "\n" +
			`f:40:17: administrations[0].offices[1].hosts[0]: "hall" is no office`,
	},
	{
		"missing schema", "schema: mawid/catalogue/1\n", "",
		`f:1:1: "schema" is missing`,
	},
	{
		"other schema", "catalogue/1", "catalogue/2",
		`f:1:9: schema: "mawid/catalogue/2" is a form that is not read here; want mawid/catalogue/1`,
	},
	{
		"missing desks", "        desks: 2\n", "",
		`f:28:9: administrations[0].offices[0]: "desks" is missing`,
	},
	{
		"missing duration, given as null", "duration_min: 10,", "duration_min: null,",
		`f:33:13: administrations[0].offices[0].services[0]: "duration_min" is missing`,
	},
	{
		"missing hours", "        hours: [standard, extra]\n", "",
		`f:28:9: administrations[0].offices[0]: "hours" is missing`,
	},
	{
		"missing Arabic name", `{ar: "المكتب", fr`, "{fr",
		`f:29:15: administrations[0].offices[0].name: the name in "ar" is missing`,
	},
	{
		"missing French name", `, fr: "CNIE"`, "",
		`f:21:9: documents.cnie: the name in "fr" is missing`,
	},
	{
		"unknown language", `fr: "Vente"`, `fr: "Vente", pt: "Venda"`,
		`f:34:57: administrations[0].offices[0].services[1].name.pt: unknown key "pt"; want one of ar, de, en, es, fr, it, nl, zgh`,
	},
	{
		"blank name", `fr: "Vente"`, `fr: "  "`,
		"f:34:48: administrations[0].offices[0].services[1].name.fr: the text is empty",
	},
	{
		"alias", "documents: [cnie],", "documents: *docs,",
		"f:33:94: an alias (*) is not read here; write the value out",
	},
	{
		"anchor", "documents: [cnie],", "documents: &docs [cnie],",
		"f:33:94: an anchor (&) is not read here; write the value out",
	},
	{
		"tag", "desks: 2", "desks: !!int 2",
		"f:31:16: a tag (!) is not read here; write the value out",
	},
	{
		"merge key", "desks: 2", "desks: 2\n        <<: {desks: 3}",
		"f:32:9: a merge key (<<) is not read here; write the value out",
	},
	{
		"bracket not closed", "hosts: [hall]", "hosts: [hall",
		"f:42:1: is not YAML: ',' or ']' must be specified",
	},
	{
		"quote not closed", `fr: "Vendre"`, `fr: "Vendre`,
		"f:46:38: is not YAML: could not find end character of double-quoted text",
	},
	{
		"tab as indent", "    portal: town.example", "\tportal: town.example",
		"f:26:1: is not YAML: found character 'U+0009' that cannot start any token",
	},
	{
		"second document", "legal_steps:\n", "---\nlegal_steps:\n",
		`f:34:135: administrations[0].offices[0].services[1].legal_steps: "request" is no legal_steps` + "\n" +
			"f:43:1: a second document begins here; want one",
	},
}
