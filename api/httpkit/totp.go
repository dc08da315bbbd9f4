package httpkit

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"mawid/scheduler"
)

// ErrSecondFactor: the password was right, and a code is asked for besides.
var ErrSecondFactor = errors.New("second factor wanted")

// Codes that change with the time, as RFC 6238 has them and as every
// authenticator program knows them: SHA-1, six digits, 30 seconds. A clock may be
// one step off.
const (
	totpPeriod = 30 // seconds
	totpDrift  = 1  // steps
	totpDigits = 6
	totpBytes  = 20
)

// pendingFor is how long a right password waits for its code.
const pendingFor = 5 * time.Minute

// NewTOTPSecret returns a secret for an authenticator program, in base32.
func NewTOTPSecret() string {
	b := make([]byte, totpBytes)
	rand.Read(b) // never fails, crypto/rand
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// TOTPAddress is what an authenticator program reads from a QR code.
func TOTPAddress(login, secret string) string {
	return "otpauth://totp/Mawid:" + escapeLabel(login) + "?secret=" + secret + "&issuer=Mawid"
}

func escapeLabel(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// totpStep returns the time step whose code this is, false when it is none of
// now.
func totpStep(secret, code string, now time.Time) (int64, bool) {
	code = strings.Join(strings.Fields(code), "")
	if len(code) != totpDigits {
		return 0, false
	}
	at := now.Unix() / totpPeriod
	for _, step := range [...]int64{at, at - totpDrift, at + totpDrift} {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// owe remembers that the password of a user was right, for a while.
func (s *Sessions) owe(ctx context.Context, u scheduler.User) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	s.manager.Remove(ctx, sessionID)
	s.manager.Put(ctx, sessionPending, fmt.Sprintf("%s %d %d", u.ID, u.Epoch, s.clock().Add(pendingFor).Unix()))
	return ErrSecondFactor
}

// Owes reports whether a code is awaited from who sent the request.
func (s *Sessions) Owes(r *http.Request) bool {
	return s.manager.GetString(r.Context(), sessionPending) != ""
}

// pending returns who owes a second factor; ErrLogin when nobody does any more.
func (s *Sessions) pending(ctx context.Context) (scheduler.User, error) {
	parts := strings.Fields(s.manager.GetString(ctx, sessionPending))
	if len(parts) != 3 {
		return scheduler.User{}, ErrLogin
	}
	until, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || s.clock().Unix() > until {
		return scheduler.User{}, ErrLogin
	}
	u, err := s.users.User(ctx, parts[0])
	if errors.Is(err, scheduler.ErrNotFound) || err == nil && (u.Disabled || u.TOTP == nil || strconv.FormatInt(u.Epoch, 10) != parts[1]) {
		return scheduler.User{}, ErrLogin
	}
	return u, err
}

// SecondFactor takes the code of an authenticator program, or a recovery code,
// and starts a fresh session. It returns ErrSecondFactor for a wrong code,
// ErrLogin when the password must be given again, or a Problem of
// ErrTooManyRequests.
func (s *Sessions) SecondFactor(r *http.Request, code string) (*scheduler.User, error) {
	ctx := r.Context()
	u, err := s.pending(ctx)
	if err != nil {
		return nil, err
	}
	here, all := s.triesKey("code", u.ID, s.clients.Of(r).String()), s.triesKey("code", u.ID)
	if err := errors.Join(s.try(ctx, here, passwordLag), s.try(ctx, all, codeLag)); err != nil {
		return nil, err
	}
	if err := s.useCode(ctx, u, code); err != nil {
		return nil, err
	}
	if err := s.forgive(ctx, here, all); err != nil {
		return nil, err
	}
	return &u, s.Begin(r, u)
}

// useCode uses up a code of either kind; ErrSecondFactor when it is none.
func (s *Sessions) useCode(ctx context.Context, u scheduler.User, code string) error {
	secret, err := openTOTP(s.secret, u)
	if err != nil {
		return err
	}
	if step, ok := totpStep(secret, code, s.clock()); ok {
		err = s.users.UseTOTP(ctx, u.ID, step)
	} else {
		err = s.users.UseRecoveryCode(ctx, u.ID, recoveryHash(u.ID, code))
	}
	if errors.Is(err, scheduler.ErrConflict) || errors.Is(err, scheduler.ErrNotFound) {
		return ErrSecondFactor
	}
	return err
}

// recoveryHash is what is stored of a recovery code. It has 80 random bits, so
// a plain hash keeps it.
func recoveryHash(userID, code string) []byte {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	return scheduler.TokenHash(userID + "\x00" + code)
}

const recoveryCodes = 10

// newRecoveryCodes returns codes to write down, such as "ABCD-EFGH-IJKL-MNOP",
// with what is stored of them.
func newRecoveryCodes(userID string) (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		t := rand.Text()[:16]
		codes = append(codes, t[:4]+"-"+t[4:8]+"-"+t[8:12]+"-"+t[12:])
		hashes = append(hashes, recoveryHash(userID, t))
	}
	return codes, hashes
}

// sealTOTP encrypts a secret under the program's, bound to its user.
func sealTOTP(secret []byte, userID, totp string) ([]byte, error) {
	a, err := newSealer(secret, "mawid second factors 1")
	if err != nil {
		return nil, err
	}
	return a.aead.Seal(nil, nil, []byte(totp), []byte(userID)), nil
}

func openTOTP(secret []byte, u scheduler.User) (string, error) {
	a, err := newSealer(secret, "mawid second factors 1")
	if err != nil {
		return "", err
	}
	plain, err := a.aead.Open(nil, nil, u.TOTP, []byte(u.ID))
	if err != nil {
		return "", errors.New("the second factor of a user does not open: was the secret changed?")
	}
	return string(plain), nil
}

// IsTOTPSecret reports whether a text is a secret as NewTOTPSecret makes them.
func IsTOTPSecret(s string) bool {
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s)
	return err == nil && len(b) == totpBytes
}
