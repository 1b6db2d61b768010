package fact

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Fact is something that happened, told in the past tense.
type Fact struct {
	ID      string // time ordered
	Name    string // "casework.Replied"
	Subject string // the id of what it happened to
	At      time.Time
	Body    json.RawMessage
}

// Reaction is "when one of these happened, do that".
type Reaction struct {
	Name  string   // unique and lasting: pending rows carry it
	On    []string // names of facts
	Batch int      // most facts in one run, default 1
	// Do works inside tx only. An error or panic undoes it and it is tried again later. On
	// PostgreSQL it may run again after a collision.
	Do func(tx *db.Tx, facts []Fact) error
}

// Log says facts and runs the reactions to them.
type Log struct {
	db     *db.DB
	clock  clock.Clock
	logger *slog.Logger

	mu        sync.Mutex // guards until Start
	started   bool
	running   sync.WaitGroup
	behind    func(reaction string) // see OnBehind
	reactions []*runner
	byFact    map[string][]*runner
}

// New makes a log over the store, whose schema must hold Schema().
func New(d *db.DB, c clock.Clock, logger *slog.Logger) *Log {
	return &Log{db: d, clock: c, logger: logger, byFact: map[string][]*runner{}}
}

// React adds a reaction. Call it before Start; a second reaction of the same name panics.
func (l *Log) React(r Reaction) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started {
		panic("fact: React after Start: " + r.Name)
	}
	if r.Name == "" || len(r.On) == 0 || r.Do == nil {
		panic(fmt.Sprintf("fact: reaction %q needs a name, facts and work", r.Name))
	}
	if slices.ContainsFunc(l.reactions, func(other *runner) bool { return other.Name == r.Name }) {
		panic("fact: two reactions are named " + r.Name)
	}
	r.Batch = max(r.Batch, 1)
	run := &runner{Reaction: r, log: l, wake: make(chan struct{}, 1)}
	l.reactions = append(l.reactions, run)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(r.On))) {
		l.byFact[name] = append(l.byFact[name], run)
	}
}

// Say writes a fact in the caller's transaction. at is when it happened; body becomes JSON.
func (l *Log) Say(tx *db.Tx, name, subject string, at time.Time, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("say %s of %s: %w", name, subject, err)
	}
	f := Fact{ID: db.NewID(at), Name: name, Subject: subject, At: at, Body: text}
	waiting := l.byFact[name]
	if err := insert(tx, f, waiting, l.clock.Now()); err != nil {
		return fmt.Errorf("say %s of %s: %w", name, subject, err)
	}
	if len(waiting) > 0 {
		tx.AfterCommit(func() {
			for _, r := range waiting {
				r.nudge()
			}
		})
	}
	return nil
}

// Start runs every reaction until ctx ends: at once after a commit here, and every few seconds for
// what came due or was said by another process. It does not wait; Wait does.
func (l *Log) Start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started = true
	for _, r := range l.reactions {
		l.running.Go(func() { r.loop(ctx) })
	}
}

// Drain runs reactions until none is due, also those to facts said meanwhile. A fact that waits for
// another attempt is not due. For tests and imports; it gives the first error of the store itself.
func (l *Log) Drain(ctx context.Context) error {
	for {
		worked := false
		for _, r := range l.reactions {
			for {
				n, err := r.run(ctx)
				if err != nil {
					return err
				}
				if n == 0 {
					break
				}
				worked = true
			}
		}
		if !worked {
			return nil
		}
	}
}

// Decode reads a fact's body.
func Decode[T any](f Fact) (T, error) {
	var body T
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return body, fmt.Errorf("decode fact %s %s: %w", f.Name, f.ID, err)
	}
	return body, nil
}
