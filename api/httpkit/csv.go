package httpkit

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"mawid/scheduler"
)

// CSV writes a sheet (RFC 4180). A field that a spreadsheet would take for a
// formula gets an apostrophe in front.
func CSV(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, field := range row {
			if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
				field = "'" + field
			}
			safe[i] = field
		}
		_ = w.Write(safe) // to memory
	}
	w.Flush()
	return b.Bytes()
}

// FiguresCSV writes what an office did, a line for each day and service; times
// are in seconds.
func FiguresCSV(f scheduler.Figures) []byte {
	rows := [][]string{strings.Split("date,service,arrived,walk_ins,served,no_shows,wait_mean_s,wait_p90_s,serve_mean_s", ",")}
	for _, l := range f.Lines {
		row := []string{l.Date.String(), l.ServiceID}
		for _, n := range []int{l.Arrived, l.WalkIns, l.Served, l.NoShows} {
			row = append(row, strconv.Itoa(n))
		}
		for _, d := range []time.Duration{l.WaitMean, l.WaitP90, l.ServeMean} {
			row = append(row, strconv.Itoa(int(d.Round(time.Second)/time.Second)))
		}
		rows = append(rows, row)
	}
	return CSV(rows)
}
