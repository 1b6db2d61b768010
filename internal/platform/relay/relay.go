package relay

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"banyan/internal/platform/db"
)

const (
	channel   = "banyan"
	gap       = 20 * time.Millisecond // between two batches
	mostWords = 10_000                // that wait; more are lost
	payload   = 7_500                 // bytes in one notification; PostgreSQL takes 8,000
	firstWait = 100 * time.Millisecond
	longest   = 5 * time.Second
)

// Relay says words to the other processes and hears theirs. It is safe for concurrent use.
type Relay struct {
	db   *db.DB
	log  *slog.Logger
	self string // names this process in what it says

	hear map[string]func(text string)
	gaps []func()

	mu      sync.Mutex
	waiting []string // "kind text", in the order said
	known   map[string]bool
	wake    chan struct{}

	hearing atomic.Bool
	said    atomic.Int64
	lost    atomic.Int64
}

// New makes a relay over the store.
func New(d *db.DB, log *slog.Logger) *Relay {
	return &Relay{
		db: d, log: log, self: db.NewID(time.Now()), hear: map[string]func(string){}, known: map[string]bool{}, wake: make(chan struct{}, 1),
	}
}

// Hear calls do for every word of the kind that another process says. Call it before Run.
func (r *Relay) Hear(kind string, do func(text string)) { r.hear[kind] = do }

// OnGap calls do whenever words may have been missed. Call it before Run.
func (r *Relay) OnGap(do func()) { r.gaps = append(r.gaps, do) }

// Say tells the other processes. It never waits; a word that already waits is not said twice. Neither kind nor text
// may hold a line end, and a kind no blank.
func (r *Relay) Say(kind, text string) {
	if !r.db.Shared() {
		return
	}
	word := kind + " " + text
	r.mu.Lock()
	switch {
	case r.known[word]:
	case len(r.waiting) >= mostWords || len(word) > payload/2:
		r.lost.Add(1)
	default:
		r.known[word] = true
		r.waiting = append(r.waiting, word)
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run hears and says until ctx ends. It connects again, later each time, when PostgreSQL goes away.
func (r *Relay) Run(ctx context.Context) {
	if !r.db.Shared() {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { r.listen(ctx) })
	both.Go(func() { r.speak(ctx) })
	both.Wait()
}

// State is what the relay did so far.
type State struct {
	Hearing    bool
	Said, Lost int64 // words
}

// State tells whether the relay hears the other processes, and counts words.
func (r *Relay) State() State {
	return State{Hearing: r.hearing.Load() || !r.db.Shared(), Said: r.said.Load(), Lost: r.lost.Load()}
}

func (r *Relay) listen(ctx context.Context) {
	wait := firstWait
	for ctx.Err() == nil {
		err := r.db.Listen(ctx, channel, func() { r.hearing.Store(true); r.missed(); wait = firstWait }, r.heard)
		if r.hearing.Swap(false); ctx.Err() != nil {
			return
		}
		r.log.Warn("signals of other processes are not heard; connecting again", "wait", wait, "error", err)
		sleep(ctx, wait/2+rand.N(wait)) //nolint:gosec // spreads load, guards nothing
		wait = min(2*wait, longest)
	}
}

func (r *Relay) missed() {
	for _, do := range r.gaps {
		do()
	}
}

// heard takes a payload apart: the speaker, then a word a line.
func (r *Relay) heard(text string) {
	speaker, words, _ := strings.Cut(text, "\n")
	if speaker == r.self {
		return
	}
	for word := range strings.SplitSeq(words, "\n") {
		kind, text, _ := strings.Cut(word, " ")
		if do := r.hear[kind]; do != nil {
			do(text)
		}
	}
}

func (r *Relay) speak(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		words := r.take()
		if err := r.db.Notify(ctx, channel, payloads(r.self, words)...); err != nil {
			r.lost.Add(int64(len(words)))
			if ctx.Err() == nil {
				r.log.Warn("signals for other processes are lost", "words", len(words), "error", err)
			}
		} else {
			r.said.Add(int64(len(words)))
		}
		sleep(ctx, gap)
	}
}

func (r *Relay) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	words := r.waiting
	r.waiting = nil
	clear(r.known)
	return words
}

// payloads packs words into as few notifications as hold them.
func payloads(self string, words []string) []string {
	var out []string
	var b strings.Builder
	for _, w := range words {
		if b.Len() > 0 && b.Len()+1+len(w) > payload {
			out = append(out, b.String())
			b.Reset()
		}
		if b.Len() == 0 {
			b.WriteString(self)
		}
		b.WriteByte('\n')
		b.WriteString(w)
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
