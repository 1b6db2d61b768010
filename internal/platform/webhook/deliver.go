package webhook

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const (
	perEndpoint = 4                // sent to one endpoint at a time by one process
	inAll       = 64               // sent at a time by one process
	sendTime    = 15 * time.Second // for one attempt, with finding the address
	lease       = time.Minute      // a claim lasts longer than any attempt
	lookAround  = 5 * time.Second
	lasting     = 12 * time.Hour // an endpoint that gave nothing good for so long is disabled
	mostAsked   = time.Hour      // the longest Retry-After that is heeded
)

// schedule is the wait after each failed try; after the last one a delivery is given up, about a day after it was
// posted.
func schedule() []time.Duration {
	return []time.Duration{5 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 7 * time.Hour, 10 * time.Hour}
}

// wait is the time until the next attempt after so many tries, a fifth more or less so that receivers that came
// back are not all asked at once; false when there is to be none.
func wait(tries int) (time.Duration, bool) {
	all := schedule()
	if tries > len(all) {
		return 0, false
	}
	d := all[max(tries, 1)-1]
	return d - d/5 + rand.N(2*d/5), true //nolint:gosec // spreads load, guards nothing
}

// lanes counts what is being sent, so that one endpoint never takes all hands.
type lanes struct {
	mu    sync.Mutex
	busy  map[string]int
	total int
	sends sync.WaitGroup
}

func newLanes() *lanes { return &lanes{busy: map[string]int{}} }

// reserve takes up to perEndpoint places for an endpoint and gives their number.
func (l *lanes) reserve(endpoint string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(perEndpoint-l.busy[endpoint], inAll-l.total)
	l.busy[endpoint] += n
	l.total += n
	return n
}

func (l *lanes) release(endpoint string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total -= n
	if l.busy[endpoint] -= n; l.busy[endpoint] == 0 {
		delete(l.busy, endpoint)
	}
}

// Start delivers until ctx ends: at once after a commit here, and every few seconds for what came due or was posted
// by another process. It does not wait; Done of the returned channel comes when the last send has ended.
func (s *Service) Start(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer s.lanes.sends.Wait()
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.wake:
			case <-timer.C:
			}
			if _, err := s.pump(ctx); err != nil && ctx.Err() == nil {
				s.Logger.Error("webhook messages could not be delivered", "error", err)
			}
			timer.Reset(lookAround)
		}
	}()
	return done
}

// Deliver sends everything that is due now, waits for the answers, and gives the number of attempts. The error is the
// store's; what receivers said is in the log of each delivery.
func (s *Service) Deliver(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.pump(ctx)
		s.lanes.sends.Wait()
		if total += n; n == 0 || err != nil {
			return total, err
		}
	}
}

// pump begins to send what is due and what the lanes have room for, and gives how many sends it began. It does not
// wait for them: each wakes the next pump when it ends.
func (s *Service) pump(ctx context.Context) (int, error) {
	var due []string
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueEndpoints(tx, clock.Ms(s.Clock.Now()))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for due webhook messages: %w", err)
	}
	begun := 0
	for _, endpoint := range due {
		n, err := s.begin(ctx, endpoint)
		if begun += n; err != nil {
			return begun, err
		}
	}
	return begun, nil
}

// begin claims and sends what one endpoint has room for.
func (s *Service) begin(ctx context.Context, endpoint string) (int, error) {
	room := s.lanes.reserve(endpoint)
	if room == 0 {
		return 0, nil
	}
	to, rows, err := s.claim(ctx, endpoint, room)
	s.lanes.release(endpoint, room-len(rows))
	if err != nil {
		return 0, fmt.Errorf("claim messages of endpoint %s: %w", endpoint, err)
	}
	for _, d := range rows {
		s.lanes.sends.Go(func() {
			defer s.nudge()
			defer s.lanes.release(endpoint, 1)
			if err := s.finish(ctx, d, s.attempt(ctx, to, d)); err != nil {
				s.Logger.Error("a webhook attempt could not be written down", "delivery", d.id, "error", err)
			}
		})
	}
	return len(rows), nil
}

// claim takes due rows, unless the owner may receive nothing any more: then the endpoint is disabled.
func (s *Service) claim(ctx context.Context, endpoint string, room int) (to target, rows []delivery, err error) {
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		to, err = selectTarget(tx, endpoint)
		return err
	}); err != nil {
		return to, nil, err
	}
	holds := true
	if s.Holds != nil {
		if holds, err = s.Holds(ctx, to.Owner); err != nil {
			return to, nil, err
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		now := s.Clock.Now()
		if !holds {
			return disable(tx, endpoint, NoteOwner, clock.Ms(now))
		}
		rows, err = claim(tx, endpoint, room, clock.Ms(now), clock.Ms(now.Add(lease)))
		return err
	})
	if err != nil {
		return to, nil, err
	}
	return to, rows, nil
}

// finish writes down how an attempt ended. One that was broken off because the program ends is none.
func (s *Service) finish(ctx context.Context, d delivery, r result) error {
	return s.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		if r.failed() && ctx.Err() != nil {
			return unclaim(tx, d, clock.Ms(s.Clock.Now()))
		}
		return s.mark(tx, d, r)
	})
}

func (s *Service) mark(tx *db.Tx, d delivery, r result) error {
	if err := insertAttempt(tx, d.id, r.Attempt); err != nil {
		return err
	}
	now := s.Clock.Now()
	if !r.failed() {
		if _, err := mark(tx, d, Done, 0, clock.Ms(now)); err != nil {
			return err
		}
		return setFailing(tx, d.endpoint, 0)
	}
	pause, again := wait(d.tries)
	state, next, ended := Waiting, clock.Ms(now.Add(max(pause, min(r.after, mostAsked)))), int64(0)
	if !again || r.gone || d.kind == PingType {
		state, next, ended = Failed, 0, clock.Ms(now)
	}
	ours, err := mark(tx, d, state, next, ended)
	if err != nil || !ours || d.kind == PingType && !r.gone { // somebody tries things out
		return err
	}
	return s.blame(tx, d.endpoint, r.gone, !again)
}

// blame notes an endpoint's failure, and disables it when it says it is gone, or when a delivery was given up and
// nothing has succeeded for long.
func (s *Service) blame(tx *db.Tx, endpoint string, gone, givenUp bool) error {
	now := s.Clock.Now()
	if err := setFailing(tx, endpoint, clock.Ms(now)); err != nil {
		return err
	}
	if gone {
		return disable(tx, endpoint, NoteGone, clock.Ms(now))
	}
	e, err := selectEndpoint(tx, endpoint)
	if err != nil || !givenUp || now.Sub(e.FailingSince) < lasting {
		return err
	}
	return disable(tx, endpoint, NoteFailing, clock.Ms(now))
}
