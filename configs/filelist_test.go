package configs_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"mawid/configs"
)

const oldFiles = "Objet;Nom;Téléphone;N° dossier;Date de dépôt;Depuis;Étape\n" +
	"cf-requisition;Hafida Naïm;0612345678;T 1234/23;03/06/2024;13/06/2024;avis_bornage\n" +
	"cf-suivi;أمينة بنعلي;+33612345678;;45446;;\n" +
	"\n" +
	"dgi-suivi;Said;0612345678;R-9;bientôt;;\n"

func TestOldFilesAsSpreadsheetsWriteThem(t *testing.T) {
	latin := strings.Replace(oldFiles, "أمينة بنعلي", "Amina Benali", 1)
	arabic := "الموضوع;الاسم;الهاتف;رقم الملف;تاريخ الإيداع;منذ;المرحلة\n" + strings.SplitN(latin, "\n", 2)[1]
	arabic = strings.NewReplacer("Hafida Naïm", "حفيظة نعيم المصطفى", "bientôt", "قريبا إن شاء الله", "Amina Benali", "أمينة بنعلي").Replace(arabic)
	encode := func(text string, e interface{ String(string) (string, error) }) string {
		out, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, data := range map[string]string{
		"UTF-8":                  oldFiles,
		"UTF-8 with mark":        "\ufeff" + oldFiles,
		"commas":                 strings.ReplaceAll(oldFiles, ";", ","),
		"tabs, UTF-16":           encode(strings.ReplaceAll(oldFiles, ";", "\t"), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()),
		"French Windows":         encode(latin, charmap.Windows1252.NewEncoder()),
		"Arabic Windows":         encode(arabic, charmap.Windows1256.NewEncoder()),
		"returns of old systems": strings.ReplaceAll(oldFiles, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := configs.ReadFileRows([]byte(data))
			if err != nil || len(rows) != 3 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			first, second, third := rows[0], rows[1], rows[2]
			if r := first.Request; r.DepositedOn.String() != "2024-06-03" || r.StepSince.String() != "2024-06-13" || r.Number != "T 1234/23" || r.Step != "avis_bornage" {
				t.Errorf("first: %+v", r)
			}
			if n := first.Request.Citizen.Name; n != "Hafida Naïm" && n != "حفيظة نعيم المصطفى" {
				t.Errorf("name %q", n)
			}
			if second.Request.DepositedOn.String() != "2024-06-03" || len(second.Faults) != 0 {
				t.Errorf("second: %+v", second)
			}
			if third.Line != 5 || len(third.Faults) != 1 || !strings.HasPrefix(third.Faults[0], "deposited_on") || strings.Contains(third.Faults[0], "bient") {
				t.Errorf("third: %+v", third)
			}
		})
	}
}

func TestListsThatAreNone(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "no service": "Nom;Téléphone\nA;1\n", "unknown column": "service;name;moon\na;b;c\n", "bytes": "\x00\x01\x02",
	} {
		if rows, err := configs.ReadFileRows([]byte(data)); err == nil {
			t.Errorf("%s: %d rows and no error", name, len(rows))
		}
	}
}
