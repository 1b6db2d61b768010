package assure

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// startLives is how long somebody may take at a service.
const startLives = 10 * time.Minute

// Start is somebody on the way to a service. State travels in addresses; the browser keeps Browser in a cookie; Nonce and Verifier never
// meet both.
type Start struct {
	Method   Method
	State    string
	Browser  string
	Nonce    string
	Verifier string // of PKCE
	Person   string // who wants to prove themselves; "" for whoever signs in
	To       string // where they want to go afterwards, inside the portal
}

// Begin keeps that somebody sets out.
func (s *Service) Begin(ctx context.Context, m Method, person, to string) (Start, error) {
	st := Start{Method: m, State: rand.Text(), Browser: rand.Text(), Nonce: rand.Text(), Verifier: rand.Text() + rand.Text(), Person: person, To: to}
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return insertStart(tx, st, s.Clock.Now().Add(startLives)) })
	if err != nil {
		return Start{}, fmt.Errorf("set out to an identity service: %w", err)
	}
	return st, nil
}

// Back takes who came back, once. Forbidden assure.refuse.back for a state that nobody set out with, that was used, is too old, or came
// in another browser or from another service.
func (s *Service) Back(ctx context.Context, m Method, state, browser string) (st Start, err error) {
	ok := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var until time.Time
		st, until, err = selectStart(tx, digest(state))
		if ok = err == nil && st.Method == m && browser != "" && st.Browser == digest(browser) && s.Clock.Now().Before(until); missing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		return deleteStart(tx, digest(state))
	})
	if err != nil {
		return Start{}, fmt.Errorf("come back from an identity service: %w", err)
	}
	if !ok {
		return Start{}, fault.New(fault.Forbidden, "assure.refuse.back")
	}
	return st, nil
}

// digest is what the store knows of a random text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
