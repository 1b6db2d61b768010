package api_test

import (
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/scenario/api"
)

// Kept answers go when their day is over, and not before.
func TestSweepOfAnswers(t *testing.T) {
	each(t, func(h *house) {
		kept := func() (n int) {
			h.Must(api.NewAnswers(h.DB, h.Clock).Sweep(h.Context()))
			h.Must(h.DB.Read(h.Context(), func(tx *db.Tx) error { return tx.QueryRow("SELECT count(*) FROM api_answer").Scan(&n) }))
			return n
		}
		h.Program("desk").Call("POST", root+"/requests", lamp(), "Idempotency-Key", "a").Want(201)
		if n := kept(); n != 1 {
			h.Errorf("%d answers at once, want 1", n)
		}
		h.Clock.Advance(25 * time.Hour)
		if n := kept(); n != 0 {
			h.Errorf("%d answers after their day", n)
		}
	})
}
