package configs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"mawid/scheduler"
)

// FileRow is one line of a list of old files, as a spreadsheet exports it.
type FileRow struct {
	Line    int // in the list, the heading being 1
	Request scheduler.FileRequest
	// Faults say what was not understood: the heading of a column and why. Values
	// are not repeated.
	Faults []string
}

// fileColumns are the headings that are understood, folded: lower case, without
// accents of capital letters lost by spreadsheets.
var fileColumns = map[string]string{
	"service": "service", "objet": "service", "الموضوع": "service",
	"office": "office", "bureau": "office", "المكتب": "office",
	"name": "name", "nom": "name", "الاسم": "name", "nom et prénom": "name", "الاسم الكامل": "name",
	"phone": "phone", "téléphone": "phone", "telephone": "phone", "tél": "phone", "الهاتف": "phone",
	"email": "email", "e-mail": "email", "courriel": "email", "البريد": "email", "البريد الإلكتروني": "email",
	"language": "language", "langue": "language", "اللغة": "language",
	"number": "number", "numéro": "number", "numero": "number", "n°": "number", "n° dossier": "number", "رقم الملف": "number",
	"deposited_on": "deposited_on", "date de dépôt": "deposited_on", "date de depot": "deposited_on", "تاريخ الإيداع": "deposited_on",
	"step": "step", "étape": "step", "etape": "step", "المرحلة": "step",
	"step_since": "step_since", "depuis": "step_since", "منذ": "step_since",
	"clock": "clock", "délai": "clock",
	"for_whom": "for_whom", "pour": "for_whom", "نيابة عن": "for_whom",
	"note": "note", "remarque": "note", "ملاحظة": "note",
}

// maxFileRows bounds a list, so that a wrong file is told as such.
const maxFileRows = 200_000

// ReadFileRows reads a list of old files: CSV with commas, semicolons or tabs, in
// UTF-8, UTF-16 or the alphabets of Windows for French and Arabic, with dates as
// spreadsheets write them. Lines that are not understood come with their faults;
// an error means that the whole list was not.
func ReadFileRows(data []byte) ([]FileRow, error) {
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the list has no heading: %w", err)
	}
	columns, unknown := fileHeading(head)
	if !slices.Contains(columns, "service") || !slices.Contains(columns, "name") {
		return nil, fmt.Errorf("the heading names no column for service and name; understood are service, name, phone, email, language, number, office, deposited_on, step, step_since, clock, for_whom, note")
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("columns that are not understood: %s", strings.Join(unknown, ", "))
	}
	var rows []FileRow
	for len(rows) < maxFileRows {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			rows = append(rows, FileRow{Line: line, Faults: []string{"the line cannot be read"}})
			continue
		}
		if strings.Join(record, "") == "" {
			continue
		}
		rows = append(rows, fileRow(line, columns, record))
	}
	return nil, fmt.Errorf("more than %d lines", maxFileRows)
}

// decodeText finds the alphabet: a byte order mark decides, then UTF-8, then the
// one of Windows that gives more letters of French or Arabic words.
func decodeText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return string(data[3:]), nil
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return decode(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), data)
	case utf8.Valid(data):
		return string(data), nil
	}
	arabic, high := 0, 0
	for _, b := range data {
		if b >= 0x80 {
			high++
		}
		if b >= 0xC1 && b <= 0xED && b != 0xE0 && b != 0xE2 && (b < 0xE7 || b > 0xEB) {
			arabic++
		}
	}
	// Windows-1256 keeps the French letters where 1252 has them; words of Arabic
	// are long runs of the others.
	if arabic*2 > high {
		return decode(charmap.Windows1256, data)
	}
	return decode(charmap.Windows1252, data)
}

func decode(e encoding.Encoding, data []byte) (string, error) {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", fmt.Errorf("the alphabet of the list is not known: %w", err)
	}
	return string(out), nil
}

// separator is what stands most often in the first line.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, r := range ";\t" {
		if strings.Count(first, string(r)) > strings.Count(first, string(best)) {
			best = r
		}
	}
	return best
}

func fileHeading(head []string) (columns, unknown []string) {
	for _, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		column, ok := fileColumns[h]
		if !ok && h != "" {
			unknown = append(unknown, strconv.Quote(h))
		}
		columns = append(columns, column)
	}
	return columns, unknown
}

func fileRow(line int, columns, record []string) FileRow {
	row := FileRow{Line: line}
	r := &row.Request
	r.Origin, r.Citizen.Language = "import", "ar"
	for i, value := range record {
		if value = strings.TrimSpace(value); i >= len(columns) || value == "" {
			continue
		}
		switch columns[i] {
		case "service":
			r.ServiceID = value
		case "office":
			r.OfficeID = value
		case "name":
			r.Citizen.Name = value
		case "phone":
			r.Citizen.Phone = value
		case "email":
			r.Citizen.Email = value
		case "language":
			r.Citizen.Language = strings.ToLower(value)
		case "number":
			r.Number = value
		case "deposited_on":
			r.DepositedOn = row.date(columns[i], value)
		case "step_since":
			r.StepSince = row.date(columns[i], value)
		case "step":
			r.Step = value
		case "clock":
			r.Clock = value
		case "for_whom":
			r.ForWhom = value
		case "note":
			r.Note = value
		}
	}
	return row
}

// date reads a day as spreadsheets write it: ISO, day first with slashes, points
// or hyphens, or the number of days since 1899-12-30.
func (r *FileRow) date(column, value string) scheduler.Date {
	if day, err := strconv.Atoi(value); err == nil && day > 10_000 && day < 80_000 {
		return scheduler.Date{Year: 1899, Month: time.December, Day: 30}.AddDays(day)
	}
	for _, form := range []string{time.DateOnly, "2/1/2006", "2.1.2006", "2-1-2006", "2006/1/2", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(form, value); err == nil {
			return scheduler.DateOf(t)
		}
	}
	r.Faults = append(r.Faults, column+": no date; want YYYY-MM-DD or DD/MM/YYYY")
	return scheduler.Date{}
}
