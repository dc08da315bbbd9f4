package httpkit

import "context"

// RoutePattern returns the pattern that answered a request, once it is served
// inside Log, or "" when none did. It is fit for logs and metrics: it holds no
// part of the address that a stranger chose.
func RoutePattern(ctx context.Context) string {
	rec := recordOf(ctx)
	if rec == nil {
		return ""
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.pattern
}
