package locale_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mawid/internal/locale"
)

func TestSMSText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Rendez-vous réservé à 09:30", "Rendez-vous réservé à 09:30"},
		{"Contrôle d’août", "Controle d'aout"},
		{"Français, ça et là", "Francais, ca et là"},
		{"« Œuvre » – 2…", `" OEuvre " - 2...`},
		{"Frais\u00a0: 75\u202fDH", "Frais : 75 DH"},
		{"Ain Sebaâ, Laâyoune", "Ain Sebaa, Laayoune"},
		{"e\u0301te\u0301", "été"}, // decomposed letters
		{"35×45 mm [A] €", "35x45 mm [A] €"},
		{"", ""},
		{"موعدكم’", "موعدكم’"},
		{"Légalisation ’ الجمارك", "Légalisation ’ الجمارك"},
	}
	for _, test := range tests {
		if got := locale.SMSText(test.in); got != test.want {
			t.Errorf("SMSText(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestSMSParts(t *testing.T) {
	tests := []struct {
		name, in string
		want     int
	}{
		{"empty", "", 1},
		{"160 letters", strings.Repeat("a", 160), 1},
		{"161 letters", strings.Repeat("a", 161), 2},
		{"306 letters", strings.Repeat("a", 306), 2},
		{"307 letters", strings.Repeat("a", 307), 3},
		{"accents of the alphabet cost nothing more", strings.Repeat("é", 160), 1},
		{"characters of the extension count twice", strings.Repeat("€", 81), 2},
		{"one foreign letter", strings.Repeat("a", 69) + "ê", 1},
		{"one foreign letter more", strings.Repeat("a", 70) + "ê", 2},
		{"Arabic, 70", strings.Repeat("م", 70), 1},
		{"Arabic, 71", strings.Repeat("م", 71), 2},
		{"Arabic, 135", strings.Repeat("م", 135), 3},
		{"beyond the basic plane, two units each", strings.Repeat("😀", 36), 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := locale.SMSParts(test.in); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// TestSMSTextIsCheaper: rewriting never costs more parts, and is done once.
func TestSMSTextIsCheaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aeéêçœ’«»–…€ \u00a0Âô[م"))).Draw(t, "text")
		once := locale.SMSText(s)
		if locale.SMSText(once) != once {
			t.Fatalf("SMSText(%q) = %q changes again", s, once)
		}
		if len(s) < 50 && locale.SMSParts(once) > locale.SMSParts(s) {
			t.Fatalf("SMSText(%q) costs more", s)
		}
	})
}
