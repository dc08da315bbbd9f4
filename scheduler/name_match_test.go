package scheduler_test

import (
	"testing"

	"mawid/scheduler"
)

// TestNamesOfOnePersonFindEachOther: spellings in use in Morocco and abroad.
func TestNamesOfOnePersonFindEachOther(t *testing.T) {
	for _, same := range [][]string{
		{"Mohammed", "Mohamed", "Muhammad", "محمد", "مُحَمَّد", "MOHAMMED", "Mhamed"},
		{"El Amrani", "Al Amrani", "Elamrani", "العمراني", "AMRANI", "El-Amrani"},
		{"Fatima Zahra", "Fatima-Zahra", "Fatimah Zahra", "فاطمة الزهراء", "Fatima Ezzahra"},
		{"Bennani", "Benani", "بناني"},
		{"Youssef", "Yousef", "Yussuf", "يوسف"},
		{"Khadija", "خديجة", "Khadidja"},
		{"Chaimae", "Shaimaa", "شيماء"},
		{"Errachidi", "الرشيدي", "Rachidi"},
		{"Abdellah", "Abdullah", "عبد الله"},
		{"Ouafae", "Wafaa", "وفاء"},
		{"Hélène", "Helene"},
		{"Zineb Alaoui", "زينب العلوي", "Alaoui Zineb"},
		{"Brahim Aït Lahcen", "ابراهيم أيت لحسن"},
		{"Noureddine", "نور الدين"},
	} {
		for _, a := range same {
			for _, b := range same {
				if got := scheduler.NameScore(a, b); got < scheduler.SameName {
					t.Errorf("%s and %s: %.2f", a, b, got)
				}
			}
		}
	}
}

func TestNamesOfOthersDoNot(t *testing.T) {
	for _, two := range [][2]string{
		{"Mohammed", "Ahmed"},
		{"محمد", "Hamid"},
		{"Khadija", "خالد"},
		{"Fatima", "فؤاد"},
		{"Bennani", "بنسعيد"},
		{"Youssef", "ياسين"},
		{"Ali", "Omar"},
		{"", "محمد"},
		{"Zineb Alaoui", "Zineb Tazi"},
		{"123", "محمد"},
	} {
		if got := scheduler.NameScore(two[0], two[1]); got >= scheduler.SameName {
			t.Errorf("%s and %s: %.2f", two[0], two[1], got)
		}
	}
}

// TestAFirstNameAloneFindsTheWholeName: a desk types what it heard.
func TestAFirstNameAloneFindsTheWholeName(t *testing.T) {
	if got := scheduler.NameScore("mohamed", "محمد بن عبد الله العمراني"); got < 0.9 {
		t.Errorf("%.2f", got)
	}
}
