package configs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mawid/configs"
	"mawid/scheduler"
)

var values = []cmp.Option{cmpopts.IgnoreUnexported(configs.Settings{}), cmpopts.EquateComparable(netip.Prefix{})}

// write puts a settings file into a folder of the test.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mawid.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, file string, environ ...string) configs.Settings {
	t.Helper()
	s, err := configs.Load(write(t, file), environ)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNothingSetGivesTheDefaults(t *testing.T) {
	want := configs.Settings{
		DatabaseURL: "sqlite:data/mawid.db", Listen: "127.0.0.1:8080", PublicURL: "http://127.0.0.1:8080", DataDir: "data",
		MailFrom: "Mawid <mawid@localhost>", LogFormat: "text", MetricsListen: "127.0.0.1:9180",
		OIDC: configs.OIDC{Claim: "email"}, DKIM: configs.DKIM{Selector: "mawid"}, Bounces: configs.Bounces{Listen: "off", Protocol: "smtp"},
		Notices: scheduler.NoticePolicy{
			WorkingDays: 3, Eve: true, WeekAhead: 21, Hour: 10 * 60, LastUse: 2 * time.Hour, BeforeCall: time.Hour, Questions: true,
			Night: scheduler.Quiet{From: 21 * 60, To: 8 * 60}, Friday: scheduler.Quiet{From: 12 * 60, To: 14*60 + 30},
			Ramadan: scheduler.Quiet{From: 17 * 60, To: 20 * 60},
		},
		Booking: configs.Booking{LeadMinutes: 15, HorizonDays: 365, HoldMinutes: 10, MaxParty: 6, ConfirmMinutes: 30, KeepDays: 90, ReturnMinMinutes: 3, ReturnMaxMinutes: 20},
		Queue: scheduler.QueuePolicy{
			Grace: 10 * time.Minute, WalkInCredit: 30 * time.Minute, GroupCredit: 10 * time.Minute, MaxWait: 75 * time.Minute,
			RecallAfter: time.Minute, MaxCalls: 3, CheckInEarly: time.Hour, UndoWithin: 10 * time.Minute, NearPlaces: 3, NearWait: 30 * time.Minute, WalkInShare: 100,
		},
		Offers:   scheduler.OfferPolicy{AnswerFor: time.Hour, AtOnce: 3, PerClient: 20},
		DayLists: configs.DayLists{From: 6*60 + 30},
		Limits:   configs.Limits{RequestsPerMinute: 600, HoldsPerClient: 5, HoldsWithProof: 20, HoldsPerMinute: 300},
	}
	s, err := configs.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, s, values...); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want, configs.Defaults(), values...); d != "" {
		t.Error(d)
	}
	for _, file := range []string{string(configs.Example), "", "# nothing\n", "booking:\nlimits:\n", "secret: null\nlisten: \"\"\n"} {
		if d := cmp.Diff(want, load(t, file), values...); d != "" {
			t.Errorf("%.40q: %s", file, d)
		}
	}
}

var commented = regexp.MustCompile(`(?m)^( *)# ([a-z_]+:( .*)?)$`)

// The example is the manual: with the comment signs taken away it must say the
// defaults, and it must name every key.
func TestExampleSaysTheDefaults(t *testing.T) {
	text := commented.ReplaceAllString(string(configs.Example), "$1$2")
	if d := cmp.Diff(configs.Defaults(), load(t, text), values...); d != "" {
		t.Error(d)
	}
	for _, r := range configs.Defaults().Redacted() {
		section, key, inner := strings.Cut(r.Key, ".")
		if !inner {
			section, key = "", section
		}
		if section != "" && !strings.Contains(text, "\n"+section+":\n") {
			t.Errorf("the section %s is not in the example", section)
		}
		if !regexp.MustCompile(`(?m)^ *` + key + `: `).MatchString(text) {
			t.Errorf("%s is not in the example", r.Key)
		}
	}
	// Guard of the guard: a changed value must show.
	changed := strings.Replace(text, "max_party: 6", "max_party: 7", 1)
	if cmp.Equal(configs.Defaults(), load(t, changed), values...) {
		t.Error("a changed example still equals the defaults")
	}
}

func TestEveryKeyCanBeSetInBothWays(t *testing.T) {
	secret := strings.Repeat("s", 32)
	want := configs.Settings{
		DatabaseURL: "postgres://u:p@db/mawid?sslmode=disable", Listen: ":80", PublicURL: "https://rdv.example", DataDir: "/var/lib/mawid",
		Catalogue: "agadir.yaml", ZoneData: "zones.zip", SMTPURL: "smtps://u:p@mail.example:465", MailFrom: "rdv@example.org",
		SMSURL: "https://sms.example/send?key=k", Secret: secret, LogFormat: "json", MetricsListen: "off",
		SMSRoutes: "sms.yaml", WebhooksPrivate: true,
		OIDC:    configs.OIDC{Issuer: "https://id.example", ClientID: "mawid", ClientSecret: "s", Claim: "preferred_username"},
		DKIM:    configs.DKIM{Domain: "rdv.example", Selector: "s1", KeyFile: "dkim.pem"},
		Bounces: configs.Bounces{Listen: ":25", Protocol: "lmtp", Domain: "b.rdv.example"},
		Notices: scheduler.NoticePolicy{
			WorkingDays: 2, WeekAhead: 30, Hour: 11*60 + 15, LastUse: 3 * time.Hour, BeforeCall: 30 * time.Minute,
			Night: scheduler.Quiet{From: 22 * 60, To: 7 * 60}, Ramadan: scheduler.Quiet{From: 18 * 60, To: 19 * 60},
		},
		Booking: configs.Booking{LeadMinutes: 0, HorizonDays: 90, HoldMinutes: 5, MaxParty: 2, ConfirmMinutes: 45, KeepDays: 60, ReturnMinMinutes: 1, ReturnMaxMinutes: 2},
		Queue: scheduler.QueuePolicy{
			Grace: 15 * time.Minute, LatePenalty: 5 * time.Minute, WalkInCredit: 20 * time.Minute, GroupCredit: 5 * time.Minute,
			MaxWait: time.Hour, RecallAfter: 2 * time.Minute, MaxCalls: 2, CheckInEarly: 30 * time.Minute, UndoWithin: 3 * time.Minute,
			NearPlaces: 5, NearWait: 20 * time.Minute, WalkInShare: 40,
		},
		Offers:         scheduler.OfferPolicy{AnswerFor: 90 * time.Minute, AtOnce: 5, PerClient: 7},
		DayLists:       configs.DayLists{Dir: "/srv/lists", From: 5 * 60},
		Limits:         configs.Limits{RequestsPerMinute: 0, HoldsPerClient: 3, HoldsWithProof: 4, HoldsPerMinute: 5},
		Contact:        configs.Contact{Phone: "0524 00 00 00", Email: "aide@rdv.example", Text: "de 9 h à 16 h"},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")},
	}
	file := `
database_url: postgres://u:p@db/mawid?sslmode=disable
listen: ":80"
public_url: https://rdv.example
data_dir: /var/lib/mawid
catalogue: agadir.yaml
zone_data: zones.zip
smtp_url: smtps://u:p@mail.example:465
mail_from: rdv@example.org
sms_url: https://sms.example/send?key=k
secret: ` + secret + `
log_format: json
metrics_listen: off
trusted_proxies: [10.1.2.3/8, "::1/128"]
sms_routes: sms.yaml
webhooks_private: on
oidc: {issuer: https://id.example, client_id: mawid, client_secret: s, claim: preferred_username}
dkim: {domain: rdv.example, selector: s1, key_file: dkim.pem}
bounces: {listen: ":25", protocol: lmtp, domain: b.rdv.example}
notices: {reminder_working_days: 2, reminder_eve: off, week_ahead_days: 30, call_minutes: 30, reminder_time: "11:15", last_minutes: 180, questions: off,
  quiet_night: 22:00-07:00, quiet_friday: off, quiet_ramadan: 18:00-19:00}
booking: {lead_minutes: 0, horizon_days: 90, hold_minutes: 5, max_party: 2, confirm_minutes: 45, keep_days: 60, return_min_minutes: 1, return_max_minutes: 2}
limits:
  requests_per_minute: 0
  holds_per_client: 3
  holds_with_proof: 4
  holds_per_minute: 5
queue: {late_minutes: 15, late_penalty_minutes: 5, walk_in_minutes: 20, group_minutes: 5, longest_wait_minutes: 60, recall_minutes: 2,
  calls: 2, check_in_early_minutes: 30, undo_minutes: 3, near_places: 5, near_minutes: 20, walk_in_share: 40, day_lists: /srv/lists, day_list_time: 05:00}
offers: {answer_minutes: 90, at_once: 5, wishes_per_client: 7}
contact: {phone: 0524 00 00 00, email: aide@rdv.example, text: de 9 h à 16 h}
`
	if d := cmp.Diff(want, load(t, file), values...); d != "" {
		t.Errorf("by file: %s", d)
	}
	environ := []string{
		"MAWID_DATABASE_URL=postgres://u:p@db/mawid?sslmode=disable", "MAWID_LISTEN=:80", "MAWID_PUBLIC_URL=https://rdv.example",
		"MAWID_DATA_DIR=/var/lib/mawid", "MAWID_CATALOGUE=agadir.yaml", "MAWID_ZONE_DATA=zones.zip", "MAWID_SMTP_URL=smtps://u:p@mail.example:465",
		"MAWID_MAIL_FROM=rdv@example.org", "MAWID_SMS_URL=https://sms.example/send?key=k", "MAWID_SECRET=" + secret, "MAWID_LOG_FORMAT=json",
		"MAWID_METRICS_LISTEN=off", "MAWID_TRUSTED_PROXIES=10.0.0.0/8, ::1/128", "MAWID_BOOKING_LEAD_MINUTES=0", "MAWID_BOOKING_HORIZON_DAYS=90",
		"MAWID_BOOKING_HOLD_MINUTES=5", "MAWID_BOOKING_MAX_PARTY=2", "MAWID_BOOKING_CONFIRM_MINUTES=45", "MAWID_BOOKING_KEEP_DAYS=60", "MAWID_LIMITS_REQUESTS_PER_MINUTE=0",
		"MAWID_OFFERS_ANSWER_MINUTES=90", "MAWID_OFFERS_AT_ONCE=5", "MAWID_OFFERS_WISHES_PER_CLIENT=7",
		"MAWID_SMS_ROUTES=sms.yaml", "MAWID_WEBHOOKS_PRIVATE=on", "MAWID_DKIM_DOMAIN=rdv.example", "MAWID_DKIM_SELECTOR=s1", "MAWID_DKIM_KEY_FILE=dkim.pem",
		"MAWID_OIDC_ISSUER=https://id.example", "MAWID_OIDC_CLIENT_ID=mawid", "MAWID_OIDC_CLIENT_SECRET=s", "MAWID_OIDC_CLAIM=preferred_username",
		"MAWID_BOUNCES_LISTEN=:25", "MAWID_BOUNCES_PROTOCOL=lmtp", "MAWID_BOUNCES_DOMAIN=b.rdv.example",
		"MAWID_NOTICES_REMINDER_WORKING_DAYS=2", "MAWID_NOTICES_QUESTIONS=off", "MAWID_NOTICES_REMINDER_EVE=off", "MAWID_NOTICES_WEEK_AHEAD_DAYS=30",
		"MAWID_NOTICES_CALL_MINUTES=30", "MAWID_NOTICES_REMINDER_TIME=11:15", "MAWID_NOTICES_LAST_MINUTES=180", "MAWID_NOTICES_QUIET_NIGHT=22:00-07:00",
		"MAWID_NOTICES_QUIET_FRIDAY=off", "MAWID_NOTICES_QUIET_RAMADAN=18:00-19:00",
		"MAWID_BOOKING_RETURN_MIN_MINUTES=1", "MAWID_BOOKING_RETURN_MAX_MINUTES=2", "MAWID_LIMITS_HOLDS_PER_CLIENT=3",
		"MAWID_LIMITS_HOLDS_WITH_PROOF=4", "MAWID_LIMITS_HOLDS_PER_MINUTE=5", "MAWID_CONTACT_PHONE=0524 00 00 00",
		"MAWID_QUEUE_LATE_MINUTES=15", "MAWID_QUEUE_LATE_PENALTY_MINUTES=5", "MAWID_QUEUE_WALK_IN_MINUTES=20", "MAWID_QUEUE_GROUP_MINUTES=5",
		"MAWID_QUEUE_LONGEST_WAIT_MINUTES=60", "MAWID_QUEUE_RECALL_MINUTES=2", "MAWID_QUEUE_CALLS=2", "MAWID_QUEUE_CHECK_IN_EARLY_MINUTES=30",
		"MAWID_QUEUE_UNDO_MINUTES=3", "MAWID_QUEUE_NEAR_PLACES=5", "MAWID_QUEUE_NEAR_MINUTES=20", "MAWID_QUEUE_WALK_IN_SHARE=40",
		"MAWID_QUEUE_DAY_LISTS=/srv/lists", "MAWID_QUEUE_DAY_LIST_TIME=05:00",
		"MAWID_CONTACT_EMAIL=aide@rdv.example", "MAWID_CONTACT_TEXT=de 9 h à 16 h", "PATH=/bin", "MAWID_TEST_CHROMIUM=x",
	}
	if d := cmp.Diff(want, load(t, "", environ...), values...); d != "" {
		t.Errorf("by environment: %s", d)
	}
	if got, all := len(load(t, "", environ...).Redacted()), len(environ)-2; got != all {
		t.Errorf("%d settings, %d tried here", got, all)
	}
}

func TestVariableWinsOverFileAndSourceIsTold(t *testing.T) {
	path := write(t, "listen: 127.0.0.1:1\nlog_format: json\n")
	s, err := configs.Load(path, []string{"MAWID_LISTEN=127.0.0.1:2", "MAWID_LISTEN=127.0.0.1:3", "MAWID_LOG_FORMAT="})
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "127.0.0.1:2" || s.LogFormat != "json" {
		t.Errorf("listen %s, log_format %s", s.Listen, s.LogFormat)
	}
	from := map[string]string{}
	for _, r := range s.Redacted() {
		from[r.Key] = r.Source
	}
	if from["listen"] != "MAWID_LISTEN" || from["log_format"] != path || from["data_dir"] != "default" {
		t.Errorf("sources: %v", from)
	}
}

func TestDerivedSettings(t *testing.T) {
	for _, row := range []struct{ file, database, public string }{
		{"data_dir: /srv/m", "sqlite:/srv/m/mawid.db", "http://127.0.0.1:8080"},
		{"data_dir: /srv/m\ndatabase_url: sqlite:x.db", "sqlite:x.db", "http://127.0.0.1:8080"},
		{"listen: ':9000'", "sqlite:data/mawid.db", "http://localhost:9000"},
		{"listen: 0.0.0.0:9000", "sqlite:data/mawid.db", "http://localhost:9000"},
		{"listen: '[::]:9000'", "sqlite:data/mawid.db", "http://localhost:9000"},
		{"listen: '[::1]:9000'", "sqlite:data/mawid.db", "http://[::1]:9000"},
		{"listen: '[::1]:9000'\npublic_url: https://a.example", "sqlite:data/mawid.db", "https://a.example"},
	} {
		if s := load(t, row.file); s.DatabaseURL != row.database || s.PublicURL != row.public {
			t.Errorf("%q: database %s, public %s", row.file, s.DatabaseURL, s.PublicURL)
		}
	}
}

func TestPublicURLFollowsTheRealPort(t *testing.T) {
	if got := load(t, "listen: 127.0.0.1:0").PublicURLAt("127.0.0.1:41234"); got != "http://127.0.0.1:41234" {
		t.Errorf("derived: %s", got)
	}
	if got := load(t, "public_url: https://a.example").PublicURLAt("127.0.0.1:41234"); got != "https://a.example" {
		t.Errorf("set: %s", got)
	}
}

func TestAllFaultsOfSettingsAtOnce(t *testing.T) {
	path := write(t, `listen: 8080
databse_url: sqlite:x
booking:
  max_party: many
  max_party: 3
  party: 2
log_format: {a: b}
limits: 5
`)
	_, err := configs.Load(path, []string{"MAWID_LISTN=x", "MAWID_SECRET=short", "MAWID_BOOKING_HOLD_MINUTES=0", "MAWID_TEST_X=y"})
	var faults configs.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	got := strings.ReplaceAll(configs.Format(faults), path, "mawid.yaml")
	want := `mawid.yaml:1:9: listen: want HOST:PORT, such as 127.0.0.1:8080
mawid.yaml:2:1: databse_url: unknown key "databse_url"; did you mean "database_url"?
mawid.yaml:4:14: booking.max_party: want a whole number from 1 to 50
mawid.yaml:5:3: booking.max_party: the key "max_party" is already given in line 4
mawid.yaml:6:3: booking.party: unknown key "party"
mawid.yaml:7:13: log_format: want one plain value
mawid.yaml:8:9: limits: want a mapping
environment: MAWID_LISTN: unknown variable; did you mean "MAWID_LISTEN"?
environment: MAWID_SECRET: want 32 characters or more, such as ` + "`openssl rand -hex 32`" + ` prints
environment: MAWID_BOOKING_HOLD_MINUTES: want a whole number from 1 to 120`
	lines := func(s string) []string { return strings.Split(s, "\n") }
	if d := cmp.Diff(lines(want), lines(got), cmpopts.SortSlices(strings.Compare)); d != "" {
		t.Error(d)
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for _, row := range []struct{ key, value string }{
		{"DATABASE_URL", "mysql://a/b"},
		{"DATABASE_URL", "sqlite:"},
		{"DATABASE_URL", "postgres:///x"},
		{"DATABASE_URL", "postgres:///x?host=relative"},
		{"DATABASE_URL", "data/mawid.db"},
		{"LISTEN", "127.0.0.1"},
		{"LISTEN", "127.0.0.1:65536"},
		{"LISTEN", "127.0.0.1:http"},
		{"LISTEN", "http://a:80"},
		{"LISTEN", "off"},
		{"PUBLIC_URL", "ftp://a"},
		{"PUBLIC_URL", "https://a/"},
		{"PUBLIC_URL", "https://a/b"},
		{"PUBLIC_URL", "https://u:p@a"},
		{"PUBLIC_URL", "https://a?x"},
		{"PUBLIC_URL", "a.example"},
		{"SECRET", strings.Repeat("x", 31)},
		{"SMTP_URL", "mail.example:25"},
		{"SMTP_URL", "smtp://"},
		{"SMTP_URL", "http://mail.example"},
		{"SMTP_URL", "smtp://mail.example/x"},
		{"SMS_URL", "ftp://a"},
		{"LOG_FORMAT", "xml"},
		{"MAIL_FROM", "Mawid"},
		{"MAIL_FROM", "a@b\r\nBcc: c@d"},
		{"MAIL_FROM", "\u202eMawid <a@b>"},
		{"METRICS_LISTEN", "on"},
		{"METRICS_LISTEN", "127.0.0.1:8080"}, // the same as listen
		{"DATA_DIR", "a\x00b"},
		{"TRUSTED_PROXIES", "10.0.0.1"},
		{"TRUSTED_PROXIES", "10.0.0.0/8 ::1/128"},
		{"BOOKING_LEAD_MINUTES", "-1"},
		{"BOOKING_LEAD_MINUTES", "10081"},
		{"BOOKING_HORIZON_DAYS", "0"},
		{"BOOKING_HORIZON_DAYS", "1.5"},
		{"BOOKING_HOLD_MINUTES", "121"},
		{"BOOKING_MAX_PARTY", "0"},
		{"LIMITS_REQUESTS_PER_MINUTE", "100001"},
		{"OIDC_ISSUER", "https://id.example"}, // without client
		{"OIDC_CLAIM", "e mail"},
		{"CONFIG", "x"},
	} {
		_, err := configs.Load("", []string{"MAWID_" + row.key + "=" + row.value})
		var faults configs.Faults
		if !errors.As(err, &faults) || len(faults.List()) != 1 {
			t.Errorf("MAWID_%s=%q: %v", row.key, row.value, err)
		}
	}
}

// TestIssuers: whoever can change what the provider says signs in as anybody.
func TestIssuers(t *testing.T) {
	for issuer, want := range map[string]bool{
		"https://id.example": true, "https://id.example/realms/a": true, "http://127.0.0.1:3000": true, "http://localhost": true, "http://[::1]": true,
		"http://id.example": false, "id.example": false, "https://u:p@id.example": false, "https://id.example?x=y": false, "ftp://id.example": false,
	} {
		_, err := configs.Load("", []string{"MAWID_OIDC_ISSUER=" + issuer, "MAWID_OIDC_CLIENT_ID=a", "MAWID_OIDC_CLIENT_SECRET=b"})
		if (err == nil) != want {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

// A socket of this machine has no host: its folder stands in the query.
func TestDatabaseBehindASocket(t *testing.T) {
	const url = "postgres:///mawid?host=/run/postgresql&password=" + hidden
	s := load(t, "", "MAWID_DATABASE_URL="+url)
	if s.DatabaseURL != url {
		t.Errorf("got %q", s.DatabaseURL)
	}
	if shown := s.String(); !strings.Contains(shown, "postgres:///mawid ") || strings.Contains(shown, hidden) {
		t.Errorf("shown: %s", shown)
	}
}

func TestFileThatCannotBeOpened(t *testing.T) {
	_, err := configs.Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

const hidden = "hunter2-hunter2-hunter2-hunter2-hunter2"

// A secret must not come out: not when settings are printed in any way, not in
// the error about a file in which it stands in the wrong place.
func TestSecretsNeverShow(t *testing.T) {
	s := load(t, "", "MAWID_SECRET="+hidden, "MAWID_OIDC_CLIENT_SECRET="+hidden, "MAWID_DATABASE_URL=postgres://app:"+hidden+"@db/mawid?password="+hidden,
		"MAWID_SMTP_URL=smtp://app:"+hidden+"@mail.example", "MAWID_SMS_URL=https://"+hidden+"@sms.example/"+hidden+"?key="+hidden)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "settings", s)
	for _, out := range []string{s.String(), fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s", s, &s, s, s), log.String(), fmt.Sprint(s.Redacted())} {
		if strings.Contains(out, hidden) || !strings.Contains(out, "mail.example") {
			t.Errorf("shown: %s", out)
		}
	}
	if !json.Valid(log.Bytes()) {
		t.Errorf("no JSON: %s", log.String())
	}
	for _, file := range []string{
		hidden, "secret: [" + hidden + "]", "booking: " + hidden, "database_url: mysql://a:" + hidden + "@b", "smtp_url: {a: " + hidden + "}",
		"log_format: " + hidden, "secret: \"" + hidden, "secret: &a " + hidden, "secret: *" + hidden, "secret: x\n- " + hidden, "listen: " + hidden + ": b",
		"[" + hidden, "secret: " + hidden[:31], "booking: {max_party: " + hidden + "}", "trusted_proxies: [" + hidden + "]", "secret: !" + hidden + " x",
		"secret: 'a\n b: " + hidden, "secret: \"\\q" + hidden + "\"", "mail_from: " + hidden, "data_dir: \"\\0" + hidden + "\"",
	} {
		_, err := configs.Load(write(t, file), nil)
		if err == nil || strings.Contains(err.Error(), hidden[:31]) {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func FuzzSettings(f *testing.F) {
	f.Add(commented.ReplaceAllString(string(configs.Example), "$1$2"))
	for _, s := range []string{"", "booking:", "booking: {max_party: 2}", "trusted_proxies: [[a]]", "secret: ~", "- a", "a: b: c"} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "mawid.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := configs.Load(path, nil)
		var faults configs.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("an error of another type: %v", err)
		}
		if err == nil && (s.Listen == "" || s.PublicURL == "" || s.DatabaseURL == "" || s.Booking.MaxParty < 1) {
			t.Errorf("incomplete settings from %q", text)
		}
	})
}
