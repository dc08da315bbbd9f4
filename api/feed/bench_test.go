package feed_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"mawid/internal/testdb"
)

// clients is how many connections per processor ask at once.
const clients = 8

// BenchmarkFeed asks for a calendar of three appointments over loopback, on
// each database, beside an empty handler in the same run; client and server
// share the machine. "of-empty" is the rate as a part of the empty handler's.
func BenchmarkFeed(b *testing.B) {
	empty := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	base := measure(b, "empty", empty, http.StatusOK, 0, "x")
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", testdb.SQLite}, {"postgres", testdb.Postgres}} {
		h := newHouse(b, testdb.Open(b, database.url(b)))
		token := h.book(b, "vehicle", "09:20", "").CalendarToken
		h.book(b, "goods", "11:00", token)
		h.book(b, "stamps", "13:00", token)
		tag := h.get(token).Header.Get("ETag")
		measure(b, database.name+"/304", h.feeds, http.StatusNotModified, base, token, "If-None-Match", tag)
		measure(b, database.name+"/200", h.feeds, http.StatusOK, base, token)
		measure(b, database.name+"/200gzip", h.feeds, http.StatusOK, base, token, "Accept-Encoding", "gzip")
		measure(b, database.name+"/404", h.feeds, http.StatusNotFound, base, "x")
	}
}

// measure returns the nanoseconds between two answers of one kind; base is what
// an earlier call returned, or 0.
func measure(b *testing.B, name string, h http.Handler, status int, base float64, token string, header ...string) float64 {
	b.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1000}}
	defer client.CloseIdleConnections()
	var each float64
	b.Run(name, func(b *testing.B) {
		b.SetParallelism(clients)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if got, err := fetch(client, server.URL+"/feeds/"+token+".ics", header); err != nil || got != status {
					b.Errorf("status %d (%v), want %d", got, err, status)
					return
				}
			}
		})
		each = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		if base > 0 {
			b.ReportMetric(base/each, "of-empty")
		}
	})
	return each
}

func fetch(client *http.Client, url string, header []string) (status int, err error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}
