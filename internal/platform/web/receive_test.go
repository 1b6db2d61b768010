package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestTooSlowABody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		took time.Duration
		read int64
		slow bool
	}{
		{"just begun", time.Second, 0, false},
		{"a photo of 300 KB over Slow 3G, nearly done", 7 * time.Second, 290 << 10, false},
		{"2G, steady", time.Minute, 5 << 10 * 60, false},
		{"a byte now and then", 30 * time.Second, 100, true},
		{"nothing", 11 * time.Second, 0, true},
	} {
		in := &paced{
			in: strings.NewReader("more"), out: http.NewResponseController(httptest.NewRecorder()), began: time.Now().Add(-tt.took), read: tt.read,
		}
		_, err := in.Read(make([]byte, 10))
		if slow := errors.Is(err, errSlow); slow != tt.slow || !tt.slow && err != nil {
			t.Errorf("%s: %v, want slow %v", tt.name, err, tt.slow)
		}
	}
}
