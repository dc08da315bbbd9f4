package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const readyTimeout = 2 * time.Second

// livez says that the process answers.
func livez(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// readyz says whether this node can book: database reachable, migrations done,
// zone data right. It answers 503 with the reason otherwise.
func (h *house) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if reason := h.unready(ctx); reason != "" {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, reason)
		return
	}
	fmt.Fprintln(w, "ok")
}

// unready returns "" or which part is not ready; the causes stay in the log of
// whoever runs doctor, since anybody may ask here.
func (h *house) unready(ctx context.Context) string {
	var reasons []string
	if err := h.store.Ping(ctx); err != nil {
		reasons = append(reasons, "database")
	} else if _, _, pending, err := h.store.MigrationStatus(ctx); err != nil || len(pending) > 0 {
		reasons = append(reasons, "migrations")
	}
	if h.zones.SelfTest() != nil {
		reasons = append(reasons, "zone data")
	}
	if len(reasons) == 0 {
		return ""
	}
	return "not ready: " + strings.Join(reasons, ", ")
}
