package main

import (
	"context"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"banyan/internal/app"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/request"
)

// slice is how long Banyan works before the bare engine writes the same rows.
const slice = 2 * time.Second

// intake takes requests in, in this process: durable before it is acknowledged, with the case, its journal, the facts,
// the consent and the person. The reactions run between the slices; their processor time counts in cpu_us.
func intake(ctx context.Context, s *setup) (report, error) {
	a, c, err := s.house(ctx, "city")
	if err != nil {
		return report{}, err
	}
	raw, err := openBare(ctx, s, c)
	if err != nil {
		return report{}, err
	}
	m := &intakes{a: a, areas: a.City.Areas.All(area.Community), callers: s.callers}
	var banyan, bare, cpu, rawCPU, react time.Duration
	rows := 0
	for end := time.Now().Add(time.Duration(s.seconds) * time.Second); time.Now().Before(end); {
		before, begun := ownCPU(), time.Now()
		got, err := m.run(ctx, slice)
		if err != nil {
			return report{}, err
		}
		banyan, cpu = banyan+time.Since(begun), cpu+ownCPU()-before
		sets, err := raw.copied(ctx, ofIntake(), got)
		if err != nil {
			return report{}, err
		}
		for _, set := range sets {
			rows += len(set.rows)
		}
		before = ownCPU()
		took, err := raw.write(ctx, sets, len(got["case"]))
		if err != nil {
			return report{}, err
		}
		bare, rawCPU = bare+took, rawCPU+ownCPU()-before
		before = ownCPU()
		if err := a.Facts.Drain(ctx); err != nil {
			return report{}, err
		}
		react += ownCPU() - before
		s.say("%d taken in, %d/s, bare %d/s", m.n.Load(), int(float64(m.done)/banyan.Seconds()), int(float64(m.done)/bare.Seconds()))
	}
	n := m.done
	return report{
		Bench: "intake", Engine: s.engine, N: n, Callers: s.callers, PerS: float64(n) / banyan.Seconds(), P50: m.all.ms(0.5), P99: m.all.ms(0.99),
		CPU: micros(cpu+react, n), ReactCPU: micros(react, n), RawPerS: float64(n) / bare.Seconds(), RawCPU: micros(rawCPU, n),
		RSS: peakMB(os.Getpid()), RowsEach: float64(rows) / float64(n),
	}, nil
}

// intakes are callers that say one thing after the other.
type intakes struct {
	a       *app.App
	areas   []area.Area
	callers int
	n       atomic.Int64
	done    int
	all     latencies
}

// run lets the callers work for a time and gives the ids of what they made, by kind.
func (m *intakes) run(ctx context.Context, d time.Duration) (map[string][]string, error) {
	var mu sync.Mutex
	got := map[string][]string{}
	end := time.Now().Add(d)
	g, ctx := errgroup.WithContext(ctx)
	for range m.callers {
		g.Go(func() error {
			var mine []request.Receipt
			var took latencies
			for time.Now().Before(end) {
				in := said(m.areas, int(m.n.Add(1)))
				begun := time.Now()
				r, err := m.a.Requests.Receive(ctx, access.Actor{Kind: access.Guest}, in)
				if err != nil {
					return err
				}
				took, mine = append(took, time.Since(begun)), append(mine, r)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, r := range mine {
				got["case"], got["request"] = append(got["case"], r.CaseID), append(got["request"], r.RequestID)
			}
			m.done, m.all = m.done+len(mine), append(m.all, took...)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	got["fact"] = append(append([]string{}, got["case"]...), got["request"]...)
	return got, m.people(ctx, got)
}

// people adds the ids of the persons whose requests these are.
func (m *intakes) people(ctx context.Context, got map[string][]string) error {
	return m.a.DB.Read(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		for chunk := range slices.Chunk(got["request"], 500) {
			heads, err := m.a.Requests.Headlines(tx, chunk...)
			if err != nil {
				return err
			}
			for _, h := range heads {
				got["person"] = append(got["person"], h.PersonID)
			}
		}
		return nil
	})
}
