package web

import (
	"html/template"
	"net/http/httptest"
	"strings"
	"testing"

	"mawid/internal/locale"
)

func load(t *testing.T) *locale.Book {
	t.Helper()
	book, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// Whoever chooses a country in the form may type a number as people there do.
func TestEveryZoneOfTheFormHasACountry(t *testing.T) {
	for _, l := range load(t).Languages() {
		for _, z := range l.Zones() {
			if regionOf(z.Name) == regionOf("") {
				t.Errorf("%s is offered, but nobody's numbers are understood there", z.Name)
			}
		}
	}
}

func TestSentencesKeepTheDirectionOfWhatIsPutIn(t *testing.T) {
	say := functions(load(t).Tag("ar"))["say"].(func(string, ...any) template.HTML)
	for value, want := range map[string]string{
		"+212537273727": `<bdi dir="ltr">+212537273727</bdi>`,
		"cnie.ma":       `<bdi dir="ltr">cnie.ma</bdi>`,
		"آسفي":          `<bdi>آسفي</bdi>`,
		"<b>\u202e":     `<bdi dir="ltr">&lt;b&gt;</bdi>`,
		"a\u2069b":      `<bdi dir="ltr">ab</bdi>`,
	} {
		if got := string(say("office.call", "phone", value)); !strings.HasSuffix(got, want) {
			t.Errorf("%q became %s", value, got)
		}
	}
}

func TestLinesBecomeLinksAndNothingElse(t *testing.T) {
	for line, want := range map[string]string{
		"Voir : https://x.example/a?b=1&c=2": `Voir : <a href="https://x.example/a?b=1&amp;c=2" dir="ltr">https://x.example/a?b=1&amp;c=2</a>`,
		"<script>":                           "&lt;script&gt;",
		"javascript:alert(1)":                "javascript:alert(1)",
		`https://x"onclick="y`:               `<a href="https://x&#34;onclick=&#34;y" dir="ltr">https://x&#34;onclick=&#34;y</a>`,
	} {
		if got := string(linked(line)); got != want {
			t.Errorf("%q became %s", line, got)
		}
	}
}

func TestWhoTakesGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "br, gzip": true, "gzip;q=0.5": true, "*": true, "gzip; q=1": true,
		"": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "identity": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if acceptsGzip(r) != want {
			t.Errorf("%q: %v", header, !want)
		}
	}
}

func TestLongTextsAreCut(t *testing.T) {
	if got := cut("مرحبا\xff", 3); got != "مرح" {
		t.Errorf("cut gave %q", got)
	}
}

// New must refuse a template that says what no sentence has.
func TestTemplatesCannotSayWhatIsNotThere(t *testing.T) {
	book := load(t)
	for source, good := range map[string]bool{
		`{{say "home.title"}}`: true,
		`{{if .X}}{{range .X}}{{say "home.title"}}{{end}}{{end}}`:      true,
		`{{say (print "status." .X)}}`:                                 true,
		`{{say "home.titel"}}`:                                         false,
		`{{with .X}}{{else}}{{plain "home.titel"}}{{end}}`:             false,
		`{{say "form.zone_choice" "country" (say "home.titel")}}`:      false,
		`{{if .X}}{{range .X}}{{plural "home.titel" 1}}{{end}}{{end}}`: false,
		`{{say (print "stattus." .X)}}`:                                false,
	} {
		tpl, err := template.New("x").Funcs(functions(book.Tag("fr"))).Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkSentences(tpl, book.Keys()); (err == nil) != good {
			t.Errorf("%s: %v", source, err)
		}
	}
}
