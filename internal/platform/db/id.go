package db

import (
	"crypto/rand"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID makes a ULID: 26 characters that sort by t (to the millisecond), with 80 random bits
// from the system, so that nobody can guess a neighbour's. A time before 1970 counts as 1970.
func NewID(t time.Time) string {
	ms := uint64(max(t.UnixMilli(), 0))
	return ulid.MustNew(ms, rand.Reader).String() // crypto/rand does not fail
}
