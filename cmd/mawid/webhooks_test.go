package main

import (
	"regexp"
	"strings"
	"testing"

	"mawid/internal/testdb"
)

var (
	hookAdded = regexp.MustCompile(`(?m)^(hook_[0-9a-v]+) hears from now on\..* (whsec_[A-Za-z0-9+/=]{44})$`)
	hookFresh = regexp.MustCompile(`(?m)^New secret: (whsec_[A-Za-z0-9+/=]{44})$`)
)

// TestWebhooksFromTheCommandLine: an address is added, listed without its secret,
// gets another secret, and is switched off and on.
func TestWebhooksFromTheCommandLine(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		run := func(want string, args ...string) string {
			t.Helper()
			r := house.run(append([]string{"webhook"}, args...)...)
			if r.code != exitDone || !strings.Contains(r.out, want) {
				t.Errorf("%v: exit %d, %q is missing in\n%s%s", args, r.code, want, r.out, r.err)
			}
			return r.out
		}
		added := hookAdded.FindStringSubmatch(run("hears", "add", "https://hooks.example/mawid", "--type", "appointment.booked"))
		if added == nil {
			t.Fatal("no id and secret")
		}
		if listed := run("appointment.booked", "list"); strings.Contains(listed, "whsec_") || !strings.Contains(listed, added[1]) {
			t.Errorf("listed:\n%s", listed)
		}
		if fresh := hookFresh.FindStringSubmatch(run("a day", "rotate", added[1])); fresh == nil || fresh[1] == added[2] {
			t.Errorf("the secret was not replaced: %v", fresh)
		}
		run("off (operator)", "disable", added[1])
		run("is on", "enable", added[1])
		run("0 deliveries", "retry", added[1])
		for _, bad := range [][]string{{"add", "ftp://x"}, {"rotate", "hook_none"}, {"disable", "hook_none"}} {
			if r := house.run(append([]string{"webhook"}, bad...)...); r.code != exitFault {
				t.Errorf("%v: exit %d", bad, r.code)
			}
		}
	})
}
