package httpkit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
)

// sealer encrypts with AES-256-GCM, under a key for one use.
type sealer struct{ aead cipher.AEAD }

func newSealer(secret []byte, use string) (*sealer, error) {
	if len(secret) < 32 {
		return nil, errors.New("the secret must have at least 32 bytes")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, use, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block) // the nonce precedes the text
	if err != nil {
		return nil, fmt.Errorf("cipher mode: %w", err)
	}
	return &sealer{aead}, nil
}

// seal binds the answer to its key: a row copied to another key does not open.
func (s *sealer) seal(a keptAnswer, key string) ([]byte, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return s.aead.Seal(nil, nil, plain, []byte(key)), nil
}

func (s *sealer) open(sealed []byte, key string) (keptAnswer, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(key))
	if err != nil {
		return keptAnswer{}, errSealed // not err: it says nothing more
	}
	var a keptAnswer
	if err := json.Unmarshal(plain, &a); err != nil {
		return keptAnswer{}, fmt.Errorf("open: %w", err)
	}
	return a, nil
}
