package notifier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"time"

	"mawid/notifier/smpp"
	"mawid/scheduler"
)

// SMPP is a sender that speaks SMPP 3.4 with a short message centre.
type SMPP struct {
	client *smpp.Client
	name   string
}

// NewSMPP reads the address of a centre (see smpp.Parse). What the centre says
// later of a message goes to report. Errors never repeat the address.
func NewSMPP(name, address string, reports Reports, report func(context.Context, Returned) error) (*SMPP, error) {
	c, err := smpp.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	c.Receipt = func(ctx context.Context, r smpp.Receipt) error { return smppReceipt(ctx, r, reports, report) }
	return &SMPP{client: smpp.New(c), name: name}, nil
}

// Run keeps the connection until ctx ends.
func (s *SMPP) Run(ctx context.Context, log *slog.Logger) {
	s.client.Run(ctx, func(err error) { log.Warn("sms centre", "route", s.name, "error", err) })
}

// connectTime is how long a letter waits for a connection.
const connectTime = 5 * time.Second

// Send hands one short message over.
func (s *SMPP) Send(ctx context.Context, l Letter) Outcome {
	limited, cancel := context.WithTimeout(ctx, 2*connectTime)
	defer cancel()
	id, err := s.client.Submit(limited, smpp.Message{To: l.To, Text: l.Text, ValidUntil: l.ValidUntil})
	var status smpp.Status
	switch {
	case err == nil:
		return Outcome{State: scheduler.NoticeSent, Code: "smpp_taken", ProviderID: id}
	case errors.Is(err, smpp.ErrUnknown):
		return Outcome{State: scheduler.NoticeUnknown, Code: "smpp_unanswered"}
	case errors.Is(err, smpp.ErrThrottled):
		return Outcome{State: scheduler.NoticeDue, Code: "smpp_throttled", Down: true, RetryAfter: time.Minute}
	case errors.Is(err, smpp.ErrTooLong):
		return Outcome{State: scheduler.NoticeDead, Code: "smpp_too_long"}
	case errors.As(err, &status):
		o := Outcome{State: scheduler.NoticeDead, Code: fmt.Sprintf("smpp_%02x", uint32(status)), BadAddress: status.BadAddress()}
		if status.Temporary() {
			o.State = scheduler.NoticeDue
		}
		return o
	}
	return Outcome{State: scheduler.NoticeDue, Code: "smpp_unreachable", Down: true, Err: err}
}

// smppReceipt notes a delivery receipt. A message that is not known is no fault
// of the centre's.
func smppReceipt(ctx context.Context, r smpp.Receipt, reports Reports, report func(context.Context, Returned) error) error {
	out := Returned{State: scheduler.NoticeDelivered, Code: "sms_delivered"}
	switch r.State {
	case smpp.Underway:
		return nil
	case smpp.Failed:
		out.State, out.Code = scheduler.NoticeBounced, "sms_"+strings.ToLower(r.Code)
	}
	id, err := smppNotice(ctx, r.ID, reports)
	if err == nil {
		out.NoticeID = id
		err = report(ctx, out)
	}
	return forgotten(err)
}

// settling is how long a receipt may wait for its message: a centre can send it
// before what it answered is written down. Between looks it waits longer and
// longer.
const (
	settling  = 3 * time.Second
	firstLook = 20 * time.Millisecond
)

// smppNotice finds the notice of a centre's id, or scheduler.ErrNotFound.
func smppNotice(ctx context.Context, providerID string, reports Reports) (string, error) {
	for waited, pause := time.Duration(0), firstLook; ; waited, pause = waited+pause, 2*pause {
		for _, id := range spellings(providerID) {
			notice, err := reports.NoticeByProvider(ctx, scheduler.ChannelSMS, id)
			if !errors.Is(err, scheduler.ErrNotFound) {
				return notice, err
			}
		}
		if waited >= settling {
			return "", scheduler.ErrNotFound
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return "", ctx.Err()
		case <-timer.C:
		}
	}
}

// spellings are the ways in which a centre may have written an id when it took
// the message: many answer in hexadecimal and send receipts in decimal.
func spellings(id string) []string {
	out := []string{id}
	if len(id) > 40 {
		return out
	}
	if n, ok := new(big.Int).SetString(id, 10); ok {
		out = append(out, n.Text(16), strings.ToUpper(n.Text(16)), fmt.Sprintf("%08x", n), fmt.Sprintf("%08X", n), n.Text(10))
	}
	if n, ok := new(big.Int).SetString(id, 16); ok {
		out = append(out, n.Text(10))
	}
	return out
}
