package notifier

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// DKIM signs mail (RFC 6376) with RSA: large receivers do not take Ed25519 alone
// (facts: time-calendars-reminders, 6).
type DKIM struct {
	Domain   string
	Selector string
	key      *rsa.PrivateKey
}

// leastKey is the smallest RSA key in bits that receivers take without remarks
// (RFC 8301, 3.2).
const leastKey = 2048

// NewDKIM reads a private key in PEM (PKCS #1 or #8). Errors say what is wrong
// with it, never what it is.
func NewDKIM(domain, selector string, keyPEM []byte) (*DKIM, error) {
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return nil, errors.New("dkim.key_file: want a private key in PEM, as `mawid mail key` writes it")
	}
	var key any
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	own, isRSA := key.(*rsa.PrivateKey)
	switch {
	case err != nil || !isRSA:
		return nil, errors.New("dkim.key_file: want an RSA key")
	case own.N.BitLen() < leastKey:
		return nil, fmt.Errorf("dkim.key_file: the key has %d bits; want %d or more", own.N.BitLen(), leastKey)
	}
	return &DKIM{Domain: strings.ToLower(domain), Selector: selector, key: own}, nil
}

// Record is the TXT record to publish: its name and its text.
func (d *DKIM) Record() (name, text string, err error) {
	der, err := x509.MarshalPKIXPublicKey(&d.key.PublicKey)
	if err != nil {
		return "", "", fmt.Errorf("dkim: %w", err)
	}
	return d.Selector + "._domainkey." + d.Domain, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), nil
}

// signedHeaders are signed where they stand; twice those that must not be added
// on the way.
var signedHeaders = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Type",
	"Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
}

// sign puts the signature before a mail.
func (d *DKIM) sign(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: d.Domain, Selector: d.Selector, Signer: d.key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: signedHeaders,
	})
	if err != nil {
		return nil, fmt.Errorf("dkim: %w", err)
	}
	return out.Bytes(), nil
}
