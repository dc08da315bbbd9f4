package storetest

import (
	"testing"
	"time"

	"mawid/scheduler"
)

var claimCases = []testCase{
	{"who may take a claim", claimTable},
	{"the keys of one person may be one", claimRepeated},
	{"dropped and taken again in one change", claimDropAndTake},
	{"a move extends the claim", claimExtend},
	{"those of past visits are forgotten", claimForget},
	{"one of many wins", claimRace},
}

// holder reads whose the claim is, "" when nobody's.
func holder(t *testing.T, s *suite, key string) string {
	t.Helper()
	return one(t, s.url, "SELECT COALESCE(max(appointment_id), '') FROM claims WHERE person_key = '"+key+"'")
}

func claimTable(t *testing.T, s *suite) {
	until := time.Date(2027, 8, 10, 9, 20, 0, 0, time.UTC)
	held := scheduler.Claim{ServiceID: service, PersonKey: "k", AppointmentID: "first", OfficeID: officeID, Until: until}
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{held}})
	by := func(appointment, service, key string) scheduler.Claim {
		return scheduler.Claim{ServiceID: service, PersonKey: key, AppointmentID: appointment, Until: until.Add(time.Hour)}
	}
	for _, c := range []struct {
		name  string
		at    time.Time
		claim scheduler.Claim
	}{
		{"long before the visit", now0, by("second", service, "k")},
		{"a microsecond before it ends", until.Add(-time.Microsecond), by("second", service, "k")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.refuse(t, scheduler.ErrDuplicateBooking, scheduler.Change{At: c.at, NewClaims: []scheduler.Claim{by("second", service, "j"), c.claim}})
		})
	}
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{by("second", "another service", "k")}})
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{by("second", service, "another person")}})
	s.commit(t, scheduler.Change{At: until, NewClaims: []scheduler.Claim{by("third", service, "k")}})
	if n := count(t, s.url, "claims WHERE person_key = 'k' AND appointment_id = 'third'"); n != 1 {
		t.Fatal("the claim of a visit that is over was not taken")
	}
}

func claimRepeated(t *testing.T, s *suite) {
	a, b := newAppointment(1), newAppointment(2)
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "k"), newClaim(&a, "k")}})
	if n := count(t, s.url, "claims"); n != 1 {
		t.Fatalf("%d claims", n)
	}
	s.refuse(t, scheduler.ErrDuplicateBooking, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "j"), newClaim(&b, "j")}})
}

func claimDropAndTake(t *testing.T, s *suite) {
	a, b := newAppointment(1), newAppointment(2)
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "k"), newClaim(&a, "j")}})
	s.commit(t, scheduler.Change{
		At: now0, NewAppointments: []scheduler.Appointment{b},
		DropClaims: []string{a.ID}, NewClaims: []scheduler.Claim{newClaim(&b, "k")},
	})
	if k, j := holder(t, s, "k"), holder(t, s, "j"); k != b.ID || j != "" {
		t.Fatalf("k is %q's, j is %q's", k, j)
	}
	// The same appointment: its old claims go, its new ones stay.
	s.commit(t, scheduler.Change{At: now0, DropClaims: []string{b.ID}, NewClaims: []scheduler.Claim{newClaim(&b, "k")}})
	if k := holder(t, s, "k"); k != b.ID {
		t.Fatalf("k is %q's", k)
	}
	s.commit(t, scheduler.Change{At: now0, DropClaims: []string{b.ID}})
	if n := count(t, s.url, "claims"); n != 0 {
		t.Fatalf("%d claims left", n)
	}
}

func claimExtend(t *testing.T, s *suite) {
	a, b := newAppointment(1), newAppointment(2)
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "k")}})
	first := a.EndsAt
	a.EndsAt = first.Add(24 * time.Hour)
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "k")}})
	s.refuse(t, scheduler.ErrDuplicateBooking, scheduler.Change{At: first, NewClaims: []scheduler.Claim{newClaim(&b, "k")}})
}

func claimForget(t *testing.T, s *suite) {
	a, b := newAppointment(1), newAppointment(2)
	b.EndsAt = b.EndsAt.Add(time.Hour)
	s.commit(t, scheduler.Change{At: now0, NewClaims: []scheduler.Claim{newClaim(&a, "k"), newClaim(&b, "j")}})
	n, err := s.db.ForgetClaims(s.ctx, a.EndsAt)
	if n != 0 || err != nil {
		t.Fatalf("%d forgotten at the end of the visit, %v", n, err)
	}
	n, err = s.db.ForgetClaims(s.ctx, a.EndsAt.Add(time.Microsecond))
	if n != 1 || err != nil || holder(t, s, "j") != b.ID {
		t.Fatalf("%d forgotten, %v; j is %q's", n, err, holder(t, s, "j"))
	}
}

func claimRace(t *testing.T, s *suite) {
	s.begin(t)
	for round := range 5 {
		wins := tally(40, func(i int) error {
			a := newAppointment(1000*round + i)
			keys := []scheduler.Claim{newClaim(&a, key(round, "mail")), newClaim(&a, key(round, "phone"))}
			if i%2 == 0 {
				keys[0], keys[1] = keys[1], keys[0]
			}
			return s.db.Commit(s.ctx, scheduler.Change{At: now0, NewAppointments: []scheduler.Appointment{a}, NewClaims: keys})
		})
		wins.want(t, map[error]int{nil: 1, scheduler.ErrDuplicateBooking: 39})
	}
	if n := count(t, s.url, "appointments"); n != 5 {
		t.Fatalf("%d appointments", n)
	}
}
