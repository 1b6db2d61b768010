// Package trailtest gives tests a trail over a store of theirs.
package trailtest

import (
	"bytes"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/trail"
)

// Schemas are the tables that a trail needs.
func Schemas() []db.Schema { return []db.Schema{merkle.Schema(), trail.Schema()} }

// New makes a trail over a store with those tables.
func New(t testing.TB, d *db.DB, c clock.Clock) *trail.Log {
	t.Helper()
	return trail.New(d, c, Tree(t, d, c), Open{})
}

// Tree makes the log of such a store.
func Tree(t testing.TB, d *db.DB, c clock.Clock) *merkle.Log {
	t.Helper()
	tree, err := merkle.New(d, c, "12345.example/trail", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Open is a gate that lets everybody read, for tests of what lies below grants.
type Open struct{}

// Cover covers every look by the same standing grant.
func (Open) Cover(*db.Tx, trail.Reader, []string) (trail.Cover, error) {
	return trail.Cover{Grant: "test"}, nil
}
