package notifier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"mawid/scheduler"
)

// Gateway hands short messages to an HTTP service, as its configuration says; by
// default by a POST of a JSON object {"id","to","text","valid_until"}. 2xx means
// accepted; 503 and 429 are no answer to this message, and it waits; 408 and other
// 5xx try again later, any other answer is for good.
// Without an answer the message may be out already, so it is not sent again.
type Gateway struct {
	form   *gatewayForm
	client *http.Client
	clock  scheduler.Clock
}

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 4 << 10

// NewGateway reads the address of a service that speaks Mawid's own form,
// http(s)://[user:password@]host/…. Errors name the field, never the value: it
// may hold a password.
func NewGateway(rawURL string, clock scheduler.Clock) (*Gateway, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("sms_url: want https://host/path or http://host/path")
	}
	return NewGatewayOf(GatewayForm{URL: strings.NewReplacer("{{", "{{`{{`}}").Replace(rawURL)}, clock)
}

// NewGatewayOf makes a gateway of any form.
func NewGatewayOf(f GatewayForm, clock scheduler.Clock) (*Gateway, error) {
	form, err := f.compile()
	if err != nil {
		return nil, err
	}
	transport := http.Transport{
		Proxy: http.ProxyFromEnvironment,
		// On a connection that was kept, a server's late goodbye looks like a lost
		// answer.
		DisableKeepAlives: true,
	}
	return &Gateway{form: form, clock: clock, client: &http.Client{
		Transport: &transport,
		// A redirect would turn the POST into a GET elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Send hands one short message over.
func (g *Gateway) Send(ctx context.Context, l Letter) Outcome {
	var handed atomic.Bool // whether the request may have left
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { handed.Store(true) }})
	r, err := g.form.request(ctx, l, g.clock())
	if err != nil {
		return Outcome{State: scheduler.NoticeDead, Code: "sms_unwritable", Err: err}
	}
	answer, err := g.client.Do(r)
	if err != nil {
		o := Outcome{State: scheduler.NoticeDue, Code: "sms_unreachable", Down: true, Err: withoutURL(err)}
		if handed.Load() {
			o.State, o.Code = scheduler.NoticeUnknown, "sms_unanswered"
		}
		return o
	}
	defer answer.Body.Close()
	return g.judge(answer)
}

func (g *Gateway) judge(answer *http.Response) Outcome {
	status := answer.StatusCode
	o := Outcome{State: scheduler.NoticeDead, Code: "sms_" + strconv.Itoa(status)}
	switch {
	case status >= 200 && status < 300:
		// What cannot be read says no more than the status.
		body, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		if g.form.success != nil && !g.form.success.Match(body) {
			o.Code = "sms_refused"
			return o
		}
		o.State, o.ProviderID = scheduler.NoticeSent, g.form.idIn(body)
	case status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests:
		// It refuses everybody for a while.
		o.State, o.Down, o.RetryAfter = scheduler.NoticeDue, true, g.retryAfter(answer.Header.Get("Retry-After"))
	case status == http.StatusRequestTimeout || status >= 500:
		o.State, o.RetryAfter = scheduler.NoticeDue, g.retryAfter(answer.Header.Get("Retry-After"))
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound:
		// Nothing is wrong with the message; an operator can repair the setting.
		o.State, o.Down, o.Err = scheduler.NoticeDue, true, fmt.Errorf("sms gateway: it answered %d", status)
	}
	return o
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3); 0 when it is neither.
func (g *Gateway) retryAfter(s string) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		return time.Duration(min(n, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(at.Sub(g.clock()), 0)
	}
	return 0
}

// withoutURL drops the address that the client puts before an error.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
