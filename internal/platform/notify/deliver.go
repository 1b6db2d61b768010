package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

const (
	maxAttempts = 8
	batch       = 8                // claimed and sent side by side
	sendTime    = 8 * time.Second  // for one message, with finding its address; less than the time a process has to end in
	lease       = 2 * time.Minute  // a claim lasts longer than any send
	firstWait   = 30 * time.Second // doubles with each attempt
	longestWait = time.Hour
	lookAround  = 5 * time.Second
)

// Start delivers until ctx ends: at once after a commit here, and every few seconds for what came due or was
// sent by another process. It does not wait; Done of the returned channel comes when the last send has ended.
func (o *Outbox) Start(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-o.wake:
			case <-timer.C:
			}
			if _, err := o.Deliver(ctx); err != nil && ctx.Err() == nil {
				o.Logger.Error("messages could not be delivered", "error", err)
			}
			timer.Reset(lookAround)
		}
	}()
	return done
}

// Deliver sends everything that is due now and tells how many rows it dealt with. The error is the store's;
// what a gateway said is kept on the row.
func (o *Outbox) Deliver(ctx context.Context) (int, error) {
	total := 0
	for ctx.Err() == nil {
		var claimed []outboxRow
		err := o.DB.Write(ctx, func(tx *db.Tx) (err error) {
			now := o.Clock.Now()
			claimed, err = claim(tx, batch, clock.Ms(now), clock.Ms(now.Add(lease)))
			return err
		})
		if err != nil {
			return total, fmt.Errorf("claim messages: %w", err)
		}
		if len(claimed) == 0 {
			return total, nil
		}
		// What was claimed is sent and marked even when we are being stopped.
		if err := o.deliver(context.WithoutCancel(ctx), claimed); err != nil {
			return total, err
		}
		total += len(claimed)
	}
	return total, nil
}

// deliver sends claimed rows side by side and then marks them in one transaction.
func (o *Outbox) deliver(ctx context.Context, rows []outboxRow) error {
	results := make([]error, len(rows))
	var all sync.WaitGroup
	for i, r := range rows {
		all.Go(func() { results[i] = o.sendOne(ctx, r) })
	}
	all.Wait()
	err := o.DB.Write(ctx, func(tx *db.Tx) error {
		for i, r := range rows {
			if err := o.mark(tx, r, results[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark delivered messages: %w", err)
	}
	return nil
}

// sendOne hands one row to its gateway. What it returns holds no address.
func (o *Outbox) sendOne(ctx context.Context, r outboxRow) (err error) {
	ctx, stop := context.WithTimeout(ctx, sendTime)
	defer stop()
	gateway, ok := o.Gateways[r.channel]
	if !ok {
		return Refused{"there is no gateway for " + string(r.channel)}
	}
	to, err := o.Resolve(ctx, r.recipient, r.channel)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Refused{"there is no address for " + string(r.channel)}
	case err != nil:
		return errors.New("the address could not be found out") // the cause may hold what it was looked up by
	}
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the gateway broke")
		}
		err = withoutAddress(err, to.Address)
	}()
	if !o.Catalog.Has(to.Lang, r.template) {
		return Refused{"there is no text " + r.template + " in " + string(to.Lang)}
	}
	title, text, err := o.write(r.template, r.args, to.Lang)
	if err != nil {
		return Refused{err.Error()}
	}
	return gateway.Send(ctx, Envelope{Key: r.key, Channel: r.channel, Address: to.Address, Lang: to.Lang, Title: title, Text: text, Link: r.link})
}

// withoutAddress takes the address out of an error's words and keeps whether it is lasting.
func withoutAddress(err error, address string) error {
	if err == nil || address == "" {
		return err
	}
	words := strings.ReplaceAll(err.Error(), address, "…")
	var no Refused
	if errors.As(err, &no) {
		return Refused{words}
	}
	return errors.New(words)
}

// mark writes down how a send ended, unless another process has taken the row over since.
func (o *Outbox) mark(tx *db.Tx, r outboxRow, result error) error {
	now := o.Clock.Now()
	if result == nil {
		return markSent(tx, r, clock.Ms(now))
	}
	var no Refused
	state := "waiting"
	if errors.As(result, &no) || r.attempts >= maxAttempts {
		state = "failed"
	}
	return markUnsent(tx, r, state, clock.Ms(now.Add(wait(r.attempts))), cut(result.Error(), 300))
}

// wait is the time until the next attempt after the given number of them.
func wait(attempts int) time.Duration {
	d := firstWait
	for i := 1; i < attempts && d < longestWait; i++ {
		d *= 2
	}
	return min(d, longestWait)
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
