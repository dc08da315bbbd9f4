package notifier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Returns makes the addresses to which mail servers return what they cannot
// deliver: one for each notice, signed, so that nobody can make up that a mail
// came back ("bounce-NOTICE-SIGNATURE@domain"; variable envelope return path).
type Returns struct {
	key    []byte
	domain string
}

const returnPrefix = "bounce-"

// returnCode writes signatures in lower case: servers may change the case of an
// address.
var returnCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewReturns returns addresses of a domain whose mail comes to a Bounces server.
func NewReturns(secret []byte, domain string) *Returns {
	return &Returns{secret, strings.ToLower(domain)}
}

// Address is where what cannot be delivered of a notice returns to.
func (r *Returns) Address(noticeID string) string {
	return returnPrefix + noticeID + "-" + r.sign(noticeID) + "@" + r.domain
}

// Notice is the notice of a return address; false when it is none of ours.
func (r *Returns) Notice(address string) (id string, ok bool) {
	local, domain, found := strings.Cut(strings.ToLower(address), "@")
	rest, ours := strings.CutPrefix(local, returnPrefix)
	end := strings.LastIndexByte(rest, '-')
	if !found || !ours || domain != r.domain || end < 1 {
		return "", false
	}
	id = rest[:end]
	return id, hmac.Equal([]byte(r.sign(id)), []byte(rest[end+1:]))
}

// sign gives 80 bits: guessing is what the listener would notice.
func (r *Returns) sign(noticeID string) string {
	m := hmac.New(sha256.New, r.key)
	m.Write([]byte("bounce\x00" + noticeID))
	return returnCode.EncodeToString(m.Sum(nil)[:10])
}
