package notifier

import (
	"crypto/x509"
	"time"

	"mawid/internal/locale"
)

// Trust makes the sender believe in a test's own certificates.
func (s *SMTP) Trust(pool *x509.CertPool) { s.tls.RootCAs = pool }

// Wait shows the pause after an attempt.
func Wait(random func() float64, attempt int, asked time.Duration) time.Duration {
	return (&Worker{c: Config{Random: random}}).wait(attempt, asked)
}

// QueueID shows what is found in a server's answer.
func QueueID(answer string) string { return queueID(answer) }

// RetryAfter shows how a header is read.
func (g *Gateway) RetryAfter(header string) time.Duration { return g.retryAfter(header) }

// In shows a short message as it is sent.
func (m Short) In(l *locale.Language) string { return m.words(l) }
