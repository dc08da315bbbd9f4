package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mawid/api/httpkit"
	"mawid/internal/store"
)

// metrics collects figures of this node and of the queue of notices.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(db *store.DB) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mawid_http_request_seconds", Help: "Time to answer, by route pattern and status class.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, storeCollector{db})
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// watch times requests by the pattern that answered them, never by address.
func (m *metrics) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(s, r)
		m.requests.WithLabelValues(httpkit.RoutePattern(r.Context()), string(rune('0'+s.status/100))+"xx").Observe(time.Since(start).Seconds())
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// storeCollector asks the database when Prometheus asks us.
type storeCollector struct{ db *store.DB }

var (
	descDue  = prometheus.NewDesc("mawid_notices_due", "Notices due now and not yet sent.", nil, nil)
	descDead = prometheus.NewDesc("mawid_notices_dead", "Notices given up; an operator should look.", nil, nil)
	descHeld = prometheus.NewDesc("mawid_holds_live", "Places held while a form is filled.", nil, nil)
	descDown = prometheus.NewDesc("mawid_provider_waiting", "A provider that does not answer: how many notices wait for it.", []string{"name"}, nil)
	descUp   = prometheus.NewDesc("mawid_database_up", "1 when the database answers.", nil, nil)
)

// Describe names the figures.
func (storeCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descDue, descDead, descHeld, descDown, descUp} {
		ch <- d
	}
}

// Collect reads the figures.
func (c storeCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	n, err := c.db.Counts(ctx, time.Now())
	if err != nil {
		ch <- prometheus.MustNewConstMetric(descUp, prometheus.GaugeValue, 0)
		return
	}
	ch <- prometheus.MustNewConstMetric(descUp, prometheus.GaugeValue, 1)
	ch <- prometheus.MustNewConstMetric(descDue, prometheus.GaugeValue, float64(n.DueNotices))
	ch <- prometheus.MustNewConstMetric(descDead, prometheus.GaugeValue, float64(n.DeadNotices))
	ch <- prometheus.MustNewConstMetric(descHeld, prometheus.GaugeValue, float64(n.LiveHolds))
	now := time.Now()
	down, err := c.db.ProvidersDown(ctx, now.Add(-triedLately), now)
	if err != nil {
		return // mawid_database_up told the rest
	}
	for _, p := range down {
		ch <- prometheus.MustNewConstMetric(descDown, prometheus.GaugeValue, float64(p.Waiting), p.Name)
	}
}
