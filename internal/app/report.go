package app

import (
	"context"
	"fmt"

	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// RatesReport is what `banyan report rates` prints.
type RatesReport struct {
	From     string              `json:"from,omitempty"`
	To       string              `json:"to,omitempty"`
	Version  string              `json:"rules"`
	Units    []oversee.UnitRates `json:"units"`
	Replayed *Replayed           `json:"replayed,omitempty"`
}

// Replayed is the result of folding every journal again.
type Replayed struct {
	Cases  int      `json:"cases"`
	Files  []string `json:"differing_cases"`
	Rates  []string `json:"differing_rates"`
	Agrees bool     `json:"agrees"`
}

// Rates reports the three rates by unit; with replay it also recounts them
// from the journals and says where the two differ.
func (a *App) Rates(ctx context.Context, p oversee.Period, replay bool) (RatesReport, error) {
	if err := a.Facts.Drain(ctx); err != nil {
		return RatesReport{}, fmt.Errorf("let the reactions catch up: %w", err)
	}
	r := RatesReport{From: p.From, To: p.To, Version: a.City.Rates.Current(a.Clock.Now()).Version}
	var err error
	if r.Units, err = a.Oversee.AllRates(ctx, p); err != nil || !replay {
		return r, err
	}
	again := a.Oversee.Replay()
	out := &Replayed{Files: []string{}, Rates: []string{}}
	var files, rates []string
	out.Cases, files, err = a.Cases.Replay(ctx, func(h casework.Happened) error { return again.Add(assessed(h)) })
	if err != nil {
		return r, err
	}
	if rates, err = again.Differing(ctx); err != nil {
		return r, err
	}
	out.Files, out.Rates = append(out.Files, files...), append(out.Rates, rates...)
	out.Agrees = len(out.Files) == 0 && len(out.Rates) == 0
	r.Replayed = out
	return r, nil
}
