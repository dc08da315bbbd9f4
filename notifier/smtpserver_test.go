package notifier_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// verdict is what the scripted server does with one letter.
type verdict int

const (
	accept verdict = iota
	rcpt450
	rcpt550
	data554
	hangAtRcpt    // never answers the recipient
	hangAfterData // has the whole letter and never answers
	dropAfterData // has the whole letter and closes the connection
	mail421
)

// mailServer is an SMTP server in this process that does what it is told.
type mailServer struct {
	Addr string
	Pool *x509.CertPool

	release chan struct{} // closed at the end of the test: what hangs ends

	mu       sync.Mutex
	script   []verdict // of the letters to come; then accept
	arrived  []arrival
	sessions int
	password string
	tls      []bool // of each accepted letter
}

type arrival struct {
	From, To string
	Raw      []byte
}

// startMail starts a server; implicit means TLS from the start, offer STARTTLS.
func startMail(t *testing.T, implicit, offer bool, script ...verdict) *mailServer {
	t.Helper()
	s := &mailServer{script: script, release: make(chan struct{})}
	server := smtp.NewServer(s)
	server.Domain, server.AllowInsecureAuth = "mail.example", true
	server.ErrorLog = log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	if implicit || offer {
		var conf *tls.Config
		conf, s.Pool = certificate(t)
		if implicit {
			l = tls.NewListener(l, conf)
		} else {
			server.TLSConfig = conf
		}
	}
	s.Addr = l.Addr().String()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		close(s.release)
		_ = server.Close()
		<-ended
	})
	return s
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	must(t, err)
	parsed, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// NewSession is smtp.Backend.
func (s *mailServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	v := accept
	if len(s.script) > 0 {
		v, s.script = s.script[0], s.script[1:]
	}
	return &mailSession{server: s, conn: c, verdict: v}, nil
}

func (s *mailServer) letters() []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.arrived)
}

type mailSession struct {
	server  *mailServer
	conn    *smtp.Conn
	verdict verdict
	arrival arrival
}

func refusal(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

func (m *mailSession) Reset()        {}
func (m *mailSession) Logout() error { return nil }

func (m *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	if m.verdict == mail421 {
		return refusal(421, "closing for the night")
	}
	m.arrival.From = from
	return nil
}

func (m *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	m.arrival.To = to
	switch m.verdict {
	case rcpt450:
		return refusal(450, "<"+to+"> try again later")
	case rcpt550:
		return refusal(550, "<"+to+"> no such user")
	case hangAtRcpt:
		<-m.server.release
	}
	return nil
}

func (m *mailSession) Data(r io.Reader) error {
	var err error
	if m.arrival.Raw, err = io.ReadAll(r); err != nil {
		return err
	}
	if m.verdict == data554 {
		return refusal(554, "looks like spam from "+m.arrival.To)
	}
	m.server.mu.Lock()
	m.server.arrived = append(m.server.arrived, m.arrival)
	_, encrypted := m.conn.TLSConnectionState()
	m.server.tls = append(m.server.tls, encrypted)
	m.server.mu.Unlock()
	switch m.verdict {
	case hangAfterData:
		<-m.server.release
	case dropAfterData:
		return errors.Join(m.conn.Conn().Close(), errors.New("gone"))
	}
	return nil
}

func (m *mailSession) AuthMechanisms() []string {
	if m.server.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (m *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "mawid" || password != m.server.password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// parts are the leaves of a MIME message by media type.
type parts map[string]part

type part struct {
	params map[string]string
	name   string // of the file
	text   string
}

// open reads a mail as a mail program does.
func open(t testing.TB, raw []byte) (mail.Header, parts) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	must(t, err)
	found := parts{}
	walk(t, m.Header.Get("Content-Type"), "", m.Body, found)
	return m.Header, found
}

func walk(t testing.TB, contentType, disposition string, body io.Reader, found parts) {
	t.Helper()
	media, params, err := mime.ParseMediaType(contentType)
	must(t, err)
	if !strings.HasPrefix(media, "multipart/") {
		text, err := io.ReadAll(body)
		must(t, err)
		_, file, _ := mime.ParseMediaType(disposition)
		found[media] = part{params, file["filename"], string(text)}
		return
	}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		must(t, err)
		walk(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"), decoded(p), found)
	}
}

// decoded undoes base64; multipart undoes quoted-printable itself.
func decoded(p *multipart.Part) io.Reader {
	if p.Header.Get("Content-Transfer-Encoding") == "base64" {
		return base64Reader(p)
	}
	return p
}

func messageID(t testing.TB, raw []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	must(t, err)
	return m.Header.Get("Message-ID")
}

func base64Reader(r io.Reader) io.Reader { return base64.NewDecoder(base64.StdEncoding, r) }
