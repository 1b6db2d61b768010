package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/person"
)

// Kind tells a staff account from a citizen's.
type Kind string

// Kinds of account.
const (
	Staff   Kind = "staff"
	Citizen Kind = "citizen"
)

// Deps are what the service stands on.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	People *person.Service
	Key    []byte // at least 32 bytes, kept outside the database, the same for the life of the data
	// Send puts a sign-in code on its way to a person's phone, inside the transaction that keeps it.
	Send func(tx *db.Tx, personID, code string) error
	// Tell leaves a person a note about the ways into their account; what is the last part of a message key under
	// identity.told. nil: nobody is told.
	Tell func(tx *db.Tx, personID, id, what string) error
	// Ended is called after a session was ended here, so that other processes may Forget; nil when there are none.
	Ended func()
}

// Service keeps accounts and sessions.
type Service struct {
	Deps
	vault   vault
	hashing *gate
	nobody  string // a hash no password matches, for unknown logins
	cache   *cache
}

// New makes the service. It hashes once, which takes some tens of milliseconds.
func New(d Deps) (*Service, error) {
	if len(d.Key) < 32 {
		return nil, fmt.Errorf("identity: the key has %d bytes, at least 32 are needed", len(d.Key))
	}
	v, err := newVault(d.Key)
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	places := max(2, runtime.GOMAXPROCS(0))
	return &Service{Deps: d, vault: v, hashing: newGate(places, 16*places), nobody: hashPassword(newToken()), cache: newCache()}, nil
}

// index is a keyed hash for lookups of what must not stand in the database as typed.
func (s *Service) index(use, value string) string {
	mac := hmac.New(sha256.New, derive(s.Key, use))
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil))
}
