package httpkit

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost of a new hash: RFC 9106, section 4, second recommended option. About
// 60 ms on one core of 2026, and 64 MiB.
const (
	hashMemory  = 64 << 10 // KiB
	hashTime    = 3
	hashThreads = 4
	hashLen     = 32
	saltLen     = 16
)

// Bounds of a stored hash that is verified, so that a row nobody wrote here
// cannot take the machine down.
const (
	maxHashMemory = 256 << 10 // KiB
	maxHashTime   = 16
)

// Lengths of a password in bytes. MinPassword binds those who set one.
const (
	MinPassword = 10
	maxPassword = 1024
)

var errHash = errors.New("not an argon2id hash")

// Passwords makes and checks password hashes, a few at a time, since each takes
// 64 MiB.
type Passwords struct{ slots chan struct{} }

// NewPasswords lets at most concurrent hashes be computed at once; 0 means 2.
func NewPasswords(concurrent int) *Passwords {
	if concurrent < 1 {
		concurrent = 2
	}
	return &Passwords{slots: make(chan struct{}, concurrent)}
}

// Hash returns the hash of a password in PHC form ("$argon2id$v=19$…"). It
// refuses passwords of fewer than MinPassword or more than 1024 bytes.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if len(password) < MinPassword || len(password) > maxPassword {
		return "", fmt.Errorf("hash: want a password of %d to %d bytes", MinPassword, maxPassword)
	}
	h := phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: make([]byte, saltLen)}
	rand.Read(h.salt) // never fails, crypto/rand
	h.sum = make([]byte, hashLen)
	sum, err := p.compute(ctx, password, h)
	if err != nil {
		return "", err
	}
	h.sum = sum
	return h.String(), nil
}

// Verify reports whether a password is the one of a hash that Hash made.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	h, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	if len(password) > maxPassword {
		return false, nil
	}
	sum, err := p.compute(ctx, password, h)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, h.sum) == 1, nil
}

func (p *Passwords) compute(ctx context.Context, password string, h phc) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("hash: %w", err)
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
		return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, uint32(len(h.sum))), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash: %w", ctx.Err())
	}
}

// phc is a hash in the string format of the Password Hashing Competition.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, sum    []byte
}

func (h phc) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.memory, h.time, h.threads, enc.EncodeToString(h.salt), enc.EncodeToString(h.sum))
}

func parsePHC(s string) (phc, error) {
	var h phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads); err != nil || n != 3 {
		return h, errHash
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	h.salt, h.sum = salt, sum
	if errors.Join(err1, err2) != nil || !h.bounded() {
		return h, errHash
	}
	return h, nil
}

func (h phc) bounded() bool {
	return h.memory >= 8*uint32(h.threads) && h.memory <= maxHashMemory && h.time >= 1 && h.time <= maxHashTime &&
		h.threads >= 1 && len(h.salt) >= 8 && len(h.salt) <= 64 && len(h.sum) >= 16 && len(h.sum) <= 64
}
