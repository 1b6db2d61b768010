package trail

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Gate finds the grant by which somebody reads (package grant). It gives an error, Forbidden, when there is none.
type Gate interface {
	Cover(tx *db.Tx, r Reader, fields []string) (Cover, error)
}

// Cover is the grant of a look.
type Cover struct {
	Grant string
	Daily int // most looks at people that an account may cause by it in a day of the city; 0 bounds nothing
}

// cover asks the gate.
func (l *Log) cover(tx *db.Tx, r Reader, fields []string) (Cover, error) {
	if err := r.check(); err != nil {
		return Cover{}, err
	}
	c, err := l.gate.Cover(tx, r, fields)
	if err == nil && c.Grant == "" {
		err = fmt.Errorf("the gate gives no grant for %s", r.Purpose)
	}
	return c, err
}

// quota refuses looks beyond what the grant allows in a day. What other processes read in the last minute may come on top (see counts).
func (l *Log) quota(tx *db.Tx, r Reader, by Cover, persons int) error {
	if by.Daily == 0 || persons == 0 {
		return nil
	}
	now := l.clock.Now()
	y, m, d := now.In(clock.City).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, clock.City)
	n, err := l.quotas.count(tx, r.Actor.ID+" "+by.Grant, day, now, persons, func() (int64, error) { return countGranted(tx, r.Actor.ID, by.Grant, day) })
	if err != nil {
		return fmt.Errorf("count the looks by grant %s: %w", by.Grant, err)
	}
	if n > int64(by.Daily) {
		return fault.New(fault.Busy, "grant.used_up", "Most", by.Daily)
	}
	return nil
}
