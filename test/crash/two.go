package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"banyan/internal/platform/db"
)

// goesOn is within which work must go on after one of two processes was killed.
const goesOn = 5 * time.Second

// twoReport is what `crash two` prints: the longest time until each kind of work went on after a kill, in milliseconds.
type twoReport struct {
	killReport
	Writes    int64 `json:"writes_ms"`
	Reactions int64 `json:"reactions_ms"`
	Due       int64 `json:"due_ms"`
	Messages  int64 `json:"messages_ms"`
	Slow      int   `json:"slow"` // that took longer than 5 s
	patient   bool  // times are told and not judged
}

func (r *twoReport) bad() bool { return r.killReport.bad() || !r.patient && r.Slow > 0 }

// two kills one of two processes on one PostgreSQL while clients take them in turn.
func two(ctx context.Context, o options) (outcome, error) {
	began := time.Now()
	o.engine = "postgres"
	p, err := newPlace(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &twoReport{killReport: killReport{Crash: "two", Engine: o.engine, Seed: o.seed}, patient: o.quick}
	t, err := newTrial(ctx, p, o)
	t.report = &r.killReport
	if err == nil {
		err = t.pair(ctx, r)
	}
	t.sum(began)
	return r, errors.Join(err, p.close())
}

// pair keeps two processes at work and kills one after the other.
func (t *trial) pair(ctx context.Context, r *twoReport) error {
	var alive [2]*server
	var bases [2]string
	up := func(i int) (err error) {
		if alive[i], err = t.place.start(); err == nil {
			bases[i], err = alive[i].address(ctx)
		}
		return err
	}
	defer func() {
		for _, s := range alive {
			if s != nil {
				s.kill()
			}
		}
	}()
	if err := errors.Join(up(0), up(1)); err != nil {
		return err
	}
	t.at.set(bases[:]...)
	store, err := t.place.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // nothing of ours is open in it
	working, stop := context.WithCancel(ctx)
	var city sync.WaitGroup
	city.Go(func() { t.city.run(working) })
	defer city.Wait()
	defer stop()
	for r.Kills < t.times && ctx.Err() == nil {
		t.wait(ctx, t.rng.IntN(t.most(40)))
		victim := t.rng.IntN(2)
		alive[victim].kill()
		r.Kills++
		if err := t.measure(ctx, r, store); err != nil {
			return err
		}
		t.say("%d kills: writes after %d ms, reactions %d, due times %d, messages %d at most", r.Kills, r.Writes, r.Reactions, r.Due, r.Messages)
		if err := up(victim); err != nil {
			return err
		}
		t.at.set(bases[:]...)
	}
	stop()
	city.Wait()
	if err := t.look(ctx); err != nil {
		return err
	}
	for i, s := range alive {
		if err := s.stop(); err != nil {
			t.report.note(verdict{Unsound: []string{err.Error()}})
		}
		alive[i] = nil
	}
	return t.last(ctx)
}

// wait lets the city go on until so many more things were acknowledged.
func (t *trial) wait(ctx context.Context, more int) {
	for enough, patience := t.ledger.count()+more, time.Now().Add(20*time.Second); t.ledger.count() < enough && time.Now().Before(patience); {
		sleep(ctx, time.Millisecond)
	}
}

// measure waits for each kind of work to go on.
func (t *trial) measure(ctx context.Context, r *twoReport, store *db.DB) error {
	killed := time.Now()
	newest, err := newestRequest(ctx, store)
	if err != nil {
		return err
	}
	due, err := makeDue(ctx, store)
	if err != nil {
		return err
	}
	before, _ := t.sms.count()
	visitor := newClient(60_000+r.Kills, t.at.next)
	asked := false
	kinds := []struct {
		into *int64
		done func() (bool, error)
	}{
		{&r.Writes, func() (bool, error) { return t.ledger.lastAck().After(killed), nil }},
		{&r.Reactions, func() (bool, error) { return reacted(ctx, store, newest) }},
		{&r.Due, func() (bool, error) { return scanned(ctx, store, due) }},
		{&r.Messages, func() (bool, error) {
			if !asked { // somebody signs in: a code goes out
				_, _, err := visitor.do(ctx, "POST", "/signin", "application/x-www-form-urlencoded", []byte(url.Values{"phone": {fmt.Sprintf("1390001%04d", r.Kills)}}.Encode()))
				asked = err == nil
			}
			now, _ := t.sms.count()
			return asked && now > before, nil
		}},
	}
	for patience := killed.Add(2 * time.Minute); len(kinds) > 0; sleep(ctx, 10*time.Millisecond) {
		var failed error
		kinds = slices.DeleteFunc(kinds, func(k struct {
			into *int64
			done func() (bool, error)
		}) bool {
			done, err := k.done()
			failed = errors.Join(failed, err)
			if took := time.Since(killed); done {
				*k.into = max(*k.into, took.Milliseconds())
				if took > goesOn {
					r.Slow++
				}
			}
			return done
		})
		if failed != nil {
			return failed
		}
		if time.Now().After(patience) {
			r.note(verdict{Lost: []string{fmt.Sprintf("work of %d kinds did not go on", len(kinds))}})
			return nil
		}
	}
	return nil
}

func newestRequest(ctx context.Context, store *db.DB) (id string, err error) {
	err = store.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT max(id) FROM request_request`).Scan(&id)
	})
	return id, err
}

// reacted tells whether a request that came after the given one can be found by its words.
func reacted(ctx context.Context, store *db.DB, after string) (yes bool, err error) {
	err = store.Read(ctx, func(tx *db.Tx) error {
		var n int
		err := tx.QueryRow(`SELECT count(*) FROM search_entry WHERE space = 'request' AND id > $1`, after).Scan(&n)
		yes = n > 0
		return err
	})
	return yes, err
}

// makeDue lets a case that the load leaves alone be looked at by the scan of due times, which then sets it right again.
func makeDue(ctx context.Context, store *db.DB) (id string, err error) {
	err = store.Write(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(`SELECT id FROM casework_case WHERE next_at > 1 ORDER BY next_at DESC, id LIMIT 1`).Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE casework_case SET next_at = 1 WHERE id = $1`, id)
		return err
	})
	return id, err
}

func scanned(ctx context.Context, store *db.DB, id string) (yes bool, err error) {
	err = store.Read(ctx, func(tx *db.Tx) error {
		var next int64
		err := tx.QueryRow(`SELECT next_at FROM casework_case WHERE id = $1`, id).Scan(&next)
		yes = next != 1
		return err
	})
	return yes, err
}
