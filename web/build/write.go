package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// built is one line of the manifest; sizes in bytes.
type built struct {
	File   string `json:"file"`
	Bytes  int    `json:"bytes"`
	Brotli int    `json:"brotli"`
}

// write empties dist but for .keep and writes the files, their packed forms and the manifest.
func write(dist string, files map[string][]byte) error {
	if err := empty(dist); err != nil {
		return err
	}
	manifest := map[string]built{}
	for name, body := range files {
		file := hashed(name, body)
		br, err := pack(dist, file, body)
		if err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
		manifest[name] = built{File: file, Bytes: len(body), Brotli: br}
	}
	raw, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(raw, '\n'), 0o644)
}

func empty(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == ".keep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dist, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// hashed puts 40 bits of the content's digest into the name: app-abcdefgh.js.
func hashed(name string, body []byte) string {
	sum := sha256.Sum256(body)
	digest := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + digest + ext
}

// pack writes the file plain, with brotli and with gzip, and returns its size in brotli.
func pack(dist, file string, body []byte) (brotliBytes int, err error) {
	var br, gz bytes.Buffer
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	if _, err := b.Write(body); err != nil {
		return 0, err
	}
	if err := b.Close(); err != nil {
		return 0, err
	}
	g, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := g.Write(body); err != nil {
		return 0, err
	}
	if err := g.Close(); err != nil {
		return 0, err
	}
	for suffix, content := range map[string][]byte{"": body, ".br": br.Bytes(), ".gz": gz.Bytes()} {
		if err := os.WriteFile(filepath.Join(dist, file+suffix), content, 0o644); err != nil {
			return 0, err
		}
	}
	return br.Len(), nil
}
