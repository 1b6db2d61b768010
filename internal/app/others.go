package app

import (
	"log/slog"
	"sync/atomic"

	"banyan/internal/platform/db"
	"banyan/internal/platform/lease"
	"banyan/internal/platform/relay"
	"banyan/internal/platform/web"
)

// The kinds of words that processes on one store tell each other.
const (
	wordLive     = "live"     // "case:01J… replied": open screens of that topic look again
	wordFact     = "fact"     // "assess": that reaction has more to do than one process does at once
	wordSessions = "sessions" // somebody was signed out
)

// leaseName names the one lease: whoever holds it lets time act and tidies.
const leaseName = "time"

// process is what belongs to the running program and not to a house, which
// changes with the pack.
type process struct {
	Relay    *relay.Relay
	Lease    *lease.Lease
	Gate     *web.Gate
	Counts   *counters
	draining atomic.Bool
	unfit    atomic.Pointer[unfit]
	pulse    pulse
}

func newProcess(d *db.DB, s Settings, log *slog.Logger) *process {
	return &process{
		Relay: relay.New(d, log), Lease: lease.New(d, leaseName, log), Gate: web.NewGate(s.Limits.web()), Counts: newCounters(),
	}
}

// hear lets the house in force follow what other processes say.
func (f *front) hear(a *App) {
	a.Relay.Hear(wordLive, func(text string) {
		topic, event := cutLast(text)
		f.house.Load().Live.Publish(topic, event)
	})
	a.Relay.Hear(wordFact, func(reaction string) { f.house.Load().Facts.Nudge(reaction) })
	a.Relay.Hear(wordSessions, func(string) { f.house.Load().Identity.Forget() })
	a.Relay.OnGap(func() {
		f.house.Load().Identity.Forget()
		f.house.Load().Facts.NudgeAll()
	})
}

// signal tells the open screens of every process that something moved.
func (a *App) signal(topic, event string) {
	a.Live.Publish(topic, event)
	a.Relay.Say(wordLive, topic+" "+event)
}

// signedOut has the other processes forget their sessions.
func (a *App) signedOut() { a.Relay.Say(wordSessions, "") }

// cutLast cuts a text at its last blank: topics may hold one, events do not.
func cutLast(text string) (before, after string) {
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == ' ' {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}
