package person

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/trail"
)

// Erasure is somebody's wish to be forgotten (Personal Information Protection Law, article 47), and what came of it.
type Erasure struct {
	ID       string
	Person   string
	AskedAt  time.Time
	DoneAt   time.Time // zero: it waits
	Requests int       // whose words can be read no more
	Files    int       // photos that were deleted
}

// AskErasure notes the wish and gives the token of its page, which is all that its owner has in hand when everything else is gone.
// Who asks again before it is done has a new page for the same wish.
func (s *Service) AskErasure(tx *db.Tx, person string) (token string, err error) {
	token = rand.Text()
	now := s.clock.Now()
	if err := upsertErasure(tx, Erasure{ID: db.NewID(now), Person: person, AskedAt: now}, hashToken(token)); err != nil {
		return "", fmt.Errorf("note the wish of person %s to be forgotten: %w", person, err)
	}
	return token, nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte("erasure\x00" + token))
	return hex.EncodeToString(sum[:])
}

// ErasureOf gives the wish a token belongs to. NotFound when it belongs to none.
func (s *Service) ErasureOf(tx *db.Tx, token string) (Erasure, error) {
	e, err := selectErasure(tx, hashToken(token))
	if errors.Is(err, sql.ErrNoRows) {
		return Erasure{}, fault.New(fault.NotFound, "person.erasure_unknown")
	}
	return e, err
}

// WaitingErasures lists up to limit wishes that are not done, behind one, the oldest first.
func (s *Service) WaitingErasures(tx *db.Tx, after string, limit int) ([]Erasure, error) {
	return selectWaiting(tx, after, limit)
}

// Erase forgets a person under all ids they were known by: names, addresses and their blind indexes go, and the keys are destroyed,
// so that nothing sealed with them opens again, here or in any copy. The trail says that by did it: its row is the proof. What
// other rooms keep in the clear they must have taken away in this transaction or before it.
func (s *Service) Erase(tx *db.Tx, by trail.Reader, e Erasure) error {
	ids, err := s.Same(tx, e.Person)
	if err != nil {
		return err
	}
	if err := s.trail.Look(tx, by, []string{trail.Name, trail.Phone, trail.Email, trail.WeChat, trail.Words, trail.Address, trail.Photos}, e.Person); err != nil {
		return err
	}
	for _, id := range ids {
		if err := blank(tx, id); err != nil {
			return fmt.Errorf("forget person %s: %w", id, err)
		}
	}
	if err := s.vault.Destroy(tx, ids...); err != nil {
		return err
	}
	e.DoneAt = s.clock.Now()
	if err := endErasure(tx, e); err != nil {
		return fmt.Errorf("note that person %s is forgotten: %w", e.Person, err)
	}
	return nil
}
