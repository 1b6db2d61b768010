package apikey

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// SecretPrefix begins every secret, so that scanners of leaked secrets know one.
const SecretPrefix = "bk_"

const (
	cacheFor  = 3 * time.Second // how long a revoked key may still open
	cacheMost = 10_000
)

// Service keeps keys and counts what they ask.
type Service struct {
	db    *db.DB
	clock clock.Clock

	mu     sync.Mutex
	found  map[string]cached // by the secret's digest
	quotas map[string]*quota // by key id
}

type cached struct {
	key   Key
	until time.Time
}

// NewService makes the register over a store that has its schema.
func NewService(d *db.DB, c clock.Clock) *Service {
	return &Service{db: d, clock: c, found: map[string]cached{}, quotas: map[string]*quota{}}
}

// Create makes a key and gives its secret, which is not kept and cannot be shown again. by is the id of the
// member of staff, "" for the program's command. Invalid with every wrong field.
func (s *Service) Create(ctx context.Context, by string, n New) (k Key, secret string, err error) {
	now := s.clock.Now()
	if err := n.check(now); err != nil {
		return Key{}, "", err
	}
	k = Key{
		ID: db.NewID(now), Name: strings.TrimSpace(n.Name), Unit: n.Unit, Area: n.Area, Roles: n.Roles, Scopes: n.Scopes,
		PerSecond: cmp.Or(n.PerSecond, DefaultPerSecond), Burst: cmp.Or(n.Burst, DefaultBurst), PerDay: n.PerDay, Made: now, MadeBy: by, Until: n.Until,
	}
	secret = SecretPrefix + strings.ToLower(rand.Text())
	err = s.db.Write(ctx, func(tx *db.Tx) error { return insertKey(tx, k, digest(secret)) })
	if err != nil {
		return Key{}, "", fmt.Errorf("make a key for %s: %w", k.Name, err)
	}
	return k, secret, nil
}

// Find gives the key of a secret. Forbidden for a secret nobody has and for a key that has ended; which of them is
// not told. A key that was revoked elsewhere may open for three seconds more.
func (s *Service) Find(ctx context.Context, secret string) (Key, error) {
	if !strings.HasPrefix(secret, SecretPrefix) || len(secret) > 100 {
		return Key{}, refused()
	}
	now, hash := s.clock.Now(), digest(secret)
	if k, ok := s.cached(hash, now); ok {
		return k, nil
	}
	var k Key
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		k, err = selectKey(tx, "hash", hash)
		return err
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Key{}, refused()
	case err != nil:
		return Key{}, fmt.Errorf("look for a key: %w", err)
	case !k.Holds(now):
		return Key{}, refused()
	}
	s.keep(hash, cached{k, now.Add(cacheFor)})
	return k, nil
}

func (s *Service) cached(hash string, now time.Time) (Key, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.found[hash]
	return c.key, ok && now.Before(c.until) && c.key.Holds(now)
}

func (s *Service) keep(hash string, c cached) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.found) >= cacheMost {
		clear(s.found)
	}
	s.found[hash] = c
}

// Get gives a key by its id, also one that has ended. NotFound when there is none.
func (s *Service) Get(ctx context.Context, id string) (k Key, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		k, err = selectKey(tx, "id", id)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, fault.New(fault.NotFound, "apikey.missing")
	}
	if err != nil {
		return Key{}, fmt.Errorf("read key %s: %w", id, err)
	}
	return k, nil
}

// List gives every key, newest first, with those that have ended.
func (s *Service) List(ctx context.Context) (list []Key, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectKeys(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return list, nil
}

// Revoke ends a key; by is as in Create. Ending it twice changes nothing. NotFound when there is none.
func (s *Service) Revoke(ctx context.Context, by, id string) error {
	if _, err := s.Get(ctx, id); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error { return revoke(tx, id, by, s.clock.Now()) })
	if err != nil {
		return fmt.Errorf("revoke key %s: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.found)
	return nil
}

func refused() *fault.Error { return fault.New(fault.Forbidden, "apikey.refused") }

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
