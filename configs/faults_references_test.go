package configs_test

import "testing"

func TestFaultsOfReferences(t *testing.T) { run(t, faultsOfReferences) }

var faultsOfReferences = []change{
	{
		"dangling document", "documents: [cnie],", "documents: [cni],",
		`f:33:95: administrations[0].offices[0].services[0].documents[0]: "cni" is no document; did you mean "cnie"?`,
	},
	{
		"dangling document without a near one", "documents: [cnie],", "documents: [passport],",
		`f:33:95: administrations[0].offices[0].services[0].documents[0]: "passport" is no document`,
	},
	{
		"dangling service", "depends_on: [birth]", "depends_on: [brith]",
		`f:34:114: administrations[0].offices[0].services[1].depends_on[0]: "brith" is no service; did you mean "birth"?`,
	},
	{
		"dangling hours", "hours: [standard, extra]", "hours: [standart, extra]",
		`f:30:17: administrations[0].offices[0].hours[0]: "standart" is no hours template; did you mean "standard"?`,
	},
	{
		"dangling hours of a period", "hours_template: short", "hours_template: shot",
		`f:17:111: periods[0].hours_template: "shot" is no hours template; did you mean "short"?`,
	},
	{
		"dangling host", "hosts: [hall]", "hosts: [hull]",
		`f:41:17: administrations[0].offices[1].hosts[0]: "hull" is no office; did you mean "hall"?`,
	},
	{
		"dangling issuer", "[notary, town]", "[notarius, town]",
		`f:22:57: documents.deed.issuer[0]: "notarius" is no administration or outsider`,
	},
	{
		"dangling legal steps", "legal_steps: request", "legal_steps: requests",
		`f:34:135: administrations[0].offices[0].services[1].legal_steps: "requests" is no legal_steps; did you mean "request"?`,
	},
	{
		"dangling chain step", "[birth, notary, sale]", "[birth, notar, sale]",
		`f:46:64: chains[0].steps[1]: "notar" is no service or outsider; did you mean "notary"?`,
	},
	{
		"dangling office of a closure", "id: throne,", "id: throne, offices: [halle],",
		`f:14:28: closures[0].offices[0]: "halle" is no office; did you mean "hall"?`,
	},
	{
		"listed twice", "documents: [cnie, deed]", "documents: [cnie, cnie]",
		`f:34:94: administrations[0].offices[0].services[1].documents[1]: "cnie" is listed twice`,
	},
	{
		"circle of one", "depends_on: [birth]", "depends_on: [sale]",
		"f:34:13: administrations[0].offices[0].services[1]: depends_on goes in a circle: sale → sale",
	},
	{
		"circle of two", "online_first: true", "depends_on: [sale]",
		"f:33:13: administrations[0].offices[0].services[0]: depends_on goes in a circle: birth → sale → birth",
	},
	{
		"duplicate service", "{id: sale,", "{id: birth,",
		`f:34:18: administrations[0].offices[0].services[1].id: the service "birth" is already defined in line 33` + "\n" +
			`f:46:72: chains[0].steps[2]: "sale" is no service or outsider`,
	},
	{
		"duplicate office", "id: booth", "id: hall",
		`f:35:13: administrations[0].offices[1].id: the office "hall" is already defined in line 28`,
	},
	{
		"duplicate closure", "id: mawlid,", "id: throne,",
		`f:15:10: closures[1].id: the closure "throne" is already defined in line 14`,
	},
	{
		"id with capitals", "id: booth", "id: Booth",
		`f:35:13: administrations[0].offices[1].id: "Booth" is no id; want 1 to 64 of a-z, 0-9, "_" and "-"`,
	},
	{
		"id too long", "id: booth", "id: b123456789012345678901234567890123456789012345678901234567890booth",
		`f:35:13: administrations[0].offices[1].id: "b123456789012345678901234567890123456789…" is no id; want 1 to 64 of a-z, 0-9, "_" and "-"`,
	},
	{
		"key that is no id", "  deed: {", "  Deed: {",
		`f:22:3: documents.Deed: the key "Deed" is no id; want 1 to 64 of a-z, 0-9, "_" and "-"` + "\n" +
			`f:34:94: administrations[0].offices[0].services[1].documents[1]: "deed" is no document`,
	},
	{
		"outsider with a taken id", "  notary: {", "  birth: {ar: \"ع\", fr: \"n\"}\n  notary: {",
		`f:19:3: outsiders.birth: "birth" is also the service of line 34`,
	},
}
