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
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Messages holds messages/<lang>/<package>.yaml for i18n.Load.
//
//go:embed messages
var Messages embed.FS

// Manifest maps a source name ("app.js") to its built file. Sizes are bytes as served with brotli.
type Manifest map[string]Built

// Built is one built file.
type Built struct {
	File   string `json:"file"`
	Bytes  int    `json:"bytes"`
	Brotli int    `json:"brotli"`
}

// Assets serves what was built.
type Assets struct {
	files    fs.FS
	manifest Manifest
}

// Load reads the embedded build. It never fails: without a build there are no assets, and Check says so.
func Load() *Assets {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return &Assets{files: dist}
	}
	a := &Assets{files: files}
	if raw, err := fs.ReadFile(files, "manifest.json"); err == nil {
		_ = json.Unmarshal(raw, &a.manifest) // a broken manifest is as good as none: Check says what to do
	}
	return a
}
