package web

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// Class is what kind of work a request is, for who goes first when there is too much.
type Class int

// The classes. Each has a share of the places that nobody else can take.
const (
	Public Class = iota // lists and reads by anybody: the first to be told to come back
	Intake              // somebody hands something in
	Desk                // staff at work
	Free                // not held up and not counted: assets, health, streams
)

// String gives the class's word for logs and metrics.
func (c Class) String() string { return [...]string{"public", "intake", "desk", "free"}[c] }

// Classes are those that are held up.
func Classes() []Class { return []Class{Public, Intake, Desk} }

// The reasons for which a request is told to come back.
const (
	refusedLine   = "line"   // those before it take longer than anybody waits
	refusedWait   = "wait"   // it waited that long
	refusedMemory = "memory" // the memory is nearly full
	refusedBody   = "body"   // too much is being sent at once
	refusedSlow   = "slow"   // what it sent came too slowly
)

// Reasons are the words under which refusals are counted.
func Reasons() []string {
	return []string{refusedLine, refusedWait, refusedMemory, refusedBody, refusedSlow}
}

// Limits bound what one process takes on at once. A zero field means its default.
type Limits struct {
	Handlers    int           // requests worked on at once; default 32 for each core, at least 64
	Line        int           // requests of one class that wait for a place; default 8 for each place
	Patience    time.Duration // the longest wait for a place; default 4 s
	Uploads     int           // forms with files received at once; default 64
	UploadBytes int64         // bytes of forms with files being received; default 256 MiB, on disk
	FormBytes   int64         // bytes of other bodies being received; default 32 MiB, in memory
}

func (l Limits) defaults() Limits {
	l.Handlers = or(l.Handlers, max(64, 32*runtime.GOMAXPROCS(0)))
	l.Line = or(l.Line, 8*l.Handlers)
	l.Patience = or(l.Patience, 4*time.Second)
	l.Uploads = or(l.Uploads, 64)
	l.UploadBytes = or(l.UploadBytes, 256<<20)
	l.FormBytes = or(l.FormBytes, 32<<20)
	return l
}

// Gate lets requests in. A quarter of the places belongs to each of Desk and Intake, an eighth to Public; the rest is for
// whoever comes. Who would have to wait longer than Patience is told at once. It is safe for concurrent use.
type Gate struct {
	limits  Limits
	common  chan struct{}
	lines   [Free]*line
	refused [Free]map[string]*atomic.Int64
	memory  atomic.Int32

	uploads     *semaphore.Weighted
	uploadBytes *semaphore.Weighted
	formBytes   *semaphore.Weighted
}

// line is one class's places and those who wait for one.
type line struct {
	own     chan struct{}
	places  int // that the class can hope for: its own and half of the common ones
	within  atomic.Int64
	waiting atomic.Int64
	took    atomic.Int64 // running mean of a request's time, nanoseconds
}

// NewGate makes a gate.
func NewGate(l Limits) *Gate {
	l = l.defaults()
	g := &Gate{
		limits: l, uploads: semaphore.NewWeighted(int64(l.Uploads)),
		uploadBytes: semaphore.NewWeighted(l.UploadBytes), formBytes: semaphore.NewWeighted(l.FormBytes),
	}
	rest := l.Handlers
	for c, part := range [Free]int{Public: 8, Intake: 4, Desk: 4} {
		own := max(1, l.Handlers/part)
		rest -= own
		g.lines[c] = &line{own: make(chan struct{}, own)}
		g.refused[c] = map[string]*atomic.Int64{}
		for _, reason := range Reasons() {
			g.refused[c][reason] = &atomic.Int64{}
		}
	}
	g.common = make(chan struct{}, max(1, rest))
	for _, l := range g.lines {
		l.places = cap(l.own) + cap(g.common)/2
	}
	return g
}

// enter takes a place and gives the way out, or the reason why not and when to come again.
func (g *Gate) enter(ctx context.Context, c Class) (leave func(), reason string, again time.Duration) {
	if c == Free {
		return func() {}, "", 0
	}
	l := g.lines[c]
	if g.shed(c) {
		return nil, refusedMemory, 5 * time.Second
	}
	select {
	case l.own <- struct{}{}:
		return l.begin(l.own), "", 0
	default:
	}
	select {
	case g.common <- struct{}{}:
		return l.begin(g.common), "", 0
	default:
	}
	return g.wait(ctx, l)
}

func (g *Gate) wait(ctx context.Context, l *line) (leave func(), reason string, again time.Duration) {
	before := l.waiting.Add(1)
	defer l.waiting.Add(-1)
	expect := time.Duration(before * l.took.Load() / int64(l.places))
	if before > int64(g.limits.Line) || expect > g.limits.Patience {
		return nil, refusedLine, expect
	}
	timer := time.NewTimer(g.limits.Patience)
	defer timer.Stop()
	select {
	case l.own <- struct{}{}:
		return l.begin(l.own), "", 0
	case g.common <- struct{}{}:
		return l.begin(g.common), "", 0
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, refusedWait, max(expect, g.limits.Patience)
}

// begin notes who has come in; the place is one of the channel taken.
func (l *line) begin(taken chan struct{}) (leave func()) {
	began := time.Now()
	l.within.Add(1)
	return func() {
		<-taken
		l.within.Add(-1)
		mean := l.took.Load()
		l.took.Store(mean + (int64(time.Since(began))-mean)/16) // two at once may lose one: it is a mean
	}
}

// Pressure says how full the memory is: 0 is well, 1 turns the public's reads away, 2 everybody but staff.
func (g *Gate) Pressure(level int) { g.memory.Store(int32(level)) } //nolint:gosec // 0, 1 or 2

func (g *Gate) shed(c Class) bool {
	switch g.memory.Load() {
	case 0:
		return false
	case 1:
		return c == Public
	default:
		return c != Desk
	}
}

func (g *Gate) refuse(c Class, reason string) {
	if c != Free {
		g.refused[c][reason].Add(1)
	}
}

// GateState is what a gate holds and has refused, for one class.
type GateState struct {
	Within, Waiting int64
	Refused         map[string]int64 // by reason, since the start
}

// State tells how a class fares.
func (g *Gate) State(c Class) GateState {
	l := g.lines[c]
	st := GateState{Within: l.within.Load(), Waiting: l.waiting.Load(), Refused: map[string]int64{}}
	for reason, n := range g.refused[c] {
		st.Refused[reason] = n.Load()
	}
	return st
}
