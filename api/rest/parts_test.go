package rest

import (
	"cmp"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mawid/api/httpkit"
	"mawid/internal/locale"
	"mawid/scheduler"
)

func TestCursorRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := cursor{time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "at"), 0), rapid.String().Draw(t, "office")}
		got, err := parseCursor(want.String())
		if err != nil || got.compare(want) != 0 || got.office != want.office {
			t.Fatalf("%v becomes %v, %v", want, got, err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("MTc5NjAzMjgwMCBkZ2ktc2FmaQ")
	f.Add("====")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if s == "" || err != nil {
			return
		}
		if again, err := parseCursor(c.String()); err != nil || again.compare(c) != 0 {
			t.Errorf("%q reads as %v, then as %v, %v", s, c, again, err)
		}
	})
}

// TestPagesPartition: pages of any size put together are all slots in order,
// each once, also when those of a page vanish after it was read.
func TestPagesPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfDistinct(rapid.IntRange(0, 60), rapid.ID).Draw(t, "slots")
		limit := rapid.IntRange(1, 9).Draw(t, "limit")
		vanish := rapid.Bool().Draw(t, "vanish")
		var left []scheduler.Slot
		for _, k := range keys { // three offices share each instant
			left = append(left, scheduler.Slot{StartsAt: time.Unix(int64(k/3), 0), OfficeID: string(rune('a' + k%3))})
		}
		slices.Sort(keys)
		var got []int
		var after cursor
		for more := true; more; {
			var page []scheduler.Slot
			page, more = pageOf(slices.Clone(left), after, limit)
			for _, s := range page {
				got = append(got, int(s.StartsAt.Unix())*3+int(s.OfficeID[0]-'a'))
			}
			if len(page) > limit || more && len(page) != limit {
				t.Fatalf("a page of %d with limit %d", len(page), limit)
			}
			if more {
				last := page[len(page)-1]
				after, _ = parseCursor(cursorOf(last).String())
				if vanish {
					left = slices.DeleteFunc(left, func(s scheduler.Slot) bool { return cursorOf(s).compare(after) <= 0 })
				}
			}
		}
		if !slices.Equal(got, keys) {
			t.Fatalf("pages give %v, want %v", got, keys)
		}
	})
}

func TestParseIfMatch(t *testing.T) {
	tests := []struct {
		header string
		want   int
		fault  bool
	}{
		{"", anyRevision, false},
		{"*", anyRevision, false},
		{`"3"`, 3, false},
		{` "3" `, 3, false},
		{`W/"3"`, noRevision, false},
		{`"0"`, noRevision, false},
		{`"-3"`, noRevision, false},
		{`"abc"`, noRevision, false},
		{`""`, noRevision, false},
		{`"99999999999999999999"`, noRevision, false},
		{`3`, 0, true},
		{`"3", "4"`, 0, true},
		{`"3`, 0, true},
		{`W/3`, 0, true},
		{`"`, 0, true},
	}
	for _, test := range tests {
		got, err := parseIfMatch(test.header)
		if got != test.want || (err != nil) != test.fault {
			t.Errorf("%q: %d, %v", test.header, got, err)
		}
	}
}

// TestOwnTagsMatch: what ETag says, If-Match takes.
func TestOwnTagsMatch(t *testing.T) {
	for _, revision := range []int{1, 2, 10, 1_000_000} {
		if got, err := parseIfMatch(etag(revision)); got != revision || err != nil {
			t.Errorf("%s: %d, %v", etag(revision), got, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	for s, want := range map[string]string{
		"2026-12-01T09:30:00+00:00":      "2026-12-01T09:30:00Z",
		"2026-12-01T09:30:00Z":           "2026-12-01T09:30:00Z",
		"2026-12-01T10:30:00+01:00":      "2026-12-01T09:30:00Z",
		"2026-12-01T04:00:00-05:30":      "2026-12-01T09:30:00Z",
		"2026-12-01T09:30:00.000Z":       "2026-12-01T09:30:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
		"":                               "",
		"2026-12-01T09:30:00":            "",
		"2026-12-01 09:30:00Z":           "",
		"2026-12-01T09:30Z":              "",
		"2026-13-01T09:30:00Z":           "",
		"2026-12-01T25:30:00Z":           "",
		"0000-12-01T09:30:00Z":           "",
		"12026-12-01T09:30:00Z":          "",
		"2026-12-01T09:30:00+00:00\r\n":  "",
		"2026-12-01T09:30:00\u200e+0000": "",
	} {
		got, err := parseTime(s)
		if want == "" {
			var invalid *scheduler.InvalidError
			if !errors.As(err, &invalid) || invalid.Fields[0].Field != "starts_at" {
				t.Errorf("%q: %v, %v", s, got, err)
			}
			continue
		}
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
}

func TestWellFormed(t *testing.T) {
	for id, want := range map[string]bool{
		"hold_abc": true, "dgi-safi": true, "prov-safi-unified/dgi-safi": true, "": false, "a b": false, "a\x00": false, "é": false,
		"\xff": false, strings.Repeat("x", maxID): true, strings.Repeat("x", maxID+1): false,
	} {
		if got := wellFormed(id); got != want {
			t.Errorf("%.20q: %v", id, got)
		}
	}
}

func TestBearer(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "Bearer abc": "abc", "bearer abc": "abc", "BEARER  abc ": "abc", "Bearer": "", "Basic abc": "", "Bearerabc": "", "abc": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", header)
		if got := httpkit.Bearer(r); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

// TestCredential: callers of different standing never share a key.
func TestCredential(t *testing.T) {
	c := Config{SessionCookie: "mawid"}
	seen := map[string]string{}
	for name, headers := range map[string][]string{
		"nobody": nil, "bearer": {"Authorization", "Bearer x"}, "another bearer": {"Authorization", "Bearer y"},
		"cookie": {"Cookie", "mawid=x"}, "another cookie": {"Cookie", "mawid=y"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		if headers != nil {
			r.Header.Set(headers[0], headers[1])
		}
		got := c.credential(r)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s are one", name, other)
		}
		seen[got] = name
	}
}

func TestIsJSON(t *testing.T) {
	for typed, want := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON;charset=UTF-8": true,
		"application/json; charset=latin1": false, "text/json": false, "application/problem+json": false,
		"application/x-www-form-urlencoded": false, "": false, "application/json;": true, "a/b;c": false,
	} {
		if got := isJSON([]string{typed}); got != want {
			t.Errorf("%q: %v", typed, got)
		}
	}
	if !isJSON(nil) || isJSON([]string{"application/json", "text/plain"}) {
		t.Error("none is fine, two are not")
	}
}

func TestNamerSaysWhichLanguagesItUsed(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		names []scheduler.Names
		want  string
	}{
		{"its own", []scheduler.Names{{"en": "Office", "fr": "Bureau"}}, "en"},
		{"another", []scheduler.Names{{"fr": "Bureau", "ar": "مكتب"}}, "fr"},
		{"both", []scheduler.Names{{"en": "Office"}, {"ar": "مكتب"}, {"en": "Desk"}}, "en, ar"},
		{"the same word in two languages", []scheduler.Names{{"en": "CNIE", "fr": "CNIE"}}, "en"},
		{"the same word in two others", []scheduler.Names{{"nl": "CNIE", "de": "CNIE"}}, "de"},
		{"nothing named", nil, "en"},
		{"no name at all", []scheduler.Names{{}}, "en"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 20 { // a map's order must not show
				n := &namer{language: book.Tag("en")}
				for _, names := range test.names {
					n.name(names)
				}
				if got := n.header(); got != test.want {
					t.Fatalf("%q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestClosuresOfOneOffice(t *testing.T) {
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) scheduler.Date { return scheduler.Date{Year: 2027, Month: 1, Day: d} }
	c := scheduler.NewCatalogue(scheduler.CatalogueData{Closures: []scheduler.Closure{
		{ID: "late", From: day(20), To: day(21), Names: scheduler.Names{"fr": "late"}},
		{ID: "over", From: day(1), To: day(4), Names: scheduler.Names{"fr": "over"}},
		{ID: "still", From: day(4), To: day(5), Names: scheduler.Names{"fr": "still"}},
		{ID: "other", From: day(6), To: day(6), Offices: []string{"other"}, Names: scheduler.Names{"fr": "other"}},
		{ID: "mine", From: day(7), To: day(7), Offices: []string{"mine"}, Names: scheduler.Names{"fr": "mine"}},
	}}, 1)
	var got []string
	for _, cl := range closuresOf(&namer{language: book.Tag("fr")}, c, &scheduler.Office{ID: "mine"}, day(5)) {
		got = append(got, cl.Name)
	}
	if diff := gocmp.Diff([]string{"still", "mine", "late"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWeekBeginsOnMonday(t *testing.T) {
	var w scheduler.Week
	w[time.Sunday] = []scheduler.Window{{From: 13 * 60, To: 24 * 60}, {From: 0, To: 60}}
	got := weekOf(w)
	names := ""
	for _, d := range got {
		names += d.Day[:2] + " "
	}
	if names != "mo tu we th fr sa su " {
		t.Errorf("days %s", names)
	}
	if diff := gocmp.Diff([]window{{"00:00", "01:00"}, {"13:00", "24:00"}}, got[6].Windows); diff != "" {
		t.Error(diff)
	}
}

func TestMatchesWeakly(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "*": true, `"a"`: true, `W/"a"`: true, `"b"`: false, `"b","a"`: true, `"b" , W/"a"`: true, "a": false,
	} {
		if got := matches(header, `"a"`); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// TestCodesOfMessages: the texts are huma's. A change of theirs must not turn a
// code into "invalid" unseen.
func TestCodesOfMessages(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range messages {
		code, _ := codeOf(m.begin + "x")
		if code != m.code {
			t.Errorf("%q gives %s, want %s: an earlier line takes it", m.begin, code, m.code)
		}
		seen[m.code] = true
	}
	if code, field := codeOf("expected required property name to be present"); code != "required" || field != "name" {
		t.Errorf("%s, %s", code, field)
	}
	if code, _ := codeOf("something new"); code != "invalid" {
		t.Errorf("code %s", code)
	}
	want := []string{"invalid_date", "invalid_time", "out_of_range", "required", "too_long", "too_short", "unknown_field", "unknown_parameter", "wrong_type"}
	var got []string
	for code := range seen {
		got = append(got, code)
	}
	slices.SortFunc(got, cmp.Compare)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
