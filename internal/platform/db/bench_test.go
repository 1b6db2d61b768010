package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// BenchmarkWriteGroup has 64 callers write one durable line each. "group" shares commits, "single"
// is the same file with one plain transaction per line, the way the group is measured against.
func BenchmarkWriteGroup(b *testing.B) {
	b.Run("group", func(b *testing.B) {
		d := dbtest.OpenSQLite(b, notes())
		var line atomic.Int64
		b.SetParallelism(32) // times two cores
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				n := line.Add(1)
				if err := d.Write(context.Background(), func(tx *db.Tx) error { return add(tx, fmt.Sprint(n), int(n)) }); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("single", func(b *testing.B) {
		name := "file:" + filepath.Join(b.TempDir(), "single.db") +
			"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
		pool, err := sql.Open("sqlite", name)
		if err != nil {
			b.Fatal(err)
		}
		defer pool.Close()
		pool.SetMaxOpenConns(1)
		if _, err := pool.Exec("CREATE TABLE note_line (id TEXT PRIMARY KEY, n BIGINT NOT NULL)"); err != nil {
			b.Fatal(err)
		}
		var line atomic.Int64
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := plainInsert(pool, line.Add(1)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func plainInsert(pool *sql.DB, n int64) error {
	tx, err := pool.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if _, err := tx.Exec("INSERT INTO note_line (id, n) VALUES ($1, $2)", fmt.Sprint(n), n); err != nil {
		return err
	}
	return tx.Commit()
}

// BenchmarkRead is one row by its key, on every engine at hand.
func BenchmarkRead(b *testing.B) {
	d := dbtest.OpenSQLite(b, notes())
	if err := d.Write(b.Context(), func(tx *db.Tx) error { return add(tx, "a", 1) }); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := d.Read(b.Context(), func(tx *db.Tx) error {
			var n int
			return tx.QueryRow("SELECT n FROM note_line WHERE id = $1", "a").Scan(&n)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCollide is load, decide, store on PostgreSQL by 16 callers over 200 rows, with a row of
// history each: what serializable costs when writes meet.
func BenchmarkCollide(b *testing.B) {
	d := postgresOrSkip(b)
	err := d.Write(b.Context(), func(tx *db.Tx) error {
		for i := range 200 {
			if err := add(tx, fmt.Sprint(i), 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	var runs, line atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := fmt.Sprint(line.Add(1) * 7919 % 200)
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				runs.Add(1)
				var n int
				if err := tx.QueryRow("SELECT n FROM note_line WHERE id = $1", id).Scan(&n); err != nil {
					return err
				}
				if _, err := tx.Exec("INSERT INTO note_word (id, line) VALUES ($1, $2)", db.NewID(time.Now()), id); err != nil {
					return err
				}
				_, err := tx.Exec("UPDATE note_line SET n = $2 WHERE id = $1", id, n+1)
				return err
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(runs.Load())/float64(b.N), "runs/op")
}
