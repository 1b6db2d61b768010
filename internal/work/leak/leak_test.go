package leak_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
	"banyan/internal/work/leak"
)

// town is people, and staff who saw them in lists.
type town struct {
	*testing.T
	db     *db.DB
	people *person.Service
	leak   *leak.Service
	ids    []string
	r      *rand.Rand
}

func each(t *testing.T, test func(w *town)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, append(trailtest.Schemas(), vault.Schema(), person.Schema(), leak.Schema()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC))
		log := trailtest.New(t, d, c)
		w := &town{T: t, db: d, r: rand.New(rand.NewPCG(1, 2))}
		var err error
		w.people, err = person.New(d, c, log, bytes.Repeat([]byte{7}, 32))
		w.must(err)
		policy, err := access.New()
		w.must(err)
		w.leak = leak.New(leak.Deps{DB: d, Clock: c, People: w.people, Trail: log, Policy: policy, City: "/3501/", Key: []byte("canaries of a test"), Check: func(string) byte { return '7' }})
		test(w)
	})
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// settle gives the town people with invented numbers.
func (w *town) settle(n int) {
	w.Helper()
	w.must(w.db.Write(w.Context(), func(tx *db.Tx) error {
		for i := range n {
			id, err := w.people.Ensure(tx, person.Contact{Name: string([]rune("张王李赵陈林黄吴")[i%8]) + "某", Phone: fmt.Sprintf("1%d%09d", 3+w.r.IntN(7), w.r.IntN(1e9))})
			if err != nil {
				return err
			}
			w.ids = append(w.ids, id)
		}
		return nil
	}))
}

// sees lets a member of staff see a list, and gives it as their screen shows it.
func (w *town) sees(viewer string, ids ...string) string {
	w.Helper()
	var list strings.Builder
	w.must(w.db.Write(w.Context(), func(tx *db.Tx) error {
		r := trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: viewer, Unit: "u"}, Purpose: trail.ForList}
		shown, err := w.people.Masked(tx, r, ids...)
		for i, id := range ids {
			fmt.Fprintf(&list, "%d %s %s\n", i+1, shown[id].Name, shown[id].Phone)
		}
		return err
	}))
	return list.String()
}

// spoil types a list off with mistakes: a digit is wrong with a probability.
func (w *town) spoil(list string, wrong float64) string {
	text := []byte(list)
	for i, c := range text {
		if '0' <= c && c <= '9' && w.r.Float64() < wrong {
			text[i] = '0' + byte(w.r.IntN(10))
		}
	}
	return string(text)
}

func supervisor() access.Actor {
	return access.Actor{Kind: access.Staff, ID: "boss", Unit: "u", Area: "/3501/", Roles: []string{access.Supervisor}}
}

func (w *town) trace(text string) leak.Trace {
	w.Helper()
	got, err := w.leak.Trace(w.Context(), supervisor(), leak.Ask{Reason: "名单出现在微信群", Source: "text", Text: text})
	w.must(err)
	return got
}

// Twenty rows name who passed them on among all who saw the same list, though every fifth digit is wrong; sorting does not help,
// and a few rows, or somebody's own invention, name nobody.
func TestTwentyRowsNameTheirViewer(t *testing.T) {
	each(t, func(w *town) {
		w.settle(400)
		some := w.ids[100:120]
		lists := map[string]string{}
		for i := range 60 {
			viewer := fmt.Sprintf("s%02d", i)
			lists[viewer] = w.sees(viewer, some...)
		}
		for _, viewer := range []string{"s07", "s33", "s59"} {
			got := w.trace(w.spoil(lists[viewer], 0.2))
			if !got.Named || got.Suspects[0].Viewer != viewer || got.Bound > leak.FalseMost || got.Viewers != 60 || got.Suspects[0].Share < 0.999 {
				w.Errorf("%s's list: %+v", viewer, got)
			}
		}
		few := strings.Join(strings.SplitAfter(lists["s07"], "\n")[:5], "")
		if got := w.trace(few); got.Named || got.Rows != 5 {
			w.Errorf("five rows name %+v", got.Suspects)
		}
		var invented strings.Builder
		for range 20 {
			fmt.Fprintf(&invented, "1%d*%d***%d*%d%d\n", 3+w.r.IntN(7), w.r.IntN(10), w.r.IntN(10), w.r.IntN(10), w.r.IntN(10))
		}
		if got := w.trace(invented.String()); got.Named {
			w.Errorf("an invented list names %+v", got.Suspects)
		}
	})
}

func TestATraceIsKeptAndBelongsToSupervisors(t *testing.T) {
	each(t, func(w *town) {
		w.settle(5)
		list := w.sees("s1", w.ids...)
		w.trace(list)
		asked, err := w.leak.Asked(w.Context(), supervisor(), 10)
		w.must(err)
		if len(asked) != 1 || asked[0].Actor != "boss" || asked[0].Reason != "名单出现在微信群" || asked[0].Rows != 5 || asked[0].Named != "" {
			w.Errorf("kept %+v", asked)
		}
		handler := supervisor()
		handler.Roles = []string{access.Handler}
		for name, err := range map[string]error{
			"a handler":  second(w.leak.Trace(w.Context(), handler, leak.Ask{Reason: "名单出现在微信群", Text: list})),
			"their list": second(w.leak.Asked(w.Context(), handler, 10)),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				w.Errorf("%s: %v", name, err)
			}
		}
		for name, in := range map[string]leak.Ask{"reason": {Text: list}, "text": {Reason: "名单出现在微信群", Text: "没有"}} {
			_, err := w.leak.Trace(w.Context(), supervisor(), in)
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != name {
				w.Errorf("without %s: %v", name, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
