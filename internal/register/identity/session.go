package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Lives of sessions. A citizen's has no idle limit: a phone at home is not a desk in an office.
const (
	StaffLives   = 12 * time.Hour
	StaffIdle    = time.Hour
	CitizenLives = 30 * 24 * time.Hour

	cacheFor   = 5 * time.Second
	seenEvery  = time.Minute // how exactly the last use is kept
	cacheMost  = 20_000
	tokenBytes = 32
)

// Session is somebody signed in at one browser.
type Session struct {
	ID        string // public name of the session, for lists and the trail; not the token
	Kind      Kind
	Account   string
	StaffID   string
	PersonID  string
	Agent     string // "Firefox, Linux"
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	ExpiresAt time.Time

	ProvedAt time.Time // when its owner last proved who they are
	ProvedBy Proof
}

// live tells whether the session still counts at an instant.
func (s Session) live(at time.Time) bool {
	return at.Before(s.ExpiresAt) && (s.Kind != Staff || at.Sub(s.SeenAt) < StaffIdle)
}

func newToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // crypto/rand never gives an error: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is what the database knows of a token. The token is random, so a plain hash is enough.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// open stores a session for the token and ends the one carried before.
func (s *Service) open(tx *db.Tx, a Account, token string, v Visit, by Proof) error {
	now, lives := s.Clock.Now(), CitizenLives
	if a.Kind == Staff {
		lives = StaffLives
	}
	if v.Old != "" {
		tx.AfterCommit(s.forget)
		if err := deleteSession(tx, "hash", hashOf(v.Old), ""); err != nil {
			return err
		}
	}
	return insertSession(tx, hashOf(token), Session{
		ID: db.NewID(now), Account: a.ID, Agent: AgentLabel(v.Agent), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(lives), ProvedAt: now, ProvedBy: by,
	})
}

// Lookup gives the session of a token; ok is false when there is none, it has ended, the account is closed,
// or the store cannot be asked. It marks the session as seen once a minute.
func (s *Service) Lookup(ctx context.Context, token string) (Session, bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return Session{}, false
	}
	now, hash := s.Clock.Now(), hashOf(token)
	if it, ok := s.cache.get(hash, now); ok {
		return it, it.live(now)
	}
	round := s.cache.round()
	var it Session
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		it, err = selectSession(tx, hash)
		return err
	})
	if err != nil || !it.live(now) {
		return Session{}, false
	}
	if now.Sub(it.SeenAt) >= seenEvery {
		it.SeenAt = now
		// A sign of life that is lost costs at most a minute of the idle limit.
		_ = s.DB.Write(ctx, func(tx *db.Tx) error { return updateSeen(tx, hash, now) })
	}
	s.cache.put(hash, it, now, round)
	return it, true
}

// SignOut ends the token's session. An unknown token is signed out already.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.end(ctx, func(tx *db.Tx) error { return deleteSession(tx, "hash", hashOf(token), "") })
}

// Sessions lists the live sessions of an account, newest first.
func (s *Service) Sessions(ctx context.Context, account string) (live []Session, err error) {
	now := s.Clock.Now()
	var all []Session
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = selectSessions(tx, account)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the sessions of account %s: %w", account, err)
	}
	for _, one := range all {
		if one.live(now) {
			live = append(live, one)
		}
	}
	return live, nil
}

// Revoke ends one session of the account by its ID. One that is not the account's is left alone.
func (s *Service) Revoke(ctx context.Context, account, session string) error {
	return s.end(ctx, func(tx *db.Tx) error { return deleteSession(tx, "id", session, account) })
}

// RevokeOthers ends every session of the account but keep.
func (s *Service) RevokeOthers(ctx context.Context, account, keep string) error {
	return s.end(ctx, func(tx *db.Tx) error { return deleteSessionsBut(tx, account, keep) })
}

func (s *Service) end(ctx context.Context, do func(tx *db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(s.forget)
		return do(tx)
	})
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// Tidy removes what has ended: sessions, old attempts, codes and questions to passkeys. Call it now and then.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(deleteOld(tx, clock.Ms(now), clock.Ms(now.Add(-attemptsKept))), deleteChallengesBefore(tx, clock.Ms(now)), deleteSetupsBefore(tx, clock.Ms(now)))
	})
	if err != nil {
		return fmt.Errorf("tidy sessions and codes: %w", err)
	}
	return nil
}
