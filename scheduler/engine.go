package scheduler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Policy holds the rules of booking that an operator may set.
type Policy struct {
	Lead     time.Duration // least time between booking and visit
	Horizon  int           // days ahead that can be booked
	HoldFor  time.Duration // how long a hold keeps its place
	MaxParty int           // most persons in one visit
	Notices  NoticePolicy  // the zero value stands for the default
	Queue    QueuePolicy   // the zero value stands for the default
	Offers   OfferPolicy   // the zero value stands for the default
	// A place that is given back stays taken for a random time between these two;
	// 0 and 0: it is free at once.
	ReturnMin, ReturnMax time.Duration
	// HoldsFree live holds may one client have at once, HoldsMost when it gives a
	// proof of work for each further one; 0 and 0: no bound.
	HoldsFree, HoldsMost int
	ProveFor             time.Duration // how long an unproved address keeps its place
	// KeepDays is after how many days who a past visit was for is forgotten.
	KeepDays int
}

// DefaultPolicy is what the program starts with.
func DefaultPolicy() Policy {
	return Policy{
		Lead: 15 * time.Minute, Horizon: 365, HoldFor: 10 * time.Minute, MaxParty: 6, ProveFor: 30 * time.Minute, KeepDays: 90,
		Notices: DefaultNoticePolicy(), Queue: DefaultQueuePolicy(), Offers: DefaultOfferPolicy(),
		ReturnMin: 3 * time.Minute, ReturnMax: 20 * time.Minute, HoldsFree: 5, HoldsMost: 20,
	}
}

// Config is what an Engine is made of; every field is required.
type Config struct {
	Store  Store
	Clock  Clock
	Zones  Zones
	Random io.Reader // a source fit for secrets, safe for concurrent use
	// Secret keys tokens and person keys. At least 32 bytes; the same on every
	// node of one database.
	Secret []byte
	Policy Policy
}

// Engine decides bookings. It is safe for concurrent use, on one node or many.
type Engine struct {
	store  Store
	clock  Clock
	zones  Zones
	random io.Reader
	secret []byte
	policy Policy

	queues    contention
	foresight foresight

	mu        sync.Mutex
	catalogue *Catalogue
	checked   time.Time
}

// New returns an engine, or an error when the secret is too short.
func New(c Config) (*Engine, error) {
	if len(c.Secret) < 32 {
		return nil, errors.New("engine: the secret must have at least 32 bytes")
	}
	if c.Policy.Notices == (NoticePolicy{}) {
		c.Policy.Notices = DefaultNoticePolicy()
	}
	if c.Policy.Queue == (QueuePolicy{}) {
		c.Policy.Queue = DefaultQueuePolicy()
	}
	if c.Policy.Offers == (OfferPolicy{}) {
		c.Policy.Offers = DefaultOfferPolicy()
	}
	return &Engine{
		store: c.Store, clock: c.Clock, zones: c.Zones, random: c.Random,
		secret: c.Secret, policy: c.Policy,
	}, nil
}

// catalogueAge is how long a node may answer readers from the catalogue in
// memory. Writers are guarded by its version and never wrong.
const catalogueAge = time.Second

// Catalogue returns the catalogue, at most a second old. An empty database
// gives ErrNotFound.
func (e *Engine) Catalogue(ctx context.Context) (*Catalogue, error) {
	e.mu.Lock()
	c, fresh := e.catalogue, e.clock().Sub(e.checked) < catalogueAge
	e.mu.Unlock()
	if c != nil && fresh {
		return c, nil
	}
	if c != nil {
		v, err := e.store.CatalogueVersion(ctx)
		if err != nil {
			return nil, fmt.Errorf("catalogue version: %w", err)
		}
		if v == c.Version {
			return e.remember(c), nil
		}
	}
	return e.reload(ctx)
}

func (e *Engine) reload(ctx context.Context) (*Catalogue, error) {
	c, err := e.store.Catalogue(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the catalogue: %w", err)
	}
	return e.remember(c), nil
}

func (e *Engine) remember(c *Catalogue) *Catalogue {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.catalogue == nil || c.Version >= e.catalogue.Version {
		e.catalogue, e.checked = c, e.clock()
	}
	return e.catalogue
}

// Policy returns the rules of booking in force.
func (e *Engine) Policy() Policy { return e.policy }

// maxTries bounds how often a decision is made again after a conflict. On one
// node conflicts are rare (see contention); between nodes each try loses only
// to somebody who won.
const maxTries = 64

// maxUnheard bounds how often a decision is made again after the connection broke
// under its commit.
const maxUnheard = 1

// ErrBusy: too many others changed the same thing at once; try again later.
var ErrBusy = errors.New("too many changes at once")

// decide makes a decision and commits it, again and again until nothing it was
// made on has changed meanwhile.
func (e *Engine) decide(ctx context.Context, queue string, make func() (Change, error)) error {
	leave, err := e.queues.enter(ctx, queue)
	if err != nil {
		return err
	}
	defer leave()
	unheard := 0
	for range maxTries {
		change, err := make()
		if err == nil {
			change.At = e.clock().UTC()
			err = e.store.Commit(ctx, change)
			if errors.Is(err, ErrUnavailable) && unheard < maxUnheard {
				unheard++ // whether it was written is found when it is decided again
				continue
			}
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrReferenceTaken) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return ErrBusy
}

// dayOf returns the day of a pool as stored, or derived when nobody wrote it
// yet, and the catalogue it belongs to.
func (e *Engine) dayOf(ctx context.Context, poolID string, date Date) (Day, *Catalogue, error) {
	day, version, err := e.store.Day(ctx, poolID, date)
	if err != nil {
		return Day{}, nil, fmt.Errorf("read day: %w", err)
	}
	c, err := e.Catalogue(ctx)
	if err == nil && c.Version != version {
		c, err = e.reload(ctx)
	}
	if err != nil {
		return Day{}, nil, err
	}
	if day.Version == 0 {
		p, err := c.Pool(poolID)
		if err != nil {
			return Day{}, nil, fmt.Errorf("pool of the day: %w", ErrSlotTaken)
		}
		day = c.DeriveDay(p, date)
	}
	return day, c, nil
}

func (e *Engine) now() time.Time { return e.clock().UTC().Truncate(time.Microsecond) }
