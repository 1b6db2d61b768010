package fact_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
)

func TestReactionSeesWhatWasSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		var seen []fact.Fact
		b.log.React(fact.Reaction{Name: "look", On: []string{"case.Opened"}, Do: func(_ *db.Tx, facts []fact.Fact) error {
			seen = append(seen, facts...)
			return nil
		}})
		b.say(t, "case.Opened", "c1")
		b.say(t, "case.Closed", "c2")
		b.drain(t)
		if len(seen) != 1 || seen[0].Name != "case.Opened" || seen[0].Subject != "c1" || !seen[0].At.Equal(b.clock.Now()) {
			t.Fatalf("saw %+v, want the one fact it listens to", seen)
		}
		body, err := fact.Decode[struct{ Subject string }](seen[0])
		if err != nil || body.Subject != "c1" {
			t.Errorf("body %+v (%v)", body, err)
		}
		if _, err := fact.Decode[[]int](seen[0]); err == nil {
			t.Error("a body of another shape is decoded without an error")
		}
	})
}

func TestRolledBackChangeLeavesNoFact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.log.React(fact.Reaction{Name: "count", On: []string{"case.Opened"}, Do: effect("count")})
		boom := errors.New("boom")
		err := b.db.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(b.log.Say(tx, "case.Opened", "c1", b.clock.Now(), nil), boom)
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		b.drain(t)
		b.wantEffects(t, "count", 0)
	})
}

func TestOneEffectUnderTwoLogs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		other := newLog(b.db, b.clock)
		const facts = 60
		for _, l := range []*fact.Log{b.log, other} {
			l.React(fact.Reaction{Name: "count", On: []string{"case.Opened"}, Batch: 4, Do: effect("count")})
		}
		for i := range facts {
			b.say(t, "case.Opened", fmt.Sprint(i))
		}
		var wg sync.WaitGroup
		for _, l := range []*fact.Log{b.log, other, b.log, other} {
			wg.Go(func() {
				if err := l.Drain(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		b.drain(t)
		b.wantEffects(t, "count", facts)
	})
}

// A reaction that fails, in any way, after its effect: the effect is undone, the next attempt counts.
func TestFailureAfterTheEffect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		failures := map[string]func() error{
			"error": func() error { return errors.New("boom") },
			"panic": func() error { panic("boom") },
		}
		attempts := map[string]int{}
		for name, fail := range failures {
			b.log.React(fact.Reaction{Name: name, On: []string{"case.Opened"}, Do: func(tx *db.Tx, facts []fact.Fact) error {
				if err := effect(name)(tx, facts); err != nil {
					return err
				}
				if attempts[name]++; attempts[name] < 3 {
					return fail()
				}
				return nil
			}})
		}
		b.say(t, "case.Opened", "c1")
		for range 3 {
			b.drain(t)
			b.clock.Advance(time.Hour)
		}
		for name := range failures {
			b.wantEffects(t, name, 1)
			if attempts[name] != 3 {
				t.Errorf("%s: %d attempts, want 3", name, attempts[name])
			}
		}
	})
}

func TestBadFactDoesNotHoldUpItsBatch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.log.React(fact.Reaction{Name: "count", On: []string{"case.Opened"}, Batch: 10, Do: func(tx *db.Tx, facts []fact.Fact) error {
			for _, f := range facts {
				if f.Subject == "bad" {
					return errors.New("cannot read it")
				}
			}
			return effect("count")(tx, facts)
		}})
		b.say(t, "case.Opened", "a", "b", "bad", "c", "d")
		b.drain(t)
		b.wantEffects(t, "count", 4)
	})
}

// A reaction that others were faster than to the end is run later; its attempts are not used up by that.
func TestCollisionsAreNotFailures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		if b.db.Dialect() != db.Postgres {
			return // SQLite has one writer, which nobody is faster than
		}
		collide := true
		b.log.React(fact.Reaction{Name: "count", On: []string{"case.Opened"}, Batch: 1, Do: func(tx *db.Tx, facts []fact.Fact) error {
			if collide {
				_, err := tx.Exec(`DO $$ BEGIN RAISE EXCEPTION 'another was first' USING ERRCODE = '40001'; END $$`)
				return err
			}
			return effect("count")(tx, facts)
		}})
		b.say(t, "case.Opened", "a")
		b.drain(t)
		if n := b.attempts(t, "count"); n != 0 {
			t.Errorf("a collision counted as %d attempts", n)
		}
		collide = false
		b.drain(t)
		b.wantEffects(t, "count", 0)
		b.clock.Advance(time.Second)
		b.drain(t)
		b.wantEffects(t, "count", 1)
	})
}

func TestFailuresAreSeenAndRetried(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		broken := true
		attempts := 0
		b.log.React(fact.Reaction{Name: "send/one", On: []string{"case.Opened"}, Do: func(tx *db.Tx, facts []fact.Fact) error {
			attempts++
			if broken {
				return errors.New("cannot\x00 be \xff stored " + strings.Repeat("长", 2000))
			}
			return effect("send/one")(tx, facts)
		}})
		b.say(t, "case.Opened", "c1")
		for range 20 {
			b.drain(t)
			b.clock.Advance(2 * time.Hour)
		}
		list := b.failures(t)
		if len(list) != 1 || list[0].Fact.Subject != "c1" || list[0].Reaction != "send/one" || list[0].Attempts != 8 || attempts != 8 {
			t.Fatalf("failures %+v after %d attempts, want one after 8", list, attempts)
		}
		broken = false
		if err := b.log.Retry(t.Context(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		b.drain(t)
		b.wantEffects(t, "send/one", 1)
		if left := b.failures(t); len(left) != 0 {
			t.Errorf("%d failures left", len(left))
		}
		for _, id := range []string{list[0].ID, "nonsense", ""} {
			if err := b.log.Retry(t.Context(), id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("Retry(%q): %v, want not found", id, err)
			}
		}
	})
}

func TestBackoffGrows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		attempts := 0
		b.log.React(fact.Reaction{Name: "never", On: []string{"case.Opened"}, Do: func(*db.Tx, []fact.Fact) error {
			attempts++
			return errors.New("no")
		}})
		b.say(t, "case.Opened", "c1")
		steps := []struct {
			wait time.Duration
			want int
		}{{0, 1}, {0, 1}, {999 * time.Millisecond, 1}, {time.Millisecond, 2}, {3 * time.Second, 2}, {time.Second, 3}}
		for _, s := range steps {
			b.clock.Advance(s.wait)
			b.drain(t)
			if attempts != s.want {
				t.Errorf("after another %v: %d attempts, want %d", s.wait, attempts, s.want)
			}
		}
	})
}

func TestDrainFollowsFactsSaidByReactions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.log.React(fact.Reaction{Name: "last", On: []string{"case.Closed"}, Do: effect("last")})
		b.log.React(fact.Reaction{Name: "first", On: []string{"case.Opened"}, Do: func(tx *db.Tx, facts []fact.Fact) error {
			return b.log.Say(tx, "case.Closed", facts[0].Subject, b.clock.Now(), nil)
		}})
		b.say(t, "case.Opened", "c1")
		b.drain(t)
		b.wantEffects(t, "last", 1)
	})
}

// The clock of the store stands still and no look around comes within the test: only the commit wakes.
func TestCommitWakesTheReaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		reacted := make(chan string, 10)
		b.log.React(fact.Reaction{Name: "wake", On: []string{"case.Opened"}, Do: func(_ *db.Tx, facts []fact.Fact) error {
			reacted <- facts[0].Subject
			return nil
		}})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		b.log.Start(ctx)
		for _, subject := range []string{"c1", "c2", "c3"} {
			said := time.Now()
			b.say(t, "case.Opened", subject)
			select {
			case got := <-reacted:
				if got != subject {
					t.Errorf("reacted to %s, want %s", got, subject)
				}
			case <-time.After(4 * time.Second):
				t.Fatalf("no reaction %v after the commit", time.Since(said))
			}
		}
	})
}

func TestReactRefusesMistakes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		good := fact.Reaction{Name: "a", On: []string{"x"}, Do: effect("a")}
		b.log.React(good)
		tests := map[string]fact.Reaction{
			"same name": good, "no name": {On: []string{"x"}, Do: effect("b")},
			"no facts": {Name: "b", Do: effect("b")}, "no work": {Name: "b", On: []string{"x"}},
		}
		for name, r := range tests {
			if !panics(func() { b.log.React(r) }) {
				t.Errorf("%s: no panic", name)
			}
		}
	})
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// What a reaction does not want leaves nothing in the store; what is heard is heard after the commit, and not at all
// when there is none.
func TestWantedAndHeard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		wants := func(body any) bool { return body.(map[string]string)["subject"] == "c2" }
		b.log.React(fact.Reaction{Name: "count", On: []string{"case.Opened"}, Batch: 10, Wants: wants, Do: effect("count")})
		b.log.React(fact.Reaction{Name: "all", On: []string{"case.Opened"}, Batch: 10, Do: effect("all")})
		var heard []string
		b.log.Hear(func(_ string, body any) { heard = append(heard, body.(map[string]string)["subject"]) }, "case.Opened")
		b.say(t, "case.Opened", "c1", "c2", "c3")
		if got := strings.Join(heard, " "); got != "c1 c2 c3" {
			t.Errorf("heard %q", got)
		}
		boom := errors.New("boom")
		err := b.db.Write(t.Context(), func(tx *db.Tx) error {
			return errors.Join(b.log.Say(tx, "case.Opened", "c4", b.clock.Now(), map[string]string{"subject": "c2"}), boom)
		})
		if !errors.Is(err, boom) || len(heard) != 3 {
			t.Errorf("%v; heard %v of a change that was undone", err, heard)
		}
		b.drain(t)
		b.wantEffects(t, "count", 1)
		b.wantEffects(t, "all", 3)
	})
}
