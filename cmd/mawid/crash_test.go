package main

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"mawid/internal/testdb"
)

const (
	crashes     = 3  // one after the other on one database
	clerks      = 16 // who book at once
	untilCrash  = 60 // bookings answered before the power goes
	lettersSent = 4  // on their way at once: notifier.Config.Parallel
)

// TestPowerCutsLoseNothing kills the server in the middle of a stream of
// bookings, again and again, and looks for what was promised.
func TestPowerCutsLoseNothing(t *testing.T) {
	t.Parallel()
	testdb.EachURL(t, func(t *testing.T, url string) {
		post := openPostOffice(t)
		house := install(t, url, "MAWID_SMTP_URL="+post.url)
		server := house.serve()
		free := &queue{slots: server.slots(t, "com-safi-ec", "com-livret", 40)}
		var promised []booking
		for range crashes {
			promised = append(promised, server.crashWhileBooking(t, free)...)
			house.letLeasesEnd()
			server = house.serve()
			for _, b := range promised {
				if got := server.look(t, b); got.Status != "booked" || got.StartsAt != b.StartsAt || got.Citizen != b.Citizen {
					t.Fatalf("after the crash %s is %+v, promised was %+v", b.ID, got, b)
				}
			}
			house.healthy()
		}
		house.everybodyWasTold(post, crashes)
		server.stop()
	})
}

// queue hands out each slot once.
type queue struct {
	slots []slot
	next  atomic.Int64
}

func (q *queue) take() (slot, bool) {
	n := int(q.next.Add(1)) - 1
	if n >= len(q.slots) {
		return slot{}, false
	}
	return q.slots[n], true
}

// crashWhileBooking lets many book at once and kills the server while they do.
// It returns what was answered with 201.
func (p *program) crashWhileBooking(t *testing.T, free *queue) []booking {
	t.Helper()
	ctx := patient(t)
	var (
		mu       sync.Mutex
		promised []booking
		enough   = make(chan struct{})
		group    sync.WaitGroup
	)
	for range clerks {
		group.Go(func() {
			for {
				s, more := free.take()
				if !more {
					t.Error("no time is left to book")
					return
				}
				b, a, err := p.book(ctx, s, p.house.somebody())
				if err != nil {
					return // the power is gone
				}
				if a.status != http.StatusCreated {
					t.Errorf("book: %s", a)
					return
				}
				mu.Lock()
				if promised = append(promised, b); len(promised) == untilCrash {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	waitOr(t, ctx, enough)
	p.kill()
	group.Wait()
	return promised
}

func waitOr(t *testing.T, ctx context.Context, happened <-chan struct{}) {
	t.Helper()
	select {
	case <-happened:
	case <-ctx.Done():
		t.Fatal("waited in vain")
	}
}

// letLeasesEnd does what two minutes do: what the killed server had claimed can
// be claimed again.
func (i *installation) letLeasesEnd() {
	i.t.Helper()
	i.exec("UPDATE notices SET lease_until = 1 WHERE state = 'sending'")
}

// healthy wants the doctor to find nothing.
func (i *installation) healthy() {
	i.t.Helper()
	if r := i.run("doctor"); r.code != exitDone {
		i.t.Fatalf("doctor: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// everybodyWasTold waits until every appointment in the database was confirmed
// by mail, and wants each crash to have repeated no more than what was under
// way, under the same Message-ID.
func (i *installation) everybodyWasTold(post *postOffice, crashes int) {
	i.t.Helper()
	booked := i.texts("SELECT email FROM appointments WHERE status = 'booked'")
	eventually(i.t, "a confirmation of every booking", func() bool {
		return i.count("SELECT count(*) FROM notices WHERE kind = 'confirmation' AND state <> 'sent'") == 0
	})
	told := post.received()
	extra := 0
	for _, address := range booked {
		letters := told[address]
		if len(letters) == 0 {
			i.t.Errorf("a booking was not confirmed")
			continue
		}
		extra += len(letters) - 1
		for _, l := range letters {
			if l.id == "" || l != letters[0] {
				i.t.Errorf("the copies of one letter differ: %+v and %+v", l, letters[0])
			}
		}
	}
	if len(told) != len(booked) {
		i.t.Errorf("%d people got mail, %d have an appointment", len(told), len(booked))
	}
	if most := lettersSent * crashes; extra > most {
		i.t.Errorf("%d letters went out twice, want at most %d: those on their way", extra, most)
	}
	i.t.Logf("%d booked, %d letters repeated after %d crashes", len(booked), extra, crashes)
}
