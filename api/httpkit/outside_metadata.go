package httpkit

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"mawid/scheduler"
)

// provider is what an identity provider says about itself.
type provider struct {
	*oidc.Provider
	signOut string // where sessions end, or ""
	style   oauth2.AuthStyle
}

// endpoint is where codes are asked for and exchanged. How the secret is told is
// not tried out: a try that fails may use the code up.
func (p *provider) endpoint() oauth2.Endpoint {
	e := p.Endpoint()
	e.AuthStyle = p.style
	return e
}

// How long what the provider says of itself is kept, and how soon it is asked
// again after it did not answer: nobody waits for it twice in a row.
const (
	metadataFor   = time.Hour
	metadataAfter = 3 * time.Second
)

// metadata asks an identity provider about itself (OpenID Connect Discovery 1.0),
// one question at a time, and keeps the answer.
type metadata struct {
	issuer string
	client *http.Client
	clock  scheduler.Clock

	mu     sync.Mutex
	known  *provider
	again  time.Time     // when to ask next
	fault  error         // of the last question
	asking chan struct{} // closed when the answer is there; nil when nobody asks
}

// get returns what is known, and asks when that is nothing, or old. What was true
// an hour ago is used on while the provider does not answer. It returns ErrProvider.
func (m *metadata) get(ctx context.Context) (*provider, error) {
	m.mu.Lock()
	if m.clock().Before(m.again) {
		defer m.mu.Unlock()
		return m.answer()
	}
	if m.asking == nil {
		m.asking = make(chan struct{})
		go m.ask(m.asking)
	}
	wait := m.asking
	m.mu.Unlock()
	select {
	case <-wait:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answer()
}

// answer is what is known; mu is held.
func (m *metadata) answer() (*provider, error) {
	if m.known != nil {
		return m.known, nil
	}
	return nil, m.fault
}

// ask ends by itself: the client bounds each request.
func (m *metadata) ask(done chan struct{}) {
	p, err := m.discover()
	m.mu.Lock()
	defer m.mu.Unlock()
	defer close(done)
	m.asking, m.fault = nil, err
	if err != nil {
		m.again = m.clock().Add(metadataAfter)
		return
	}
	m.known, m.again = p, m.clock().Add(metadataFor)
}

func (m *metadata) discover() (*provider, error) {
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), m.client), m.issuer)
	if err != nil {
		return nil, providerFault("discovery", err)
	}
	var more struct {
		SignOut string   `json:"end_session_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, providerFault("discovery", err)
	}
	p := &provider{found, more.SignOut, oauth2.AuthStyleInHeader}
	if len(more.Methods) > 0 && !slices.Contains(more.Methods, "client_secret_basic") { // the default of Discovery 1.0, 3
		p.style = oauth2.AuthStyleInParams
	}
	return p, nil
}
