package relay_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/relay"
)

// BenchmarkCommits measures 16 callers that each write a row: alone, with NOTIFY in the same transaction, and with a word
// given to the relay after the commit.
func BenchmarkCommits(b *testing.B) {
	server := os.Getenv("BANYAN_TEST_POSTGRES")
	if server == "" {
		b.Skip("BANYAN_TEST_POSTGRES is not set: no PostgreSQL to measure")
	}
	for name, tell := range map[string]func(r *relay.Relay, tx *db.Tx) error{
		"silent": func(*relay.Relay, *db.Tx) error { return nil },
		"notify": func(_ *relay.Relay, tx *db.Tx) error {
			_, err := tx.Exec("SELECT pg_notify('banyan', $1)", db.NewID(time.Now()))
			return err
		},
		"relay": func(r *relay.Relay, tx *db.Tx) error {
			tx.AfterCommit(func() { r.Say("live", "brain changed") })
			return nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			d := dbtest.OpenPostgres(b, server)
			if err := d.Write(b.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec("CREATE TABLE relay_line (id TEXT PRIMARY KEY)")
				return err
			}); err != nil {
				b.Fatal(err)
			}
			r := relay.New(d, slog.New(slog.DiscardHandler))
			ctx, end := context.WithCancel(context.Background())
			var run sync.WaitGroup
			run.Go(func() { r.Run(ctx) })
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := d.Write(ctx, func(tx *db.Tx) error {
						if _, err := tx.Exec("INSERT INTO relay_line (id) VALUES ($1)", db.NewID(time.Now())); err != nil {
							return err
						}
						return tell(r, tx)
					}); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.StopTimer()
			end()
			run.Wait()
		})
	}
}
