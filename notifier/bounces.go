package notifier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"mawid/scheduler"
)

// Bounces is a small mail server for what comes back, and for nothing else: it
// takes mail to return addresses only, never relays, and keeps no mail.
type Bounces struct {
	returns *Returns
	report  func(context.Context, Returned) error
	log     *slog.Logger
	server  *smtp.Server
}

// bounceTime is how long a client may be silent.
const bounceTime = 30 * time.Second

// NewBounces returns a server that speaks SMTP, or LMTP. report is told what came
// back.
func NewBounces(returns *Returns, lmtp bool, hello string, report func(context.Context, Returned) error, l *slog.Logger) *Bounces {
	b := &Bounces{returns: returns, report: report, log: l}
	s := smtp.NewServer(b)
	s.LMTP, s.Domain = lmtp, hello
	s.MaxRecipients, s.MaxMessageBytes = 5, maxReturned
	s.ReadTimeout, s.WriteTimeout = bounceTime, bounceTime
	s.ErrorLog = log.New(io.Discard, "", 0) // it repeats what clients send
	b.server = s
	return b
}

// Serve answers until Close; it always returns an error, net.ErrClosed or
// smtp.ErrServerClosed after Close.
func (b *Bounces) Serve(l net.Listener) error { return b.server.Serve(l) }

// Close stops the server and waits for what is under way, as long as ctx.
func (b *Bounces) Close(ctx context.Context) error { return b.server.Shutdown(ctx) }

// NewSession begins a client's session.
func (b *Bounces) NewSession(*smtp.Conn) (smtp.Session, error) { return &bounceSession{b: b}, nil }

type bounceSession struct {
	b       *Bounces
	notices []string
}

// Reset forgets the recipients.
func (s *bounceSession) Reset() { s.notices = nil }

// Logout ends the session.
func (*bounceSession) Logout() error { return nil }

// Mail takes any sender: reports have none.
func (*bounceSession) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt takes return addresses with a right signature.
func (s *bounceSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	id, ok := s.b.returns.Notice(to)
	if !ok {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such address"}
	}
	s.notices = append(s.notices, id)
	return nil
}

// Data reads the report. What is none is taken and forgotten: refusing it would
// only make more mail.
func (s *bounceSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(r, maxReturned+1))
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	what, err := ReadReport(raw)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), settleTime)
	defer cancel()
	for _, id := range s.notices {
		what.NoticeID = id
		if err := s.b.report(ctx, what); err != nil && !errors.Is(err, scheduler.ErrNotFound) {
			s.b.log.Error("bounce", "notice", id, "error", err)
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}
		}
	}
	return nil
}
