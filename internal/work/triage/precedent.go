package triage

import (
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/db"
)

// maxPrecedents is how many of the newest precedents are weighed.
const maxPrecedents = 2000

// Precedent is what a ruling decided about a matter. Words are those of the duty list the matter's
// messages held (Signals); the requester's sentences are not kept.
type Precedent struct {
	ID     string
	Duty   string
	Unit   string
	Area   string
	Words  []string
	Ruling string // id of the ruling; learned once
	At     time.Time
}

// Learn keeps a precedent in the caller's transaction; this process weighs it once it is committed,
// others after their next Reload. The same ruling again changes nothing.
func (s *Service) Learn(tx *db.Tx, p Precedent) error {
	if p.ID == "" {
		p.ID = db.NewID(s.deps.Clock.Now())
	}
	added, err := storePrecedent(tx, p)
	if err != nil {
		return fmt.Errorf("learn ruling %s: %w", p.Ruling, err)
	}
	if added {
		tx.AfterCommit(func() { s.remember(p) })
	}
	return nil
}

func (s *Service) remember(p Precedent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.precedents, func(q Precedent) bool { return q.Ruling == p.Ruling }) {
		return // read by a Reload meanwhile
	}
	kept := append([]Precedent{p}, s.precedents...)
	s.precedents = kept[:min(len(kept), maxPrecedents)]
	s.renew()
}

// Signals gives the words of the duty list found in a message, each once, in the order of the text:
// what a precedent keeps of it.
func (s *Service) Signals(subject, text string) []string {
	x := s.now.Load().index
	var out []string
	for _, h := range x.hits(subject, text) {
		out = append(out, x.words[h.word].text)
	}
	return out
}
