package messages_test

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/messages"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// today is when every import runs.
var today = worktest.Monday()

// house is one test's own store with the services an import plays through.
type house struct {
	*testing.T
	*messages.Import
	db    *db.DB
	aside *bytes.Buffer
}

// each runs a test on every engine there is.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	worktest.Each(t, func(h *worktest.House) { test(open(h)) })
}

// fresh is a house on SQLite alone, for tests of the file and not of the store.
func fresh(t *testing.T) *house {
	t.Helper()
	return open(worktest.Fresh(t))
}

func open(h *worktest.House) *house {
	aside := new(bytes.Buffer)
	return &house{T: h.T, db: h.DB, aside: aside, Import: &messages.Import{
		Clock: h.Clock, Requests: h.Requests, Cases: h.Cases, Triage: h.Triage(), Facts: h.Facts, Aside: aside, Settle: h.Facts.Drain,
	}}
}

// run imports a text as it would be run today.
func (h *house) run(ctx context.Context, file string) (messages.Result, error) {
	h.Clock.Set(today)
	return h.Import.Run(ctx, strings.NewReader(file))
}

func (h *house) must(file string) messages.Result {
	h.Helper()
	res, err := h.run(h.Context(), file)
	if err != nil {
		h.Fatal(err)
	}
	return res
}

// stories tells what happened to every case, without the ids that differ from
// store to store, in an order of its own. Every journal must rebuild its case.
func (h *house) stories() []string {
	h.Helper()
	var out []string
	last := ""
	_, differ, err := h.Cases.Replay(h.Context(), func(e casework.Happened) error {
		if e.Case != last {
			out, last = append(out, e.Area+" "+e.Kind), e.Case
		}
		out[len(out)-1] += "\n  " + strings.Join([]string{e.At.In(clock.City).Format(time.DateTime), string(e.Action), string(e.State), e.Duty, e.Lead}, " ")
		return nil
	})
	if err != nil || len(differ) > 0 {
		h.Fatalf("replay: %v differ, %v", differ, err)
	}
	slices.Sort(out)
	return out
}

// cases gives every case with its requests' words.
func (h *house) cases() map[string]*casework.File {
	h.Helper()
	out := map[string]*casework.File{}
	ids := map[string]bool{}
	if _, _, err := h.Cases.Replay(h.Context(), func(e casework.Happened) error { ids[e.Case] = true; return nil }); err != nil {
		h.Fatal(err)
	}
	for id := range ids {
		f, err := h.Cases.Get(h.Context(), access.Program("test"), id)
		if err != nil {
			h.Fatal(err)
		}
		said := h.words(f)
		out[said.Subject] = f
	}
	return out
}

// words reads what was said in the only request of a case.
func (h *house) words(f *casework.File) request.Said {
	h.Helper()
	var said []request.Said
	err := h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		said, err = h.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex, Subject: f.Case.ID}, f.Requests()...)
		return err
	})
	if err != nil || len(said) != 1 {
		h.Fatalf("words %v, %v", said, err)
	}
	return said[0]
}

func sample(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/sample.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
