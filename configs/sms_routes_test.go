package configs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mawid/configs"
)

// TestTheExampleOfRoutes is the manual of the file: it must be readable, and say
// what it says.
func TestTheExampleOfRoutes(t *testing.T) {
	text, err := os.ReadFile("sms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	routes, err := configs.ReadSMSRoutes("sms.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if len(routes) != 2 || routes[0].Name != "maroc" || routes[1].Method != "GET" || len(routes[1].Countries) != 0 {
		t.Fatalf("%+v", routes)
	}
	want := configs.SMSReceipts{
		Secret: "replace-this-by-24-letters-or-more", ID: "messageId", Status: "status",
		Delivered: []string{"DELIVRD", "delivered"}, Failed: []string{"UNDELIV", "EXPIRED", "REJECTD", "failed"},
	}
	if d := cmp.Diff(want, routes[0].Receipts); d != "" {
		t.Error(d)
	}
	if r := routes[0]; r.Headers["Content-Type"] != "application/json" || !strings.Contains(r.Body, "{{json .Text}}") || r.Countries[0] != "+212" {
		t.Errorf("%+v", r)
	}
}

func TestRoutesSayWhatTheyWantAndNeverTheKeys(t *testing.T) {
	const key = "hunter2-hunter2"
	for text, want := range map[string]string{
		"":                    "",
		"routes: []":          "one entry at least",
		"routes: [{name: a}]": `"url" is missing`,
		"routes: [{name: a, url: 'ftp://x/" + key + "'}]":                        "want the address of a gateway",
		"routes: [{name: a, url: 'https://x', method: PATCH}]":                   "POST",
		"routes: [{name: a, url: 'https://x', countries: [212]}]":                "text (in quotes)",
		"routes: [{name: a, url: 'https://x', message_id: '" + key + "'}]":       "1 groups",
		"routes: [{name: a, url: 'https://x', success: '(" + key + "'}]":         "0 groups",
		"routes: [{name: a, url: 'https://x', key: " + key + "}]":                `unknown key "key"`,
		"routes: [{name: a, url: 'https://x', receipts: {secret: " + key + "}}]": "24 letters",
		"routes: [{name: a, url: 'https://x'}]\nother: 1":                        `unknown key "other"`,
	} {
		_, err := configs.ReadSMSRoutes("f", []byte(text))
		switch {
		case err == nil && want != "":
			t.Errorf("%s: no fault, want %q", text, want)
		case err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), key)):
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
