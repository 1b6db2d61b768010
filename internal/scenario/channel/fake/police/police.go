// Package police is a small 110 platform for tests: it checks signatures, gives receipts, keeps what it got once by its
// idempotency key, and can be told to fail.
package police

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// Server is the platform. It is an http.Handler.
type Server struct {
	Secret string

	mu       sync.Mutex
	fail     []int
	receipts map[string]string
	got      []map[string]any
	refused  int
}

// New makes a platform that knows the secret.
func New(secret string) *Server { return &Server{Secret: secret, receipts: map[string]string{}} }

// Fail lets the next requests fail with these statuses, one each.
func (s *Server) Fail(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = append(s.fail, statuses...)
}

// Got gives what was handed over, each matter once.
func (s *Server) Got() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any(nil), s.got...)
}

// Refused counts the requests without a right signature.
func (s *Server) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// ServeHTTP takes one matter over.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(s.Secret))
	mac.Write([]byte(r.Header.Get("X-Banyan-Time") + "."))
	mac.Write(body)
	if err != nil || !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-Banyan-Signature"))) {
		s.refused++
		http.Error(w, "signature", http.StatusForbidden)
		return
	}
	if len(s.fail) > 0 {
		status := s.fail[0]
		s.fail = s.fail[1:]
		http.Error(w, "told to fail", status)
		return
	}
	key := r.Header.Get("Idempotency-Key")
	if s.receipts[key] == "" {
		var one map[string]any
		if json.Unmarshal(body, &one) != nil || key == "" {
			http.Error(w, "no matter", http.StatusBadRequest)
			return
		}
		s.got = append(s.got, one)
		s.receipts[key] = fmt.Sprintf("J%06d", len(s.got))
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"receipt": s.receipts[key]}) // the test reads what arrives
}
