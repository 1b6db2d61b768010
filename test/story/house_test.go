package story

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
)

// house is a demo city on a clock that the story sets.
type house struct {
	*testing.T
	app   *app.App
	clock *clock.Manual
	url   string
}

// openHouse makes the demo city at a time and serves it.
func openHouse(t *testing.T, now time.Time) *house {
	t.Helper()
	c := clock.NewManual(now)
	conf := app.Config{Data: t.TempDir(), Clock: c, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	if err := app.Install(t.Context(), conf, "../../packs/fuzhou", true); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), conf)
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(func() {
		srv.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{T: t, app: a, clock: c, url: srv.URL}
}

// pass lets time go by and what is due happen.
func (h *house) pass(d time.Duration) {
	h.Helper()
	h.clock.Advance(d)
	if _, err := h.app.Cases.Scan(h.Context(), 500); err != nil {
		h.Fatal(err)
	}
	h.settle()
}

// settle lets every reaction have its effect.
func (h *house) settle() {
	h.Helper()
	if err := h.app.Facts.Drain(h.Context()); err != nil {
		h.Fatal(err)
	}
}

// citizen is a visitor without an account.
func (h *house) citizen() *visitor {
	h.Helper()
	return newVisitor(h.T, h.url)
}

// lamp is a small photo of a dark street with one lamp.
func lamp(t *testing.T) file {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			c := color.RGBA{27, 36, 48, 255}
			if x > 150 && x < 158 && y > 60 {
				c = color.RGBA{107, 114, 128, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return file{"lamp.jpg", b.Bytes()}
}
