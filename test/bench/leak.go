package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/leak"
)

// What a trial of the leak bench is made of.
const (
	leakViewers = 20_000
	leakRows    = 20
	leakWrong   = 0.2 // of the digits that were typed off
)

// leaks plays lists that are passed on: twenty rows out of five thousand people, typed off with every fifth digit wrong, by one of
// twenty thousand viewers who all saw the very same people. It prints how many were named, and how many wrongly.
func leaks(ctx context.Context, s *setup) (report, error) {
	a, _, err := s.house(ctx, "city")
	if err != nil {
		return report{}, err
	}
	ids, err := settle(ctx, a, people)
	if err != nil {
		return report{}, err
	}
	l := &leaking{a: a, ids: ids, r: rand.New(rand.NewPCG(13, 17))} //nolint:gosec // invented leaks
	for i := range leakViewers {
		l.viewers = append(l.viewers, fmt.Sprintf("s%05d", i))
	}
	shown, err := l.run(ctx, time.Duration(s.seconds)*time.Second, leakRows, l.typed)
	if err != nil {
		return report{}, err
	}
	filled, err := l.run(ctx, time.Duration(s.seconds)*time.Second/2, 3*leakRows, l.filled)
	if err != nil {
		return report{}, err
	}
	five, err := l.run(ctx, time.Duration(s.seconds)*time.Second/4, 5, l.typed)
	if err != nil {
		return report{}, err
	}
	handed, err := l.handOn(ctx, 5*s.seconds)
	return report{
		Bench: "leak", Engine: s.engine, N: shown.trials, Callers: 1, PerS: float64(shown.trials) / shown.took.Seconds(), P50: shown.all.ms(0.5), P99: shown.all.ms(0.99),
		RSS: peakMB(os.Getpid()),
		More: map[string]any{
			"viewers": leakViewers, "people": people, "rows": leakRows, "wrong_digits": leakWrong, "false_bound": leak.FalseMost,
			"named": shown.share(), "named_wrongly": shown.wrong, "matched_rows": shown.matched(),
			"filled_rows": 3 * leakRows, "filled_trials": filled.trials, "filled_named": filled.share(), "filled_named_wrongly": filled.wrong,
			"five_rows_trials": five.trials, "five_rows_named": five.right, "five_rows_named_wrongly": five.wrong,
			"offices": offices, "lists_trials": handed.trials, "lists_named_by_marks": handed.marks, "lists_named_wrongly_by_marks": handed.marksWrong,
			"lists_named_by_canaries": handed.canaries, "lists_named_wrongly_by_canaries": handed.canariesWrong, "lists_without_either_named": handed.innocent,
		},
	}, err
}

// leaking is people, and viewers of whom one passes a list on.
type leaking struct {
	a       *app.App
	ids     []string
	viewers []string
	r       *rand.Rand
}

// played is what came of some trials.
type played struct {
	trials, right, wrong, rows, found int
	took                              time.Duration
	all                               latencies
}

func (p played) share() float64   { return float64(p.right) / float64(max(p.trials, 1)) }
func (p played) matched() float64 { return float64(p.found) / float64(max(p.rows, 1)) }

// run plays trials for a time. spoil types one masked number off.
func (l *leaking) run(ctx context.Context, d time.Duration, rows int, spoil func(masked string) string) (p played, err error) {
	begun := time.Now()
	for time.Since(begun) < d || p.trials == 0 {
		took, err := l.trial(ctx, rows, spoil, &p)
		if err != nil {
			return p, err
		}
		p.trials, p.all = p.trials+1, append(p.all, took)
	}
	p.took = time.Since(begun)
	return p, nil
}

func (l *leaking) trial(ctx context.Context, rows int, spoil func(string) string, p *played) (took time.Duration, err error) {
	leaker := l.viewers[l.r.IntN(len(l.viewers))]
	var text string
	var about []string
	if err := l.a.DB.Write(ctx, func(tx *db.Tx) error {
		for _, at := range l.r.Perm(len(l.ids))[:rows] {
			about = append(about, l.ids[at])
		}
		r := trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: leaker, Unit: "3501.12345"}, Purpose: trail.ForList}
		shown, err := l.a.People.Masked(tx, r, about...)
		for _, id := range about {
			text += shown[id].Name + " " + spoil(shown[id].Phone) + "\n"
		}
		return err
	}); err != nil {
		return 0, err
	}
	begun := time.Now()
	read := leak.Read(text)
	seen := make([]person.Seen, len(read))
	for i, r := range read {
		seen[i] = r.Seen
	}
	var matches []person.Match
	if err := l.a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		matches, err = l.a.People.Match(tx, seen)
		return err
	}); err != nil {
		return 0, err
	}
	same := map[string]bool{} // all viewers saw all people
	for _, id := range l.ids {
		same[id] = true
	}
	saw := make(map[string]map[string]bool, len(l.viewers))
	for _, v := range l.viewers {
		saw[v] = same
	}
	v := leak.Compare(matches, saw, l.a.People.Mark, 1)
	took = time.Since(begun)
	for i, m := range matches {
		if p.rows++; i < len(about) && m.Person == about[i] {
			p.found++
		}
	}
	switch {
	case v.Named && v.Suspects[0].Viewer == leaker:
		p.right++
	case v.Named:
		p.wrong++
	}
	return took, nil
}

// typed gets every fifth digit wrong.
func (l *leaking) typed(masked string) string {
	text := []byte(masked)
	for i, c := range text {
		if c != '*' && l.r.Float64() < leakWrong {
			text[i] = '0' + (c-'0'+1+byte(l.r.IntN(9)))%10
		}
	}
	return string(text)
}

// filled puts digits where the stars were, so that nothing shows that any were hidden, and else types every digit right.
func (l *leaking) filled(masked string) string {
	text := []byte(masked)
	for i, c := range text {
		if c == '*' {
			text[i] = '0' + byte(l.r.IntN(10))
		}
	}
	text[0] = '1'
	return string(text)
}
