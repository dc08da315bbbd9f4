package httpkit

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"time"
)

// Challenge is what a client is asked under pressure: to find a text that makes
// SHA-256 of token, a point and the text begin with Bits zero bits, or to come
// back with the bare token after Wait. Both ways the token is good once, for the
// network it was given to, until Expires.
type Challenge struct {
	Token   string
	Bits    int
	Wait    time.Duration
	Expires time.Time
}

// proofLife is how long a challenge is good: long enough to read the page twice.
const proofLife = 10 * time.Minute

// challenge is what a token holds.
type challenge struct {
	issued int64 // unix seconds
	wait   uint16
	bits   uint8
	client [8]byte
	nonce  [12]byte
}

const (
	challengeLen = 8 + 2 + 1 + 8 + 12
	macLen       = 16 // bytes; a forger has ten minutes
)

func (c *challenge) bytes() []byte {
	b := make([]byte, 0, challengeLen)
	b = binary.BigEndian.AppendUint64(b, uint64(c.issued))
	b = binary.BigEndian.AppendUint16(b, c.wait)
	b = append(b, c.bits)
	return append(append(b, c.client[:]...), c.nonce[:]...)
}

func (g *Guard) mac(b []byte) []byte {
	m := hmac.New(sha256.New, g.key)
	m.Write(b)
	return m.Sum(nil)[:macLen]
}

func (g *Guard) seal(c *challenge) string {
	b := c.bytes()
	return base64.RawURLEncoding.EncodeToString(append(b, g.mac(b)...))
}

// open reads a token that this program gave out, on any node.
func (g *Guard) open(token string) (c challenge, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != challengeLen+macLen {
		return c, false
	}
	b := raw[:challengeLen]
	if subtle.ConstantTimeCompare(g.mac(b), raw[challengeLen:]) != 1 {
		return c, false
	}
	c.issued, c.wait, c.bits = int64(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint16(b[8:]), b[10]
	copy(c.client[:], b[11:])
	copy(c.nonce[:], b[19:])
	return c, true
}

// solves reports whether a text is the answer to a token of this difficulty.
func solves(token, text string, difficulty int) bool {
	if text == "" || len(text) > 32 {
		return false
	}
	sum := sha256.Sum256([]byte(token + "." + text))
	return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:])) >= difficulty
}
