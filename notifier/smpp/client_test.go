package smpp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func (c *centre) config() Config {
	return Config{
		Address: net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)), SystemID: "mawid", Password: "secret", Source: "MAWID", SourceTON: -1,
	}
}

var until = time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)

// TestOneMessage: what the centre reads is what was meant.
func TestOneMessage(t *testing.T) {
	c := startCentre(t)
	client, receipts, stop := c.client(nil)
	id, err := client.Submit(t.Context(), Message{To: "+212612345670", Text: "Rendez-vous à 09:30 {€} ~", ValidUntil: until})
	if err != nil || id == "" {
		t.Fatalf("id %q, %v", id, err)
	}
	if b := c.want("bind"); !b.Good || b.Version != 0x34 {
		t.Errorf("bound by %+v", b)
	}
	e := c.want("submit")
	if e.To != "212612345670" || e.Source != "MAWID" || e.TON != 5 || e.Coding != 0 || e.ESM != 0 || e.Receipt != 1 {
		t.Errorf("submitted %+v", e)
	}
	if e.Text != "Rendez-vous à 09:30 {€} ~" {
		t.Errorf("the centre reads %q", e.Text)
	}
	if e.Valid != "2026-12-01T09:30:00.000Z" {
		t.Errorf("valid until %s", e.Valid)
	}
	if r := <-receipts; r.ID != id || r.State != Delivered || r.Code != "DELIVRD" {
		t.Errorf("receipt %+v of %s", r, id)
	}
	if e := c.want("receipt_taken"); e.Status != 0 {
		t.Errorf("the receipt was answered with %d", e.Status)
	}
	stop()
	c.want("unbind")
}

// TestLongMessages: each way of long texts, in both alphabets, arrives whole, no
// part is too long, and one receipt is asked for.
func TestLongMessages(t *testing.T) {
	c := startCentre(t)
	texts := map[string]string{
		"gsm":    strings.Repeat("Rendez-vous {à} l'annexe. ", 14),
		"arabic": strings.Repeat("موعدكم بآسفي على الساعة 09:30. ", 8) + "👍🏽" + strings.Repeat("x", 40) + "👍🏽",
	}
	for _, long := range []Long{LongUDH, LongSAR, LongPayload} {
		client, receipts, stop := c.client(func(cfg *Config) { cfg.Long = long })
		for name, text := range texts {
			id, err := client.Submit(t.Context(), Message{To: "+212612345670", Text: text})
			if err != nil {
				t.Fatalf("%s %s: %v", long, name, err)
			}
			got, asked, parts := "", 0, 1
			for i := 1; i <= parts; i++ {
				e := c.want("submit")
				got, asked = got+e.Text, asked+e.Receipt
				parts = c.numbered(long, e, i)
			}
			if got != text || asked != 1 {
				t.Errorf("%s %s: %d receipts asked for, the centre reads %q", long, name, asked, got)
			}
			if r := <-receipts; r.ID != id {
				t.Errorf("%s %s: the receipt is of %s, want %s", long, name, r.ID, id)
			}
		}
		stop()
	}
}

// numbered checks how a part is numbered, and returns how many there are.
func (c *centre) numbered(long Long, e event, n int) (total int) {
	c.t.Helper()
	switch long {
	case LongPayload:
		if !e.Payload {
			c.t.Error("not a payload")
		}
		return 1
	case LongSAR:
		if e.SAR[2] != n || e.SAR[0] == 0 || len(e.UDH) != 0 {
			c.t.Errorf("part %d is %+v", n, e)
		}
		return e.SAR[1]
	}
	if len(e.UDH) != 1 || len(e.UDH[0]) != 10 || e.ESM != 0x40 {
		c.t.Fatalf("part %d is %+v", n, e)
	}
	total64, err := strconv.ParseInt(e.UDH[0][6:8], 16, 0)
	if err != nil || e.UDH[0][8:] != fmt.Sprintf("%02x", n) {
		c.t.Errorf("header %s of part %d (%v)", e.UDH[0], n, err)
	}
	return int(total64)
}

func TestABusyCentreIsAskedAgain(t *testing.T) {
	c := startCentre(t)
	client, _, _ := c.client(nil)
	if id, err := client.Submit(t.Context(), Message{To: "+212612345671", Text: "a"}); err != nil || id == "" {
		t.Fatalf("id %q, %v", id, err)
	}
	for range 3 {
		c.want("submit")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Submit(ctx, Message{To: "+212600000001", Text: "a"}); !errors.Is(err, ErrThrottled) {
		t.Errorf("busy until the end: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	c := startCentre(t)
	client, receipts, _ := c.client(func(cfg *Config) { cfg.Answer = 300 * time.Millisecond })
	var status Status
	if _, err := client.Submit(t.Context(), Message{To: "+212612345673", Text: "a"}); !errors.As(err, &status) || !status.BadAddress() || status.Temporary() {
		t.Errorf("no such number: %v", err)
	}
	if _, err := client.Submit(t.Context(), Message{To: "+212612345676", Text: "a"}); !errors.As(err, &status) || !status.Temporary() {
		t.Errorf("a fault of the centre: %v", err)
	}
	if _, err := client.Submit(t.Context(), Message{To: "+212612345672", Text: "a"}); !errors.Is(err, ErrUnknown) {
		t.Errorf("no answer: %v", err)
	}
	if _, err := client.Submit(t.Context(), Message{To: "+212612345670", Text: strings.Repeat("ا", 5000)}); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
	id, err := client.Submit(t.Context(), Message{To: "+212612345674", Text: "a"})
	if err != nil {
		t.Fatal(err)
	}
	r := <-receipts
	if n, err := strconv.ParseInt(id, 16, 64); err != nil || r.ID != strconv.FormatInt(n, 10) || r.State != Failed || r.Code != "UNDELIV" {
		t.Errorf("receipt %+v of %s", r, id)
	}
}

// TestALostConnectionIsMadeAgain: what was under way is not known, the next
// message goes out.
func TestALostConnectionIsMadeAgain(t *testing.T) {
	c := startCentre(t)
	client, _, _ := c.client(nil)
	if _, err := client.Submit(t.Context(), Message{To: "+212612345675", Text: "a"}); !errors.Is(err, ErrUnknown) {
		t.Errorf("the connection broke: %v", err)
	}
	c.want("closed")
	if _, err := client.Submit(t.Context(), Message{To: "+212612345670", Text: "b"}); err != nil {
		t.Errorf("after it: %v", err)
	}
	if b := c.want("bind"); !b.Good {
		t.Error("not bound again")
	}
}

// TestTheWindow: never more unanswered than allowed, and all arrive.
func TestTheWindow(t *testing.T) {
	c := startCentre(t)
	client, _, _ := c.client(func(cfg *Config) { cfg.Window = 3 })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := client.Submit(t.Context(), Message{To: "+212612345677", Text: "a"}); err != nil {
				t.Error(err)
			}
		})
	}
	most := 0
	for range 20 {
		most = max(most, c.want("submit").Waiting)
	}
	all.Wait()
	if most != 3 {
		t.Errorf("%d unanswered at once, want 3", most)
	}
}

func TestTheCentreIsAskedWhetherItLives(t *testing.T) {
	c := startCentre(t)
	c.client(func(cfg *Config) { cfg.Enquire = 20 * time.Millisecond })
	c.want("enquire")
	c.want("enquire")
}

// TestASilentCentreIsLeft: one that accepts connections and says nothing.
func TestASilentCentreIsLeft(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client := New(Config{Address: l.Addr().String(), SystemID: "mawid", Answer: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	lost, done := make(chan error, 10), make(chan struct{})
	go func() {
		defer close(done)
		client.Run(ctx, func(err error) { lost <- err })
	}()
	if err := <-lost; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("left for %v", err)
	}
	limited, end := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer end()
	if _, err := client.Submit(limited, Message{To: "+212612345670", Text: "a"}); !errors.Is(err, ErrDown) {
		t.Errorf("not connected: %v", err)
	}
	cancel()
	<-done
}

func TestAWrongPasswordIsSaidWithoutIt(t *testing.T) {
	c := startCentre(t)
	cfg := c.config()
	cfg.Password = "hunter2"
	client := New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	lost, done := make(chan error, 10), make(chan struct{})
	go func() {
		defer close(done)
		client.Run(ctx, func(err error) { lost <- err })
	}()
	if err := <-lost; err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("refused with %v", err)
	}
	cancel()
	<-done
}

func TestAddresses(t *testing.T) {
	c, err := Parse("smpps://user:pass@smsc.example.ma?source=MAWID&window=5&rate=20&long=sar&system_type=x&ton=1&npi=1&enquire=60")
	if err != nil || !c.TLS || c.Address != "smsc.example.ma:3550" || c.SystemID != "user" || c.Password != "pass" || c.Source != "MAWID" ||
		c.Window != 5 || c.Rate != 20 || c.Long != LongSAR || c.SystemType != "x" || c.SourceTON != 1 || c.SourceNPI != 1 || c.Enquire != time.Minute {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []string{
		"", "http://x", "smpp://", "smpp://u:topsecret9@x", "smpp://x?window=-1", "smpp://x?window=many", "smpp://x?long=both", "smpp://x?colour=red",
	} {
		if _, err := Parse(bad); err == nil || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// FuzzReceipt: a centre may send anything.
func FuzzReceipt(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x05id:1 "))
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, ok := readReceipt(body); ok && r.ID == "" {
			t.Error("a receipt of nothing")
		}
	})
}
