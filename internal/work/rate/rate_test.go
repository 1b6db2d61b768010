package rate_test

import (
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/rate"
	"banyan/internal/work/worktest"
)

// friday is the day before the Saturday worked for the spring festival of 2026.
var friday = time.Date(2026, 2, 13, 10, 0, 0, 0, clock.City)

// house is one test's own world; said collects the facts.
type house struct {
	*testing.T
	*rate.Service
	clock *clock.Manual
	facts *fact.Log
	said  *[]string
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	worktest.Each(t, func(w *worktest.House) {
		w.Clock.Set(friday)
		h := &house{T: w.T, Service: w.Rate, clock: w.Clock, facts: w.Facts, said: new([]string)}
		h.facts.React(fact.Reaction{Name: "test.hear", On: []string{"rate.Rated", "rate.Fixed", "rate.Ended", "rate.Overdue"}, Do: func(_ *db.Tx, fs []fact.Fact) error {
			for _, f := range fs {
				*h.said = append(*h.said, f.Name)
			}
			return nil
		}})
		test(h)
	})
}

// The people of the tests.
var (
	requester = access.Actor{Kind: access.Citizen, ID: "p1"}
	centre    = worktest.Staff("asker", "3501.12345", access.FollowUp)
	lamps     = worktest.Staff("lamps", "3501.zmzx", access.Handler)
	streets   = worktest.Staff("streets", "350102.cgj", access.Handler)
)

// giving is a rating of a case that the lamp centre led and another unit helped in.
func giving(request string, level rate.Level) rate.Giving {
	return rate.Giving{Request: request, Case: "c1", Unit: "3501.zmzx", Path: "/3501/350102/", Units: []string{"3501.zmzx", "350102.cgj"},
		Level: level, Reasons: []string{"late"}, Channel: "web"}
}

func (h *house) give(by access.Actor, in rate.Giving) rate.Rating {
	h.Helper()
	r, err := h.Give(h.Context(), by, in)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// mine is the lamp centre's only open rectification.
func (h *house) mine() rate.Rectification {
	h.Helper()
	list, err := h.Mine(h.Context(), lamps, lamps.Unit, 10)
	if err != nil || len(list) != 1 {
		h.Fatalf("open rectifications %+v, %v; want one", list, err)
	}
	return list[0]
}

func TestFiveLevels(t *testing.T) {
	each(t, func(h *house) {
		for level := rate.VeryDissatisfied; level <= rate.VerySatisfied; level++ {
			request := "r" + string(rune('0'+level))
			given := h.give(requester, giving(request, level))
			got, err := h.Of(h.Context(), request)
			if err != nil || got.ID != given.ID || got.Level != level || len(got.Reasons) != 1 || !got.At.Equal(friday) {
				h.Errorf("level %d: %+v, %v", level, got, err)
			}
			if want := level <= 2; level.Bad() != want {
				h.Errorf("level %d is bad: %v", level, level.Bad())
			}
		}
		list, err := h.Mine(h.Context(), lamps, lamps.Unit, 10)
		if err != nil || len(list) != 2 {
			h.Errorf("%d rectifications, %v; want one for each bad rating", len(list), err)
		}
		n, err := h.Tally(h.Context(), lamps.Unit, friday, friday.Add(time.Hour))
		if err != nil || n != [6]int{0, 1, 1, 1, 1, 1} {
			h.Errorf("tally %v, %v", n, err)
		}
		if n, _ := h.Tally(h.Context(), "", friday.Add(time.Hour), friday.Add(2*time.Hour)); n != [6]int{} {
			h.Errorf("tally of an empty hour %v", n)
		}
		if _, err := h.Of(h.Context(), "r9"); fault.KindOf(err) != fault.NotFound {
			h.Errorf("an unrated request: %v", err)
		}
	})
}

func TestWhoMayRate(t *testing.T) {
	each(t, func(h *house) {
		for name, tc := range map[string]struct {
			by    access.Actor
			level rate.Level
			kind  fault.Kind
		}{
			"level 0":               {requester, 0, fault.Invalid},
			"level 6":               {requester, 6, fault.Invalid},
			"a handler elsewhere":   {worktest.Staff("x", "350103.cgj", access.Handler), 5, fault.Forbidden},
			"a dispatcher":          {worktest.Staff("x", "3501.12345", access.Dispatcher), 5, fault.Forbidden},
			"a supervisor":          {worktest.Staff("x", "3501.12345", access.Supervisor), 5, fault.Forbidden},
			"another county":        {worktest.Staff("x", "350124.zx", access.FollowUp), 5, fault.Forbidden},
			"the unit itself":       {worktest.Staff("x", "3501.zmzx", access.FollowUp), 5, fault.Forbidden},
			"a unit that helped in": {worktest.Staff("x", "350102.cgj", access.FollowUp), 5, fault.Forbidden},
		} {
			if _, err := h.Give(h.Context(), tc.by, giving("r1", tc.level)); fault.KindOf(err) != tc.kind {
				h.Errorf("%s: %v, want %v", name, err, tc.kind)
			}
		}
		if _, err := h.Of(h.Context(), "r1"); fault.KindOf(err) != fault.NotFound {
			h.Errorf("a refusal left a rating: %v", err)
		}
		h.give(centre, giving("r1", 4)) // said on the phone
	})
}

// One rating for a request: the second is refused, also when many come at once.
func TestOnce(t *testing.T) {
	each(t, func(h *house) {
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			all.Go(func() { _, errs[i] = h.Give(h.Context(), requester, giving("r1", rate.Level(1+i%2))) })
		}
		all.Wait()
		kept := 0
		for _, err := range errs {
			switch {
			case err == nil:
				kept++
			case fault.KindOf(err) != fault.Conflict:
				h.Error(err)
			}
		}
		if kept != 1 {
			h.Errorf("%d ratings were taken, want 1", kept)
		}
		h.mine()
		if _, err := h.Give(h.Context(), centre, giving("r1", 5)); fault.KindOf(err) != fault.Conflict {
			h.Errorf("rated again by phone: %v", err)
		}
	})
}

// Fifteen working days from the day after, 02-14 to 03-12: the festival's days off do not
// count, the Saturdays worked for them do.
func TestRectificationIsDue(t *testing.T) {
	each(t, func(h *house) {
		h.give(requester, giving("r1", 1))
		r := h.mine()
		if want := time.Date(2026, 3, 12, 17, 30, 0, 0, clock.City); !r.DueAt.Equal(want) {
			h.Errorf("due %s, want %s", r.DueAt.In(clock.City), want)
		}
		if r.State != rate.Open || r.Request != "r1" || r.Path != "/3501/350102/" || !r.OpenedAt.Equal(friday) {
			h.Errorf("rectification %+v", r)
		}
	})
}

func TestRectificationIsJudged(t *testing.T) {
	for name, tc := range map[string]struct {
		judged []bool
		want   rate.State
		back   int
	}{
		"accepted":                {[]bool{true}, rate.Accepted, 0},
		"sent back and accepted":  {[]bool{false, true}, rate.Accepted, 1},
		"sent back and explained": {[]bool{false, false}, rate.Explained, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				h.give(requester, giving("r1", 2))
				id := h.mine().ID
				for i, accept := range tc.judged {
					if err := h.Judge(h.Context(), centre, id, accept, "问过了"); fault.KindOf(err) != fault.Conflict {
						h.Errorf("judged before it was fixed: %v", err)
					}
					if err := h.Fix(h.Context(), lamps, id, "已换灯。"); err != nil {
						h.Fatal(err)
					}
					wait, err := h.ToJudge(h.Context(), centre, 10)
					if err != nil || len(wait) != 1 || wait[0].Fixed != "已换灯。" {
						h.Fatalf("to judge %+v, %v", wait, err)
					}
					if err := h.Judge(h.Context(), centre, id, accept, "回访第"+string(rune('1'+i))+"次"); err != nil {
						h.Fatal(err)
					}
					if i == 0 && len(tc.judged) == 2 {
						if r := h.mine(); r.Back != 1 || r.Ended != "回访第1次" || !r.EndedAt.IsZero() {
							h.Errorf("sent back: %+v", r)
						}
					}
				}
				if err := h.Fix(h.Context(), lamps, id, "再改。"); fault.KindOf(err) != fault.Conflict {
					h.Errorf("fixed after the end: %v", err)
				}
				if err := h.Judge(h.Context(), centre, id, true, "再判"); fault.KindOf(err) != fault.Conflict {
					h.Errorf("judged after the end: %v", err)
				}
				if list, err := h.Mine(h.Context(), lamps, lamps.Unit, 10); err != nil || len(list) != 0 {
					h.Errorf("still open %+v, %v", list, err)
				}
				if err := h.facts.Drain(h.Context()); err != nil || len(*h.said) != 1+2*len(tc.judged) {
					h.Errorf("said %v, %v", *h.said, err)
				}
			})
		})
	}
}

func TestWhoMayRectify(t *testing.T) {
	each(t, func(h *house) {
		h.give(requester, giving("r1", 1))
		id := h.mine().ID
		refuse := func(name string, err error, kind fault.Kind) {
			h.Helper()
			if fault.KindOf(err) != kind {
				h.Errorf("%s: %v, want %v", name, err, kind)
			}
		}
		refuse("fixed by another unit", h.Fix(h.Context(), streets, id, "好"), fault.Forbidden)
		refuse("fixed without words", h.Fix(h.Context(), lamps, id, "  "), fault.Invalid)
		refuse("an unknown one", h.Fix(h.Context(), lamps, "nothing", "好"), fault.NotFound)
		if err := h.Fix(h.Context(), lamps, id, "好"); err != nil {
			h.Fatal(err)
		}
		refuse("judged by the own unit", h.Judge(h.Context(), worktest.Staff("x", lamps.Unit, access.FollowUp), id, true, "好"), fault.Forbidden)
		refuse("judged by a dispatcher", h.Judge(h.Context(), worktest.Staff("x", "3501.12345", access.Dispatcher), id, true, "好"), fault.Forbidden)
		refuse("judged elsewhere", h.Judge(h.Context(), worktest.Staff("x", "350124.zx", access.FollowUp), id, true, "好"), fault.Forbidden)
		refuse("judged without words", h.Judge(h.Context(), centre, id, true, ""), fault.Invalid)
		_, err := h.Mine(h.Context(), streets, lamps.Unit, 10)
		refuse("another unit's list", err, fault.Forbidden)
		list, err := h.ToJudge(h.Context(), worktest.Staff("x", "350124.zx", access.FollowUp), 10)
		if err != nil || len(list) != 0 {
			h.Errorf("another county sees %+v, %v", list, err)
		}
	})
}

// The mark comes once, and only while the unit owes its account.
func TestOverdueOnce(t *testing.T) {
	each(t, func(h *house) {
		h.give(requester, giving("r1", 1))
		h.give(requester, giving("r2", 1))
		list, err := h.Mine(h.Context(), lamps, lamps.Unit, 10)
		if err != nil || len(list) != 2 {
			h.Fatal(list, err)
		}
		if err := h.Fix(h.Context(), lamps, list[0].ID, "好"); err != nil {
			h.Fatal(err)
		}
		h.clock.Set(list[1].DueAt)
		for _, tc := range []struct {
			after time.Duration
			want  int
		}{{0, 0}, {time.Millisecond, 1}, {time.Hour, 0}} {
			h.clock.Advance(tc.after)
			if n, err := h.Scan(h.Context(), 10); err != nil || n != tc.want {
				h.Errorf("%s later: %d marked, %v; want %d", tc.after, n, err, tc.want)
			}
		}
		if r := h.mine(); !r.Breached || r.ID != list[1].ID {
			h.Errorf("%+v is not marked", r)
		}
	})
}
