package feed

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
)

// entityTag is the strong validator of body as it is sent (RFC 9110, 8.8.3).
// The plain and the zipped form are two representations and have two tags;
// with Vary, a cache that holds one is never told that the other is current.
func entityTag(body []byte, zipped bool) string {
	sum := sha256.Sum256(body)
	tag := base64.RawURLEncoding.EncodeToString(sum[:16])
	if zipped {
		tag += "-gz"
	}
	return `"` + tag + `"`
}

// matches reports whether If-None-Match names tag, by weak comparison
// (RFC 9110, 13.1.2): lists over several lines, "*", and W/ in front. From the
// first malformed member on, the rest is not looked at.
func matches(lines []string, tag string) bool {
	rest := strings.Join(lines, ",")
	if strings.Trim(rest, " \t") == "*" {
		return true
	}
	for {
		rest = strings.TrimLeft(rest, " \t,")
		rest = strings.TrimPrefix(rest, "W/")
		if !strings.HasPrefix(rest, `"`) {
			return false
		}
		end := strings.IndexByte(rest[1:], '"') + 2 // a tag may hold commas
		if end < 2 {
			return false
		}
		if rest[:end] == tag {
			return true
		}
		if rest = strings.TrimLeft(rest[end:], " \t"); rest != "" && rest[0] != ',' {
			return false
		}
	}
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): gzip by name, else "*",
// with a weight above 0. A malformed weight counts as 0: plain is always right.
func acceptsGzip(lines []string) bool {
	rest := false
	for member := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		coding, params, _ := strings.Cut(member, ";")
		switch strings.ToLower(strings.Trim(coding, " \t")) {
		case "gzip", "x-gzip":
			return wanted(params)
		case "*":
			rest = wanted(params)
		}
	}
	return rest
}

func wanted(params string) bool {
	params = strings.Trim(params, " \t")
	if params == "" {
		return true
	}
	name, value, _ := strings.Cut(params, "=")
	weight, err := strconv.ParseFloat(value, 64)
	return err == nil && strings.EqualFold(name, "q") && weight > 0 && weight <= 1
}

// zips compresses with writers that are used again: a fresh one costs several
// hundred kilobytes.
type zips struct{ writers sync.Pool }

func newZips() *zips {
	return &zips{sync.Pool{New: func() any { return gzip.NewWriter(nil) }}}
}

// compress gives the same bytes for the same body: no name, no time.
func (z *zips) compress(body []byte) []byte {
	w := z.writers.Get().(*gzip.Writer)
	defer z.writers.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	// A bytes.Buffer takes everything, so neither call can fail.
	_, _ = w.Write(body)
	_ = w.Close()
	return out.Bytes()
}
