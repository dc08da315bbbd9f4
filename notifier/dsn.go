package notifier

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"mawid/scheduler"
)

// Bounds of a report that is read. Servers may return the whole mail with it.
const (
	maxReturned   = 256 << 10 // bytes
	maxParts      = 20
	maxRecipients = 20
)

// errNoReport: a mail that is no delivery status notification, such as an
// automatic answer from a holiday.
var errNoReport = errors.New("no delivery status notification")

var enhancedStatus = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}`)

// ReadReport reads a delivery status notification (RFC 3464): what it says of our
// recipient, in the worst of its parts. The code is its status, such as
// "dsn_5.1.1".
func ReadReport(raw []byte) (Returned, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw[:min(len(raw), maxReturned)]))
	if err != nil {
		return Returned{}, errNoReport
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") || params["boundary"] == "" {
		return Returned{}, errNoReport
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxParts {
		p, err := parts.NextRawPart()
		if err != nil {
			return Returned{}, errNoReport
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err == nil && (kind == "message/delivery-status" || kind == "message/global-delivery-status") {
			return readStatus(p)
		}
	}
	return Returned{}, errNoReport
}

// readStatus reads the fields of each recipient, behind those of the message.
func readStatus(part io.Reader) (Returned, error) {
	r := textproto.NewReader(bufio.NewReader(part))
	if _, err := r.ReadMIMEHeader(); err != nil && !errors.Is(err, io.EOF) {
		return Returned{}, errNoReport
	}
	worst, found := Returned{}, false
	for range maxRecipients {
		h, err := r.ReadMIMEHeader()
		if one, ok := recipientStatus(h); ok && (!found || severity(one.State) > severity(worst.State)) {
			worst, found = one, true
		}
		if err != nil {
			break
		}
	}
	if !found {
		return Returned{}, errNoReport
	}
	return worst, nil
}

func severity(s scheduler.NoticeState) int {
	switch s {
	case scheduler.NoticeBounced:
		return 2
	case scheduler.NoticeSent:
		return 1
	}
	return 0
}

// recipientStatus reads Action and Status (RFC 3464, 2.3.3 and 2.3.4). Relayed and
// expanded say nothing about the person.
func recipientStatus(h textproto.MIMEHeader) (Returned, bool) {
	status := enhancedStatus.FindString(strings.TrimSpace(h.Get("Status")))
	out := Returned{Code: "dsn_" + status}
	switch action := strings.ToLower(strings.TrimSpace(h.Get("Action"))); {
	case status == "":
		return Returned{}, false
	case action == "failed" && status[0] == '5':
		out.State, out.BadAddress = scheduler.NoticeBounced, addressFault(status)
	case action == "failed" && status[0] == '4': // given up after days
		out.State = scheduler.NoticeBounced
	case action == "delayed":
		out.State = scheduler.NoticeSent
	case action == "delivered":
		out.State = scheduler.NoticeDelivered
	default:
		return Returned{}, false
	}
	return out, true
}

// addressFault reports whether a status says that the address itself does not
// work (RFC 3463): 5.1.x addressing, save the sender's (5.1.7, 5.1.8); 5.2.1, the
// mailbox is disabled. A refusal for reasons of policy or size is not the
// address's.
func addressFault(status string) bool {
	return strings.HasPrefix(status, "5.1.") && status != "5.1.7" && status != "5.1.8" || status == "5.2.1"
}
