package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"mawid/configs"
	"mawid/scheduler"
)

type serveCommand struct{}

// Run serves until the context ends, then stops in order: HTTP, workers,
// database.
func (serveCommand) Run(ctx context.Context, cli *commands, io streams) error {
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(h.serve(ctx, io), h.close())
}

const (
	stopTimeout = 20 * time.Second // for requests under way at the end
	headTimeout = 10 * time.Second // to send the request's head
	bodyTimeout = 30 * time.Second // to send the whole request
	idleTimeout = 2 * time.Minute
	maxHead     = 32 << 10 // bytes
)

// sendTimeout is how long one may wait for one's turn in a rush and take the
// answer. Tests of 500 people under the race detector need longer.
var sendTimeout = 2 * time.Minute

func (h *house) serve(ctx context.Context, io streams) error {
	log := logger(h.settings, io)
	h.stopping = ctx.Done()
	if err := errors.Join(h.furnish(ctx), h.warnOfZones(ctx, log)); err != nil {
		return err
	}
	password, err := h.firstAdministrator(ctx)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", h.settings.Listen)
	if err != nil {
		return err
	}
	h.settings.PublicURL = h.settings.PublicURLAt(listener.Addr().String())
	m := newMetrics(h.store)
	if h.notices, err = h.worker(log); err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := h.handler(log, m)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	stopWork, err := h.startWork(log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopWork()
	metrics, stopMetrics := startMetrics(h.settings, m, log)
	defer stopMetrics()
	h.welcome(io.out, password, metrics)
	return serveHTTP(ctx, listener, handler)
}

// furnish loads the sample, or the catalogue that the settings name, into an
// empty database.
func (h *house) furnish(ctx context.Context) error {
	_, err := h.engine.Catalogue(ctx)
	if !errors.Is(err, scheduler.ErrNotFound) {
		return err
	}
	name, text := configs.SampleName, configs.SampleFile
	if h.settings.Catalogue != "" {
		name = h.settings.Catalogue
		if text, err = os.ReadFile(name); err != nil {
			return err
		}
	}
	sample, err := configs.Read(name, text, h.zones)
	if err != nil {
		return err
	}
	_, err = h.engine.Import(ctx, sample.CatalogueData)
	return err
}

// startWork starts the notifier and the periodic work. The function it returns
// stops both and waits for what is under way.
func (h *house) startWork(log *slog.Logger) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	stopBounces, err := h.startBounces(log)
	if err != nil {
		cancel()
		return nil, err
	}
	stopJobs, err := startPeriodic(ctx, h.jobs(), log)
	if err != nil {
		cancel()
		stopBounces()
		return nil, err
	}
	stopCentres := h.startCentres(log)
	var running sync.WaitGroup
	running.Go(func() { h.notices.Run(ctx, h.wake) })
	running.Go(func() { h.webhooks(log).Run(ctx, webhookEvery) })
	return func() {
		cancel()
		stopBounces()
		stopJobs()
		running.Wait()
		stopCentres() // when nothing is under way to them
	}, nil
}

// serveHTTP answers until ctx ends, then lets the requests under way finish.
func serveHTTP(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headTimeout, ReadTimeout: bodyTimeout,
		WriteTimeout: sendTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHead,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return server.Shutdown(stop)
}

// startMetrics serves /metrics on its own address, which it returns. A port in
// use is no reason not to give appointments: it is logged.
func startMetrics(s configs.Settings, m *metrics, log *slog.Logger) (address string, stop func()) {
	if s.MetricsListen == configs.Off {
		return "", func() {}
	}
	l, err := net.Listen("tcp", s.MetricsListen)
	if err != nil {
		log.Warn("no metrics", "error", err)
		return "", func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.handler())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := serveHTTP(ctx, l, mux); err != nil {
			log.Error("metrics stopped", "error", err)
		}
	})
	return l.Addr().String(), func() { cancel(); running.Wait() }
}

// someBoard is the first office with a waiting room, by id; "" when there is none.
func (h *house) someBoard() string {
	c, err := h.engine.Catalogue(context.Background())
	if err != nil {
		return ""
	}
	for i := range c.Offices {
		if id := c.Offices[i].ID; len(c.OfficePools(id)) > 0 {
			return id
		}
	}
	return ""
}

// welcome prints where to go.
func (h *house) welcome(w io.Writer, password, metrics string) {
	u := h.settings.PublicURL
	fmt.Fprintf(w, "Mawid is ready (%s, zone data %s).\n", h.store.Dialect(), h.zones.Version())
	fmt.Fprintf(w, "  citizens   %s/\n", u)
	fmt.Fprintf(w, "  desk       %s/desk\n", u)
	if password != "" {
		fmt.Fprintf(w, "             sign in as %q with the password %s (shown only now; you then choose your own)\n", adminLogin, password)
	}
	if board := h.someBoard(); board != "" {
		fmt.Fprintf(w, "  board      %s/board/%s (and so for each office)\n", u, board)
	}
	fmt.Fprintf(w, "  notices    %s/desk/outbox\n", u)
	fmt.Fprintf(w, "  API        %s/v1/services, described at %s/openapi.json\n", u, u)
	if metrics != "" {
		fmt.Fprintf(w, "  metrics    http://%s/metrics\n", metrics)
	}
	fmt.Fprintln(w, "Stop with Ctrl-C.")
}
