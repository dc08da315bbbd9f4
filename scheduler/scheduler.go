// Package scheduler is Mawid's domain: who may have which time, who is called
// next, what is late. It knows administrations, offices, services, pools of
// desks, days in ticks, holds and appointments, and the rules between them.
//
// It must not know how anything is stored, sent, worded or shown: it imports
// the standard library only, is handed its clock and its zone data, and speaks
// to storage through the small ports in store.go.
//
// There are two times everywhere. The office's wall clock (a Date, a TimeOfDay
// and an IANA zone) is the truth, because that is what is printed and promised;
// the UTC instant is derived from it and may be derived again when a country
// changes its clock.
package scheduler

import "time"

// Clock tells the present instant. The program hands in time.Now; tests hand in
// what they like.
type Clock func() time.Time

// Zones gives zone data. The embedded data of internal/tz satisfies it.
type Zones interface {
	// Load returns the zone of an IANA name, or an error for an unknown one.
	Load(name string) (*time.Location, error)
	// Version names the zone data, such as "2026f".
	Version() string
}
