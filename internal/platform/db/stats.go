package db

import (
	"sync/atomic"
	"time"
)

// Stats is what the store has done since it was opened, and how many wait now.
type Stats struct {
	Queue      int           // SQLite: writes that wait for the writer
	Writes     int64         // that were committed
	Commits    int64         // on SQLite several writes share one
	WriteWait  time.Duration // the sum of the waits for a turn to write
	Committing time.Duration // the sum of the times of commits
	Collisions int64         // PostgreSQL: writes that were run again
	Busy       int64         // that were turned away because they would have waited too long
	Reads      int64
	ReadWait   time.Duration // the sum of the waits for a connection to read
	Conns      int           // in use now
	ConnsMost  int
}

// tally counts for Stats; the engines add to it.
type tally struct {
	patience time.Duration // the longest wait for a turn

	writes, commits, collisions, busy, reads, reading atomic.Int64
	writeWait, committing, readWait                   atomic.Int64 // nanoseconds
}

// committed counts one commit of n writes that began at the instant.
func (t *tally) committed(n int, began time.Time) {
	t.writes.Add(int64(n))
	t.commits.Add(1)
	t.committing.Add(int64(time.Since(began)))
}

func (t *tally) stats() Stats {
	return Stats{
		Writes: t.writes.Load(), Commits: t.commits.Load(), Collisions: t.collisions.Load(), Busy: t.busy.Load(), Reads: t.reads.Load(),
		WriteWait: time.Duration(t.writeWait.Load()), Committing: time.Duration(t.committing.Load()), ReadWait: time.Duration(t.readWait.Load()),
	}
}

// Stats counts what the store does, for whoever watches it.
func (d *DB) Stats() Stats { return d.engine.stats() }

func (e *sqliteEngine) stats() Stats {
	st := e.writer.tally.stats()
	st.Queue, st.Conns, st.ConnsMost = len(e.writer.queue), int(e.writer.tally.reading.Load()), e.opts.Readers
	return st
}

func (e *postgresEngine) stats() Stats {
	st, pool := e.tally.stats(), e.pool.Stats()
	st.Conns, st.ConnsMost = pool.InUse, pool.MaxOpenConnections
	return st
}
