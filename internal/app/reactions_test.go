package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/triage"
)

// A request is understood once: findable by its words, with a suggestion and
// its reasons beside the case.
func TestUnderstand(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.receive(lamp())
	var found []string
	h.read(func(tx *db.Tx) (err error) {
		found, err = search.Find(tx, "request", "路灯", 10, "")
		return err
	})
	if !slices.Contains(found, r.RequestID) {
		t.Errorf("search finds %v, not %s", found, r.RequestID)
	}
	got, err := h.Triage.Of(t.Context(), []string{r.CaseID})
	if err != nil || len(got[r.CaseID].Candidates) == 0 || len(got[r.CaseID].Candidates[0].Reasons) == 0 {
		t.Fatalf("suggestion %+v, %v", got, err)
	}
	best := got[r.CaseID].Candidates[0]
	if _, ok := h.City.Orgs.Get(best.Lead); !ok || best.Duty == "" {
		t.Errorf("best candidate %+v", best)
	}
}

// A case is shown in public when it has ended and its requester agreed, in
// whichever of the ways it ended, and never otherwise.
func TestPublish(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, tc := range []struct {
		name    string
		private bool
		end     func(h *house, id string)
		want    bool
	}{
		{"solved", false, func(h *house, id string) { h.dispatch(id); h.reply(id); h.followUp(id, "yes") }, true},
		{"no consent", true, func(h *house, id string) { h.dispatch(id); h.reply(id); h.followUp(id, "yes") }, false},
		{"unsolved", false, func(h *house, id string) { h.dispatch(id); h.reply(id); h.followUp(id, "no") }, false},
		{"still worked", false, func(h *house, id string) { h.dispatch(id); h.reply(id) }, false},
		{"answered at the desk", false, func(h *house, id string) {
			h.ok(h.Cases.Answer(h.Context(), desk, casework.Answering{Case: id, Public: "明天上午会来修。"}))
		}, true},
		{"the time to contest passed", false, func(h *house, id string) {
			h.dispatch(id)
			h.reply(id)
			for range 3 {
				h.ok(h.Cases.Attempt(h.Context(), desk, id, "phone", false))
				h.clock.Advance(time.Hour)
			}
			h.clock.Advance(30 * 24 * time.Hour)
			if err := h.tick(h.Context()); err != nil {
				h.Fatal(err)
			}
		}, true},
	} {
		in := lamp()
		in.ClientID, in.Publish = fmt.Sprint("test-lamp-", i), !tc.private
		r := h.receive(in)
		tc.end(h, r.CaseID)
		h.drain()
		if f := h.file(r.CaseID); f.Case.Published != tc.want {
			t.Errorf("%s: the case is %s, published %v; want %v", tc.name, f.Case.State, f.Case.Published, tc.want)
		}
	}
}

func TestConsentWithdrawn(t *testing.T) {
	t.Parallel()
	h := open(t)
	withdraw := func(request string) {
		owner := access.Actor{Kind: access.Citizen}
		h.read(func(tx *db.Tx) error {
			head, err := h.Requests.Get(tx, request)
			owner.ID = head.PersonID
			return err
		})
		if err := h.Requests.WithdrawPublish(t.Context(), owner, request); err != nil {
			t.Fatal(err)
		}
	}
	shown := h.receive(lamp())
	h.dispatch(shown.CaseID)
	h.reply(shown.CaseID)
	h.followUp(shown.CaseID, "yes")
	h.drain()
	if !h.file(shown.CaseID).Case.Published {
		t.Fatal("not published to begin with")
	}
	withdraw(shown.RequestID)
	h.drain()
	if h.file(shown.CaseID).Case.Published {
		t.Error("still published without consent")
	}
	// withdrawn between the end of the case and the reaction to it
	in := lamp()
	in.ClientID = "test-lamp-2"
	early := h.receive(in)
	h.dispatch(early.CaseID)
	h.reply(early.CaseID)
	h.drain()
	h.followUp(early.CaseID, "yes")
	withdraw(early.RequestID)
	if err := h.DB.Write(t.Context(), func(tx *db.Tx) error { return h.Cases.WithdrawConsentTx(tx, early.RequestID) }); err != nil {
		t.Fatal(err)
	}
	h.drain()
	if h.file(early.CaseID).Case.Published {
		t.Error("published although the consent was taken back")
	}
}

// A ruling is remembered by the words of the duty list, not by the requester's.
func TestRulingBecomesPrecedent(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.receive(lamp())
	h.dispatch(r.CaseID)
	h.ok(h.Cases.Ask(t.Context(), lamps, casework.Asking{Order: h.lead(r.CaseID), Kind: casework.Dispute, Reason: "not_ours", Words: "不是我们的灯。", Proposed: "350102.cgj"}))
	h.ok(h.Cases.Rule(t.Context(), arbiter, casework.RulingOn{Change: h.file(r.CaseID).Changes[0].ID, Unit: "350102.cgj", Why: "背街小巷归区里。"}))
	h.drain()
	h.read(func(tx *db.Tx) error {
		var unit, words string
		err := tx.QueryRow(`SELECT unit, words FROM triage_precedent`).Scan(&unit, &words)
		if err == nil && (unit != "350102.cgj" || !strings.Contains(words, "路灯") || strings.Contains(words, "老人")) {
			t.Errorf("precedent of %s with words %s", unit, words)
		}
		return err
	})
	got := h.Triage.Suggest(triage.Input{Subject: "路灯不亮", Text: "这里的路灯也不亮。", Area: "350102004", Kind: "complaint", At: monday})
	if best := got.Candidates[0]; best.Lead != "350102.cgj" {
		t.Logf("the next one like it is suggested to %s first; the precedent is one reason among others", best.Lead)
	}
	if !slices.ContainsFunc(got.Candidates, func(c triage.Candidate) bool {
		return slices.ContainsFunc(c.Reasons, func(r triage.Reason) bool { return r.Kind == triage.PrecedentOf })
	}) {
		t.Error("no candidate is weighed by the precedent")
	}
}

// The requester finds a note for what matters, and gets an SMS for a result.
// The phone number is looked up at delivery and stands in no row of the outbox.
func TestRequesterIsTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.receive(lamp())
	h.dispatch(r.CaseID)
	h.reply(r.CaseID)
	h.followUp(r.CaseID, "yes")
	h.drain()
	person := ""
	h.read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, r.RequestID)
		person = head.PersonID
		return err
	})
	for _, lang := range []i18n.Lang{i18n.ZhHans, i18n.ZhHant, i18n.En} {
		notes, err := h.Outbox.List(t.Context(), "person:"+person, lang, "", 10)
		if err != nil || len(notes) != 3 {
			t.Fatalf("%s: %d notes, %v; want dispatched, replied, closed", lang, len(notes), err)
		}
		for _, n := range notes {
			if !strings.Contains(n.Text, r.Number) || strings.Contains(n.Text, "[") || n.Link == "" {
				t.Errorf("%s: note %+v", lang, n)
			}
		}
	}
	h.read(func(tx *db.Tx) error {
		var row string
		err := tx.QueryRow(`SELECT key || recipient || template || args || link || error FROM notify_outbox`).Scan(&row)
		if strings.Contains(row, "13900000001") || strings.Contains(row, "张三") {
			t.Errorf("the outbox holds %s", row)
		}
		return err
	})
	if n, err := h.Outbox.Deliver(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d delivered, %v", n, err)
	}
	sent := h.Dev.Sent()
	if len(sent) != 1 || sent[0].Address != "13900000001" || sent[0].Channel != notify.SMS || !strings.Contains(sent[0].Text, r.Number) {
		t.Errorf("sent %+v", sent)
	}
	looks := 0
	h.read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM trail_look WHERE person_id = $1 AND actor_id = 'notify'`, person).Scan(&looks)
	})
	if looks != 1 {
		t.Errorf("%d rows say that the number was read for the SMS", looks)
	}
}

// Rates follow from facts, and told again they stay: replay agrees.
func TestRatesFollow(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, solved := range []string{"yes", "no"} {
		in := lamp()
		in.ClientID = fmt.Sprint("test-lamp-", i)
		r := h.receive(in)
		h.dispatch(r.CaseID)
		h.reply(r.CaseID)
		h.followUp(r.CaseID, solved)
	}
	report, err := h.Rates(t.Context(), oversee.Period{}, true)
	if err != nil || !report.Replayed.Agrees || report.Replayed.Cases != 2 {
		t.Fatalf("report %+v, %v", report.Replayed, err)
	}
	if len(report.Units) != 1 || report.Units[0].Unit != "3501.zmzx" {
		t.Fatalf("units %+v", report.Units)
	}
	for code, want := range map[string][2]int{"response": {2, 2}, "resolution": {1, 2}, "satisfaction": {1, 2}} {
		if got := report.Units[0].Rates[code]; [2]int{got.Good, got.Counts} != want {
			t.Errorf("%s %+v, want %v", code, got, want)
		}
	}
}

// A case that is forgotten climbs from a reminder to a red card, and a reply
// ends it.
func TestForgottenCase(t *testing.T) {
	t.Parallel()
	h := open(t)
	forgotten, replied := h.receive(lamp()), lamp()
	replied.ClientID = "test-lamp-2"
	second := h.receive(replied)
	h.dispatch(forgotten.CaseID)
	h.dispatch(second.CaseID)
	for range 60 {
		h.clock.Advance(12 * time.Hour)
		if err := h.tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.drain()
		if h.clock.Now().Sub(monday) == 9*24*time.Hour {
			h.reply(second.CaseID)
			h.drain()
		}
	}
	levels := func(id string) (out []oversee.Level) {
		list, err := h.Oversee.OrdersOn(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			if o.Level != oversee.Reminder {
				out = append(out, o.Level)
			}
		}
		return out
	}
	if got := levels(forgotten.CaseID); !slices.Equal(got, []oversee.Level{oversee.Oversight, oversee.Yellow, oversee.Red}) {
		t.Errorf("the forgotten case has %v", got)
	}
	if got := levels(second.CaseID); !slices.Equal(got, []oversee.Level{oversee.Oversight}) {
		t.Errorf("the case replied to has %v", got)
	}
}
