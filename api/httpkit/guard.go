package httpkit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/bits"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"mawid/scheduler"
)

// Proofs keeps which proofs were used, for all nodes.
type Proofs interface {
	// SpendProof notes that a proof is used, until it would run out anyway.
	// scheduler.ErrConflict when it was used before.
	SpendProof(ctx context.Context, id string, expires time.Time) error
}

// GuardConfig is what a Guard is made of; every field is required.
type GuardConfig struct {
	Clients Clients
	Clock   scheduler.Clock
	Proofs  Proofs
	// Secret is the program's, the same on every node.
	Secret []byte
	// PerMinute places may all clients of this node together take before each is
	// asked for a proof; 0: as many as they like.
	PerMinute int
}

// Guard keeps programs from taking places by the hundred, without asking anything
// of people while nobody pushes. Under pressure whoever takes a place does a
// little work first: the browser does it, or the person waits a moment. A nil
// Guard asks nothing and knows no clients.
type Guard struct {
	GuardConfig
	key   []byte
	meter *meter
}

// NewGuard returns a guard.
func NewGuard(c GuardConfig) *Guard {
	m := hmac.New(sha256.New, c.Secret)
	m.Write([]byte("proof of work"))
	return &Guard{GuardConfig: c, key: m.Sum(nil), meter: newMeter(c.Clock, c.PerMinute)}
}

// ErrProof: a proof of work is needed first. It is ErrTooManyRequests to whoever
// does not know better.
var ErrProof = fmt.Errorf("a proof of work is needed: %w", ErrTooManyRequests)

// ProofError is ErrProof with what to solve.
type ProofError struct {
	Challenge Challenge
	// Again: a proof was given and is not good, since it was used, too early, too
	// late or not right.
	Again bool
}

// Error says what is needed.
func (e *ProofError) Error() string { return ErrProof.Error() }

// Unwrap makes it ErrProof.
func (e *ProofError) Unwrap() error { return ErrProof }

// Asker is a client that wants to take a place, with the proof that it gave.
type Asker struct {
	guard  *Guard
	client netip.Prefix
	given  bool // some proof
	proof  *spendable
}

// spendable is a proof that is good, if it was not used before.
type spendable struct {
	id      string
	expires time.Time
}

// ClientOf tells whose request it is.
func (g *Guard) ClientOf(r *http.Request) netip.Prefix {
	if g == nil {
		return netip.Prefix{}
	}
	return g.Clients.Of(r)
}

// Ask looks at a client that wants to take a place, and at the proof given with
// the request: a token, and what solves it or "" after the wait. It counts it.
// The error is a ProofError when everybody has to give one and this client has
// not.
func (g *Guard) Ask(client netip.Prefix, token, solution string) (*Asker, error) {
	if g == nil {
		return &Asker{}, nil
	}
	a := &Asker{guard: g, client: client, given: token != ""}
	if a.given {
		a.proof = g.check(a.client, token, solution)
	}
	if g.meter.add() > 1 && a.proof == nil {
		return nil, a.needed()
	}
	return a, nil
}

// Client names the network for scheduler.HoldRequest; "" when it is not known.
func (a *Asker) Client() string {
	if a.guard == nil || !a.client.IsValid() {
		return ""
	}
	return a.client.String()
}

// Proven reports whether a good proof was given.
func (a *Asker) Proven() bool { return a.proof != nil }

// Spend takes the proof away, once a place was found for it. It is a ProofError
// when it was used before, here or on another node.
func (a *Asker) Spend(ctx context.Context) error {
	if a.proof == nil {
		return nil
	}
	err := a.guard.Proofs.SpendProof(ctx, a.proof.id, a.proof.expires)
	if errors.Is(err, scheduler.ErrConflict) {
		return a.needed()
	}
	return err
}

// Bound makes an error that bounds a client a ProofError, when a proof would
// help it. Others stay as they are.
func (a *Asker) Bound(err error) error {
	var bound *scheduler.HoldsError
	if a.guard != nil && errors.As(err, &bound) && bound.Provable {
		return a.needed()
	}
	return err
}

func (a *Asker) needed() error {
	return &ProofError{Challenge: a.guard.issue(a.client), Again: a.given}
}

// How much is asked. 17 bits take a browser on a small phone about half a second
// of work; each doubling of the pressure adds one bit and 10 seconds. The figures
// are estimates (unverified on real phones).
const (
	baseBits, maxMoreBits = 17, 4
	baseWait, moreWait    = 15, 10 // seconds
	waitWindow            = 30     // seconds
)

func (g *Guard) issue(client netip.Prefix) Challenge {
	more := min(bits.Len(uint(g.meter.level())), maxMoreBits)
	c := challenge{
		issued: g.Clock().Unix(), wait: uint16(baseWait + more*moreWait), bits: uint8(baseBits + more), client: g.clientHash(client),
	}
	_, _ = rand.Read(c.nonce[:]) // never fails
	return Challenge{
		Token: g.seal(&c), Bits: int(c.bits), Wait: time.Duration(c.wait) * time.Second,
		Expires: time.Unix(c.issued, 0).Add(proofLife).UTC(),
	}
}

func (g *Guard) clientHash(client netip.Prefix) (h [8]byte) {
	copy(h[:], g.mac([]byte("client "+client.String())))
	return h
}

// check returns what a proof is worth, nil for nothing. Work is good at once and
// for one place. A wait is good for one place of a client and waitWindow: who
// asks for a hundred tokens and waits once has not waited a hundred times.
func (g *Guard) check(client netip.Prefix, token, solution string) *spendable {
	c, ok := g.open(token)
	if !ok || c.client != g.clientHash(client) {
		return nil
	}
	now, issued := g.Clock(), time.Unix(c.issued, 0)
	expires := issued.Add(proofLife)
	switch {
	case !now.Before(expires), now.Before(issued.Add(-time.Minute)): // nodes' clocks differ a little
		return nil
	case solution != "":
		if !solves(token, solution, int(c.bits)) {
			return nil
		}
		return &spendable{"work " + base64.RawURLEncoding.EncodeToString(c.nonce[:]), expires}
	case now.Before(issued.Add(time.Duration(c.wait) * time.Second)):
		return nil
	}
	window := fmt.Sprintf("wait %x %d", c.client, c.issued/waitWindow)
	return &spendable{window, expires.Add(proofLife)}
}

// ProofHeader is where programs give a proof: the token, and behind a point what
// solves it, or nothing after the wait.
const ProofHeader = "Mawid-Proof"

// SplitProof reads the value of ProofHeader.
func SplitProof(value string) (token, solution string) {
	token, solution, _ = strings.Cut(value, ".")
	return token, solution
}
