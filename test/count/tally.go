package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc cmd/test2json`.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64 // seconds
}

// name is one test of one package; an empty test is the package itself.
type name struct{ pkg, test string }

// tally is what a run of tests came to.
type tally struct {
	ended  map[name]event
	output map[name][]string
	parent map[name]bool // has subtests
}

// counts are numbers of tests.
type counts struct{ passed, failed, skipped int }

// read takes in every event. A line that is no event fails: half a run must not look like a whole one.
func read(r io.Reader) (*tally, error) {
	t := &tally{ended: map[name]event{}, output: map[name][]string{}, parent: map[name]bool{}}
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return t, nil
		}
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		t.take(e)
	}
}

func (t *tally) take(e event) {
	id := name{e.Package, e.Test}
	if e.Package == "" {
		id.pkg = e.ImportPath // what the compiler says
	}
	if cut := strings.LastIndexByte(e.Test, '/'); cut > 0 {
		t.parent[name{e.Package, e.Test[:cut]}] = true
	}
	switch e.Action {
	case "output", "build-output":
		if !strings.HasPrefix(e.Output, "=== ") { // that a test ran, paused and went on
			t.output[id] = append(t.output[id], e.Output)
		}
	case "pass", "fail", "skip", "build-fail":
		t.ended[id] = e
	}
}

// blamed tells whether something below a failed name failed too, so that the name itself is not counted.
func (t *tally) blamed(id name) bool {
	for other, e := range t.ended {
		if e.Action != "fail" || other.pkg != id.pkg || other.test == id.test {
			continue
		}
		if id.test == "" || strings.HasPrefix(other.test, id.test+"/") {
			return true
		}
	}
	return false
}

// count counts tests without subtests, and failures nobody below answers for.
func (t *tally) count() (n counts) {
	for id, e := range t.ended {
		switch {
		case e.Action == "fail" && !t.blamed(id):
			n.failed++
		case id.test == "" || t.parent[id]:
		case e.Action == "pass":
			n.passed++
		case e.Action == "skip":
			n.skipped++
		}
	}
	return n
}

// show writes what failed with its output, what was skipped with its reason, and the slowest packages.
func (t *tally) show(w io.Writer) {
	ids := slices.SortedFunc(maps.Keys(t.ended), func(a, b name) int {
		return strings.Compare(a.pkg+" "+a.test, b.pkg+" "+b.test)
	})
	for _, id := range ids {
		e := t.ended[id]
		switch {
		case e.Action == "build-fail", e.Action == "fail" && !t.blamed(id):
			fmt.Fprintf(w, "FAIL %s %s\n%s", id.pkg, id.test, strings.Join(t.output[id], ""))
		case e.Action == "skip" && id.test != "":
			fmt.Fprintf(w, "skipped %s %s: %s\n", id.pkg, id.test, t.reason(id))
		}
	}
	t.slowest(w, 5)
}

// reason is the line a skipped test left.
func (t *tally) reason(id name) string {
	for _, line := range t.output[id] {
		if _, words, ok := strings.Cut(line, ".go:"); ok {
			_, words, _ = strings.Cut(words, ": ")
			return strings.TrimSpace(words)
		}
	}
	return "no reason given"
}

func (t *tally) slowest(w io.Writer, most int) {
	var packages []event
	for id, e := range t.ended {
		if id.test == "" && e.Elapsed > 0 {
			packages = append(packages, e)
		}
	}
	slices.SortFunc(packages, func(a, b event) int { return int(1000*b.Elapsed) - int(1000*a.Elapsed) })
	for _, e := range packages[:min(most, len(packages))] {
		fmt.Fprintf(w, "%6.1f s  %s\n", e.Elapsed, e.Package)
	}
}
