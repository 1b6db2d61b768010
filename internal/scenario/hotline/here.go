package hotline

import (
	"sync"
	"time"
)

// here remembers who has which case open, so that two people do not work on one
// unawares. It is a courtesy: it may be lost and is never the truth; the
// version in every form is.
type here struct {
	mu   sync.Mutex
	seen map[string]map[string]looker // case -> staff
}

type looker struct {
	name string
	at   time.Time
}

// lookFor is how long somebody counts as looking.
const lookFor = 3 * time.Minute

func newHere() *here { return &here{seen: map[string]map[string]looker{}} }

// look notes that staff looks at a case and gives the names of the others.
func (h *here) look(id, staff, name string, now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, lookers := range h.seen {
		delete(lookers, staff)
		for s, l := range lookers {
			if now.Sub(l.at) > lookFor {
				delete(lookers, s)
			}
		}
		if len(lookers) == 0 {
			delete(h.seen, c)
		}
	}
	var others []string
	for _, l := range h.seen[id] {
		others = append(others, l.name)
	}
	if h.seen[id] == nil {
		h.seen[id] = map[string]looker{}
	}
	h.seen[id][staff] = looker{name, now}
	return others
}
