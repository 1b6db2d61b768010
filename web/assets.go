// Package web is the design system as the program carries it: the built styles and islands (dist), served under
// /assets/ by names that contain their digest, and the message catalogues of all packages (messages).
//
// The sources beside it: styles/ (plain CSS), islands/ (TypeScript), ui/ (templ components), build/ (the bundler).
// Until `go run ./web/build` has run, dist holds nothing but .keep: tests still draw pages, and Check says what to do.
package web

import (
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Messages holds messages/<lang>/<package>.yaml for i18n.Load.
//
//go:embed messages
var Messages embed.FS

// Manifest maps a source name ("app.js") to its built file.
type Manifest map[string]Built

// Built is one built file; sizes in bytes, Brotli as a reader's browser receives it.
type Built struct {
	File   string `json:"file"`
	Bytes  int    `json:"bytes"`
	Brotli int    `json:"brotli"`
}

// ReadManifest returns what was built; empty without a build. It reads once: what is embedded does not change.
var ReadManifest = sync.OnceValue(readManifest)

func readManifest() Manifest {
	raw, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return Manifest{}
	}
	m := Manifest{}
	if err := json.Unmarshal(raw, &m); err != nil {
		return Manifest{} // a broken manifest is as good as none: Check says what to do
	}
	return m
}

// Check tells whether the assets are built, and if not, what to do. Call it before serving.
func Check() error {
	if len(ReadManifest()) == 0 {
		return errors.New("styles and scripts are not built into this program: run `make build`")
	}
	return nil
}

// Asset returns the address of a built file by its source name; without a build the plain name, so that pages of
// tests can be drawn.
func (m Manifest) Asset(name string) string {
	if built, ok := m[name]; ok {
		return "/assets/" + built.File
	}
	return "/assets/" + name
}

// Asset returns the address of one built file ("report.js").
func Asset(name string) string { return ReadManifest().Asset(name) }

// Assets serves /assets/{file}: packed when the browser can, and to be kept for a year, since a changed file has
// another name.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		body, encoding, ok := packed(name, r.Header.Get("Accept-Encoding"))
		if !ok || name == "manifest.json" {
			w.Header().Set("Cache-Control", "no-store")
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the reader has gone away
		}
	})
}

// packed returns the file in the best encoding the browser accepts.
func packed(name, accept string) (body []byte, encoding string, ok bool) {
	for _, e := range [][2]string{{"br", ".br"}, {"gzip", ".gz"}} {
		if !strings.Contains(accept, e[0]) {
			continue
		}
		if body, err := dist.ReadFile("dist/" + name + e[1]); err == nil {
			return body, e[0], true
		}
	}
	body, err := dist.ReadFile("dist/" + name)
	return body, "", err == nil
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	case ".png":
		return "image/png"
	default:
		return "application/octet-stream"
	}
}
