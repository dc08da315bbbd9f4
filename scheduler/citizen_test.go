package scheduler_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"mawid/internal/tz"
	"mawid/scheduler"
)

func zones(t testing.TB) scheduler.Zones {
	t.Helper()
	z, err := tz.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// faults are what Check finds, as "field: code", in order.
func faults(c scheduler.Citizen, z scheduler.Zones) []string {
	bad := &scheduler.InvalidError{}
	c.Check(bad, z)
	var out []string
	for _, f := range bad.Fields {
		out = append(out, f.Field+": "+f.Code)
	}
	return out
}

func TestCitizenCheck(t *testing.T) {
	good := scheduler.Citizen{Name: "فاطمة الزهراء", Email: "fatima@example.org", Phone: "+33612345678", Language: "ar", Zone: "Europe/Paris"}
	label := strings.Repeat("a", 61) + "."
	long := "x@" + strings.Repeat(label, 4) + "org" // 2 + 4 × 62 + 3 = 253
	for _, test := range []struct {
		name   string
		change func(*scheduler.Citizen)
		want   []string
	}{
		{"all there", func(*scheduler.Citizen) {}, nil},
		{"mail only", func(c *scheduler.Citizen) { c.Phone = "" }, nil},
		{"phone only", func(c *scheduler.Citizen) { c.Email = "" }, nil},
		{"the office's clock", func(c *scheduler.Citizen) { c.Zone = "" }, nil},
		{"a name of 120 letters", func(c *scheduler.Citizen) { c.Name = strings.Repeat("ع", 120) }, nil},
		{"a hyphen, an apostrophe, an accent", func(c *scheduler.Citizen) { c.Name = "Anne-Éloïse N’Diaye O'Neil" }, nil},
		{"marks of direction, as keyboards write them", func(c *scheduler.Citizen) { c.Name = "Ali \u200fعلي\u200e" }, nil},

		{"no name", func(c *scheduler.Citizen) { c.Name = "" }, []string{"citizen.name: required"}},
		{"a name of spaces", func(c *scheduler.Citizen) { c.Name = " \t\u00a0 " }, []string{"citizen.name: required"}},
		{"a name that cannot be seen", func(c *scheduler.Citizen) { c.Name = " \u200b\u200e \ufeff" }, []string{"citizen.name: required"}},
		{"a name of 121 letters", func(c *scheduler.Citizen) { c.Name = strings.Repeat("ع", 121) }, []string{"citizen.name: too_long"}},
		{"a line break in the name", func(c *scheduler.Citizen) { c.Name = "A\r\nBcc: b@example.org" }, []string{"citizen.name: control_characters"}},
		{"NUL", func(c *scheduler.Citizen) { c.Name = "A\x00" }, []string{"citizen.name: control_characters"}},
		{"C1", func(c *scheduler.Citizen) { c.Name = "A\u0085B" }, []string{"citizen.name: control_characters"}},
		{"a line separator", func(c *scheduler.Citizen) { c.Name = "A\u2028B" }, []string{"citizen.name: control_characters"}},
		{"an override of direction", func(c *scheduler.Citizen) { c.Name = "A\u202eB" }, []string{"citizen.name: control_characters"}},
		{"an isolate", func(c *scheduler.Citizen) { c.Name = "A\u2067B" }, []string{"citizen.name: control_characters"}},
		{"not UTF-8", func(c *scheduler.Citizen) { c.Name = "A\xff" }, []string{"citizen.name: control_characters"}},
		{"long and with a control", func(c *scheduler.Citizen) { c.Name = strings.Repeat("a", 120) + "\n" }, []string{"citizen.name: too_long", "citizen.name: control_characters"}},

		{"no way to reach", func(c *scheduler.Citizen) { c.Email, c.Phone = "", "" }, []string{"citizen.email: one_of_required"}},
		{"no @", func(c *scheduler.Citizen) { c.Email = "example.org" }, []string{"citizen.email: invalid_email"}},
		{"no dot", func(c *scheduler.Citizen) { c.Email = "a@localhost" }, []string{"citizen.email: invalid_email"}},
		{"a dot at the end", func(c *scheduler.Citizen) { c.Email = "a@example.org." }, []string{"citizen.email: invalid_email"}},
		{"an address number", func(c *scheduler.Citizen) { c.Email = "a@[192.0.2.1]" }, []string{"citizen.email: invalid_email"}},
		{"a display name", func(c *scheduler.Citizen) { c.Email = "A <a@example.org>" }, []string{"citizen.email: invalid_email"}},
		{"angle brackets", func(c *scheduler.Citizen) { c.Email = "<a@example.org>" }, []string{"citizen.email: invalid_email"}},
		{"a comment", func(c *scheduler.Citizen) { c.Email = "a@example.org(x)" }, []string{"citizen.email: invalid_email"}},
		{"two addresses", func(c *scheduler.Citizen) { c.Email = "a@example.org,b@example.org" }, []string{"citizen.email: invalid_email"}},
		{"a header after it", func(c *scheduler.Citizen) { c.Email = "a@example.org\r\nBcc: b@example.org" }, []string{"citizen.email: invalid_email"}},
		{"a space before it", func(c *scheduler.Citizen) { c.Email = " a@example.org" }, []string{"citizen.email: invalid_email"}},
		{"253 octets", func(c *scheduler.Citizen) { c.Email = long }, nil},
		{"255 octets", func(c *scheduler.Citizen) { c.Email = "xx" + long }, []string{"citizen.email: invalid_email"}},

		{"a national number", func(c *scheduler.Citizen) { c.Phone = "0612345678" }, []string{"citizen.phone: invalid_phone"}},
		{"a country code of 0", func(c *scheduler.Citizen) { c.Phone = "+0612345678" }, []string{"citizen.phone: invalid_phone"}},
		{"spaces", func(c *scheduler.Citizen) { c.Phone = "+33 612345678" }, []string{"citizen.phone: invalid_phone"}},
		{"a letter", func(c *scheduler.Citizen) { c.Phone = "+3361234a678" }, []string{"citizen.phone: invalid_phone"}},
		{"a second plus", func(c *scheduler.Citizen) { c.Phone = "+3361234+678" }, []string{"citizen.phone: invalid_phone"}},
		{"Arabic digits", func(c *scheduler.Citizen) { c.Phone = "+٢١٢٦١٢" }, []string{"citizen.phone: invalid_phone"}},
		{"6 digits", func(c *scheduler.Citizen) { c.Phone = "+331234" }, []string{"citizen.phone: invalid_phone"}},
		{"7 digits", func(c *scheduler.Citizen) { c.Phone = "+3312345" }, nil},
		{"15 digits", func(c *scheduler.Citizen) { c.Phone = "+123456789012345" }, nil},
		{"16 digits", func(c *scheduler.Citizen) { c.Phone = "+1234567890123456" }, []string{"citizen.phone: invalid_phone"}},

		{"no such zone", func(c *scheduler.Citizen) { c.Zone = "Europe/Safi" }, []string{"citizen.time_zone: invalid_zone"}},
		{"the machine's zone", func(c *scheduler.Citizen) { c.Zone = "Local" }, []string{"citizen.time_zone: invalid_zone"}},
		{"a path", func(c *scheduler.Citizen) { c.Zone = "../../etc/passwd" }, []string{"citizen.time_zone: invalid_zone"}},

		{"everything at once", func(c *scheduler.Citizen) { *c = scheduler.Citizen{Email: "x", Phone: "y", Zone: "z"} }, []string{
			"citizen.name: required", "citizen.email: invalid_email", "citizen.phone: invalid_phone", "citizen.time_zone: invalid_zone",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := good
			test.change(&c)
			if got := faults(c, zones(t)); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestInvalidErrorTellsFieldsNotValues(t *testing.T) {
	bad := &scheduler.InvalidError{}
	if err := bad.OrNil(); err != nil {
		t.Errorf("no fault is %v, want nil", err)
	}
	scheduler.Citizen{Name: "Secret\nName", Email: "secret at example", Phone: "secret", Zone: "Secret/Zone"}.Check(bad, zones(t))
	text := bad.OrNil().Error()
	for _, f := range bad.Fields {
		text += f.Detail
	}
	if strings.Contains(strings.ToLower(text), "secret") {
		t.Errorf("the error shows what the person typed: %s", text)
	}
	if !strings.HasPrefix(text, "invalid: citizen.name: control_characters, citizen.email: invalid_email") {
		t.Errorf("the error does not name its fields: %s", text)
	}
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func FuzzCitizenCheck(f *testing.F) {
	f.Add("Ali", "a@example.org", "+33612345678", "Europe/Paris")
	f.Add("A\r\nB", "a@b.c\r\nX: y", "+0", "../x")
	f.Add("\u202e", `"a@b"@c.d`, "", "Local")
	f.Add("\xff", "a@b.c,d@e.f", "+33612345678\n", "")
	f.Fuzz(func(t *testing.T, name, email, phone, zone string) {
		z := zones(t)
		c := scheduler.Citizen{Name: name, Email: email, Phone: phone, Zone: zone}
		if len(faults(c, z)) > 0 {
			return
		}
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > 120 || strings.ContainsFunc(name, unicode.IsControl) {
			t.Errorf("name %q passed", name)
		}
		if email == "" && phone == "" {
			t.Error("nobody can be reached")
		}
		if strings.ContainsFunc(email, func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>,;:"()[]`, r)
		}) {
			t.Errorf("address %q passed", email)
		}
		if email != "" && (strings.Count(email, "@") != 1 || len(email) > 254) {
			t.Errorf("address %q passed", email)
		}
		if phone != "" && !e164.MatchString(phone) {
			t.Errorf("number %q passed", phone)
		}
		if _, err := z.Load(zone); zone != "" && err != nil {
			t.Errorf("zone %q passed: %v", zone, err)
		}
	})
}
