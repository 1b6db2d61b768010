package survey_test

import (
	"fmt"
	"sync"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/work/survey"
)

// Of many who write at the same moment one does, and each of the others is told; what is decided at once is decided once.
func TestAtTheSameMoment(t *testing.T) {
	each(t, func(h *house) {
		v, waits := h.running(1), h.proposed()
		form := h.answers(v, h.first(v), "")
		var mu sync.Mutex
		var wg sync.WaitGroup
		results := map[string]int{}
		at := func(what string, do func() error) {
			wg.Go(func() {
				err := do()
				e, refused := fault.As(err)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					results[what+" done"]++
				case refused && e.Kind == fault.Conflict:
					results[what+" told"]++
				default:
					t.Errorf("%s: %v", what, err)
				}
			})
		}
		for i := range 8 {
			at("answer", func() error {
				in := form
				in.Form = fmt.Sprint("f", i)
				return h.Surveys.Answer(t.Context(), h.worker, in)
			})
			at("decide", func() error {
				if i%2 == 0 {
					return h.Surveys.Approve(t.Context(), h.chief, waits.ID)
				}
				return h.Surveys.Refuse(t.Context(), h.chief, waits.ID, "民政局已有登记")
			})
		}
		wg.Wait()
		for what, want := range map[string]int{"answer done": 1, "answer told": 7, "decide done": 1, "decide told": 7} {
			if results[what] != want {
				t.Errorf("%s: %d, want %d", what, results[what], want)
			}
		}
	})
}

// However answers and the end meet, each answer was either kept before it or refused, and after the destruction no row is left.
func TestAnswersMeetTheEnd(t *testing.T) {
	each(t, func(h *house) {
		v := h.running(24)
		var forms []survey.Answering
		for after := ""; len(forms) < 24; {
			id, err := h.Surveys.Next(t.Context(), h.worker, v.ID, after)
			h.Must(err)
			forms = append(forms, h.answers(v, id, id))
			after = id
		}
		var wg sync.WaitGroup
		kept := make([]bool, len(forms))
		for i, form := range forms {
			wg.Go(func() {
				err := h.Surveys.Answer(t.Context(), h.worker, form)
				if e, ok := fault.As(err); err != nil && (!ok || e.Key != "survey.over") {
					t.Errorf("answer %d: %v", i, err)
				}
				kept[i] = err == nil
			})
		}
		wg.Go(func() {
			h.Must(h.Surveys.End(t.Context(), h.owner, v.ID, "目的已经达到"))
			_, err := h.Surveys.Tidy(t.Context())
			h.Must(err)
		})
		wg.Wait()
		_, c, err := h.Surveys.PublicOne(t.Context(), v.ID)
		h.Must(err)
		if c == nil || c.Records != 24 {
			t.Errorf("the certificate: %+v", c)
		}
		n := 0
		for _, yes := range kept {
			if yes {
				n++
			}
		}
		want := survey.Hidden // all said yes and nobody no: the second cell is few, so the first goes, too
		if len(c.Counts) == 0 || c.Counts[0].Counts[0] != want {
			t.Errorf("%d kept, counts %+v", n, c.Counts)
		}
		h.Read(func(tx *db.Tx) error {
			var left int
			err := tx.QueryRow(`SELECT count(*) FROM survey_entry`).Scan(&left)
			if left != 0 {
				t.Errorf("%d rows are left", left)
			}
			return err
		})
	})
}
