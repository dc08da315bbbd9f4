package scheduler

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// idEncoding writes ids in digits and lower case letters, fit for an address
// and in the order of the bytes.
var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// newID returns an opaque id after a readable prefix: 80 random bits, which
// nobody guesses, behind 48 bits of time in milliseconds, so that what is
// written together lies together in every index.
func (e *Engine) newID(prefix string) (string, error) {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(e.clock().UnixMilli())<<16)
	if _, err := io.ReadFull(e.random, b[6:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	return prefix + "_" + idEncoding.EncodeToString(b[:]), nil
}

// ManageToken returns the token with which a person manages an appointment. It
// is derived from the secret (HMAC-SHA-256, 256 bits), so that a reminder
// weeks later can carry it although only its hash is stored.
func (e *Engine) ManageToken(appointmentID string) string { return e.token("manage", appointmentID) }

// FeedToken returns the token of a calendar, derived like ManageToken. Each
// generation has its own, so that a link can be replaced.
func (e *Engine) FeedToken(f Feed) string {
	if f.Generation == 0 {
		return e.token("feed", f.ID)
	}
	return e.token("feed", f.ID+"\x00"+strconv.Itoa(f.Generation))
}

func (e *Engine) token(purpose, id string) string {
	return base64.RawURLEncoding.EncodeToString(e.keyed(purpose, id))
}

func (e *Engine) keyed(purpose, text string) []byte {
	m := hmac.New(sha256.New, e.secret)
	m.Write([]byte(purpose + "\x00" + text))
	return m.Sum(nil)
}

// TokenHash is what is stored of a token.
func TokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// personKeys returns one key for each contact: a keyed hash of the folded name
// and the contact. Two people of one family share an address but not a name;
// two people of one name do not share an address.
func (e *Engine) personKeys(c Citizen) []string {
	name := foldName(c.Name)
	var keys []string
	for _, contact := range []string{strings.ToLower(c.Email), c.Phone} {
		if contact != "" {
			sum := e.keyed("person", name+"\x00"+contact)
			keys = append(keys, idEncoding.EncodeToString(sum[:20]))
		}
	}
	return keys
}

// foldName makes spellings of one name equal that differ in case or spacing.
func foldName(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
