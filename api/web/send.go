package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
)

// show answers with a page. Pages about one person are kept by nobody.
func (s *site) show(v *visit, status int, p page) error {
	set, err := s.templates[v.lang.Code()]()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := set[p.file()].Execute(&b, p); err != nil {
		return fmt.Errorf("page %s: %w", p.file(), err)
	}
	s.rememberLanguage(v)
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.lang.HTMLLang())
	// Addresses hold secrets, so no other origin may learn them. "no-referrer"
	// would do it too, but then browsers send "Origin: null" with forms, and where
	// they send no Sec-Fetch-Site (plain HTTP off the own machine, older ones)
	// every form would be refused as foreign. Measured with Chromium 156.
	h.Set("Referrer-Policy", "same-origin")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	// The page may depend on all three when the address names no language.
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	return send(v, status, b.Bytes())
}

// private marks the answer as one person's: kept by no cache, found by no
// search engine.
func private(v *visit) {
	h := v.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
}

// zippedFrom is the size in bytes from which compressing pays.
const zippedFrom = 1000

func send(v *visit, status int, body []byte) error {
	if len(body) >= zippedFrom && acceptsGzip(v.Request) {
		zipped, err := zip(body, gzip.DefaultCompression)
		if err != nil {
			return fmt.Errorf("compress: %w", err)
		}
		v.w.Header().Set("Content-Encoding", "gzip")
		body = zipped
	}
	return write(v.w, status, body)
}

// write ends an answer. That the reader went away is nobody's fault and no error.
func write(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return nil
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" refuses.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" || name == "*" {
			return strings.Trim(strings.ReplaceAll(parameters, " ", ""), "0.") != "q="
		}
	}
	return false
}
