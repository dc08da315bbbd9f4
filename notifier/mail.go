package notifier

import (
	"bytes"
	"errors"
	"fmt"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"mawid/internal/calendar"
	"mawid/scheduler"
)

// errAddress: the person's address cannot be written into a mail. The domain
// refuses such addresses; what was stored before it did ends here.
var errAddress = errors.New("the recipient's address is not one")

// mail writes the whole message: mixed{alternative{plain, HTML, calendar},
// invite.ics}. Outlook looks for an invitation in the first part only, and
// others in the attachment (facts: time-calendars-reminders, 3b).
func (w *Wording) mail(r Recipient, n scheduler.Notice, s *sheet, now time.Time) ([]byte, error) {
	to, err := mailbox(r)
	if err != nil {
		return nil, err
	}
	var html bytes.Buffer
	if err := w.html.Execute(&html, s); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(w.from)
	m.ToMailAddress(to)
	m.Subject(oneLine(s.Subject))
	m.SetDateWithValue(now)
	m.SetMessageIDWithValue(messageID(n) + "@" + w.host)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5
	m.SetGenHeader("Content-Language", s.Lang)
	if strings.HasPrefix(s.StopURL, "https://") { // RFC 8058, 3.1; only on reminders
		m.SetGenHeader("List-Unsubscribe", "<"+s.StopURL+">")
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, s.text())
	m.AddAlternativeString(mail.TypeTextHTML, html.String())
	if err := w.addCalendar(m, s.Calendar); err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return raw.Bytes(), nil
}

// messageID is the same at every attempt, so that a receiver can drop a second
// copy; what an operator has sent once more is another mail.
func messageID(n scheduler.Notice) string {
	if n.Resent == 0 {
		return n.ID
	}
	return n.ID + "." + strconv.Itoa(n.Resent)
}

func mailbox(c Recipient) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(c.Email)
	if err != nil || a.Address != c.Email {
		return nil, errAddress // not wrapped: it repeats the address
	}
	return &netmail.Address{Name: oneLine(c.Name), Address: a.Address}, nil
}

// addCalendar adds the invitation, or only the file where it names no method.
func (w *Wording) addCalendar(m *mail.Msg, make func(calendar.Mailbox) (calendar.Invitation, error)) error {
	if make == nil {
		return nil
	}
	inv, err := make(calendar.Mailbox{Name: w.from.Name, Address: w.from.Address})
	if err != nil {
		return err
	}
	if inv.Method != "" {
		m.AddAlternativeString(mail.ContentType("text/calendar; method="+inv.Method), string(inv.Body))
	}
	m.AttachReadSeeker("invite.ics", bytes.NewReader(inv.Body), mail.WithFileContentType("application/ics"))
	return nil
}

// oneLine turns what could end a header line into spaces.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7F || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
