package notify

import (
	"context"
	"sync"
	"time"

	"banyan/internal/platform/clock"
)

// Dev is the gateway of a development machine: nothing leaves it, the newest messages are kept to be looked at.
type Dev struct {
	clock clock.Clock
	keep  int
	mu    sync.Mutex
	sent  []Delivered
}

// Delivered is what would have been sent.
type Delivered struct {
	Envelope
	At time.Time
}

// NewDev keeps the newest messages in memory, at most keep.
func NewDev(c clock.Clock, keep int) *Dev { return &Dev{clock: c, keep: max(keep, 1)} }

// Send keeps the message.
func (d *Dev) Send(_ context.Context, e Envelope) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.sent) == d.keep {
		d.sent = d.sent[1:]
	}
	d.sent = append(d.sent, Delivered{e, d.clock.Now()})
	return nil
}

// Sent gives what would have been sent, newest first.
func (d *Dev) Sent() []Delivered {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Delivered, 0, len(d.sent))
	for i := len(d.sent) - 1; i >= 0; i-- {
		out = append(out, d.sent[i])
	}
	return out
}
