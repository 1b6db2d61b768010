package identity

import (
	"sync"
	"time"
)

// cache remembers sessions for a few seconds.
type cache struct {
	mu      sync.Mutex
	entries map[string]entry
	cleared int // times it was emptied: what was read before the last time is not kept
}

type entry struct {
	session Session
	until   time.Time
}

func newCache() *cache { return &cache{entries: map[string]entry{}} }

func (c *cache) get(hash string, now time.Time) (Session, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[hash]
	return e.session, ok && now.Before(e.until)
}

func (c *cache) round() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cleared
}

// put keeps a session unless the cache was emptied since round: it may have been revoked meanwhile.
func (c *cache) put(hash string, s Session, now time.Time, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cleared != round {
		return
	}
	if len(c.entries) >= cacheMost {
		clear(c.entries)
	}
	c.entries[hash] = entry{s, now.Add(cacheFor)}
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
	c.cleared++
}
