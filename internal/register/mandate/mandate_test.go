package mandate_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/mandate"
)

func TestGivenAcceptedUsedEnded(t *testing.T) {
	each(t, func(h *house) {
		m, code, err := h.Give(h.Context(), citizen(granny), giving(nil))
		h.Must(err)
		if code != "" || m.Way != mandate.Own || m.State(h.clock.Now()) != mandate.Waiting || !slices.Equal(m.Scope, []mandate.Scope{mandate.Report, mandate.Follow}) {
			h.Fatalf("given %+v code %q", m, code)
		}
		refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		_, err = h.Accept(h.Context(), citizen(stranger), m.ID)
		refused(h, err, "mandate.unknown")
		for range 2 { // the same form twice
			_, err = h.Accept(h.Context(), citizen(daughter), m.ID)
			h.Must(err)
		}
		h.Must(check(h, acting(daughter, m), mandate.Report))
		h.Must(check(h, acting(daughter, m), mandate.Follow))
		h.Must(check(h, citizen(daughter), mandate.Rate)) // for herself
		refused(h, check(h, acting(daughter, m), mandate.Rate), "mandate.refuse.scope")
		refused(h, check(h, acting(stranger, m), mandate.Report), "mandate.refuse.ended")
		other := acting(daughter, m)
		other.For.Person = stranger
		refused(h, check(h, other, mandate.Report), "mandate.refuse.ended")
		unheard := acting(daughter, m)
		unheard.For.Mandate = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
		refused(h, check(h, unheard, mandate.Report), "mandate.refuse.ended")

		refused(h, h.End(h.Context(), citizen(stranger), m.ID), "mandate.unknown")
		for range 2 {
			h.Must(h.End(h.Context(), citizen(granny), m.ID))
		}
		refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		_, err = h.Accept(h.Context(), citizen(daughter), m.ID)
		refused(h, err, "mandate.refuse.over")
		if got := h.told(granny); !slices.Equal(got, []mandate.Note{mandate.NoteAccepted}) {
			h.Errorf("granny was told %v", got)
		}
		if got := h.told(daughter); !slices.Equal(got, []mandate.Note{mandate.NoteOffered, mandate.NoteTakenBack}) {
			h.Errorf("the daughter was told %v", got)
		}
	})
}

func TestLaidDownAndDeclined(t *testing.T) {
	each(t, func(h *house) {
		m := given(h, nil)
		h.Must(h.End(h.Context(), citizen(daughter), m.ID))
		refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		offer, _, err := h.Give(h.Context(), citizen(granny), giving(nil))
		h.Must(err)
		h.Must(h.End(h.Context(), citizen(daughter), offer.ID)) // she says no
		_, err = h.Accept(h.Context(), citizen(daughter), offer.ID)
		refused(h, err, "mandate.refuse.over")
		if got := h.told(granny); !slices.Equal(got, []mandate.Note{mandate.NoteAccepted, mandate.NoteLaidDown, mandate.NoteLaidDown}) {
			h.Errorf("granny was told %v", got)
		}
	})
}

func TestWhatCannotBeGiven(t *testing.T) {
	each(t, func(h *house) {
		tests := []struct {
			key    string
			change func(*mandate.Giving)
		}{
			{"mandate.need.scope", func(g *mandate.Giving) { g.Scope = nil }},
			{"mandate.need.scope", func(g *mandate.Giving) { g.Scope = []mandate.Scope{"erase"} }},
			{"mandate.need.days", func(g *mandate.Giving) { g.Days = 0 }},
			{"mandate.need.days", func(g *mandate.Giving) { g.Days = 366 }},
			{"mandate.need.relation", func(g *mandate.Giving) { g.Relation = "" }},
			{"mandate.need.relation", func(g *mandate.Giving) { g.Relation = mandate.Counter }},
			{"mandate.need.relation", func(g *mandate.Giving) { g.Relation = mandate.Guardian }}, // staff note guardians
			{"mandate.refuse.oneself", func(g *mandate.Giving) { g.Holder = granny }},
		}
		for _, tt := range tests {
			_, _, err := h.Give(h.Context(), citizen(granny), giving(tt.change))
			refused(h, err, tt.key)
		}
		m := given(h, nil)
		_, _, err := h.Give(h.Context(), acting(daughter, m), giving(func(g *mandate.Giving) { g.Holder = stranger }))
		refused(h, err, "mandate.never.onward")
		_, err = h.Accept(h.Context(), acting(daughter, m), m.ID)
		refused(h, err, "mandate.unknown")
		refused(h, h.End(h.Context(), acting(daughter, m), m.ID), "mandate.never.onward")
		for range 9 {
			_, _, err = h.Give(h.Context(), citizen(granny), giving(nil))
			h.Must(err)
		}
		_, _, err = h.Give(h.Context(), citizen(granny), giving(nil))
		refused(h, err, "mandate.refuse.many")
		_, _, err = h.Give(h.Context(), citizen(stranger), giving(nil))
		refused(h, err, "mandate.refuse.holds_many")
	})
}

func TestEndsByItself(t *testing.T) {
	each(t, func(h *house) {
		m := given(h, func(g *mandate.Giving) { g.Days = 30 })
		if want := time.Date(2026, 12, 24, 0, 0, 0, 0, clock.City); !m.Until.Equal(want) {
			h.Errorf("until %s, want %s", m.Until, want)
		}
		h.clock.Set(m.Until.Add(-time.Second))
		h.Must(check(h, acting(daughter, m), mandate.Report))
		h.clock.Set(m.Until)
		refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		offer, _, err := h.Give(h.Context(), citizen(granny), giving(nil))
		h.Must(err)
		h.clock.Advance(7 * 24 * time.Hour)
		_, err = h.Accept(h.Context(), citizen(daughter), offer.ID)
		refused(h, err, "mandate.refuse.over")
		h.clock.Advance(25 * time.Hour)
		h.Must(h.Tidy(h.Context()))
		if n := len(heldBy(h, daughter)); n != 1 {
			h.Errorf("%d mandates after the offer lapsed, want the one that is over", n)
		}
		h.clock.Advance(4 * 365 * 24 * time.Hour)
		h.Must(h.Tidy(h.Context()))
		if n := len(heldBy(h, daughter)); n != 0 {
			h.Errorf("%d mandates after four years", n)
		}
	})
}

func heldBy(h *house, id string) (list []mandate.Mandate) {
	h.Helper()
	h.Read(func(tx *db.Tx) (err error) {
		list, err = h.HeldBy(tx, id)
		return err
	})
	return list
}

func TestTheSameFormTwice(t *testing.T) {
	each(t, func(h *house) {
		var all sync.WaitGroup
		codes := make(chan string, 4)
		ids := make(chan string, 4)
		for range 4 {
			all.Go(func() {
				m, code, err := h.Give(h.Context(), citizen(granny), giving(func(g *mandate.Giving) { g.Form, g.Holder = "form-0001", "" }))
				if err != nil {
					h.Error(err)
				}
				codes <- code
				ids <- m.ID
			})
		}
		all.Wait()
		close(codes)
		close(ids)
		shown, made := 0, map[string]bool{}
		for c := range codes {
			if c != "" {
				shown++
			}
		}
		for id := range ids {
			made[id] = true
		}
		if shown != 1 || len(made) != 1 {
			h.Errorf("%d codes, %d mandates of one form", shown, len(made))
		}
		if _, _, err := h.Give(h.Context(), citizen(stranger), giving(func(g *mandate.Giving) { g.Form = "form-0001" })); err != nil {
			h.Errorf("another's form of the same id: %v", err)
		}
	})
}

// TestTwoAtOnce: granny takes back while her daughter accepts. Whoever comes first, it has ended in the end.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(h *house) {
		for range 5 {
			m, _, err := h.Give(h.Context(), citizen(granny), giving(nil))
			h.Must(err)
			var both sync.WaitGroup
			both.Go(func() {
				if _, err := h.Accept(h.Context(), citizen(daughter), m.ID); err != nil && fault.KindOf(err) != fault.Conflict {
					h.Error(err)
				}
			})
			both.Go(func() {
				if err := h.End(h.Context(), citizen(granny), m.ID); err != nil {
					h.Error(err)
				}
			})
			both.Wait()
			refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		}
	})
}

func TestSwitch(t *testing.T) {
	each(t, func(h *house) {
		m := given(h, nil)
		h.Must(h.Switch(h.Context(), citizen(daughter), m.ID))
		for who, want := range map[string]bool{daughter: true, stranger: false} {
			if _, ok := actingNow(h, "session of "+daughter, who); ok != want {
				h.Errorf("%s with the daughter's session: %v", who, ok)
			}
		}
		if _, ok := actingNow(h, "another session", daughter); ok {
			h.Error("another session of the daughter acts")
		}
		refused(h, h.Switch(h.Context(), citizen(stranger), m.ID), "mandate.unknown")
		h.Must(h.Leave(h.Context(), "session of "+daughter))
		if _, ok := actingNow(h, "session of "+daughter, daughter); ok {
			h.Error("acts after leaving")
		}
		h.Must(h.Switch(h.Context(), citizen(daughter), m.ID))
		h.clock.Advance(mandate.ActingLives)
		if _, ok := actingNow(h, "session of "+daughter, daughter); ok {
			h.Error("acts after an hour")
		}
		h.Must(h.Switch(h.Context(), citizen(daughter), m.ID))
		h.Must(h.End(h.Context(), citizen(granny), m.ID))
		if _, ok := actingNow(h, "session of "+daughter, daughter); ok {
			h.Error("acts after it was taken back")
		}
		refused(h, h.Switch(h.Context(), citizen(daughter), m.ID), "mandate.refuse.over")
	})
}

func actingNow(h *house, session, person string) (a mandate.Acting, ok bool) {
	h.Helper()
	h.Read(func(tx *db.Tx) (err error) {
		a, ok, err = h.ActingTx(tx, session, person)
		return err
	})
	return a, ok
}

func TestErasure(t *testing.T) {
	each(t, func(h *house) {
		m := given(h, nil)
		h.Must(h.Switch(h.Context(), citizen(daughter), m.ID))
		h.Write(func(tx *db.Tx) error { return h.EraseTx(tx, daughter) })
		refused(h, check(h, acting(daughter, m), mandate.Report), "mandate.refuse.ended")
		if _, ok := actingNow(h, "session of "+daughter, daughter); ok {
			h.Error("an erased holder acts")
		}
		if got := h.told(granny); !slices.Contains(got, mandate.NoteGone) {
			h.Errorf("granny was told %v", got)
		}
		again := given(h, nil)
		h.Write(func(tx *db.Tx) error { return h.EraseTx(tx, granny) })
		refused(h, check(h, acting(daughter, again), mandate.Report), "mandate.refuse.ended")
		if n := len(heldBy(h, daughter)); n != 0 {
			h.Errorf("%d mandates of an erased giver are left", n)
		}
		if got := h.told(daughter); !slices.Contains(got, mandate.NoteGone) {
			h.Errorf("the daughter was told %v", got)
		}
	})
}
