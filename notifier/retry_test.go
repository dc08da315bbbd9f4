package notifier_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"mawid/notifier"
)

func TestPausesGrowAndSpread(t *testing.T) {
	plan := []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * hour, 6 * hour, 6 * hour}
	for i, want := range plan {
		for random, part := range map[float64]float64{0: 0.8, 0.5: 1, 0.75: 1.1} {
			got := notifier.Wait(func() float64 { return random }, i+1, 0)
			if diff := got - time.Duration(part*float64(want)); diff.Abs() > time.Millisecond {
				t.Errorf("attempt %d with %.2f: %s, want %.0f %% of %s", i+1, random, got, part*100, want)
			}
		}
	}
}

func TestPausesStayWithinReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		attempt := rapid.IntRange(-3, 1000).Draw(t, "attempt")
		asked := time.Duration(rapid.Int64Range(-int64(hour), int64(100*hour)).Draw(t, "asked"))
		got := notifier.Wait(func() float64 { return random }, attempt, asked)
		if got < 30*time.Second || got > 7*hour+12*time.Minute {
			t.Fatalf("a pause of %s", got)
		}
		if asked > 0 && asked <= 6*hour && got < asked {
			t.Fatalf("asked to wait %s, waits %s", asked, got)
		}
	})
}
