package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mawid/configs"
)

const secretBytes = 32

// loadSecret returns the secret from the settings, or from the file "secret" in
// the data folder, which is made at the first start, readable by its owner only.
func loadSecret(s configs.Settings) ([]byte, error) {
	if s.Secret != "" {
		return []byte(s.Secret), nil
	}
	file := secretFile(s)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeSecret(file)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if len(text) < 2*secretBytes {
		return nil, fmt.Errorf("secret: %s is shorter than %d characters; was it cut off?", file, 2*secretBytes)
	}
	return text[:2*secretBytes], nil
}

func secretFile(s configs.Settings) string { return filepath.Join(s.DataDir, "secret") }

// makeSecret writes a new secret. When two processes start at once, the first
// to put the file in its place wins, and both read that one.
func makeSecret(file string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	var b [secretBytes]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".secret-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(hex.EncodeToString(b[:]) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(file)
}

// settingOnce is where the fingerprint of the secret is kept.
type settingOnce interface {
	PutSettingOnce(ctx context.Context, key, value string) (stored string, err error)
}

var errOtherSecret = errors.New("the secret is not the one that this database was begun with: " +
	"links that people hold would stop working; set MAWID_SECRET (the same on every node) or bring back the file `secret`")

const fingerprintKey = "secret_fingerprint"

// fingerprint tells secrets apart and says nothing of them.
func fingerprint(secret []byte) string {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte("mawid secret fingerprint"))
	return hex.EncodeToString(m.Sum(nil))
}

// checkSecret refuses a secret that differs from the one of the first start.
func checkSecret(ctx context.Context, db settingOnce, secret []byte) error {
	mine := fingerprint(secret)
	stored, err := db.PutSettingOnce(ctx, fingerprintKey, mine)
	if err != nil {
		return err
	}
	if stored != mine {
		return errOtherSecret
	}
	return nil
}
