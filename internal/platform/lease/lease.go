package lease

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"banyan/internal/platform/db"
)

// Spans of the lease, each measured on the process's own clock.
const (
	beatEvery = time.Second
	lookEvery = 500 * time.Millisecond
	keeps     = 2 * time.Second // without a new beat the holder steps back
	patience  = 3 * time.Second // with the same beat another steps in; above keeps
)

// Lease is one process's part in the competition for a lease.
type Lease struct {
	db   *db.DB
	name string
	self string
	log  *slog.Logger
	took chan struct{}

	until atomic.Int64 // on the monotonic clock since begun, in nanoseconds
	begun time.Time
	seen  row       // what was seen last
	since time.Time // since when it is the same
}

// row is lease_lease as stored.
type row struct {
	holder string
	beat   int64
}

// New makes a competitor for the lease of that name.
func New(d *db.DB, name string, log *slog.Logger) *Lease {
	return &Lease{db: d, name: name, self: db.NewID(time.Now()), log: log, took: make(chan struct{}, 1), begun: time.Now()}
}

// Held tells whether this process holds the lease now.
func (l *Lease) Held() bool {
	return !l.db.Shared() || time.Since(l.begun) < time.Duration(l.until.Load())
}

// Taken gives a signal each time this process takes the lease.
func (l *Lease) Taken() <-chan struct{} { return l.took }

// Run competes until ctx ends, then gives the lease back.
func (l *Lease) Run(ctx context.Context) {
	if !l.db.Shared() {
		return
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	beaten := time.Time{}
	for {
		if wait := beatEvery - time.Since(beaten); wait <= 0 || !l.Held() {
			began := time.Now()
			if l.step(ctx, began) {
				beaten = began
			}
		}
		select {
		case <-ctx.Done():
			l.giveBack(context.WithoutCancel(ctx))
			return
		case <-look.C:
		}
	}
}

// step raises the beat of a lease that is ours or that its holder left, and tells whether it is ours now. The time it
// lasts counts from before the store was asked; the time another's beat stands still, from after.
func (l *Lease) step(ctx context.Context, now time.Time) bool {
	ctx, stop := context.WithTimeout(ctx, keeps)
	defer stop()
	stored, err := l.look(ctx)
	mine := false
	if seen := time.Now(); err == nil && l.free(stored, seen) {
		err = l.db.Write(ctx, func(tx *db.Tx) (err error) {
			mine, err = take(tx, l.name, stored, l.self)
			return err
		})
	}
	if err != nil {
		l.log.Warn("lease", "name", l.name, "error", err)
		return false
	}
	if mine {
		l.hold(now, stored.holder != l.self || !l.Held())
	}
	return mine
}

// look reads the lease and notes since when it is the same.
func (l *Lease) look(ctx context.Context) (stored row, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		stored, err = find(tx, l.name)
		return err
	})
	if err == nil && stored != l.seen {
		l.seen, l.since = stored, time.Now()
	}
	return stored, err
}

// free tells whether the lease may be taken: it is ours, nobody's, or its beat has stood still.
func (l *Lease) free(stored row, now time.Time) bool {
	return stored.holder == l.self || stored.holder == "" || stored == l.seen && now.Sub(l.since) >= patience
}

func (l *Lease) hold(from time.Time, fresh bool) {
	l.until.Store(int64(from.Sub(l.begun) + keeps))
	if !fresh {
		return
	}
	l.log.Info("this process lets time act now", "lease", l.name)
	select {
	case l.took <- struct{}{}:
	default:
	}
}

// giveBack frees the lease if it is ours, so that another need not wait.
func (l *Lease) giveBack(ctx context.Context) {
	l.until.Store(0)
	ctx, stop := context.WithTimeout(ctx, keeps)
	defer stop()
	err := l.db.Write(ctx, func(tx *db.Tx) error { return leave(tx, l.name, l.self) })
	if err != nil {
		l.log.Warn("the lease was not given back; another takes it in some seconds", "name", l.name, "error", err)
	}
}
