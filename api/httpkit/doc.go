// Package httpkit is what the ways in over HTTP share: which status an error
// is, the problem document, the request log, limits, idempotent answers, what
// people type, staff sessions and passwords.
//
// It knows the sentinels of scheduler and the standard library's HTTP. It must
// not know routes, pages, sentences, settings or storage: what it needs of
// storage are the ports Answers and Users and a session store, which the
// program hands in, as it does the clock.
//
// The order in which the program wraps a handler, from the outside: Log,
// Recover, headers, the rate limit, sessions; then the handlers themselves.
package httpkit

import "net/http"

// Middleware wraps a handler.
type Middleware = func(http.Handler) http.Handler

// Chain wraps h so that the first middleware sees the request first.
func Chain(h http.Handler, ms ...Middleware) http.Handler {
	for i := len(ms) - 1; i >= 0; i-- {
		h = ms[i](h)
	}
	return h
}
