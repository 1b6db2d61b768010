package app

import (
	"context"
	"net/http"
	"sync"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
)

// healthWait is how long the store may take to answer a question of health.
const healthWait = 2 * time.Second

// Health is one answer about the process. A part's word is "ok" or what is
// wrong in a few words; it names no person, address or secret.
type Health struct {
	OK    bool              `json:"ok"`
	Pack  string            `json:"pack,omitempty"` // the pack this process answers by
	Parts map[string]string `json:"parts,omitempty"`
}

// healthz answers as long as the process is alive; it asks nobody. A process
// that does not answer is to be started again.
func healthz(w http.ResponseWriter, _ *http.Request) { answerHealth(w, Health{OK: true}) }

// readyz tells whether requests should be sent here: 200, or 503 with what is
// wrong. A proxy asks it every second or so.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) { answerHealth(w, a.Ready(r.Context())) }

func answerHealth(w http.ResponseWriter, h Health) {
	status := http.StatusOK
	if !h.OK {
		status = http.StatusServiceUnavailable
	}
	_ = web.JSON(w, status, h) // strings always encode
}

// Ready looks at every part that answering needs.
func (a *App) Ready(ctx context.Context) Health {
	ctx, stop := context.WithTimeout(ctx, healthWait)
	defer stop()
	h := Health{OK: true, Pack: a.City.Pack.Ref(), Parts: map[string]string{}}
	part := func(name, wrong string) {
		if wrong != "" {
			h.OK, h.Parts[name] = false, wrong
			return
		}
		h.Parts[name] = "ok"
	}
	reads, writes := a.storeState(ctx)
	part("store_read", reads)
	part("store_write", writes)
	part("pack", a.packState())
	part("drain", "")
	if a.draining.Load() {
		part("drain", "this process is ending")
	}
	return h
}

// pulse is how the store answered lately: whoever asks /readyz often is no load.
type pulse struct {
	mu            sync.Mutex
	at            time.Time
	reads, writes string // what is wrong, or ""
}

// pulseEvery is how long an answer of the store counts.
const pulseEvery = 500 * time.Millisecond

func (a *App) storeState(ctx context.Context) (reads, writes string) {
	p := &a.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.at) >= pulseEvery {
		p.reads = wrong(a.canRead(ctx), "the store does not answer")
		p.writes = wrong(a.canWrite(ctx), "the store takes no writes")
		p.at = time.Now()
	}
	return p.reads, p.writes
}

func wrong(err error, words string) string {
	if err != nil {
		return words
	}
	return ""
}

func (a *App) canRead(ctx context.Context) error {
	_, err := a.Packs.InForce(ctx)
	return err
}

// canWrite opens a transaction that may write and ends it without a change: a
// store that is full, locked or a standby fails.
func (a *App) canWrite(ctx context.Context) error {
	return a.DB.Write(ctx, func(*db.Tx) error { return nil })
}

func (a *App) packState() string {
	if u := a.unfit.Load(); u != nil {
		return "the pack in force, " + u.ref + ", cannot be read by this program"
	}
	return ""
}
