package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"mawid/scheduler"
)

// errPrivate: the address is not one that others can be reached at.
var errPrivate = errors.New("webhook: a private address")

// answerTime bounds one call (the specification advises 15 to 30 seconds).
const answerTime = 15 * time.Second

// caller makes the calls. It follows no redirect and uses no proxy: both would
// lead around the look at the address.
type caller struct{ client *http.Client }

func newCaller(private bool) *caller {
	dialer := &net.Dialer{Timeout: answerTime}
	if !private {
		// It sees the address itself, after names were looked up: what a name means
		// cannot change between look and call.
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return refusePrivate(address) }
	}
	return &caller{&http.Client{
		Timeout:       answerTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: answerTime},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// others are ranges that netip does not name: shared by carriers (RFC 6598), this
// network, documentation, benchmarks, reserved, and IPv6 that carries IPv4.
var others = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("::/96"),
}

func refusePrivate(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return errPrivate
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return errPrivate
	}
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return errPrivate
	}
	for _, p := range others {
		if p.Contains(ip) {
			return errPrivate
		}
	}
	return nil
}

// answer is what came of a call.
type answer struct {
	good       bool
	gone       bool
	code       string
	retryAfter time.Duration
}

// call makes one call at an instant.
func (c *caller) call(ctx context.Context, d scheduler.Delivery, secrets []string, at time.Time) answer {
	signature, err := Signature(secrets, d.ID, at, d.Body)
	if err != nil {
		return answer{code: "unsigned"}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Endpoint.URL, bytes.NewReader(d.Body))
	if err != nil {
		return answer{code: "bad_address"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Mawid")
	r.Header.Set("webhook-id", d.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	r.Header.Set("webhook-signature", signature)
	got, err := c.client.Do(r)
	if err != nil {
		if errors.Is(err, errPrivate) {
			return answer{code: "refused_address"}
		}
		return answer{code: "unreachable"}
	}
	defer got.Body.Close()
	_, _ = io.CopyN(io.Discard, got.Body, 4<<10) // what it says is of no use
	return answer{
		good: got.StatusCode >= 200 && got.StatusCode < 300, gone: got.StatusCode == http.StatusGone,
		code: fmt.Sprintf("http_%d", got.StatusCode), retryAfter: retryAfter(got.Header.Get("Retry-After")),
	}
}

// retryAfter reads seconds (RFC 9110, 10.2.3), at most a day; a date is not read.
func retryAfter(s string) time.Duration {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 24*60*60)) * time.Second
}
