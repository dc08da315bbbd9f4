package httpkit

import (
	"fmt"
	"net/http"
	"runtime/debug"
)

// Recover turns a panic into a 500 and hands it, with its stack, to the request
// log. answer writes the 500; nil writes a problem document. When part of the
// answer is sent already, the connection is cut instead, so that nobody takes
// half an answer for a whole one.
func Recover(answer func(http.ResponseWriter, *http.Request, error)) Middleware {
	if answer == nil {
		answer = WriteProblem
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := &counter{ResponseWriter: w}
			defer func() {
				switch v := recover(); {
				case v == nil:
				case v == http.ErrAbortHandler:
					panic(v) // the server's own way to cut a connection
				case c.status != 0:
					NoteFault(r.Context(), panicError(v))
					panic(http.ErrAbortHandler)
				default:
					NoteFault(r.Context(), panicError(v))
					answer(w, r, errPanic)
				}
			}()
			next.ServeHTTP(c, r)
		})
	}
}

// errPanic is what the answer is made of; the log has the rest.
var errPanic = &Problem{
	Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError),
	Status: http.StatusInternalServerError, Code: "internal", Detail: detailInternal,
}

func panicError(v any) error { return fmt.Errorf("panic: %v\n%s", v, debug.Stack()) }
