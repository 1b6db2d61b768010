package main

import (
	"sync"
	"time"
)

// ledger is what clients sent and what was acknowledged to them. It outlives every life of the program.
type ledger struct {
	mu      sync.Mutex
	reports map[string]*report // by client id
	acts    map[deed]*tally
	acked   int
	resent  int
	refused int
	latest  time.Time // of the newest acknowledgement
}

// report is a citizen's report.
type report struct {
	number string // empty: not acknowledged
	tries  int
	photo  bool
}

// deed is one step on a case; the load does each at most once on a case.
type deed struct{ caseID, action string }

type tally struct {
	tries, acked int
	final        bool // acknowledged or refused: not tried again
}

func newLedger() *ledger { return &ledger{reports: map[string]*report{}, acts: map[deed]*tally{}} }

// sending notes a report before it leaves.
func (l *ledger) sending(clientID string, photo bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.reports[clientID]
	if !ok {
		r = &report{photo: photo}
		l.reports[clientID] = r
	}
	if r.tries++; r.tries > 1 {
		l.resent++
	}
}

func (l *ledger) received(clientID, number string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports[clientID].number = number
	l.acked++
	l.latest = time.Now()
}

// doing notes a step before it leaves.
func (l *ledger) doing(d deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.acts[d]
	if !ok {
		t = &tally{}
		l.acts[d] = t
	}
	if t.tries++; t.tries > 1 {
		l.resent++
	}
}

func (l *ledger) did(d deed, acked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts[d].final = true
	if !acked {
		l.refused++
		return
	}
	l.acts[d].acked++
	l.acked++
	l.latest = time.Now()
}

// settled tells whether a step was answered and needs no further try.
func (l *ledger) settled(d deed) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.acts[d]
	return ok && t.final
}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acked
}

func (l *ledger) lastAck() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest
}
