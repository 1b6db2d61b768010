package trail_test

import (
	"fmt"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// looks lets somebody look at n people, one after the other; it gives the first refusal.
func (w watched) looks(r trail.Reader, n int) error {
	for i := range n {
		if err := w.db.Write(w.Context(), func(tx *db.Tx) error {
			return w.log.Look(tx, r, []string{trail.Phone}, fmt.Sprintf("p%04d", i))
		}); err != nil {
			return err
		}
	}
	return nil
}

func (w watched) alarms() (list []trail.Alarm) {
	w.Helper()
	list, err := w.log.Alarms(w.Context(), true, 99, func(trail.Alarm) bool { return true })
	w.must(err)
	return list
}

func TestMuchLookingIsToldAndRefused(t *testing.T) {
	eachWatched(t, func(w watched) {
		w.log.Limit(trail.Limits{Alarm: 5, Refuse: 8})
		who := reader("s1")
		w.must(w.looks(who, 8))
		if err := w.looks(who, 1); fault.KindOf(err) != fault.Forbidden {
			w.Errorf("the ninth look: %v", err)
		}
		if list := w.alarms(); len(list) != 1 || list[0].Kind != trail.Many || list[0].Actor != "s1" || list[0].Persons != 5 {
			w.Errorf("alarms %+v, want one at the fifth look", list)
		}
		for name, r := range map[string]trail.Reader{
			"another":       reader("s2"),
			"a key":         {Actor: access.Actor{Kind: access.Partner, ID: "key:1"}, Purpose: trail.ForHandling},
			"the program":   {Actor: access.Program("index"), Purpose: trail.ForIndex},
			"the requester": {Actor: access.Actor{Kind: access.Citizen, ID: "p1"}, Purpose: trail.ForOwn},
		} {
			n := 8
			if r.Actor.Kind != access.Staff {
				n = 20
			}
			if err := w.looks(r, n); err != nil {
				w.Errorf("%s is refused: %v", name, err)
			}
		}
		w.clock.Advance(time.Hour)
		w.must(w.looks(who, 3))
	})
}

func TestALimitIsLiftedWithAReasonAndReviewed(t *testing.T) {
	eachWatched(t, func(w watched) {
		w.log.Limit(trail.Limits{Refuse: 3})
		who := reader("s1")
		w.must(w.looks(who, 3))
		if err := w.log.Break(w.Context(), who.Actor, "急"); len(fault.FieldsOf(err)) != 1 {
			w.Errorf("without a reason: %v", err)
		}
		if err := w.log.Break(w.Context(), access.Actor{Kind: access.Citizen, ID: "p1"}, "台风转移安置名单核对"); fault.KindOf(err) != fault.Forbidden {
			w.Errorf("a citizen: %v", err)
		}
		w.must(w.log.Break(w.Context(), who.Actor, "台风转移安置名单核对"))
		w.must(w.looks(who, 20))
		w.clock.Advance(61 * time.Minute)
		w.must(w.looks(who, 3))
		if err := w.looks(who, 1); fault.KindOf(err) != fault.Forbidden {
			w.Errorf("an hour later it is still lifted: %v", err)
		}
		list := w.alarms()
		if len(list) != 1 || list[0].Kind != trail.Glass || list[0].Reason != "台风转移安置名单核对" {
			w.Fatalf("alarms %+v", list)
		}
		boss, yes := access.Actor{Kind: access.Staff, ID: "boss"}, func(trail.Alarm) bool { return true }
		for name, err := range map[string]error{
			"by themselves":  w.log.Review(w.Context(), who.Actor, list[0].ID, "确有必要", yes),
			"from elsewhere": w.log.Review(w.Context(), boss, list[0].ID, "确有必要，已核实", func(trail.Alarm) bool { return false }),
		} {
			if err == nil {
				w.Errorf("%s it is reviewed", name)
			}
		}
		w.must(w.log.Review(w.Context(), boss, list[0].ID, "确有必要，已核实", yes))
		if err := w.log.Review(w.Context(), boss, list[0].ID, "确有必要，已核实", yes); fault.KindOf(err) != fault.Conflict {
			w.Errorf("a second review: %v", err)
		}
		if n := len(w.alarms()); n != 0 {
			w.Errorf("%d alarms stay open", n)
		}
	})
}

// Somebody who usually looks at few people and then at many is told of, though they stay below every limit.
func TestUnusualLookingIsTold(t *testing.T) {
	eachWatched(t, func(w watched) {
		w.log.Limit(trail.Limits{Refuse: 1000})
		for range 12 {
			w.must(w.looks(reader("calm"), 4))
			w.must(w.looks(reader("busy"), 70))
			w.clock.Advance(time.Hour)
		}
		w.must(w.looks(reader("calm"), 70))
		w.must(w.looks(reader("busy"), 90))
		w.must(w.looks(reader("new"), 90))
		if list := w.alarms(); len(list) != 1 || list[0].Kind != trail.Unusual || list[0].Actor != "calm" {
			w.Errorf("alarms %+v, want one of the calm one", list)
		}
	})
}
