// Package webhook tells programs of others what happened, as the Standard
// Webhooks specification says: signed, with an id that stays the same at every
// attempt, again after a failure and not for ever.
//
// It knows signatures, which addresses it must not call and when to try again. It
// must not know what an event says or how it is stored.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// secretPrefix begins a secret of symmetric signatures.
const secretPrefix = "whsec_"

// Signature signs a body with each of the secrets: the value of the header
// webhook-signature. While a secret is replaced there are two; a receiver needs
// one that fits.
func Signature(secrets []string, id string, at time.Time, body []byte) (string, error) {
	var out []string
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil || len(key) < 24 {
			return "", errors.New("webhook: a secret that is none")
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.", id, strconv.FormatInt(at.Unix(), 10))
		mac.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " "), nil
}
