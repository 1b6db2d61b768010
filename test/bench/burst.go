package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"banyan/internal/register/area"
)

// phase is what was seen while one rate was offered.
type phase struct {
	offered, done, busy, failed int
	all                         latencies
	numbers                     []string
}

// burst finds the rate of whole reports that the program sustains, offers ten times of it for a minute, and then the
// sustainable rate again: how long it takes until the latency is normal, and whether every number that was given is
// in the store. The offer does not wait for answers: citizens do not know of each other.
func burst(ctx context.Context, s *setup) (report, error) {
	c, cases, err := s.filled(ctx)
	if err != nil {
		return report{}, err
	}
	city, err := cityOf(ctx, c)
	if err != nil {
		return report{}, err
	}
	v, err := s.serve(ctx, c)
	if err != nil {
		return report{}, err
	}
	m := &citizens{v: v, areas: city.Areas.All(area.Community)}
	if err := m.run(ctx, 8, 15*time.Second); err != nil { // as fast as eight citizens at once can
		return report{}, err
	}
	rate := float64(m.done) / 15 * 0.7 // sustainable: with room to breathe
	s.say("sustainable: %.0f reports/s", rate)
	normal := m.offer(ctx, rate, 15*time.Second)
	begun := time.Now()
	flood := m.offer(ctx, 10*rate, time.Minute)
	s.say("flood: %d offered, %d done, %d busy, %d failed", flood.offered, flood.done, flood.busy, flood.failed)
	most := 2*normal.all.ms(0.5) + 50
	back, calm := time.Duration(0), phase{}
	for ended := time.Now(); ; {
		calm = m.offer(ctx, rate, 5*time.Second)
		back = time.Since(ended)
		if calm.all.ms(0.5) <= most && calm.busy == 0 && calm.done > 0 || back > 3*time.Minute {
			break
		}
	}
	numbers := append(append(append(m.numbers, normal.numbers...), flood.numbers...), calm.numbers...)
	lost, err := v.missing(ctx, numbers)
	cpu, errCPU := v.cpu(ctx)
	return report{
		Bench: "burst", Engine: s.engine, N: flood.done, Callers: flood.offered, Cases: cases, PerS: rate, P50: calm.all.ms(0.5), P99: calm.all.ms(0.99),
		CPU: micros(cpu, m.done+normal.done+flood.done+calm.done), RSS: v.rss(),
		More: map[string]any{
			"sustainable_per_s": rate, "flood_offered_per_s": float64(flood.offered) / 60, "flood_done": flood.done, "flood_busy": flood.busy, "flood_failed": flood.failed,
			"flood_done_p99_ms": flood.all.ms(0.99), "normal_p50_ms": normal.all.ms(0.5), "normal_p99_ms": normal.all.ms(0.99),
			"back_to_normal_s": back.Seconds(), "acknowledged": len(numbers), "lost": lost, "whole_s": time.Since(begun).Seconds(),
		},
	}, errors.Join(err, errCPU, failIf(lost > 0, "%d acknowledged numbers are not in the store", lost))
}

// offer begins whole reports at a rate, whether or not those before are answered, and waits for them all.
func (m *citizens) offer(ctx context.Context, perSecond float64, d time.Duration) (p phase) {
	var mu sync.Mutex
	var all sync.WaitGroup
	room := make(chan struct{}, 2000) // citizens at once; who finds no room was turned away by the network
	begun := time.Now()
	for n := 0; ; n++ {
		at := begun.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))
		if at.Sub(begun) >= d || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Until(at))
		p.offered++
		select {
		case room <- struct{}{}:
		default:
			mu.Lock()
			p.failed++
			mu.Unlock()
			continue
		}
		all.Go(func() {
			defer func() { <-room }()
			start := time.Now()
			b, err := m.v.browser(int(m.n.Add(1)))
			number := ""
			if err == nil {
				number, err = b.report(ctx, m.areas)
			}
			mu.Lock()
			defer mu.Unlock()
			if number != "" { // it was given: it counts, whatever came of the last page
				p.numbers = append(p.numbers, number)
			}
			switch {
			case err == nil:
				p.done, p.all = p.done+1, append(p.all, time.Since(start))
			case errors.Is(err, errBusy):
				p.busy++
			default:
				p.failed++
			}
		})
	}
	all.Wait()
	return p
}

// missing counts the numbers that are not in the store.
func (v *server) missing(ctx context.Context, numbers []string) (int, error) {
	lost := 0
	for _, n := range numbers {
		var there int
		if err := v.store.QueryRowContext(ctx, `SELECT count(*) FROM request_request WHERE number = $1`, n).Scan(&there); err != nil {
			return 0, err
		}
		if there != 1 {
			lost++
		}
	}
	return lost, nil
}

func failIf(bad bool, format string, args ...any) error {
	if bad {
		return fmt.Errorf(format, args...)
	}
	return nil
}
