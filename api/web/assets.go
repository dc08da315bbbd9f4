package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
)

//go:embed assets/*
var assetFiles embed.FS

// assets are the files beside the pages. Their addresses hold a part of their
// hash, so that browsers may keep them for ever.
type assets struct {
	style, icon string            // addresses
	named       map[string]string // addresses of scripts and further sheets, by their files' names
	byPath      map[string]asset
}

type asset struct {
	contentType   string
	plain, zipped []byte
}

func loadAssets() (assets, error) {
	a := assets{byPath: map[string]asset{}, named: map[string]string{}}
	var err error
	if a.style, err = a.add("style.css", "text/css; charset=utf-8"); err != nil {
		return a, err
	}
	if a.icon, err = a.add("icon.svg", "image/svg+xml"); err != nil {
		return a, err
	}
	for pattern, contentType := range map[string]string{"assets/*.js": "text/javascript; charset=utf-8", "assets/*.css": "text/css; charset=utf-8"} {
		names, err := fs.Glob(assetFiles, pattern)
		if err != nil {
			return a, fmt.Errorf("assets: %w", err)
		}
		for _, name := range names {
			if a.named[path.Base(name)], err = a.add(path.Base(name), contentType); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

func (a *assets) add(name, contentType string) (string, error) {
	plain, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return "", fmt.Errorf("asset %s: %w", name, err)
	}
	zipped, err := zip(plain, gzip.BestCompression)
	if err != nil {
		return "", fmt.Errorf("asset %s: %w", name, err)
	}
	sum := sha256.Sum256(plain)
	address := "/assets/" + hex.EncodeToString(sum[:6]) + path.Ext(name)
	a.byPath[address] = asset{contentType, plain, zipped}
	return address, nil
}

func (s *site) asset(v *visit) error {
	a, ok := s.assets.byPath[v.URL.Path]
	if !ok {
		return errNotFound
	}
	h := v.w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := a.plain
	if acceptsGzip(v.Request) {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	h.Set("Vary", "Accept-Encoding")
	return write(v.w, http.StatusOK, body)
}

func zip(plain []byte, level int) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
