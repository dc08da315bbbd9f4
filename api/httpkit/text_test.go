package httpkit_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"mawid/api/httpkit"
)

func TestNormalizePhone(t *testing.T) {
	tests := []struct{ typed, region, want string }{
		{"+33612345678", "", "+33612345678"},
		{"+33 6 12 34 56 78", "", "+33612345678"},
		{"0033 6 12 34 56 78", "", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "", "+33612345678"},
		{"06 12 34 56 78", "", "+212612345678"},
		{"06 12 34 56 78", "FR", "+33612345678"},
		{"0612345678", "MA", "+212612345678"},
		{"05.24.62.00.00", "", "+212524620000"},
		{"+212 612-345678", "", "+212612345678"},
		{"٠٦١٢٣٤٥٦٧٨", "", "+212612345678"},
		{"+٣٣٦١٢٣٤٥٦٧٨", "", "+33612345678"},
		{"۰۶۱۲۳۴۵۶۷۸", "", "+212612345678"},
		{"\u202a+33\u00a0612345678\u202c", "", "+33612345678"},
		{"  0612345678  ", "", "+212612345678"},
		{"+1 202 555 0123", "", "+12025550123"},
		{"+31 6 12345678", "", "+31612345678"},
		{"+32470123456", "", "+32470123456"},
		{"+39 06 698 12345", "", "+390669812345"}, // Italy keeps the nought
		{"", "", ""},
		{"+", "", ""},
		{"12", "", ""},
		{"+999123456789", "", ""},
		{"061234567", "", ""},
		{"0612345678901234567", "", ""},
		{"0522-CALLME", "", ""},
		{"+33612345678 x12", "", ""},
		{"06+12345678", "", ""},
		{"tel:+33612345678", "", ""},
		{"+33612345678\r\nBcc: x", "", ""},
		{"+3361234\x005678", "", ""},
		{"😀", "", ""},
		{strings.Repeat("1", 10_000), "", ""},
	}
	for _, test := range tests {
		got, err := httpkit.NormalizePhone(test.typed, test.region)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%.40q in %q: %q, %v; want %q", test.typed, test.region, got, err, test.want)
		}
		if err != nil && !errors.Is(err, httpkit.ErrPhone) {
			t.Errorf("%.40q: %v is not ErrPhone", test.typed, err)
		}
	}
}

// TestNormalizePhoneOnce: what is normalized stays as it is.
func TestNormalizePhoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789+ -()٠١٢٣٤٥٦٧٨٩")), 0, 20, -1).Draw(t, "typed")
		once, err := httpkit.NormalizePhone(typed, "MA")
		if err != nil {
			return
		}
		if twice, err := httpkit.NormalizePhone(once, "FR"); err != nil || twice != once {
			t.Fatalf("%q: %q, then %q, %v", typed, once, twice, err)
		}
	})
}

func FuzzNormalizePhone(f *testing.F) {
	for _, s := range []string{"+33612345678", "0612345678", "٠٦", "00", "\xff", "+33 (0)6"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		number, err := httpkit.NormalizePhone(typed, "")
		if err == nil && (number[0] != '+' || len(number) > 17 || strings.Trim(number[1:], "0123456789") != "") {
			t.Errorf("%q gives %q", typed, number)
		}
	})
}

func TestCleanText(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"", ""},
		{"   ", ""},
		{"  Amina   Essai ", "Amina Essai"},
		{"Amina\u00a0\u2003Essai", "Amina Essai"},
		{"Aı\u0308", "Aı\u0308"},
		{"Ame\u0301lie", "Am\u00e9lie"},
		{"أ\u064e", "أ\u064e"},
		{"\u0627\u0653", "\u0622"}, // alef and madda are one letter
		// What is forbidden stays, for the domain to refuse.
		{"a\r\nb", "a\r\nb"},
		{"a\x00b", "a\x00b"},
		{"\u202ea", "\u202ea"},
		{" a\t ", "a\t"},
		{"a\xff b", "a\xff b"},
	}
	for _, test := range tests {
		if got := httpkit.CleanText(test.typed); got != test.want {
			t.Errorf("%q: %q, want %q", test.typed, got, test.want)
		}
	}
}

func TestCleanTextOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "typed")
		once := httpkit.CleanText(typed)
		if twice := httpkit.CleanText(once); twice != once {
			t.Fatalf("%q: %q, then %q", typed, once, twice)
		}
		if utf8.ValidString(typed) != utf8.ValidString(once) {
			t.Fatalf("%q: validity changed", typed)
		}
	})
}
