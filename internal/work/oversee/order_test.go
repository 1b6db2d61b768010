package oversee_test

import (
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/oversee"
	"banyan/internal/work/worktest"
)

func byHand() oversee.Issuing {
	return oversee.Issuing{Case: "c", Number: "FZ1", Unit: "350102.cgj", Units: []string{"350102.cgj", "3501.zmzx"},
		Path: "/3501/350102/", Level: oversee.Oversight, Words: "请今天内到场。"}
}

func TestIssueByHand(t *testing.T) {
	each(t, func(h *house) {
		if err := h.Issue(h.Context(), gulou, byHand()); err != nil {
			h.Fatal(err)
		}
		list, err := h.OrdersOn(h.Context(), "c")
		if err != nil || len(list) != 1 || list[0].By != gulou.ID || list[0].Rule != "hand" || list[0].Why != byHand().Words || list[0].State != "open" {
			h.Fatalf("orders %+v, %v", list, err)
		}
		id := list[0].ID
		for name, tc := range map[string]struct {
			by   access.Actor
			say  string
			kind fault.Kind
		}{
			"another unit":  {lamps, "在办", fault.Forbidden},
			"without words": {streets, " ", fault.Invalid},
		} {
			if err := h.Answer(h.Context(), tc.by, id, tc.say); fault.KindOf(err) != tc.kind {
				h.Errorf("answered by %s: %v", name, err)
			}
		}
		if err := h.Answer(h.Context(), streets, id, "已派人。"); err != nil {
			h.Fatal(err)
		}
		if err := h.Answer(h.Context(), streets, id, "再答。"); fault.KindOf(err) != fault.Conflict {
			h.Errorf("answered twice: %v", err)
		}
		if err := h.Answer(h.Context(), streets, "nothing", "答。"); fault.KindOf(err) != fault.NotFound {
			h.Errorf("an unknown order: %v", err)
		}
		open, err := h.OpenOrders(h.Context(), chief, 10)
		if err != nil || len(open) != 0 {
			h.Errorf("open %+v, %v", open, err)
		}
	})
}

func TestIssueRefusals(t *testing.T) {
	each(t, func(h *house) {
		for name, tc := range map[string]struct {
			by     access.Actor
			change func(*oversee.Issuing)
			kind   fault.Kind
		}{
			"the leading unit":    {worktest.Staff("x", "350102.cgj", access.Supervisor), func(*oversee.Issuing) {}, fault.Forbidden},
			"a unit of the case":  {worktest.Staff("x", "3501.zmzx", access.Supervisor), func(*oversee.Issuing) {}, fault.Forbidden},
			"another county":      {minqing, func(*oversee.Issuing) {}, fault.Forbidden},
			"a handler":           {lamps, func(*oversee.Issuing) {}, fault.Forbidden},
			"an unknown level":    {chief, func(in *oversee.Issuing) { in.Level = "black" }, fault.Invalid},
			"no words":            {chief, func(in *oversee.Issuing) { in.Words = "\t" }, fault.Invalid},
			"nobody leads so far": {chief, func(in *oversee.Issuing) { in.Unit, in.Units = "", nil }, fault.Conflict},
		} {
			in := byHand()
			tc.change(&in)
			if err := h.Issue(h.Context(), tc.by, in); fault.KindOf(err) != tc.kind {
				h.Errorf("%s: %v, want %v", name, err, tc.kind)
			}
		}
		if got := h.levels("c"); len(got) != 0 {
			h.Errorf("a refusal left %v", got)
		}
	})
}

// A second order from above in a case brings the yellow card by rule.
func TestOrdersByHandCount(t *testing.T) {
	each(t, func(h *house) {
		for range 2 {
			if err := h.Issue(h.Context(), chief, byHand()); err != nil {
				h.Fatal(err)
			}
		}
		h.watch(breached(4))
		h.until(day(11, 24))
		if got := h.levels("c"); len(got) != 3 || got[2] != oversee.Yellow {
			h.Errorf("orders %v, want a yellow card", got)
		}
	})
}

// A reminder waits for no answer.
func TestRemind(t *testing.T) {
	each(t, func(h *house) {
		h.write(func(tx *db.Tx) error { return h.RemindTx(tx, breached(4)) })
		list, err := h.OrdersOf(h.Context(), lamps, lamps.Unit, 10)
		if err != nil || len(list) != 1 || list[0].Level != oversee.Reminder || list[0].State != "answered" || list[0].Rule != "2026-1/reminder" {
			h.Errorf("orders %+v, %v", list, err)
		}
		if _, err := h.OrdersOf(h.Context(), streets, lamps.Unit, 10); fault.KindOf(err) != fault.Forbidden {
			h.Errorf("another unit reads them: %v", err)
		}
		if _, err := h.OrdersOf(h.Context(), chief, "350102.gone", 10); fault.KindOf(err) != fault.Forbidden {
			h.Errorf("a unit that left the pack: %v", err)
		}
	})
}

func TestOpenOrdersOfAnArea(t *testing.T) {
	each(t, func(h *house) {
		if err := h.Issue(h.Context(), chief, byHand()); err != nil {
			h.Fatal(err)
		}
		for who, want := range map[string]int{"chief": 1, "gulou": 1, "minqing": 0} {
			by := map[string]access.Actor{"chief": chief, "gulou": gulou, "minqing": minqing}[who]
			open, err := h.OpenOrders(h.Context(), by, 10)
			if err != nil || len(open) != want {
				h.Errorf("%s sees %d, %v; want %d", who, len(open), err, want)
			}
		}
	})
}
