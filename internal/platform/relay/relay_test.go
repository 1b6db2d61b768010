package relay_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/relay"
)

// station is one process's relay and what it heard.
type station struct {
	*relay.Relay
	heard chan string
	gaps  chan struct{}
}

func open(t *testing.T, d *db.DB) *station {
	t.Helper()
	s := &station{relay.New(d, slog.New(slog.DiscardHandler)), make(chan string, 1000), make(chan struct{}, 100)}
	s.Hear("live", func(text string) { s.heard <- text })
	s.OnGap(func() { s.gaps <- struct{}{} })
	ctx, end := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { s.Run(ctx) })
	t.Cleanup(func() { end(); run.Wait() })
	return s
}

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, nil, test)
}

func TestWordsReachTheOthersOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		one, two := open(t, d), open(t, d)
		if !d.Shared() {
			one.Say("live", "case:1 changed")
			if st := one.State(); st.Said != 0 || !st.Hearing {
				t.Errorf("a single process: %+v", st)
			}
			return
		}
		<-one.gaps
		<-two.gaps
		one.Say("other", "nobody hears this kind")
		for i := range 200 {
			one.Say("live", fmt.Sprintf("case:%d %s", i, strings.Repeat("x", 100))) // several notifications
		}
		for i := range 200 {
			if got, want := <-two.heard, fmt.Sprintf("case:%d %s", i, strings.Repeat("x", 100)); got != want {
				t.Fatalf("heard %q, want %q", got, want)
			}
		}
		two.Say("live", "back")
		if got := <-one.heard; got != "back" {
			t.Errorf("the speaker heard %q first, want only what the other said", got)
		}
	})
}

func TestSameWordIsSaidOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		if !d.Shared() {
			return // nobody hears
		}
		speaker := relay.New(d, slog.New(slog.DiscardHandler))
		for range 1000 {
			speaker.Say("live", "brain changed")
		}
		speaker.Say("live", "end")
		two := open(t, d)
		<-two.gaps
		ctx, end := context.WithCancel(context.Background())
		var run sync.WaitGroup
		run.Go(func() { speaker.Run(ctx) })
		first, second := <-two.heard, <-two.heard
		end()
		run.Wait()
		if first != "brain changed" || second != "end" {
			t.Errorf("heard %q, %q", first, second)
		}
	})
}

// A connection that PostgreSQL ends is made anew, and whoever hears is told of the gap.
func TestHearsAgainAfterALoss(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB) {
		if !d.Shared() {
			return // there is no connection to lose
		}
		one := open(t, d)
		<-one.gaps
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		<-one.gaps
		two := open(t, d)
		<-two.gaps
		two.Say("live", "again")
		if got := <-one.heard; got != "again" {
			t.Errorf("heard %q", got)
		}
	})
}
