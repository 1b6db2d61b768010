package classify

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Options tune training; the zero value is what the figures in the tests were measured with.
type Options struct {
	Epochs   int                   // passes over the rows per fit; 0 = 12
	Folds    int                   // parts for calibration and the report; 0 = 5, at least 2
	Progress func(done, total int) // called after each fit; may be nil
}

// Report tells what a training saw. The quality is that of rows a fold had not seen.
type Report struct {
	Examples   int            `json:"examples"`
	Duplicates int            `json:"duplicates"` // same label and text after folding, dropped
	Labels     map[string]int `json:"labels"`
	Features   int            `json:"features"`
	Held       Result         `json:"held"` // cross-validated
	Scale      float64        `json:"scale"`
}

// Train makes a model of examples. Rows equal after folding are used once. It fails on fewer than
// two labels, on fewer rows than folds and when ctx ends.
func Train(ctx context.Context, examples []Example, opt Options) (*Model, Report, error) {
	opt.Epochs, opt.Folds = orDefault(opt.Epochs, 12), max(2, orDefault(opt.Folds, 5))
	if opt.Progress == nil {
		opt.Progress = func(int, int) {}
	}
	set := newTrainingSet(examples)
	report := Report{Examples: len(examples), Duplicates: len(examples) - len(set.ys), Labels: set.labelCounts()}
	if len(set.labels) < 2 || len(set.ys) < opt.Folds {
		return nil, report, errors.New("train: at least two labels and as many rows as folds are needed")
	}
	vocab, idf := buildVocabulary(set.texts)
	xs := vectors(vocab, idf, set.texts)
	margins, err := held(ctx, xs, set, len(vocab.hashes), opt)
	if err != nil {
		return nil, report, fmt.Errorf("train: %w", err)
	}
	w := newWeights(len(vocab.hashes), len(set.labels))
	if err := solve(ctx, xs, set.ys, upTo(len(xs)), w, opt.Epochs); err != nil {
		return nil, report, fmt.Errorf("train: %w", err)
	}
	opt.Progress(opt.Folds+1, opt.Folds+1)
	scale := fitScale(margins, set.ys, len(set.labels))
	report.Features, report.Scale = len(vocab.hashes), scale
	report.Held = tallyMargins(margins, set.ys, set.labels)
	return newModel(set.labels, vocab, rowsOf(idf, w), w.bias, float32(scale)), report, nil
}

func orDefault(n, byDefault int) int {
	if n <= 0 {
		return byDefault
	}
	return n
}

type trainingSet struct {
	labels []string // sorted
	texts  [][]rune
	ys     []int
}

func newTrainingSet(examples []Example) trainingSet {
	var set trainingSet
	for _, e := range examples {
		set.labels = append(set.labels, e.Label)
	}
	slices.Sort(set.labels)
	set.labels = slices.Compact(set.labels)
	fold, seen := newFolder(), make(map[string]bool, len(examples))
	for _, e := range examples {
		rs := fold.fold(fold.fold(nil, e.Subject), e.Text)
		key := e.Label + "\x00" + string(rs)
		if seen[key] {
			continue
		}
		seen[key] = true
		label, _ := slices.BinarySearch(set.labels, e.Label)
		set.texts, set.ys = append(set.texts, rs), append(set.ys, label)
	}
	return set
}

func (s trainingSet) labelCounts() map[string]int {
	out := make(map[string]int, len(s.labels))
	for _, y := range s.ys {
		out[s.labels[y]]++
	}
	return out
}

func vectors(vocab *vocabulary, idf []float32, texts [][]rune) []vector {
	count := newCounter(vocab)
	out := make([]vector, len(texts))
	for i, rs := range texts {
		out[i] = count.vector(rs, idf)
	}
	return out
}

// held gives each row's margins by machines that did not see it. The vocabulary is shared by the
// folds: it knows texts but no labels.
func held(ctx context.Context, xs []vector, set trainingSet, features int, opt Options) ([]float32, error) {
	k := len(set.labels)
	out := make([]float32, len(xs)*k)
	place := foldOf(len(xs), opt.Folds)
	for f := range opt.Folds {
		var pick []int
		for i := range xs {
			if place[i] != f {
				pick = append(pick, i)
			}
		}
		w := newWeights(features, k)
		if err := solve(ctx, xs, set.ys, pick, w, opt.Epochs); err != nil {
			return nil, err
		}
		for i := range xs {
			if place[i] == f {
				w.margins(out[i*k:(i+1)*k], xs[i])
			}
		}
		opt.Progress(f+1, opt.Folds+1)
	}
	return out, nil
}
