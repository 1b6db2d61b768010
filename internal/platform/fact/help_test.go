package fact_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
)

// bench is a store with a table for effects, a clock standing still, and a log.
type bench struct {
	db    *db.DB
	clock *clock.Manual
	log   *fact.Log
}

func effects() db.Schema {
	return db.Schema{Module: "effect", Files: fstest.MapFS{"001_effects.sql": {Data: []byte(`-- +goose Up
CREATE TABLE effect_done (reaction TEXT NOT NULL, fact TEXT NOT NULL, round TEXT NOT NULL);
`)}}}
}

func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{fact.Schema(), effects()}, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 9, 24, 10, 0, 0, 0, clock.City))
		test(t, &bench{d, c, newLog(d, c)})
	})
}

func newLog(d *db.DB, c clock.Clock) *fact.Log {
	return fact.New(d, c, slog.New(slog.DiscardHandler))
}

// say says facts with the subjects given, in one change.
func (b *bench) say(t *testing.T, name string, subjects ...string) {
	t.Helper()
	err := b.db.Write(context.Background(), func(tx *db.Tx) error {
		for _, s := range subjects {
			if err := b.log.Say(tx, name, s, b.clock.Now(), map[string]string{"subject": s}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) drain(t *testing.T) {
	t.Helper()
	if err := b.log.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// effect writes one row per fact: the effect of a reaction.
func effect(reaction string) func(tx *db.Tx, facts []fact.Fact) error {
	return func(tx *db.Tx, facts []fact.Fact) error {
		for _, f := range facts {
			if _, err := tx.Exec("INSERT INTO effect_done (reaction, fact, round) VALUES ($1, $2, $3)",
				reaction, f.Subject, db.NewID(time.Now())); err != nil {
				return err
			}
		}
		return nil
	}
}

// count gives the effects of a reaction, all and distinct by fact.
func (b *bench) count(t *testing.T, reaction string) (all, distinct int) {
	t.Helper()
	err := b.db.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT count(*), count(DISTINCT fact) FROM effect_done WHERE reaction = $1", reaction).Scan(&all, &distinct)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, distinct
}

func (b *bench) wantEffects(t *testing.T, reaction string, want int) {
	t.Helper()
	if all, distinct := b.count(t, reaction); all != want || distinct != want {
		t.Errorf("%s: %d effects on %d facts, want %d each", reaction, all, distinct, want)
	}
}

func (b *bench) failures(t *testing.T) []fact.Failure {
	t.Helper()
	list, err := b.log.Failures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// attempts gives the counted attempts of a reaction at what waits for it.
func (b *bench) attempts(t *testing.T, reaction string) (n int) {
	t.Helper()
	err := b.db.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow("SELECT coalesce(sum(attempts), 0) FROM fact_pending WHERE reaction = $1", reaction).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
