package httpkit

import (
	"fmt"
	"net/http"
)

// Content security policies. Pages carry their own scripts and styles as files
// and nothing inline; the API shows nothing at all.
const (
	APIPolicy  = "default-src 'none'; frame-ancestors 'none'"
	PagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

// APIHeaders sets the headers of answers for machines.
func APIHeaders(next http.Handler) http.Handler {
	return headers(next, APIPolicy, "noindex")
}

// PageHeaders sets the headers of pages that anybody may see.
func PageHeaders(next http.Handler) http.Handler {
	return headers(next, PagePolicy, "")
}

// PrivatePageHeaders sets the headers of pages that show a person's own data:
// as PageHeaders, and neither indexed nor kept in any cache.
func PrivatePageHeaders(next http.Handler) http.Handler {
	inner := headers(next, PagePolicy, "noindex, nofollow, noarchive")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		inner.ServeHTTP(w, r)
	})
}

func headers(next http.Handler, policy, robots string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer") // addresses hold tokens
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if robots != "" {
			h.Set("X-Robots-Tag", robots)
		}
		next.ServeHTTP(w, r)
	})
}

// SameOrigin refuses requests that change something and that a browser sends
// for another site's page (http.CrossOriginProtection). publicURL is the
// program's own origin, which older browsers send behind a proxy; "" for none.
// deny answers what is refused; nil writes a problem document.
func SameOrigin(publicURL string, deny http.Handler) (Middleware, error) {
	protection := http.NewCrossOriginProtection()
	if publicURL != "" {
		if err := protection.AddTrustedOrigin(origin(publicURL)); err != nil {
			return nil, fmt.Errorf("public address: %w", err)
		}
	}
	if deny == nil {
		deny = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { WriteProblem(w, r, ErrForbidden) })
	}
	protection.SetDenyHandler(deny)
	return protection.Handler, nil
}
