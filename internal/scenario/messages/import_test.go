package messages_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/scenario/messages"
	"banyan/internal/work/casework"
	"banyan/internal/work/triage"
)

func TestImport(t *testing.T) {
	each(t, func(h *house) {
		if got, want := h.must(sample(h)), (messages.Result{Read: 6, Requests: 6, Cases: 6, Closed: 5}); got != want {
			h.Errorf("first run %+v, want %+v", got, want)
		}
		before := h.stories()
		if got, want := h.must(sample(h)), (messages.Result{Read: 6, Repeated: 6}); got != want {
			h.Errorf("second run %+v, want %+v", got, want)
		}
		if after := h.stories(); !slices.Equal(before, after) {
			h.Errorf("the second run changed\n%s\nto\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		if h.aside.Len() > 0 {
			h.Errorf("kept aside: %s", h.aside)
		}
		cases := h.cases()
		lamp := cases["小区门口的路灯不亮"]
		h.played(lamp)
		if c := lamp.Case; c.Area != "3501" || !c.OpenedAt.Equal(time.Date(2019, 4, 1, 9, 12, 0, 0, clock.City)) {
			h.Errorf("lamp %+v", c)
		}
		if waits := cases["建议增设公交站"].Case; waits.State != casework.Received || waits.Kind != "suggestion" {
			h.Errorf("a message without a reply is %s, %s; want it to wait as a suggestion", waits.State, waits.Kind)
		}
		if said := h.words(cases["夜里施工扰民"]); !strings.Contains(said.Words, "😤") || !strings.Contains(said.Words, "𠮷先生") {
			h.Errorf("kept as %q", said.Words)
		}
	})
}

// played makes sure that a case with a reply went through the loop as the file
// says and that nothing was invented.
func (h *house) played(f *casework.File) {
	h.Helper()
	if f.Case.State != casework.Closed || f.Case.Ending != casework.ByTimeout || f.Case.Duty == "" || len(f.FollowUps) != 0 {
		h.Errorf("case %s ended as %s by %s under duty %q with %d follow-ups", f.Case.Number, f.Case.State, f.Case.Ending, f.Case.Duty, len(f.FollowUps))
	}
	for _, o := range f.Orders {
		var why triage.Suggestion
		if err := json.Unmarshal(o.Explanation, &why); err != nil || len(why.Candidates) == 0 || len(why.Candidates[0].Reasons) == 0 {
			h.Errorf("case %s is dispatched without reasons: %s, %v", f.Case.Number, o.Explanation, err)
			continue
		}
		if best := why.Candidates[0]; best.Duty != f.Case.Duty || best.Lead != o.Unit {
			h.Errorf("case %s went to %s under %s, the reasons speak for %s under %s", f.Case.Number, o.Unit, f.Case.Duty, best.Lead, best.Duty)
		}
		if r := o.Replies[0]; r.Solved != casework.Unknown || r.Contacted {
			h.Errorf("case %s has an invented reply %+v", f.Case.Number, r)
		}
	}
}

// fuse is a context that ends after it has been asked so many times: the
// import looks at it before every event.
type fuse struct {
	context.Context
	left *int
	end  context.CancelFunc
}

func burning(ctx context.Context, n int) fuse {
	ctx, end := context.WithCancel(ctx)
	return fuse{ctx, &n, end}
}

func (f fuse) Err() error {
	if *f.left--; *f.left < 0 {
		f.end()
	}
	return f.Context.Err()
}

// Wherever a run is cut off, early or late, the next one ends as one that was not.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	whole := fresh(t)
	all := whole.must(sample(t))
	want := whole.stories()
	for cut := 1; ; cut += 1 + cut/5 {
		h := fresh(t)
		h.T = t
		one, err := h.run(burning(t.Context(), cut), sample(t))
		if err == nil {
			if cut < 25 {
				t.Fatalf("the run was not cut off at %d", cut)
			}
			return
		}
		two := h.must(sample(t))
		if sum := one.Requests + two.Requests; sum != all.Requests || two.Repeated != one.Requests || one.Closed+two.Closed != all.Closed {
			t.Errorf("cut at %d: %+v, then %+v", cut, one, two)
		}
		if got := h.stories(); !slices.Equal(got, want) {
			t.Fatalf("cut at %d:\n%s\nwant\n%s", cut, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestInterruptedOnEveryEngine(t *testing.T) {
	each(t, func(h *house) {
		ctx, end := context.WithCancel(h.Context())
		h.Settle = func(context.Context) error { end(); return ctx.Err() } // all is played, the reactions are not
		if _, err := h.run(ctx, sample(h)); err == nil {
			h.Fatal("the run was not cut off")
		}
		h.Settle = h.Facts.Drain
		if got := h.must(sample(h)); got.Repeated != 6 || got.Requests != 0 {
			h.Errorf("second run %+v", got)
		}
	})
}

func TestMapping(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	h.Areas = map[string]string{"A3区": "350102", "甲乙小区": "350102004", "甲乙小区门口": "350102004001"}
	h.must(sample(t))
	cases := h.cases()
	for subject, want := range map[string]string{
		"建议增设公交站": "350102", "小区门口的路灯不亮": "350102004001", "拖欠工资": "3501",
	} {
		if got := cases[subject].Case.Area; got != want {
			t.Errorf("%s is at %s, want %s", subject, got, want)
		}
	}
	if lead := cases["小区门口的路灯不亮"].Orders[0].Unit; lead == "" {
		t.Error("nobody leads")
	}
}

// A reply that came a moment ago can still be contested: the running city
// closes the case, the import does not run ahead of time.
func TestNothingHappensInTheFuture(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	got := h.must(`{"id": "n1", "subject": "路灯", "text": "路灯不亮了。", "time": "2026-11-20T10:00:00", "reply": "已修。", "reply_time": "2026-11-23T08:00:00"}`)
	if want := (messages.Result{Read: 1, Requests: 1, Cases: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if f := h.cases()["路灯"]; f.Case.State != casework.Replied || f.ConfirmDue().Before(today) {
		t.Errorf("the case is %s", f.Case.State)
	}
	h.Clock.Set(today.AddDate(0, 1, 0))
	for n := 1; n > 0; {
		var err error
		if n, err = h.Cases.Scan(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
	}
	if f := h.cases()["路灯"]; f.Case.State != casework.Closed {
		t.Errorf("a month later it is %s", f.Case.State)
	}
}

// A line that has got its reply since the last run goes on; two lines with one
// id are one message and close once.
func TestSameIDAgain(t *testing.T) {
	t.Parallel()
	line := func(reply string) string {
		return `{"id": "d1", "subject": "路灯", "text": "路灯不亮了。", "time": "2019-04-01T10:00:00"` + reply + "}\n"
	}
	early, late := `, "reply": "已修。", "reply_time": "2019-04-02T10:00:00"`, `, "reply": "已再修。", "reply_time": "2019-04-04T10:00:00"`
	for name, tc := range map[string]struct {
		runs []string
		want messages.Result
	}{
		"a reply later":       {[]string{line(""), line(early)}, messages.Result{Read: 1, Repeated: 1, Closed: 1}},
		"twice in a file":     {[]string{line(late) + line(early)}, messages.Result{Read: 2, Requests: 1, Cases: 1, Repeated: 1, Closed: 1}},
		"the reply is second": {[]string{line("") + line(late)}, messages.Result{Read: 2, Requests: 1, Cases: 1, Repeated: 1, Closed: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := fresh(t)
			var got messages.Result
			for _, file := range tc.runs {
				got = h.must(file)
			}
			if got != tc.want {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
			if f := h.cases()["路灯"]; f.Case.State != casework.Closed || len(f.Orders[0].Replies) != 1 {
				t.Errorf("case is %s with %d replies", f.Case.State, len(f.Orders[0].Replies))
			}
		})
	}
}
