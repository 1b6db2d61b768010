package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// verdict is what a look at the store found.
type verdict struct {
	Lost    []string // acknowledged and not there, or an effect that is missing
	Doubled []string // there twice
	Unsound []string // does not fit together
	Checked int      // acknowledged things that were looked up
}

func (v verdict) bad() bool { return len(v.Lost)+len(v.Doubled)+len(v.Unsound) > 0 }

func (v *verdict) add(list *[]string, format string, args ...any) {
	*list = append(*list, fmt.Sprintf(format, args...))
}

// before is what was in the store before the load: requests and entries nobody acknowledged to the harness.
type before struct {
	requests map[string]bool
	acts     map[deed]int
	sent     map[string]bool // messages
}

func remember(s snapshot) before {
	b := before{requests: map[string]bool{}, acts: map[deed]int{}, sent: map[string]bool{}}
	for key, state := range s.outbox {
		b.sent[key] = state == "sent"
	}
	for _, r := range s.requests {
		b.requests[r.id] = true
	}
	for _, e := range s.journal {
		b.acts[deed{e.caseID, e.action}]++
	}
	return b
}

// judge compares a store whose reactions have all run with what was acknowledged.
func judge(s snapshot, l *ledger, b before) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	var v verdict
	v.acknowledged(s, l, b)
	v.journals(s)
	v.files(s)
	v.facts(s)
	v.effects(s, b)
	if s.skewed > 0 {
		v.add(&v.Unsound, "%d totals of supervision are not the sum of their entries", s.skewed)
	}
	if s.failed > 0 {
		v.add(&v.Unsound, "%d reactions were given up", s.failed)
	}
	if s.terms != s.entries {
		v.add(&v.Unsound, "the full-text index has %d rows and %d belong", s.terms, s.entries)
	}
	return v
}

// acknowledged looks every acknowledged report and step up.
func (v *verdict) acknowledged(s snapshot, l *ledger, b before) {
	stored := map[string][]requestRow{}
	numbers := map[string]int{}
	for _, r := range s.requests {
		stored[r.clientID] = append(stored[r.clientID], r)
		numbers[r.number]++
		if _, sent := l.reports[r.clientID]; !sent && !b.requests[r.id] {
			v.add(&v.Unsound, "request %s was sent by nobody", r.id)
		}
	}
	for number, n := range numbers {
		if n > 1 {
			v.add(&v.Doubled, "number %s was given %d times", number, n)
		}
	}
	photos := map[string]bool{}
	for _, p := range s.photos {
		photos[p.requestID] = true
	}
	for id, r := range l.reports {
		rows := stored[id]
		if len(rows) > 1 {
			v.add(&v.Doubled, "report %s is stored %d times", id, len(rows))
		}
		if r.number == "" {
			continue
		}
		v.Checked++
		switch {
		case len(rows) == 0:
			v.add(&v.Lost, "report %s, acknowledged as %s", id, r.number)
		case rows[0].number != r.number:
			v.add(&v.Unsound, "report %s was acknowledged as %s and is %s", id, r.number, rows[0].number)
		case r.photo && !photos[rows[0].id]:
			v.add(&v.Lost, "the photo of report %s", id)
		}
	}
	v.steps(s, l, b)
}

func (v *verdict) steps(s snapshot, l *ledger, b before) {
	done := map[deed]int{}
	for _, e := range s.journal {
		done[deed{e.caseID, e.action}]++
	}
	for d, t := range l.acts {
		n := done[d] - b.acts[d]
		v.Checked += t.acked
		if n < t.acked {
			v.add(&v.Lost, "%s of case %s was acknowledged and is not in the journal", d.action, d.caseID)
		}
		if n > 1 {
			v.add(&v.Doubled, "%s of case %s is in the journal %d times", d.action, d.caseID, n)
		}
	}
}

// journals wants every case to have its entries 1, 2, 3 … and to stand where the last one left it.
func (v *verdict) journals(s snapshot) {
	last := map[string]int{}
	for _, e := range s.journal {
		if e.seq != last[e.caseID]+1 {
			v.add(&v.Unsound, "the journal of case %s goes from %d to %d", e.caseID, last[e.caseID], e.seq)
		}
		last[e.caseID] = e.seq
		if _, ok := s.cases[e.caseID]; !ok {
			v.add(&v.Lost, "case %s, which has a journal", e.caseID)
		}
	}
	for id, c := range s.cases {
		if c.version != last[id] {
			v.add(&v.Unsound, "case %s is at version %d and its journal at %d", id, c.version, last[id])
		}
	}
}

// files wants the list columns and index rows to say what the files say, and every request to be in one case.
func (v *verdict) files(s snapshot) {
	orders := map[string]orderRow{}
	for _, o := range s.orders {
		orders[o.id] = o
	}
	inFiles := 0
	for id, c := range s.cases {
		f, err := parse[file](c.file)
		if err != nil || f.Case.Version != c.version || f.Case.State != c.state {
			v.add(&v.Unsound, "the row of case %s does not say what its file says (%v)", id, err)
			continue
		}
		inFiles += len(f.Orders)
		for _, o := range f.Orders {
			if orders[o.ID] != (orderRow{o.ID, id, o.Unit, o.Role, o.State}) {
				v.add(&v.Unsound, "the row of order %s does not say what the file of case %s says", o.ID, id)
			}
		}
	}
	if inFiles != len(s.orders) {
		v.add(&v.Unsound, "%d orders have a row and %d are in files", len(s.orders), inFiles)
	}
	for _, r := range s.requests {
		if _, ok := s.cases[r.caseID]; !ok || s.links[r.id] != 1 {
			v.add(&v.Unsound, "request %s is in %d cases", r.id, s.links[r.id])
		}
	}
}

// facts wants one fact for each journal entry and each request, and none besides.
func (v *verdict) facts(s snapshot) {
	type key struct {
		caseID string
		seq    int
		name   string
	}
	said := map[key]int{}
	received := map[string]int{}
	for _, f := range s.facts {
		switch {
		case strings.HasPrefix(f.name, "casework."):
			t, err := parse[told](f.body)
			if err != nil {
				v.add(&v.Unsound, "fact %s of %s cannot be read: %v", f.name, f.subject, err)
			}
			said[key{t.Case, t.Seq, f.name}]++
		case f.name == "request.Received":
			received[f.subject]++
		}
	}
	for _, e := range s.journal {
		k := key{e.caseID, e.seq, "casework." + e.action}
		v.once(said[k], "the fact of entry %d (%s) of case %s", e.seq, e.action, e.caseID)
		delete(said, k)
	}
	for k := range said {
		v.add(&v.Unsound, "a fact tells of entry %d of case %s, which is not in the journal", k.seq, k.caseID)
	}
	for _, r := range s.requests {
		v.once(received[r.id], "the fact of request %s", r.id)
	}
}

// once wants a thing exactly once.
func (v *verdict) once(n int, what string, args ...any) {
	switch {
	case n == 0:
		v.add(&v.Lost, what, args...)
	case n > 1:
		v.add(&v.Doubled, what+": %d times", append(args, n)...)
	}
}

// effects wants what reactions do to the load's requests to be there, once.
func (v *verdict) effects(s snapshot, b before) {
	person, opened := map[string]string{}, map[string]int{}
	for _, r := range s.requests {
		if b.requests[r.id] {
			continue
		}
		person[r.id] = r.person
		opened[r.caseID]++
		v.once(s.found[r.id], "the search entry of request %s", r.id)
		if !s.guessed[r.caseID] {
			v.add(&v.Lost, "the suggestion for case %s", r.caseID)
		}
	}
	for id, n := range opened {
		switch read := s.read[id]; {
		case read < n:
			v.add(&v.Lost, "the trail of reading case %s for the index", id)
		case read > n:
			v.add(&v.Doubled, "the reaction that reads case %s for the index ran %d times", id, read)
		}
	}
	v.messages(s, person)
}

// messages wants a note for each step a requester hears of, and an SMS for each reply.
func (v *verdict) messages(s snapshot, person map[string]string) {
	want := map[string]bool{}
	for _, f := range s.facts {
		if !strings.HasPrefix(f.name, "casework.") {
			continue
		}
		t, err := parse[told](f.body)
		if err != nil || !hears(t) {
			continue
		}
		for _, id := range t.Requests {
			if person[id] == "" {
				continue // before the load, or nobody to tell
			}
			key := fmt.Sprintf("case:%s:%d:%s", t.Case, t.Seq, id)
			want[key] = true
			if !s.notes[key] {
				v.add(&v.Lost, "the note %s", key)
			}
			if _, ok := s.outbox[key+":sms"]; !ok && t.State == "replied" {
				v.add(&v.Lost, "the SMS %s", key)
			}
		}
	}
	for key := range s.notes {
		parts := strings.Split(key, ":")
		if len(parts) == 4 && person[parts[3]] != "" && !want[key] {
			v.add(&v.Doubled, "the note %s, which no step gives", key)
		}
	}
}

// hears tells whether requesters hear of a step of the load.
func hears(t told) bool {
	return t.Action == "follow_up" && t.State == "closed" || slices.Contains([]string{"dispatch", "reply"}, t.Action)
}

// blobs wants every photo that a row names to lie in the data folder, whole.
func (v *verdict) blobs(data string, s snapshot) {
	for _, p := range s.photos {
		info, err := os.Stat(filepath.Join(data, "files", p.key[:2], p.key[2:4], p.key))
		if err != nil || info.Size() != p.size {
			v.add(&v.Lost, "file %s of request %s", p.key, p.requestID)
		}
	}
}
