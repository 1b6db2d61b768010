package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"banyan/internal/app"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// people is how many invented people the benches of trust know.
const people = 5000

// settle gives a store invented people and their ids.
func settle(ctx context.Context, a *app.App, n int) (ids []string, err error) {
	r := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // invented people
	surnames := []rune("张王李赵陈林黄吴刘郑何谢许曾")
	for len(ids) < n && err == nil {
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			for range min(500, n-len(ids)) {
				id, err := a.People.Ensure(tx, person.Contact{Name: string(surnames[r.IntN(len(surnames))]) + "某", Phone: fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1e9))})
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
	}
	return ids, err
}

// reads measures what the trail costs: 32 callers each see one person's masked contact at a time, whose row in the trail is
// durable before they do; then one caller alone, with the trail and without.
func reads(ctx context.Context, s *setup) (report, error) {
	a, _, err := s.house(ctx, "city")
	if err != nil {
		return report{}, err
	}
	ids, err := settle(ctx, a, people)
	if err != nil {
		return report{}, err
	}
	a.Trail.Limit(trail.Limits{}) // no clerk looks ten thousand times a second
	m := &looking{a: a, ids: ids}
	const callers = 32
	begun, before := time.Now(), ownCPU()
	many, err := m.run(ctx, callers, time.Duration(s.seconds)*time.Second, m.trailed)
	if err != nil {
		return report{}, err
	}
	took, cpu := time.Since(begun), ownCPU()-before
	folding := time.Now()
	if _, err := a.Tree.Sequence(ctx); err != nil {
		return report{}, err
	}
	folded := time.Since(folding)
	one, err := m.run(ctx, 1, 3*time.Second, m.trailed)
	if err != nil {
		return report{}, err
	}
	bare, err := m.run(ctx, 1, 3*time.Second, m.untrailed)
	if err != nil {
		return report{}, err
	}
	n := len(many)
	return report{
		Bench: "reads", Engine: s.engine, N: n, Callers: callers, PerS: float64(n) / took.Seconds(), P50: many.ms(0.5), P99: many.ms(0.99),
		CPU: micros(cpu, n), RSS: peakMB(os.Getpid()),
		More: map[string]any{
			"one_p50_ms": one.ms(0.5), "untrailed_p50_ms": bare.ms(0.5), "overhead_p50_ms": one.ms(0.5) - bare.ms(0.5), "folded_per_s": float64(n) / folded.Seconds(),
		},
	}, nil
}

// looking is staff who look at people.
type looking struct {
	a   *app.App
	ids []string
}

func (m *looking) run(ctx context.Context, callers int, d time.Duration, look func(ctx context.Context, viewer, who string) error) (all latencies, err error) {
	var mu sync.Mutex
	end := time.Now().Add(d)
	g, ctx := errgroup.WithContext(ctx)
	for c := range callers {
		g.Go(func() error {
			r := rand.New(rand.NewPCG(uint64(c), 3)) //nolint:gosec // which person comes next
			var mine latencies
			for time.Now().Before(end) {
				begun := time.Now()
				if err := look(ctx, fmt.Sprintf("s%d", c), m.ids[r.IntN(len(m.ids))]); err != nil {
					return err
				}
				mine = append(mine, time.Since(begun))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			return nil
		})
	}
	return all, g.Wait()
}

// trailed is a look as every page does it.
func (m *looking) trailed(ctx context.Context, viewer, who string) error {
	return m.a.DB.Write(ctx, func(tx *db.Tx) error {
		r := trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: viewer, Unit: "3501.12345"}, Purpose: trail.ForList}
		shown, err := m.a.People.Masked(tx, r, who)
		if err == nil && shown[who].Phone == "" {
			return fmt.Errorf("%s shows nothing", who)
		}
		return err
	})
}

// untrailed reads the same rows and leaves nothing.
func (m *looking) untrailed(ctx context.Context, _, who string) error {
	return m.a.DB.Read(ctx, func(tx *db.Tx) error {
		_, err := m.a.People.Reach(tx, who)
		return err
	})
}
