package scheduler

import "time"

// NoticeQuery asks for a page of notices, as the desk reads them.
type NoticeQuery struct {
	// Offices are the ones to look at; nil means all, an empty list none.
	Offices []string
	// Open asks for what is still to be sent, the next first; else for what is
	// settled, the latest due first.
	Open bool
	// Stuck asks for what came back, was given up or came too late, instead of
	// all that is settled.
	Stuck bool
	// Find is what FindNotices looks for.
	Find string
	// AfterDue and AfterID are of the last entry of the page before; zero values
	// start at the beginning.
	AfterDue time.Time
	AfterID  string
	Limit    int // entries
}
