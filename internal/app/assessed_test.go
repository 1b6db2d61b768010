package app

import (
	"slices"
	"testing"
	"time"

	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// clockEnd is the end of a time limit of the lamp centre.
func clockEnd(kind casework.ClockKind, now casework.ClockState, cycle int) casework.Effect {
	return casework.Effect{Kind: kind, Unit: "3501.zmzx", Was: casework.ClockRunning, Now: now, Ended: true, Cycle: cycle, DueAt: monday}
}

func TestAssessed(t *testing.T) {
	t.Parallel()
	running := casework.Effect{Kind: casework.ClockResolve, Unit: "3501.zmzx", Now: casework.ClockRunning, Cycle: 1}
	for name, tc := range map[string]struct {
		h    casework.Happened
		want []oversee.Event
	}{
		"nothing":                 {casework.Happened{Action: casework.ActAssign}, nil},
		"a clock that runs on":    {casework.Happened{Action: casework.ActDispatch, Clocks: []casework.Effect{running}}, nil},
		"a void clock":            {casework.Happened{Action: casework.ActMerge, Clocks: []casework.Effect{clockEnd(casework.ClockResolve, casework.ClockVoid, 1)}}, nil},
		"signed in time":          {casework.Happened{Action: casework.ActSign, Clocks: []casework.Effect{clockEnd(casework.ClockSign, casework.ClockMet, 0)}}, []oversee.Event{{Kind: oversee.Signed, InTime: true}}},
		"signed late":             {casework.Happened{Action: casework.ActSign, Clocks: []casework.Effect{clockEnd(casework.ClockSign, casework.ClockBreached, 0)}}, []oversee.Event{{Kind: oversee.Signed}}},
		"arrived":                 {casework.Happened{Action: casework.ActCheckIn, Clocks: []casework.Effect{clockEnd(casework.ClockArrive, casework.ClockMet, 0)}}, []oversee.Event{{Kind: oversee.Arrived, InTime: true}}},
		"spoke with":              {casework.Happened{Action: casework.ActRespond, Reach: true, Clocks: []casework.Effect{clockEnd(casework.ClockFirst, casework.ClockMet, 1)}}, []oversee.Event{{Kind: oversee.FirstResponse, InTime: true}}},
		"spoke with, second time": {casework.Happened{Action: casework.ActRespond, Reach: true, Clocks: []casework.Effect{clockEnd(casework.ClockFirst, casework.ClockMet, 2)}}, nil},
		"replied": {casework.Happened{Action: casework.ActReply, Reach: true, Clocks: []casework.Effect{clockEnd(casework.ClockFirst, casework.ClockBreached, 1), clockEnd(casework.ClockResolve, casework.ClockMet, 1)}},
			[]oversee.Event{{Kind: oversee.FirstResponse}, {Kind: oversee.Resolved, InTime: true}}},
		"replied to nobody": {casework.Happened{Action: casework.ActReply, Clocks: []casework.Effect{clockEnd(casework.ClockResolve, casework.ClockMet, 1)}},
			[]oversee.Event{{Kind: oversee.FirstResponse, InTime: true}, {Kind: oversee.Resolved, InTime: true}}},
		"replied again": {casework.Happened{Action: casework.ActReply, Clocks: []casework.Effect{clockEnd(casework.ClockResolve, casework.ClockBreached, 2)}},
			[]oversee.Event{{Kind: oversee.Resolved}}},
		"said solved":          {casework.Happened{Action: casework.ActFollowUp, Lead: "3501.zmzx", Solved: "yes", Satisfied: "no"}, []oversee.Event{{Kind: oversee.FollowedUp, Solved: true, Asked: true}}},
		"said unsolved":        {casework.Happened{Action: casework.ActContest, Lead: "3501.zmzx", Solved: "no", Satisfied: "no"}, []oversee.Event{{Kind: oversee.FollowedUp, Asked: true}}},
		"confirmed":            {casework.Happened{Action: casework.ActConfirm, Lead: "3501.zmzx", Solved: "yes", Satisfied: "yes"}, []oversee.Event{{Kind: oversee.FollowedUp, Solved: true, Satisfied: true, Asked: true}}},
		"an answer contested":  {casework.Happened{Action: casework.ActContest}, nil},
		"asked to return":      {casework.Happened{Action: casework.ActAsk, Unit: "3501.zmzx", ChangeKind: casework.Return}, []oversee.Event{{Kind: oversee.Returned}}},
		"disputed":             {casework.Happened{Action: casework.ActAsk, Unit: "3501.zmzx", ChangeKind: casework.Dispute}, []oversee.Event{{Kind: oversee.Returned}}},
		"asked for time":       {casework.Happened{Action: casework.ActAsk, Unit: "3501.zmzx", ChangeKind: casework.Extension}, nil},
		"lost a dispute":       {casework.Happened{Action: casework.ActRule, Unit: "3501.zmzx", ChangeState: casework.Refused}, []oversee.Event{{Kind: oversee.DisputeLost}}},
		"won a dispute":        {casework.Happened{Action: casework.ActRule, Unit: "3501.zmzx", ChangeState: casework.Granted}, nil},
		"scored by the caller": {casework.Happened{Action: casework.ActScore, Unit: "3501.zmzx", Score: 4}, []oversee.Event{{Kind: oversee.CallScored, Score: 4}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.h.Case, tc.h.Number, tc.h.Seq, tc.h.Path, tc.h.At = "c", "FZ1", 7, "/3501/", monday
			got := assessed(tc.h)
			for i := range tc.want {
				w := &tc.want[i]
				w.Case, w.Number, w.Seq, w.Path, w.At, w.Unit = "c", "FZ1", 7, "/3501/", monday, "3501.zmzx"
			}
			for i := range got {
				got[i].DueAt = time.Time{}
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %+v\nwant %+v", got, tc.want)
			}
		})
	}
}

func TestOverdueAndSettled(t *testing.T) {
	t.Parallel()
	late := monday.Add(-time.Hour)
	for name, tc := range map[string]struct {
		clock         casework.Effect
		overdue, ends bool
	}{
		"found breached":             {casework.Effect{Kind: casework.ClockResolve, Was: casework.ClockRunning, Now: casework.ClockBreached, DueAt: late}, true, false},
		"another unit, still late":   {casework.Effect{Kind: casework.ClockResolve, Was: casework.ClockBreached, Now: casework.ClockBreached, DueAt: late}, true, false},
		"extended out of the past":   {casework.Effect{Kind: casework.ClockResolve, Was: casework.ClockBreached, Now: casework.ClockBreached, DueAt: monday.Add(time.Hour)}, false, true},
		"extended before it was due": {casework.Effect{Kind: casework.ClockResolve, Was: casework.ClockRunning, Now: casework.ClockRunning, DueAt: monday.Add(time.Hour)}, false, false},
		"replied late":               {casework.Effect{Kind: casework.ClockResolve, Was: casework.ClockBreached, Now: casework.ClockBreached, DueAt: late, Ended: true}, false, true},
		"a late signature":           {casework.Effect{Kind: casework.ClockSign, Was: casework.ClockRunning, Now: casework.ClockBreached, DueAt: late}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := casework.Happened{Case: "c", Seq: 7, At: monday, Clocks: []casework.Effect{tc.clock}}
			o, is := overdue(h)
			if is != tc.overdue || is && (o.Seq != 7 || o.Case != "c" || !o.DueAt.Equal(late)) {
				t.Errorf("overdue %v %+v", is, o)
			}
			if settled(h) != tc.ends {
				t.Errorf("settled %v", settled(h))
			}
		})
	}
}
