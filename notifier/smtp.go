package notifier

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"mawid/scheduler"
)

// goodbye is how long the end of a session may take.
const goodbye = 2 * time.Second

// SMTP sends mail through one server, one connection for each letter.
type SMTP struct {
	address    string // host:port
	host       string
	user, pass string
	from       string // of the envelope
	hello      string
	implicit   bool // TLS from the start
	tls        *tls.Config
}

// NewSMTP reads smtp://user:pass@host:port (STARTTLS when offered; port 587 when
// none is given) or smtps://… (TLS from the start; port 465). from is the sender,
// hello the name under which this machine greets ("" means localhost). Errors name
// the field, never the value: it may hold a password.
func NewSMTP(rawURL, from, hello string) (*SMTP, error) {
	const want = "smtp_url: want smtp://user:password@host:port or smtps://user:password@host:port"
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New(want)
	}
	ports := map[string]string{"smtp": "587", "smtps": "465"}
	port, known := ports[u.Scheme]
	if !known {
		return nil, errors.New(want)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, errors.New("smtp_url: want a port from 1 to 65535")
	}
	sender, err := sender(from)
	if err != nil {
		return nil, err
	}
	s := &SMTP{
		address: net.JoinHostPort(u.Hostname(), port), host: u.Hostname(),
		user: u.User.Username(), from: sender.Address, hello: hello, implicit: u.Scheme == "smtps",
		tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12},
	}
	s.pass, _ = u.User.Password()
	if s.hello == "" {
		s.hello = "localhost"
	}
	return s, nil
}

// Send hands one mail over. Until the recipient is named every failure is the
// server's or ours, also a refusal for good (a wrong password, a sender that is
// not allowed): an operator can repair it, so the letter waits. From there on a
// refusal for good (5xx) is about this letter. Where the server's answer to the
// whole text is lost, the letter is sent again under the same Message-ID.
func (s *SMTP) Send(ctx context.Context, l Letter) Outcome {
	c, err := s.connect(ctx)
	if err != nil {
		return Outcome{State: scheduler.NoticeDue, Code: smtpCode(err, "unreachable"), Down: true, Err: withoutText(err)}
	}
	defer c.Close()
	from := s.from
	if l.ReturnPath != "" {
		from = l.ReturnPath
	}
	if err := c.Mail("<" + from + ">"); err != nil {
		return Outcome{State: scheduler.NoticeDue, Code: smtpCode(err, "sender"), Down: true, Err: withoutText(err)}
	}
	if err := c.Rcpt("<" + l.To + ">"); err != nil {
		return refused(err, "recipient")
	}
	body, err := c.Data()
	if err != nil {
		return refused(err, "text")
	}
	answer, err := transmit(body, l.Raw)
	if err != nil {
		o := refused(err, "unanswered")
		o.Handed = o.Code == "smtp_unanswered"
		return o
	}
	if c.UpdateDeadline(goodbye) == nil {
		_ = c.Quit() // the letter is accepted, whatever the server says now
	}
	return Outcome{State: scheduler.NoticeSent, Code: "smtp_250", ProviderID: queueID(answer)}
}

// connect dials, greets, encrypts and signs in. The connection ends with ctx.
func (s *SMTP) connect(ctx context.Context) (*session, error) {
	dial := (&net.Dialer{}).DialContext
	if s.implicit {
		dial = (&tls.Dialer{Config: s.tls}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	c, err := s.greet(conn)
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, err
	}
	return &session{c, stop}, nil
}

// session is a client whose connection ends with its context.
type session struct {
	*smtp.Client
	stop func() bool
}

// Close ends the connection at once.
func (c *session) Close() error {
	c.stop()
	return c.Client.Close()
}

func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if err := c.Hello(s.hello); err != nil {
		return nil, fmt.Errorf("hello: %w", err)
	}
	if offered, _ := c.Extension("STARTTLS"); offered && !s.implicit {
		if err := c.StartTLS(s.tls); err != nil {
			return nil, fmt.Errorf("STARTTLS: %w", err)
		}
	}
	if s.user == "" {
		return c, nil
	}
	if err := s.signIn(c); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	return c, nil
}

// signIn uses the best way the server offers. PLAIN and LOGIN, which show the
// password, refuse a connection without TLS, save to this machine.
func (s *SMTP) signIn(c *smtp.Client) error {
	_, offered := c.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	for _, w := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(s.user, s.pass)},
		{"PLAIN", smtp.PlainAuth("", s.user, s.pass, s.host, false)},
		{"LOGIN", smtp.LoginAuth(s.user, s.pass, s.host, false)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(s.user, s.pass)},
	} {
		for _, way := range ways {
			if way == w.name {
				return c.Auth(w.auth)
			}
		}
	}
	return errors.New("the server offers no way that is known here")
}

func transmit(body io.WriteCloser, raw []byte) (answer string, err error) {
	if _, err := io.Copy(body, bytes.NewReader(raw)); err != nil {
		return "", err
	}
	if err := body.Close(); err != nil {
		return "", err
	}
	if r, ok := body.(interface{ ServerResponse() string }); ok {
		answer = r.ServerResponse()
	}
	return answer, nil
}

// refused judges an answer to one letter: 5xx is for good, anything else is
// tried again. Without an answer the server is down. The answer's text is
// dropped: it repeats the address.
func refused(err error, silent string) Outcome {
	o := Outcome{State: scheduler.NoticeDue, Code: smtpCode(err, silent)}
	var answer *textproto.Error
	switch {
	case !errors.As(err, &answer):
		o.Down = true
	case answer.Code == 421, answer.Code == 521, answer.Code == 530:
		o.Down = true // it closes, or takes nothing (from us)
	case answer.Code >= 500:
		o.State = scheduler.NoticeDead
		o.BadAddress = strings.HasPrefix(answer.Msg, "5.1.") // RFC 3463, 3.2: addressing
	}
	return o
}

// smtpCode is "smtp_450" after an answer, else "smtp_timeout" or what is given.
func smtpCode(err error, silent string) string {
	var answer *textproto.Error
	var timeout net.Error
	switch {
	case errors.As(err, &answer):
		return "smtp_" + strconv.Itoa(answer.Code)
	case errors.As(err, &timeout) && timeout.Timeout() && silent != "unanswered":
		return "smtp_timeout"
	}
	return "smtp_" + silent
}

// withoutText keeps an error's kind and drops what a server wrote.
func withoutText(err error) error {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return fmt.Errorf("the server answered %d", answer.Code)
	}
	return err
}

var queued = regexp.MustCompile(`(?:queued as |id=)([A-Za-z0-9-]{1,40})`)

// queueID finds the server's own id in its last answer, as Postfix and Exim give
// it.
func queueID(answer string) string {
	if m := queued.FindStringSubmatch(answer); m != nil {
		return m[1]
	}
	return ""
}
