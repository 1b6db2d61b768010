package fact

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	json "github.com/go-json-experiment/json/v1"

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
	// Linger is how long it waits after it was woken, so that facts said at about the same time share a run; default 80 ms.
	Linger time.Duration
	// Wants is asked when a fact is said, with the body as it was said; nil wants them all. What it
	// does not want costs nothing. It must be pure: nobody asks it again later.
	Wants func(body any) bool
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
	hearers   map[string][]func(name string, body any)
}

// New makes a log over the store, whose schema must hold Schema().
func New(d *db.DB, c clock.Clock, logger *slog.Logger) *Log {
	return &Log{db: d, clock: c, logger: logger, byFact: map[string][]*runner{}, hearers: map[string][]func(string, any){}}
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
	r.Batch, r.Linger = max(r.Batch, 1), cmp.Or(r.Linger, linger)
	run := &runner{Reaction: r, log: l, wake: make(chan struct{}, 1)}
	l.reactions = append(l.reactions, run)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(r.On))) {
		l.byFact[name] = append(l.byFact[name], run)
	}
}

// Said is a fact ready to be written: it is made outside the transaction, so that the store waits for no encoding.
type Said struct {
	fact    Fact
	body    any
	waiting []*runner
}

// Prepare makes a fact. at is when it happened; body becomes JSON.
func (l *Log) Prepare(name, subject string, at time.Time, body any) (Said, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return Said{}, fmt.Errorf("say %s of %s: %w", name, subject, err)
	}
	return Said{Fact{ID: db.NewID(at), Name: name, Subject: subject, At: at, Body: text}, body, l.waiting(name, body)}, nil
}

// Say writes a fact in the caller's transaction: Prepare and Write in one.
func (l *Log) Say(tx *db.Tx, name, subject string, at time.Time, body any) error {
	said, err := l.Prepare(name, subject, at, body)
	if err != nil {
		return err
	}
	return l.Write(tx, said)
}

// Write writes a prepared fact in the caller's transaction.
func (l *Log) Write(tx *db.Tx, said Said) error {
	f := said.fact
	if err := insert(tx, f, said.waiting, l.clock.Now()); err != nil {
		return fmt.Errorf("say %s of %s: %w", f.Name, f.Subject, err)
	}
	if hearers := l.hearers[f.Name]; len(said.waiting)+len(hearers) > 0 {
		tx.AfterCommit(func() {
			for _, r := range said.waiting {
				r.nudge()
			}
			for _, hear := range hearers {
				hear(f.Name, said.body)
			}
		})
	}
	return nil
}

// waiting gives the reactions that want a fact.
func (l *Log) waiting(name string, body any) []*runner {
	all := l.byFact[name]
	if !slices.ContainsFunc(all, func(r *runner) bool { return r.Wants != nil }) {
		return all
	}
	var list []*runner
	for _, r := range all {
		if r.Wants == nil || r.Wants(body) {
			list = append(list, r)
		}
	}
	return list
}

// Hear calls f after the commit of every such fact said by this process, with the body as it was said. It leaves
// nothing in the store and is lost when the process ends: for signals, never for what must happen. Call it before Start.
func (l *Log) Hear(f func(name string, body any), facts ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range facts {
		l.hearers[name] = append(l.hearers[name], f)
	}
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
				n, err := r.look(ctx)
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
