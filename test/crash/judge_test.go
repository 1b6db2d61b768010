package main

import (
	"maps"
	"strings"
	"testing"
)

// sound is a store with one report that was dispatched, and the ledger of who did it.
func sound() (snapshot, *ledger) {
	const fileText = `{"case":{"state":"dispatched","version":2},"orders":[{"id":"O","unit":"U","role":"lead","state":"offered"}]}`
	l := newLedger()
	l.sending("client-1", false)
	l.received("client-1", "FZ1")
	l.doing(deed{"C", "dispatch"})
	l.did(deed{"C", "dispatch"}, true)
	return snapshot{
		requests: []requestRow{{"R", "client-1", "FZ1", "C", "P"}},
		cases:    map[string]caseRow{"C": {2, "dispatched", 1, fileText}},
		orders:   []orderRow{{"O", "C", "U", "lead", "offered"}},
		journal:  []entryRow{{"C", 1, "open"}, {"C", 2, "dispatch"}},
		facts: []factRow{
			{"request.Received", "R", "{}"}, {"casework.open", "C", `{"case":"C","seq":1,"action":"open"}`},
			{"casework.dispatch", "C", `{"case":"C","seq":2,"action":"dispatch","state":"dispatched","requests":["R"]}`},
		},
		links: map[string]int{"R": 1}, notes: map[string]bool{"case:C:2:R": true}, outbox: map[string]string{},
		found: map[string]int{"R": 1}, terms: 1, entries: 1, guessed: map[string]bool{"C": true}, read: map[string]int{"C": 1},
	}, l
}

func TestJudge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		harm func(s *snapshot, l *ledger)
		want string // in the findings; empty: none
	}{
		{"sound", func(*snapshot, *ledger) {}, ""},
		{"a report is gone", func(s *snapshot, _ *ledger) { s.requests = nil }, "report client-1"},
		{"a report is there twice", func(s *snapshot, _ *ledger) { s.requests = append(s.requests, s.requests[0]) }, "stored 2 times"},
		{"another number", func(s *snapshot, _ *ledger) { s.requests[0].number = "FZ2" }, "was acknowledged as FZ1"},
		{"a photo is gone", func(_ *snapshot, l *ledger) { l.reports["client-1"].photo = true }, "the photo of"},
		{"sent by nobody", func(s *snapshot, _ *ledger) { s.requests[0].clientID = "own:1" }, "sent by nobody"},
		{"a step is gone", func(s *snapshot, _ *ledger) { s.journal = s.journal[:1] }, "dispatch of case C was acknowledged"},
		{"a step was done twice", func(s *snapshot, _ *ledger) { s.journal = append(s.journal, entryRow{"C", 3, "dispatch"}) }, "in the journal 2 times"},
		{"a gap in a journal", func(s *snapshot, _ *ledger) { s.journal[1].seq = 3 }, "goes from 1 to 3"},
		{"a case without its row", func(s *snapshot, _ *ledger) { delete(s.cases, "C") }, "which has a journal"},
		{"a row behind its file", func(s *snapshot, _ *ledger) { s.orders[0].state = "signed" }, "the row of order O"},
		{"an order without a file", func(s *snapshot, _ *ledger) { s.orders = append(s.orders, orderRow{id: "X"}) }, "orders have a row"},
		{"a request in no case", func(s *snapshot, _ *ledger) { s.links = nil }, "is in 0 cases"},
		{"a fact is gone", func(s *snapshot, _ *ledger) { s.facts = s.facts[:2] }, "the fact of entry 2"},
		{"a fact was said twice", func(s *snapshot, _ *ledger) { s.facts = append(s.facts, s.facts[1]) }, "the fact of entry 1 (open) of case C: 2 times"},
		{"a fact of nothing", func(s *snapshot, _ *ledger) {
			s.facts = append(s.facts, factRow{"casework.sign", "C", `{"case":"C","seq":3}`})
		}, "not in the journal"},
		{"not findable", func(s *snapshot, _ *ledger) { s.found = nil }, "the search entry"},
		{"no suggestion", func(s *snapshot, _ *ledger) { s.guessed = nil }, "the suggestion"},
		{"a reaction ran twice", func(s *snapshot, _ *ledger) { s.read["C"] = 2 }, "ran 2 times"},
		{"a note is gone", func(s *snapshot, _ *ledger) { s.notes = map[string]bool{} }, "the note case:C:2:R"},
		{"a note too many", func(s *snapshot, _ *ledger) { s.notes["case:C:9:R"] = true }, "which no step gives"},
		{"an SMS is gone", func(s *snapshot, _ *ledger) {
			s.facts[2].body = strings.Replace(s.facts[2].body, "dispatched", "replied", 1)
		}, "the SMS"},
		{"totals", func(s *snapshot, _ *ledger) { s.skewed = 1 }, "totals"},
		{"a reaction was given up", func(s *snapshot, _ *ledger) { s.failed = 1 }, "given up"},
		{"the full-text index", func(s *snapshot, _ *ledger) { s.terms = 2 }, "full-text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, l := sound()
			s.read = maps.Clone(s.read)
			tt.harm(&s, l)
			v := judge(s, l, remember(snapshot{}))
			found := strings.Join(append(append(v.Lost, v.Doubled...), v.Unsound...), "\n")
			if (tt.want == "") != (found == "") || !strings.Contains(found, tt.want) {
				t.Errorf("found %q, want %q", found, tt.want)
			}
		})
	}
}
