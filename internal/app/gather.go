package app

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"banyan/internal/platform/fact"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
)

// What is counted in the store is counted at most so often, and may take so
// long: reading metrics must not become a load.
const (
	slowEvery = 30 * time.Second
	slowWait  = 5 * time.Second
)

// gatherer tells what the parts of the house in force know, when it is read.
type gatherer struct {
	front *front

	mu     sync.Mutex
	at     time.Time
	stored []prometheus.Metric
}

// Describe tells nothing beforehand: which reactions and states there are is
// known when it is read.
func (g *gatherer) Describe(chan<- *prometheus.Desc) {}

// Collect tells everything.
func (g *gatherer) Collect(ch chan<- prometheus.Metric) {
	a := g.front.house.Load()
	var now samples
	now.process(a)
	now.store(a)
	now.gate(a.Gate)
	for _, m := range now.list {
		ch <- m
	}
	for _, m := range g.fromStore(a) {
		ch <- m
	}
}

// fromStore gives what was counted in the store lately.
func (g *gatherer) fromStore(a *App) []prometheus.Metric {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.at) < slowEvery {
		return g.stored
	}
	ctx, stop := context.WithTimeout(context.Background(), slowWait)
	defer stop()
	var s samples
	if err := s.counted(ctx, a); err != nil {
		a.Log.Warn("metrics of the store", "error", err)
	}
	g.at, g.stored = time.Now(), s.list
	return g.stored
}

// samples collects values under their names.
type samples struct{ list []prometheus.Metric }

// labels are names and values in turn.
type labels []string

func (s *samples) add(kind prometheus.ValueType, name, help string, value float64, l ...string) {
	var names, values labels
	for i := 0; i+1 < len(l); i += 2 {
		names, values = append(names, l[i]), append(values, l[i+1])
	}
	s.list = append(s.list, prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, names, nil), kind, value, values...))
}

func (s *samples) gauge(name, help string, value float64, l ...string) {
	s.add(prometheus.GaugeValue, name, help, value, l...)
}

func (s *samples) counter(name, help string, value float64, l ...string) {
	s.add(prometheus.CounterValue, name, help, value, l...)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (s *samples) process(a *App) {
	s.gauge("banyan_build_info", "The version of the program; always 1.", 1, "version", a.Version)
	s.gauge("banyan_pack_info", "The pack this process answers by; always 1.", 1, "pack", a.City.Pack.Ref())
	s.gauge("banyan_pack_unreadable", "1 while the pack in force cannot be read by this program.", truth(a.unfit.Load() != nil))
	s.gauge("banyan_draining", "1 while this process is ending.", truth(a.draining.Load()))
	s.gauge("banyan_lease_held", "1 in the process that lets time act.", truth(a.Lease.Held()))
	s.gauge("banyan_live_streams", "Open streams of live signals.", float64(a.Live.Streams()))
	r := a.Relay.State()
	s.gauge("banyan_relay_hearing", "1 while this process hears the others.", truth(r.Hearing))
	s.counter("banyan_relay_words_said_total", "Signals said to the other processes.", float64(r.Said))
	s.counter("banyan_relay_words_lost_total", "Signals that could not be said; each costs a screen a moment.", float64(r.Lost))
}

func (s *samples) store(a *App) {
	st := a.DB.Stats()
	s.gauge("banyan_store_write_queue", "Writes that wait for the writer (SQLite).", float64(st.Queue))
	s.counter("banyan_store_writes_total", "Writes that were committed.", float64(st.Writes))
	s.counter("banyan_store_commits_total", "Commits; on SQLite several writes share one.", float64(st.Commits))
	s.counter("banyan_store_write_wait_seconds_total", "Time that writes waited for their turn.", st.WriteWait.Seconds())
	s.counter("banyan_store_commit_seconds_total", "Time that commits took.", st.Committing.Seconds())
	s.counter("banyan_store_collisions_total", "Writes that were run again (PostgreSQL).", float64(st.Collisions))
	s.counter("banyan_store_busy_total", "Reads and writes turned away because they would have waited too long.", float64(st.Busy))
	s.counter("banyan_store_reads_total", "Reads.", float64(st.Reads))
	s.counter("banyan_store_read_wait_seconds_total", "Time that reads waited for a connection.", st.ReadWait.Seconds())
	s.gauge("banyan_store_connections", "Connections in use.", float64(st.Conns))
	s.gauge("banyan_store_connections_limit", "Connections there may be.", float64(st.ConnsMost))
}

func (s *samples) gate(g *web.Gate) {
	for _, c := range web.Classes() {
		st := g.State(c)
		s.gauge("banyan_http_requests_in_flight", "Requests being worked on.", float64(st.Within), "class", c.String())
		s.gauge("banyan_http_requests_waiting", "Requests that wait for a place.", float64(st.Waiting), "class", c.String())
		for _, reason := range web.Reasons() {
			s.counter("banyan_http_requests_refused_total", "Requests told to come back, by reason.", float64(st.Refused[reason]),
				"class", c.String(), "reason", reason)
		}
	}
}

// counted tells what only the store knows. What fails is left out.
func (s *samples) counted(ctx context.Context, a *App) error {
	waiting, err := a.Facts.Pending(ctx)
	if err != nil {
		return err
	}
	s.reactions(waiting, a.Clock.Now())
	sending, err := a.Outbox.Pending(ctx)
	if err != nil {
		return err
	}
	s.messages(sending)
	cases, err := a.Cases.Tally(ctx)
	if err != nil {
		return err
	}
	type group struct {
		state   string
		overdue bool
	}
	sums := map[group]int{}
	for _, c := range cases { // by district they would be too many
		sums[group{string(c.State), c.Overdue}] += c.N
	}
	for g, n := range sums {
		s.gauge("banyan_cases_open", "Cases in hand by state.", float64(n), "state", g.state, "overdue", strconv.FormatBool(g.overdue))
	}
	n, err := a.Identity.Live(ctx)
	if err != nil {
		return err
	}
	s.gauge("banyan_sessions", "Sessions that have not ended.", float64(n))
	return nil
}

func (s *samples) reactions(list []fact.Waiting, now time.Time) {
	for _, w := range list {
		s.gauge("banyan_facts_pending", "Facts that wait for a reaction.", float64(w.Pending), "reaction", w.Reaction)
		s.gauge("banyan_facts_failed", "Facts a reaction has given up on; see /admin.", float64(w.Failed), "reaction", w.Reaction)
		age := 0.0
		if w.Pending > 0 {
			age = max(0, now.Sub(w.Oldest).Seconds())
		}
		s.gauge("banyan_facts_oldest_seconds", "How long the oldest fact waits for a reaction.", age, "reaction", w.Reaction)
	}
}

func (s *samples) messages(list []notify.Waiting) {
	for _, w := range list {
		s.gauge("banyan_messages_waiting", "Messages that wait to be delivered.", float64(w.Waiting), "channel", string(w.Channel))
		s.gauge("banyan_messages_failed", "Messages that could not be delivered; see /admin.", float64(w.Failed), "channel", string(w.Channel))
	}
}
