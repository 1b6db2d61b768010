package signon

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Service keeps apps, grants and tokens.
type Service struct {
	db    *db.DB
	clock clock.Clock
	key   []byte
}

// New makes the service over a store that has its schema. key is kept outside the database, at least 32 bytes, the same for the life
// of the data: with another key every app takes everybody for somebody new.
func New(d *db.DB, c clock.Clock, key []byte) (*Service, error) {
	if len(key) < 32 {
		return nil, fmt.Errorf("signon: the key has %d bytes, at least 32 are needed", len(key))
	}
	return &Service{db: d, clock: c, key: key}, nil
}

// Subject is how the apps of a sector know a person: the same for all of them, unlike any other sector's, and useless without the key.
func (s *Service) Subject(sector, person string) (string, error) {
	key, err := s.derive("subjects of sector "+sector, 32)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(person))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// Seal is the key under which access tokens travel.
func (s *Service) Seal() ([]byte, error) { return s.derive("access tokens", 32) }

// derive makes a key of its own for each use of the one secret (HKDF, RFC 5869).
func (s *Service) derive(use string, length int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, s.key, nil, "banyan: sign-on: "+use, length)
	if err != nil {
		return nil, fmt.Errorf("derive the key of %s: %w", use, err)
	}
	return key, nil
}

// newSecret is a secret of 256 random bits behind a prefix by which scanners of leaked secrets know it.
func newSecret(prefix string) string { return prefix + strings.ToLower(rand.Text()+rand.Text()) }

// digest is what the store knows of a secret; it is random, so a plain hash is enough.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
