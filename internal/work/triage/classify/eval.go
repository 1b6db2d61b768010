package classify

import "slices"

// Result is the quality over labelled rows. Top3 is the share whose label is among the best three;
// MacroF1 is the mean over every label that was true or given.
type Result struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	Top3     float64 `json:"top3"`
}

// Eval measures a model on rows it was not trained on. A label the model does not know counts as
// wrong.
func Eval(m *Model, rows []Example) Result {
	t := tally{hits: map[string]*hits{}}
	var got []Probability
	var best [3]string
	for _, r := range rows {
		got = m.Classify(got[:0], r.Subject, r.Text)
		for i := range best {
			best[i] = got[min(i, len(got)-1)].Label
		}
		t.add(r.Label, best)
	}
	return t.result()
}

// tallyMargins measures held-out margins, k per row.
func tallyMargins(margins []float32, ys []int, labels []string) Result {
	t := tally{hits: map[string]*hits{}}
	order := make([]int, len(labels))
	for i, y := range ys {
		row := margins[i*len(labels) : (i+1)*len(labels)]
		for c := range order {
			order[c] = c
		}
		slices.SortStableFunc(order, func(a, b int) int { return compareDown(row[a], row[b]) })
		var best [3]string
		for j := range best {
			best[j] = labels[order[min(j, len(order)-1)]]
		}
		t.add(labels[y], best)
	}
	return t.result()
}

func compareDown(a, b float32) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

type hits struct{ right, wrongly, missed int }

type tally struct {
	n, right, top3 int
	hits           map[string]*hits
}

func (t *tally) of(label string) *hits {
	if t.hits[label] == nil {
		t.hits[label] = &hits{}
	}
	return t.hits[label]
}

func (t *tally) add(label string, best [3]string) {
	t.n++
	if slices.Contains(best[:], label) {
		t.top3++
	}
	if best[0] == label {
		t.right++
		t.of(label).right++
		return
	}
	t.of(label).missed++
	t.of(best[0]).wrongly++
}

func (t *tally) result() Result {
	if t.n == 0 {
		return Result{}
	}
	var f1 float64
	for _, h := range t.hits {
		f1 += 2 * float64(h.right) / float64(2*h.right+h.wrongly+h.missed)
	}
	n := float64(t.n)
	return Result{t.n, float64(t.right) / n, f1 / float64(len(t.hits)), float64(t.top3) / n}
}
