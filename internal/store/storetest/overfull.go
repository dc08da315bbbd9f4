package storetest

import (
	"bytes"
	"database/sql"
	"testing"

	"pgregory.net/rapid"

	"mawid/internal/store/rawdb"
	"mawid/scheduler"
)

var overfullCases = []testCase{
	{"the database refuses what direct SQL inserts", overfullInsert},
	{"the database refuses what direct SQL updates", overfullUpdate},
	{"the database agrees with the domain on any day", overfullProperty},
}

// overfullDays are days that no database may hold.
func overfullDays() map[string]scheduler.Day {
	day := func(places, taken []byte) scheduler.Day { return scheduler.Day{Places: places, Taken: taken} }
	last := make([]byte, 576)
	last[575] = 1
	return map[string]scheduler.Day{
		"one tick":              day([]byte{1, 0}, []byte{2, 0}),
		"the last tick":         day(make([]byte, 576), last),
		"one of no place":       day([]byte{0, 0}, []byte{0, 1}),
		"beyond a signed byte":  day([]byte{127, 0}, []byte{128, 0}),
		"by one at the top":     day([]byte{254, 0}, []byte{255, 0}),
		"a space as a place":    day([]byte{' ', 0}, []byte{'!', 0}),
		"fewer counts":          day([]byte{1, 1}, []byte{1}),
		"more counts":           day([]byte{1}, []byte{1, 0}),
		"counts without places": day([]byte{}, []byte{0}),
		"places without counts": day([]byte{0}, []byte{}),
	}
}

const (
	rawInsert = "INSERT INTO days (pool_id, office_id, date, first_minute, places, taken, version)" +
		" VALUES ($1, 'o', '2027-08-10', 0, $2, $3, 1)"
	rawUpdate = "UPDATE days SET places = $2, taken = $3 WHERE pool_id = $1"
)

func rawDB(t testing.TB, s *suite) *sql.DB {
	t.Helper()
	db, err := rawdb.Open(s.url)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func overfullInsert(t *testing.T, s *suite) {
	db := rawDB(t, s)
	for name, d := range overfullDays() {
		if _, err := db.Exec(rawInsert, name, d.Places, d.Taken); err == nil {
			t.Errorf("%s was inserted", name)
		}
	}
	if n := count(t, s.url, "days"); n != 0 {
		t.Errorf("%d days are stored", n)
	}
}

func overfullUpdate(t *testing.T, s *suite) {
	db := rawDB(t, s)
	_, err := db.Exec(rawInsert, "p", []byte{3, 3}, []byte{3, 0})
	must(t, err)
	for name, d := range overfullDays() {
		if _, err := db.Exec(rawUpdate, "p", d.Places, d.Taken); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if _, err := db.Exec("UPDATE days SET places = $1", []byte{2, 3}); err == nil {
		t.Error("places went below what is taken")
	}
	if _, err := db.Exec("UPDATE days SET taken = NULL"); err == nil {
		t.Error("taken became NULL")
	}
	var taken []byte
	must(t, db.QueryRow("SELECT taken FROM days").Scan(&taken))
	if !bytes.Equal(taken, []byte{3, 0}) {
		t.Errorf("taken is %v", taken)
	}
	_, err = db.Exec(rawUpdate, "p", []byte{255, 0}, []byte{255, 0})
	must(t, err)
}

func overfullProperty(t *testing.T, s *suite) {
	db := rawDB(t, s)
	_, err := db.Exec(rawInsert, "p", []byte{}, []byte{})
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		n := 2 * rapid.IntRange(0, 20).Draw(t, "ticks")
		d := scheduler.Day{Places: bytesOf(t, n, "places"), Taken: make([]byte, n)}
		for i := range d.Taken {
			d.Taken[i] = byte(rapid.IntRange(0, int(d.Places[i])).Draw(t, "taken"))
		}
		if rapid.Bool().Draw(t, "spoil") && n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "at")
			d.Taken[i] = rapid.Byte().Draw(t, "to")
		}
		_, err := db.Exec(rawUpdate, "p", d.Places, d.Taken)
		if (err == nil) != (d.Fault() == "") {
			t.Fatalf("the domain says %q, the database %v", d.Fault(), err)
		}
	})
}

func bytesOf(t *rapid.T, n int, label string) []byte {
	return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, label)
}
