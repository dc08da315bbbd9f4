package httpkit_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"mawid/api/httpkit"
	"mawid/internal/enginetest"
	"mawid/internal/store"
	"mawid/internal/testdb"
	"mawid/scheduler"
)

var (
	here  = netip.MustParsePrefix("192.0.2.1/32")
	there = netip.MustParsePrefix("2001:db8::/64")
)

// guarded are two nodes over one database that ask for a proof from the third
// place in a minute on.
type guarded struct {
	*testing.T
	clock      *enginetest.Clock
	one, other *httpkit.Guard
}

func eachGuarded(t *testing.T, test func(*guarded)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, db *store.DB) {
		clock := enginetest.NewClock(t)
		c := httpkit.GuardConfig{Clock: clock.Now, Proofs: db, Secret: []byte("a secret of a test, 32 bytes long"), PerMinute: 2}
		test(&guarded{t, clock, httpkit.NewGuard(c), httpkit.NewGuard(c)})
	})
}

// challenge asks until a proof is needed.
func (g *guarded) challenge(client netip.Prefix) httpkit.Challenge {
	g.Helper()
	for range 10 {
		_, err := g.one.Ask(client, "", "")
		var needed *httpkit.ProofError
		if errors.As(err, &needed) {
			return needed.Challenge
		}
		if err != nil {
			g.Fatal(err)
		}
	}
	g.Fatal("nothing is asked under pressure")
	return httpkit.Challenge{}
}

// spend gives a proof to a node and takes it away as the engine does.
func (g *guarded) spend(node *httpkit.Guard, client netip.Prefix, token, solution string) error {
	asker, err := node.Ask(client, token, solution)
	if err != nil {
		return err
	}
	if !asker.Proven() {
		return httpkit.ErrProof
	}
	return asker.Spend(context.Background())
}

func (g *guarded) want(what string, err, want error) {
	g.Helper()
	if !errors.Is(err, want) {
		g.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// solve does the work.
func solve(c httpkit.Challenge) string {
	for n := 0; ; n++ {
		text := strconv.Itoa(n)
		sum := sha256.Sum256([]byte(c.Token + "." + text))
		zeros := 0
		for zeros < 256 && sum[zeros/8]>>(7-zeros%8)&1 == 0 {
			zeros++
		}
		if zeros >= c.Bits {
			return text
		}
	}
}

func TestNothingIsAskedWithoutPressure(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		for range 5 {
			for range 2 {
				a, err := g.one.Ask(here, "", "")
				if err != nil || a.Proven() || a.Client() != "192.0.2.1/32" {
					t.Fatalf("%v, %v, %q", err, a.Proven(), a.Client())
				}
			}
			g.clock.Advance(2 * time.Minute)
		}
	})
}

func TestAProofIsGoodOnce(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		c := g.challenge(here)
		solution := solve(c)
		g.want("another's", g.spend(g.one, there, c.Token, solution), httpkit.ErrProof)
		g.want("not solved", g.spend(g.one, here, c.Token, "x"), httpkit.ErrProof)
		g.want("forged", g.spend(g.one, here, "B"+c.Token[1:], solution), httpkit.ErrProof)
		g.want("no token", g.spend(g.one, here, "?", solution), httpkit.ErrProof)
		g.want("on another node", g.spend(g.other, here, c.Token, solution), nil)
		g.want("again", g.spend(g.one, here, c.Token, solution), httpkit.ErrProof)
	})
}

func TestAProofRunsOut(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		c := g.challenge(here)
		g.clock.Set(c.Expires)
		for range 3 {
			_, err := g.one.Ask(there, "", "") // pressure
			_ = err
		}
		g.want("too late", g.spend(g.one, here, c.Token, solve(c)), httpkit.ErrProof)
	})
}

// Without a script a person waits; who asks for many tokens has waited only once.
func TestAWaitIsGoodOnce(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		first, second := g.challenge(here), g.challenge(here)
		g.want("too early", g.spend(g.one, here, first.Token, ""), httpkit.ErrProof)
		g.clock.Advance(max(first.Wait, second.Wait))
		g.want("after the wait", g.spend(g.one, here, first.Token, ""), nil)
		g.want("the same wait on another node", g.spend(g.other, here, second.Token, ""), httpkit.ErrProof)
	})
}

// The harder many push, the more is asked.
func TestPressureAsksMore(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		first := g.challenge(here)
		for range 50 {
			_, err := g.one.Ask(there, "", "")
			_ = err
		}
		if last := g.challenge(here); last.Bits <= first.Bits || last.Wait <= first.Wait || last.Bits > 21 {
			t.Errorf("%d bits and %v, then %d and %v", first.Bits, first.Wait, last.Bits, last.Wait)
		}
	})
}

// A client over its bound is asked for a proof when one would help.
func TestABoundAsksForAProof(t *testing.T) {
	eachGuarded(t, func(g *guarded) {
		a, err := g.one.Ask(here, "", "")
		g.want("no pressure", err, nil)
		g.want("over the free bound", a.Bound(&scheduler.HoldsError{Provable: true}), httpkit.ErrProof)
		g.want("over the last bound", a.Bound(&scheduler.HoldsError{}), scheduler.ErrTooManyHolds)
		problem := httpkit.NewProblem(t.Context(), a.Bound(&scheduler.HoldsError{Provable: true}))
		if problem.Status != 429 || problem.Proof == nil || problem.GetHeaders().Get("Retry-After") != strconv.Itoa(problem.Proof.WaitSeconds) {
			t.Errorf("%+v", problem)
		}
		problem = httpkit.NewProblem(t.Context(), &scheduler.HoldsError{After: 90 * time.Second})
		if problem.Status != 429 || problem.Code != "too_many_requests" || problem.GetHeaders().Get("Retry-After") != "90" {
			t.Errorf("%+v", problem)
		}
	})
}
