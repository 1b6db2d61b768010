package merkle_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
)

const origin = "12345.example/trail"

// house is a log over a store, with the texts that were committed.
type house struct {
	*testing.T
	db    *db.DB
	log   *merkle.Log
	texts map[string]merkle.Stored
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, []db.Schema{merkle.Schema()}, func(t *testing.T, d *db.DB) { test(over(t, d, origin, 1)) })
}

func over(t *testing.T, d *db.DB, name string, key byte) *house {
	t.Helper()
	log, err := merkle.New(d, clock.NewManual(time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)), name, bytes.Repeat([]byte{key}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return &house{T: t, db: d, log: log, texts: map[string]merkle.Stored{}}
}

func id(n int) string { return fmt.Sprintf("id%06d", n) }

// add commits texts from number from on, and sequences them.
func (h *house) add(from, n int) {
	h.Helper()
	h.must(h.db.Write(h.Context(), func(tx *db.Tx) error {
		var entries []merkle.Named
		for i := range n {
			text := []byte(fmt.Sprintf("look %d salt %s", from+i, merkle.Salt()))
			h.texts[id(from+i)] = merkle.Stored{Text: text}
			entries = append(entries, merkle.Named{ID: id(from + i), Entry: merkle.Commit(text)})
		}
		return h.log.Add(tx, entries...)
	}))
	if got, err := h.log.Sequence(h.Context()); err != nil || got != n {
		h.Fatalf("sequenced %d, %v; want %d", got, err, n)
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// exec changes a table as somebody with the database in their hands would.
func (h *house) exec(query string, args ...any) {
	h.Helper()
	h.must(h.db.Write(h.Context(), func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }))
}

// audit gives what the audit finds.
func (h *house) audit() (found []string) {
	h.Helper()
	_, err := h.log.Audit(h.Context(), func(_ *db.Tx, ids []string) (map[string]merkle.Stored, error) {
		some := map[string]merkle.Stored{}
		for _, id := range ids {
			if s, ok := h.texts[id]; ok {
				some[id] = s
			}
		}
		return some, nil
	}, func(finding string) { found = append(found, finding) })
	h.must(err)
	return found
}
