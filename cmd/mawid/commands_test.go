package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mawid/configs"
	"mawid/internal/testdb"
)

// commandNames are those that `mawid help` must list.
var commandNames = []string{"serve", "import", "check", "migrate", "user add", "user list", "user disable", "user enable", "user password", "user token", "doctor", "bench", "version"}

func TestHelp(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.EmptySQLite(t))
	for _, args := range [][]string{{"help"}, {}, {"--help"}} {
		r := house.run(args...)
		if r.code != exitDone || r.err != "" {
			t.Errorf("mawid %v: exit %d, %s", args, r.code, r.err)
		}
		for _, name := range commandNames {
			first, _, _ := strings.Cut(name, " ")
			if !strings.Contains(r.out, "\n  "+first) {
				t.Errorf("mawid %v does not list %s:\n%s", args, first, r.out)
			}
		}
	}
	for _, name := range commandNames {
		r := house.run(append([]string{"help"}, strings.Fields(name)...)...)
		if r.code != exitDone || !strings.HasPrefix(r.out, "Usage: mawid "+name) {
			t.Errorf("help %s: exit %d\n%s%s", name, r.code, r.out, r.err)
		}
	}
}

// TestWrongUsage: exit 2, what is wrong on standard error, and nothing touched.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.EmptySQLite(t))
	for _, row := range []struct{ line, say string }{
		{"nonsense", "unexpected argument nonsense"},
		{"help nonsense", "unexpected argument nonsense"},
		{"--nonsense", "unknown flag --nonsense"},
		{"serve --nonsense", "unknown flag --nonsense"},
		{"serve now", "unexpected argument now"},
		{"import", `expected "<file>"`},
		{"check", `expected "<file>"`},
		{"import a b", "unexpected argument b"},
		{"user", `expected one of "add"`},
		{"user add", `expected "<login>"`},
		{"user add somebody --role king", "--role must be one of"},
		{"bench --seconds many", "--seconds: expected"},
		{"bench --seconds 0", "--seconds: want 1 to 600"},
		{"serve --config", "--config: expected"},
	} {
		r := house.run(strings.Fields(row.line)...)
		if r.code != exitUsage || !strings.Contains(r.err, row.say) || r.out != "" {
			t.Errorf("mawid %s: exit %d, want %d and %q:\n%s%s", row.line, r.code, exitUsage, row.say, r.out, r.err)
		}
	}
	if _, err := os.Stat(house.data); err == nil {
		t.Error("a command that was refused made the data folder")
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	r := install(t, testdb.EmptySQLite(t)).run("version")
	if r.code != exitDone || !regexp.MustCompile(`^mawid 0\.\d+\.\d+\S* \(go1\.\d+\S*, zone data 20\d\d[a-z]\)\n$`).MatchString(r.out) {
		t.Errorf("exit %d: %q", r.code, r.out)
	}
}

// changedSample writes the sample with one text in place of another.
func changedSample(t *testing.T, from, to string) string {
	t.Helper()
	text := string(configs.SampleFile)
	if !strings.Contains(text, from) {
		t.Fatalf("the sample does not hold %q", from)
	}
	name := filepath.Join(t.TempDir(), "changed.yaml")
	must(t, os.WriteFile(name, []byte(strings.Replace(text, from, to, 1)), 0o600))
	return name
}

// lineOf is where a text stands in the sample.
func lineOf(text string) int {
	before, _, _ := strings.Cut(string(configs.SampleFile), text)
	return strings.Count(before, "\n") + 1
}

func TestCheck(t *testing.T) {
	t.Parallel()
	house := install(t, testdb.EmptySQLite(t))
	sample, err := filepath.Abs("../../configs/safi.yaml")
	must(t, err)
	const sound = "is sound: 12 administrations, 14 offices, 48 services, 35 documents."
	if r := house.run("check", sample); r.code != exitDone || !strings.Contains(r.out, sound) {
		t.Errorf("exit %d: %s%s", r.code, r.out, r.err)
	}
	for _, row := range []struct{ from, to, say string }{
		{"desks: 3", "desks: many", "desks"},
		{"desks: 3", "dekss: 3", `did you mean "desks"?`},
		{"hours: [standard, saturday_mre]", "hours: [standrad]", "standrad"},
		{"from: 2027-07-30", "from: 2027-02-30", "2027-02-30"},
	} {
		file := changedSample(t, row.from, row.to)
		at := fmt.Sprintf("%s:%d:", file, lineOf(row.from))
		for _, args := range [][]string{{"check", file}, {"import", file}, {"import", "--apply", file}} {
			if r := house.run(args...); r.code != exitFault || !strings.Contains(r.err, at) || !strings.Contains(r.err, row.say) {
				t.Errorf("%v: exit %d, want %d and %q at %s:\n%s%s", args[0], r.code, exitFault, row.say, at, r.out, r.err)
			}
		}
	}
	if r := house.run("check", "/no/such/file"); r.code != exitFault || !strings.Contains(r.err, "/no/such/file") {
		t.Errorf("no file: exit %d: %s", r.code, r.err)
	}
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]func(testing.TB) string{"sqlite": testdb.EmptySQLite, "postgres": testdb.EmptyPostgres} {
		t.Run(name, func(t *testing.T) {
			house := install(t, empty(t))
			for i, want := range []string{`at version 0 and is at [1-9]`, `at version [1-9]\d* and is at [1-9]`} {
				r := house.run("migrate")
				if r.code != exitDone || !regexp.MustCompile(`^The `+name+` database was `+want+`\d*\.\n$`).MatchString(r.out) {
					t.Errorf("%d: exit %d, %q, want %q; %s", i, r.code, r.out, want, r.err)
				}
			}
		})
	}
}

// TestStaffCommands adds, lists and disables.
func TestStaffCommands(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		for _, row := range []struct {
			line string
			code int
			say  string
		}{
			{"user add karim --office dgi-safi", exitDone, "karim (agent) was added. Password, shown only now: "},
			{"user add nadia --role supervisor --office dgi-safi --office adii-safi", exitDone, "nadia (supervisor) was added."},
			{"user add karim", exitFault, `"karim"`},
			{"user add driss --office nowhere", exitFault, `office "nowhere"`},
			{"user disable nadia", exitDone, "nadia may no longer sign in."},
			{"user disable nobody", exitFault, `user "nobody"`},
		} {
			r := house.run(strings.Fields(row.line)...)
			if r.code != row.code || !strings.Contains(r.out+r.err, row.say) {
				t.Errorf("%s: exit %d, want %d and %q:\n%s%s", row.line, r.code, row.code, row.say, r.out, r.err)
			}
		}
		var listed []string
		for line := range strings.Lines(house.run("user", "list").out) {
			listed = append(listed, strings.Join(strings.Fields(line), " "))
		}
		want := "login role offices state|admin administrator may sign in|karim agent dgi-safi may sign in|nadia supervisor dgi-safi adii-safi disabled"
		if got := strings.Join(listed, "|"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		server.stop()
		if again := house.serve(); server.Password == "" || again.Password != "" {
			t.Error("want a password at the first start, and none at the second")
		}
	})
}

var printedPassword = regexp.MustCompile(`Password, shown only now: (\S+)`)

// TestStaffSignIn: with the password that was printed, until disabled; then the
// running session ends as well.
func TestStaffSignIn(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		server := house.serve()
		if a, _ := server.signIn(t, adminLogin, server.Password); a.status != http.StatusSeeOther {
			t.Errorf("the first administrator: %s", a)
		}
		found := printedPassword.FindStringSubmatch(house.run("user", "add", "karim", "--office", "dgi-safi").out)
		if found == nil {
			t.Fatal("no password was printed")
		}
		if _, cookie := server.signIn(t, "karim", found[1]); server.desk(t, cookie) != http.StatusSeeOther {
			t.Error("a password for one sign-in opens the desk")
		}
		a, cookie := server.firstSignIn(t, "karim", found[1])
		if status := server.desk(t, cookie); a.status != http.StatusSeeOther || status != http.StatusOK {
			t.Errorf("sign in: %d, then the desk: %d", a.status, status)
		}
		if r := house.run("user", "disable", "karim"); r.code != exitDone {
			t.Fatal(r.err)
		}
		if status := server.desk(t, cookie); status != http.StatusSeeOther {
			t.Errorf("a disabled user's session opens the desk: %d", status)
		}
		if a, _ := server.signIn(t, "karim", ownPassword); a.status != http.StatusUnauthorized {
			t.Errorf("a disabled user signs in: %s", a)
		}
		house.run("user", "enable", "karim")
		if status := server.desk(t, cookie); status != http.StatusSeeOther {
			t.Errorf("a session from before opens the desk: %d", status)
		}
		if a, _ := server.signIn(t, "karim", ownPassword); a.status != http.StatusSeeOther {
			t.Errorf("let in again: %s", a)
		}
		reset := regexp.MustCompile(`shown only now: (\S+)`).FindStringSubmatch(house.run("user", "password", "karim").out)
		if a, _ := server.signIn(t, "karim", ownPassword); reset == nil || a.status != http.StatusUnauthorized {
			t.Errorf("the password before the new one: %s, %v", a, reset)
		}
		if a, cookie := server.firstSignIn(t, "karim", reset[1]); a.status != http.StatusSeeOther || server.desk(t, cookie) != http.StatusOK {
			t.Errorf("the new password: %s", a)
		}
	})
}

// TestStaffBeforeTheFirstStart: who has an administrator already gets none with
// a password on the screen.
func TestStaffBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		found := printedPassword.FindStringSubmatch(house.run("user", "add", "leila", "--role", "administrator").out)
		if found == nil {
			t.Fatal("nobody was added")
		}
		server := house.serve()
		if server.Password != "" {
			t.Error("serve made one more administrator")
		}
		if a, cookie := server.firstSignIn(t, "leila", found[1]); a.status != http.StatusSeeOther || server.desk(t, cookie) != http.StatusOK {
			t.Errorf("sign in: %s", a)
		}
	})
}

var benchLine = regexp.MustCompile(`(?m)^ratios whole/bare: c1=\d+\.\d\d c8=\d+\.\d\d c32=\d+\.\d\d feed304=\d+\.\d\d call-p99=\d+\.\d\d\n\z`)

// TestBench runs it for a second: a table, the line of ratios, and nothing left.
func TestBench(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		house := install(t, url)
		at, before := "sqlite:"+t.TempDir(), 0
		if !strings.HasPrefix(url, "sqlite:") {
			at = url
			before = house.count("SELECT count(*) FROM pg_database WHERE datname LIKE 'mawid_throw_away%'")
		}
		r := house.run("bench", "--seconds", "1", "--database", at)
		if r.code != exitDone || !benchLine.MatchString(r.out) || !strings.Contains(r.out, "bare transactions/s") {
			t.Errorf("exit %d:\n%s%s", r.code, r.out, r.err)
		}
		if folder, ok := strings.CutPrefix(at, "sqlite:"); ok {
			if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		} else if n := house.count("SELECT count(*) FROM pg_database WHERE datname LIKE 'mawid_throw_away%'"); n != before {
			t.Errorf("%d databases left behind", n-before)
		}
		if n := house.count("SELECT count(*) FROM appointments"); n != 0 {
			t.Errorf("bench booked %d appointments in the real database", n)
		}
	})
}
