package oversee_test

import (
	"errors"
	"sync"
	"testing"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
	"banyan/internal/work/worktest"
)

// appeal objects and returns the id under which it waits.
func (h *house) appeal(by access.Actor, a oversee.Appeal) string {
	h.Helper()
	a.Words = "当时已经联系过来电人。"
	if err := h.Appeal(h.Context(), by, a); err != nil {
		h.Fatal(err)
	}
	list, err := h.Appeals(h.Context(), chief, by.Unit, 10)
	if err != nil || len(list) == 0 {
		h.Fatalf("appeals %v, %v", list, err)
	}
	return list[0].ID
}

// line is the score line of lamps that the tests object to.
func line() oversee.Appeal {
	return oversee.Appeal{Case: "c", Seq: 3, Indicator: "response"}
}

// A granted appeal takes the line back with a line of its own, a refused one
// changes nothing; the replay of the events agrees after both.
func TestAppealAgainstALine(t *testing.T) {
	for name, grant := range map[string]bool{"granted": true, "refused": false} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				events := []oversee.Event{first("c", lamps.Unit, false), first("d", lamps.Unit, true)}
				h.assess(events...)
				id := h.appeal(lamps, line())
				if err := h.DecideAppeal(h.Context(), chief, id, grant, "查证属实与否。"); err != nil {
					h.Fatal(err)
				}
				want, lines := oversee.Rate{Good: 1, Counts: 2}, 2
				if grant {
					want, lines = oversee.Rate{Good: 1, Counts: 1}, 3
				}
				if got := h.rates(lamps.Unit).Rates["response"]; got.Good != want.Good || got.Counts != want.Counts {
					h.Errorf("rate %d of %d, want %d of %d", got.Good, got.Counts, want.Good, want.Counts)
				}
				kept, err := h.Entries(h.Context(), chief, lamps.Unit, oversee.Period{}, 10)
				if err != nil || len(kept) != lines {
					h.Errorf("%d lines, %v; want %d: nothing is edited", len(kept), err, lines)
				}
				h.agrees(events)
				h.assess(events...) // the facts told again do not bring the line back
				if got := h.rates(lamps.Unit).Rates["response"]; got.Counts != want.Counts {
					h.Errorf("told again: %d counted, want %d", got.Counts, want.Counts)
				}
				decided, err := h.Appeals(h.Context(), chief, lamps.Unit, 10)
				if err != nil || decided[0].State != name || decided[0].DecidedBy != chief.ID || decided[0].Decision == "" {
					h.Errorf("appeal %+v, %v", decided, err)
				}
			})
		})
	}
}

// agrees fails the test when a recount of the events differs from the store.
func (h *house) agrees(events []oversee.Event) {
	h.Helper()
	again := h.Replay()
	for i := range events {
		if err := again.Add(events[i : i+1]); err != nil {
			h.Fatal(err)
		}
	}
	if diff, err := again.Differing(h.Context()); err != nil || len(diff) > 0 {
		h.Errorf("replay differs: %v, %v", diff, err)
	}
}

func TestReplayFindsADifference(t *testing.T) {
	each(t, func(h *house) {
		h.assess(first("c", lamps.Unit, false))
		again := h.Replay()
		if err := again.Add([]oversee.Event{first("c", streets.Unit, true)}); err != nil {
			h.Fatal(err)
		}
		if diff, err := again.Differing(h.Context()); err != nil || len(diff) != 2 {
			h.Errorf("differing %q, %v; want one for each unit", diff, err)
		}
	})
}

// Two indicators that count the same event twice in one entry: the store and
// the replay count it once.
func TestReplayCountsLikeTheStore(t *testing.T) {
	each(t, func(h *house) {
		twice := []oversee.Event{first("c", lamps.Unit, true), first("c", lamps.Unit, false)}
		h.assess(twice...)
		again := h.Replay()
		if err := again.Add(twice); err != nil {
			h.Fatal(err)
		}
		if diff, err := again.Differing(h.Context()); err != nil || len(diff) > 0 {
			h.Errorf("replay differs: %v, %v", diff, err)
		}
	})
}

func TestAppealAgainstACard(t *testing.T) {
	each(t, func(h *house) {
		h.watch(breached(4))
		h.until(day(12, 1))
		list, err := h.OrdersOf(h.Context(), lamps, lamps.Unit, 10)
		if err != nil || len(list) != 2 || list[0].Level != oversee.Yellow {
			h.Fatalf("orders %+v, %v", list, err)
		}
		card := list[0].ID
		if err := h.Appeal(h.Context(), streets, oversee.Appeal{Order: card, Words: "不是我们"}); fault.KindOf(err) != fault.NotFound {
			h.Errorf("another unit objects: %v", err)
		}
		id := h.appeal(lamps, oversee.Appeal{Order: card})
		err = h.Appeal(h.Context(), lamps, oversee.Appeal{Order: card, Case: "c", Seq: 3, Indicator: "x", Words: "再来"})
		if fault.KindOf(err) != fault.Conflict {
			h.Errorf("objected twice: %v", err)
		}
		if err := h.DecideAppeal(h.Context(), chief, id, true, "属实"); err != nil {
			h.Fatal(err)
		}
		list, err = h.OrdersOf(h.Context(), lamps, lamps.Unit, 10)
		if err != nil || list[0].State != "withdrawn" {
			h.Errorf("card %+v, %v", list[0], err)
		}
		if err := h.Answer(h.Context(), lamps, card, "在办"); fault.KindOf(err) != fault.Conflict {
			h.Errorf("a withdrawn card is answered: %v", err)
		}
	})
}

func TestAppealRefusals(t *testing.T) {
	each(t, func(h *house) {
		h.assess(first("c", lamps.Unit, false))
		for name, tc := range map[string]struct {
			by   access.Actor
			a    oversee.Appeal
			kind fault.Kind
		}{
			"no words":            {lamps, oversee.Appeal{Case: "c", Seq: 3, Indicator: "response", Words: " \n"}, fault.Invalid},
			"no such line":        {lamps, oversee.Appeal{Case: "c", Seq: 9, Indicator: "response", Words: "w"}, fault.NotFound},
			"no such card":        {lamps, oversee.Appeal{Order: "nowhere", Words: "w"}, fault.NotFound},
			"nothing named":       {lamps, oversee.Appeal{Words: "w"}, fault.NotFound},
			"another unit's line": {streets, oversee.Appeal{Case: "c", Seq: 3, Indicator: "response", Words: "w"}, fault.NotFound},
			"no handler":          {chief, oversee.Appeal{Case: "c", Seq: 3, Indicator: "response", Words: "w"}, fault.Forbidden},
			"a citizen":           {access.Actor{Kind: access.Citizen, ID: "p"}, oversee.Appeal{Case: "c", Seq: 3, Indicator: "response", Words: "w"}, fault.Forbidden},
		} {
			if err := h.Appeal(h.Context(), tc.by, tc.a); fault.KindOf(err) != tc.kind {
				h.Errorf("%s: %v, want %v", name, err, tc.kind)
			}
		}
		id := h.appeal(lamps, line())
		again := line()
		again.Words = "再来"
		if err := h.Appeal(h.Context(), lamps, again); fault.KindOf(err) != fault.Conflict {
			h.Errorf("objected twice: %v", err)
		}
		own := worktest.Staff("boss", lamps.Unit, access.Supervisor)
		for name, tc := range map[string]struct {
			by    access.Actor
			words string
			kind  fault.Kind
		}{
			"the own unit":     {own, "好", fault.Forbidden},
			"a handler":        {streets, "好", fault.Forbidden},
			"another county's": {minqing, "好", fault.Forbidden},
			"without words":    {chief, "", fault.Invalid},
		} {
			if err := h.DecideAppeal(h.Context(), tc.by, id, true, tc.words); fault.KindOf(err) != tc.kind {
				h.Errorf("decided by %s: %v, want %v", name, err, tc.kind)
			}
		}
		if err := h.DecideAppeal(h.Context(), chief, "nothing", true, "好"); fault.KindOf(err) != fault.NotFound {
			h.Errorf("an unknown appeal: %v", err)
		}
	})
}

// Two supervisors decide at once: one decision stands.
func TestDecideTogether(t *testing.T) {
	each(t, func(h *house) {
		h.assess(first("c", lamps.Unit, false))
		id := h.appeal(lamps, line())
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() { errs[i] = h.DecideAppeal(h.Context(), chief, id, i%2 == 0, "定") })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case fault.KindOf(err) != fault.Conflict:
				h.Error(err)
			}
		}
		if won != 1 {
			h.Errorf("%d decisions stand: %v", won, errors.Join(errs...))
		}
	})
}
