package store

import (
	"time"

	"mawid/scheduler"
)

// micros gives the stored form of an instant: unix microseconds, finer parts
// cut off, and 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant reads what micros wrote, in UTC.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// dateText gives the stored form of a date, "" for the zero Date.
func dateText(d scheduler.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func readDate(s string) (scheduler.Date, error) {
	var d scheduler.Date
	err := d.UnmarshalText([]byte(s))
	return d, err
}

// lastDate ends a range that has no end.
const lastDate = "9999-12-31"

// upTo gives the stored form of the end of a range; a zero Date is open.
func upTo(d scheduler.Date) string {
	if d.IsZero() {
		return lastDate
	}
	return d.String()
}

// bytesOrNull stores no bytes as NULL, so that a unique index lets it repeat.
func bytesOrNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// bytesNotNull stores nil as no bytes.
func bytesNotNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
