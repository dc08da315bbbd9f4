package feed_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"mawid/internal/testdb"
)

// BenchmarkFeed asks for a calendar of three appointments over loopback, on
// each database. Every question is followed by one to an empty handler, so that
// what else the machine does weighs on both alike; the medians are compared.
// "of-empty" is how fast the calendar is as a part of how fast nothing is.
func BenchmarkFeed(b *testing.B) {
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", testdb.SQLite}, {"postgres", testdb.Postgres}} {
		h := newHouse(b, testdb.Open(b, database.url(b)))
		token := h.book(b, "vehicle", "09:20", "").CalendarToken
		h.book(b, "goods", "11:00", token)
		h.book(b, "stamps", "13:00", token)
		tag := h.get(token).Header.Get("ETag")
		measure(b, database.name+"/304", h.feeds, http.StatusNotModified, token, "If-None-Match", tag)
		measure(b, database.name+"/200", h.feeds, http.StatusOK, token)
		measure(b, database.name+"/200gzip", h.feeds, http.StatusOK, token, "Accept-Encoding", "gzip")
		measure(b, database.name+"/404", h.feeds, http.StatusNotFound, "x")
	}
}

func measure(b *testing.B, name string, feeds http.Handler, status int, token string, header ...string) {
	b.Helper()
	mux := http.NewServeMux()
	mux.Handle("/feeds/", feeds)
	mux.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	server := httptest.NewServer(mux)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	b.Run(name, func(b *testing.B) {
		var calendar, empty []time.Duration
		ask := func(path string) time.Duration {
			start := b.Elapsed()
			if got, err := fetch(client, server.URL+path, header); err != nil || got != status {
				b.Fatalf("status %d (%v), want %d", got, err, status)
			}
			return b.Elapsed() - start
		}
		for b.Loop() {
			calendar = append(calendar, ask("/feeds/"+token+".ics"))
			empty = append(empty, ask("/empty"))
		}
		b.ReportMetric(0, "ns/op") // of both questions together: says nothing
		b.ReportMetric(float64(median(calendar).Microseconds()), "µs")
		b.ReportMetric(float64(median(empty).Microseconds()), "µs-empty")
		b.ReportMetric(float64(median(empty))/float64(median(calendar)), "of-empty")
	})
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
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
