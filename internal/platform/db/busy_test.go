package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Whoever would wait too long for a turn is told so, and nothing of theirs is done.
func TestTooLongAWaitIsBusy(t *testing.T) {
	t.Parallel()
	stores := map[string]string{"sqlite": filepath.Join(t.TempDir(), "busy.db")}
	if server := os.Getenv("BANYAN_TEST_POSTGRES"); server != "" {
		stores["postgres"] = server
	}
	for name, dsn := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := db.Open(t.Context(), dsn, db.Options{Readers: 1, Conns: 1, Patience: 150 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			for what, do := range map[string]func(context.Context, func(*db.Tx) error) error{"read": d.Read, "write": d.Write} {
				begun, end, done := make(chan struct{}), make(chan struct{}), make(chan error)
				go func() {
					done <- do(context.Background(), func(*db.Tx) error {
						close(begun)
						<-end
						return nil
					})
				}()
				<-begun
				ran := false
				err := do(t.Context(), func(*db.Tx) error { ran = true; return nil })
				if fault.KindOf(err) != fault.Busy || ran {
					t.Errorf("a second %s while the first holds the store: %v, ran %v; want busy", what, err, ran)
				}
				close(end)
				if err := <-done; err != nil {
					t.Errorf("the %s that held the store: %v", what, err)
				}
			}
			if st := d.Stats(); st.Busy != 2 {
				t.Errorf("%d turned away, want 2", st.Busy)
			}
		})
	}
}

func TestStatsCountWritesAndCommits(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "stats.db"))
	inParallel(t, 20, func(int) error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("CREATE TABLE IF NOT EXISTS note_line (id TEXT)")
			return err
		})
	})
	st := d.Stats()
	if st.Writes != 20 || st.Commits < 1 || st.Commits > 20 || st.Queue != 0 || st.WriteWait <= 0 || st.Committing <= 0 {
		t.Errorf("stats %+v", st)
	}
}
