package notifier

import (
	"crypto/x509"
	"time"

	"mawid/scheduler"
)

// Trust makes the sender believe in a test's own certificates.
func (s *SMTP) Trust(pool *x509.CertPool) { s.tls.RootCAs = pool }

// Awake shows when a notice may reach its person.
func (w *Wording) Awake(n scheduler.Notice, a *scheduler.Appointment, now time.Time) time.Time {
	return w.awake(n, appointment{w: w, a: a}.Recipient(), now)
}

// Wait shows the pause after an attempt.
func Wait(random func() float64, attempt int, asked time.Duration) time.Duration {
	return (&Worker{c: Config{Random: random}}).wait(attempt, asked)
}

// QueueID shows what is found in a server's answer.
func QueueID(answer string) string { return queueID(answer) }

// RetryAfter shows how a header is read.
func (g *Gateway) RetryAfter(header string) time.Duration { return g.retryAfter(header) }
