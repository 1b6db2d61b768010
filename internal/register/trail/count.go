package trail

import (
	"sync"
	"time"

	"banyan/internal/platform/db"
)

// recountAfter is how long a process trusts its own count of somebody's looks: others count in other processes.
const recountAfter = time.Minute

// counts is how often each account looked in its newest span of time (an hour, a day), as far as this process knows. The trail itself is the truth; one
// number that every look changes would make readers wait for each other.
type counts struct {
	mu sync.Mutex
	of map[string]*counted
}

// counted is one account's hour.
type counted struct {
	hour  time.Time
	n     int64
	asked time.Time // when the trail was last counted
	told  map[AlarmKind]bool
	habit *float64 // mean of the hours before this one; nil until it was read
}

// hourOf is the account's entry for an hour; the caller holds mu.
func (c *counts) hourOf(actor string, hour time.Time) *counted {
	if c.of == nil {
		c.of = map[string]*counted{}
	}
	e := c.of[actor]
	if e == nil || !e.hour.Equal(hour) {
		e = &counted{hour: hour, told: map[AlarmKind]bool{}}
		c.of[actor] = e
	}
	return e
}

// count gives the looks of an account in an hour with those of this transaction, whose rows are written already; ask counts the rows.
func (c *counts) count(tx *db.Tx, actor string, hour, now time.Time, persons int, ask func() (int64, error)) (int64, error) {
	c.mu.Lock()
	e := c.hourOf(actor, hour)
	n, fresh := e.n+int64(persons), now.Sub(e.asked) < recountAfter
	c.mu.Unlock()
	if fresh {
		tx.AfterCommit(func() { c.set(actor, hour, time.Time{}, int64(persons)) })
		return n, nil
	}
	n, err := ask()
	if err == nil {
		tx.AfterCommit(func() { c.set(actor, hour, now, n) })
	}
	return n, err
}

// set keeps what was counted at an instant, or adds to it.
func (c *counts) set(actor string, hour, asked time.Time, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.hourOf(actor, hour)
	if asked.IsZero() {
		e.n += n
		return
	}
	e.n, e.asked = max(e.n, n), asked
}

// habit is what was read of an account's habit in this hour.
func (c *counts) habit(actor string, hour time.Time) (mean float64, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.hourOf(actor, hour).habit; h != nil {
		return *h, true
	}
	return 0, false
}

// setHabit keeps a habit for the hour: what lies before it changes no more.
func (c *counts) setHabit(actor string, hour time.Time, mean float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hourOf(actor, hour).habit = &mean
}

// told tells whether an alarm of the hour needs no second thought.
func (c *counts) told(actor string, kind AlarmKind, hour time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hourOf(actor, hour).told[kind]
}

func (c *counts) tell(actor string, kind AlarmKind, hour time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hourOf(actor, hour).told[kind] = true
}
