package db

import (
	"crypto/rand"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID makes a ULID: 26 characters that sort by t (to the millisecond), with 80 random bits
// from the system, so that nobody can guess a neighbour's. The source of randomness cannot fail.
func NewID(t time.Time) string {
	return ulid.MustNew(ulid.Timestamp(t), rand.Reader).String()
}
