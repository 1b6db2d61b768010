package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"banyan/web"
)

// built returns the manifest; without a build there is nothing to measure.
func built(t *testing.T) web.Manifest {
	t.Helper()
	m := web.ReadManifest()
	if len(m) == 0 {
		t.Skip("web/dist is empty: run `make build` to measure the assets")
	}
	return m
}

func TestBudgets(t *testing.T) {
	t.Parallel()
	m := built(t)
	tests := []struct {
		page  string
		files []string
		limit int // bytes with brotli
	}{
		{"citizen script", []string{"app.js", "report.js"}, 30 << 10},
		{"citizen style", []string{"base.css", "citizen.css"}, 20 << 10},
		{"pin picker", []string{"place.js", "place.css"}, 60 << 10},
		{"desk script", []string{"app.js"}, 60 << 10},
		{"desk style", []string{"base.css", "desk.css"}, 20 << 10},
		{"screen", []string{"app.js", "base.css", "screen.css"}, 700 << 10},
	}
	for _, tt := range tests {
		t.Run(tt.page, func(t *testing.T) {
			t.Parallel()
			sum := 0
			for _, name := range tt.files {
				file, ok := m[name]
				if !ok {
					t.Fatalf("%s is not built", name)
				}
				sum += file.Brotli
			}
			if sum > tt.limit {
				t.Errorf("%v weigh %d bytes, the budget is %d", tt.files, sum, tt.limit)
			}
		})
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	m := built(t)
	for _, encoding := range []string{"br", "gzip", ""} {
		w := serve(m.Asset("app.js"), encoding)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != encoding {
			t.Errorf("%q: %d with encoding %q", encoding, w.Code, w.Header().Get("Content-Encoding"))
		}
		if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("Cache-Control %q", got)
		}
		if got := w.Header().Get("Content-Type"); got != "text/javascript; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
	}
}

func TestAssetsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/assets/none.js", "/assets/manifest.json", "/assets/", "/assets/../assets.go"} {
		if w := serve(path, "br"); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func serve(path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	web.Assets().ServeHTTP(w, r)
	return w
}

func TestAssetWithoutBuild(t *testing.T) {
	t.Parallel()
	if got := (web.Manifest{}).Asset("app.js"); got != "/assets/app.js" {
		t.Errorf("got %s", got)
	}
}
