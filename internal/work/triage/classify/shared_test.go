package classify

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedRows reads a file of real messages from BANYAN_DATA or from the folder beside the checkout.
func sharedRows(tb testing.TB, name string) []Example {
	tb.Helper()
	dir := os.Getenv("BANYAN_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "messages", name))
	if err != nil {
		tb.Skipf("skipped: real messages are absent (%v); set BANYAN_DATA to their folder to measure accuracy", err)
	}
	defer f.Close()
	rows, err := ReadExamples(f, func(line int, err error) { tb.Errorf("%s line %d: %v", name, line, err) })
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// without drops the rows whose folded words a training row has as well.
func without(rows, training []Example) []Example {
	fold, seen := newFolder(), map[string]bool{}
	for _, e := range training {
		seen[string(fold.fold(nil, e.Subject+e.Text))] = true
	}
	var out []Example
	for _, e := range rows {
		if !seen[string(fold.fold(nil, e.Subject+e.Text))] {
			out = append(out, e)
		}
	}
	return out
}

func trainShared(tb testing.TB, opt Options) (*Model, Report) {
	tb.Helper()
	m, report, err := Train(tb.Context(), sharedRows(tb, "labelled.jsonl"), opt)
	if err != nil {
		tb.Fatal(err)
	}
	return m, report
}

func TestRealMessages(t *testing.T) {
	t.Parallel()
	m, report := trainShared(t, Options{Folds: 2})
	raw := without(sharedRows(t, "labelled_raw_small.jsonl"), sharedRows(t, "labelled.jsonl"))
	got := Eval(m, raw)
	t.Logf("held out by two folds: %+v", report.Held)
	t.Logf("raw messages: %+v", got)
	if got.N < 150 || got.Accuracy < 0.90 || got.Top3 < 0.97 {
		t.Errorf("on raw messages: %+v, want at least 150 rows, accuracy 0.90, top3 0.97", got)
	}
	if report.Held.Accuracy < 0.90 {
		t.Errorf("held out: %+v, want accuracy of at least 0.90", report.Held)
	}
}

func BenchmarkClassify(b *testing.B) {
	m, _ := trainShared(b, Options{Folds: 2, Epochs: 4})
	rows := sharedRows(b, "labelled_raw_small.jsonl")
	var runes int
	for _, r := range rows {
		runes += len([]rune(r.Subject + r.Text))
	}
	out := make([]Probability, 0, len(m.labels))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r := rows[i%len(rows)]
		out = m.Classify(out[:0], r.Subject, r.Text)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(runes)/float64(len(rows)), "characters/message")
}
