package smpp

import (
	"regexp"
	"strings"
)

// Receipt is what a centre says became of a message.
type Receipt struct {
	ID    string // the centre's id of the message, as the receipt writes it
	State State
	Code  string // the centre's word, such as "DELIVRD", or the number of its state
}

// State is what became of a message, as far as it matters.
type State int

// The states of a receipt.
const (
	Underway State = iota // accepted, enroute, unknown: nothing is settled
	Delivered
	Failed // expired, deleted, undeliverable, rejected
)

// esmReceipt marks a deliver_sm as a delivery receipt (5.2.12).
const (
	esmTypes   = 0x3C
	esmReceipt = 0x04
)

// A receipt's text is written by a custom that SMPP only shows (appendix B).
var (
	receiptID   = regexp.MustCompile(`(?i)\bid:([^ ]+)`)
	receiptStat = regexp.MustCompile(`(?i)\bstat:([A-Z]+)`)
)

// messageStates are the values of message_state (5.2.28) by their words.
var messageStates = map[byte]string{
	1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD",
}

// readReceipt reads a deliver_sm; ok is false when it is a message of a person.
func readReceipt(body []byte) (r Receipt, ok bool) {
	in := reader{rest: body}
	in.text() // service_type
	for range 2 {
		in.take(2) // ton, npi
		in.text()
	}
	esm := in.take(3)[0]
	in.text() // schedule_delivery_time
	in.text() // validity_period
	rest := in.take(5)
	text := string(in.take(int(rest[4])))
	more := in.tlvs()
	if in.broken || esm&esmTypes != esmReceipt {
		return Receipt{}, false
	}
	if payload := more[tagMessagePayload]; text == "" {
		text = string(payload)
	}
	if m := receiptID.FindStringSubmatch(text); m != nil {
		r.ID = m[1]
	}
	if m := receiptStat.FindStringSubmatch(text); m != nil {
		r.Code = strings.ToUpper(m[1])
	}
	if id := strings.TrimRight(string(more[tagReceiptedID]), "\x00"); id != "" {
		r.ID = id
	}
	if state := more[tagMessageState]; len(state) == 1 && messageStates[state[0]] != "" {
		r.Code = messageStates[state[0]]
	}
	r.State = stateOf(r.Code)
	return r, r.ID != ""
}

func stateOf(code string) State {
	switch code {
	case "DELIVRD":
		return Delivered
	case "EXPIRED", "DELETED", "UNDELIV", "REJECTD":
		return Failed
	}
	return Underway
}
