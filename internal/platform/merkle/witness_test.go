package merkle_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
)

// beside opens a second store that witnesses the log of h.
func (h *house) beside() (*house, *httptest.Server) {
	h.Helper()
	w := over(h.T, dbtest.OpenSQLite(h.T, merkle.Schema()), "witness.example", 9)
	key, err := note.NewVerifier(h.log.Key())
	h.must(err)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		line, err := w.log.Cosign(r.Context(), []note.Verifier{key}, body)
		var stale merkle.StaleError
		switch {
		case errors.As(err, &stale):
			http.Error(rw, strconv.FormatInt(stale.Size, 10), http.StatusConflict)
		case errors.Is(err, merkle.ErrForked):
			http.Error(rw, "", http.StatusUnprocessableEntity)
		case err != nil:
			http.Error(rw, "", http.StatusForbidden)
		default:
			_, _ = rw.Write(line)
		}
	}))
	h.Cleanup(s.Close)
	return w, s
}

func TestAWitnessCosigns(t *testing.T) {
	each(t, func(h *house) {
		w, s := h.beside()
		witness, err := merkle.NewWitness(s.URL, w.log.Key())
		h.must(err)
		all := []merkle.Witness{witness}
		for _, n := range []int{3, 5, 2} {
			h.add(len(h.texts), n)
			h.must(h.log.Ask(h.Context(), s.Client(), all))
			h.must(h.log.Ask(h.Context(), s.Client(), all)) // the same head again
		}
		forgetful := []merkle.Witness{witness} // as after a restart: it begins at nothing
		h.must(h.log.Ask(h.Context(), s.Client(), forgetful))
		h.add(10, 1)
		receipt, err := h.log.Prove(h.Context(), id(9), h.texts[id(9)].Text)
		h.must(err)
		got, err := merkle.Check(receipt, h.log.Key(), witness.Key)
		if err != nil || len(got.Witnesses) != 1 || got.Witnesses[0].Name != "witness.example" || got.Head.Size != 10 {
			h.Errorf("the receipt is witnessed by %v of %d entries, %v", got.Witnesses, got.Head.Size, err)
		}
	})
}

// A store whose keeper rewrites the log, or shows one witness this and people that, is caught.
func TestAWitnessCatchesTwoHistories(t *testing.T) {
	t.Parallel()
	honest := over(t, dbtest.OpenSQLite(t, merkle.Schema()), origin, 1)
	honest.add(0, 20)
	w, s := honest.beside()
	witness, err := merkle.NewWitness(s.URL, w.log.Key())
	honest.must(err)
	honest.must(honest.log.Ask(t.Context(), s.Client(), []merkle.Witness{witness}))
	for name, n := range map[string]int{"shorter": 12, "as long": 20, "longer": 31} {
		liar := over(t, dbtest.OpenSQLite(t, merkle.Schema()), origin, 1) // the same key, another history
		liar.add(0, n)
		if err := liar.log.Ask(t.Context(), s.Client(), []merkle.Witness{witness}); !errors.Is(err, merkle.ErrForked) {
			t.Errorf("another history, %s: %v", name, err)
		}
		if size, _, err := liar.log.WitnessedAt(t.Context()); err != nil || size != 0 {
			t.Errorf("another history, %s: witnessed at %d, %v", name, size, err)
		}
	}
	honest.add(20, 4)
	honest.must(honest.log.Ask(t.Context(), s.Client(), []merkle.Witness{witness})) // it goes on trusting the true one
}

func TestCosignRefuses(t *testing.T) {
	t.Parallel()
	h := over(t, dbtest.OpenSQLite(t, merkle.Schema()), origin, 1)
	h.add(0, 3)
	checkpoint, err := h.log.Checkpoint(t.Context())
	h.must(err)
	key, err := note.NewVerifier(h.log.Key())
	h.must(err)
	other := over(t, h.db, origin, 2)
	stranger, err := note.NewVerifier(other.log.Key())
	h.must(err)
	for name, tt := range map[string]struct {
		request string
		logs    []note.Verifier
		want    error
	}{
		"nothing":           {"", []note.Verifier{key}, merkle.ErrAsked},
		"no size":           {"old\n\n" + checkpoint, []note.Verifier{key}, merkle.ErrAsked},
		"a size below 0":    {"old -1\n\n" + checkpoint, []note.Verifier{key}, merkle.ErrAsked},
		"no hash":           {"old 0\nxyz\n\n" + checkpoint, []note.Verifier{key}, merkle.ErrAsked},
		"an unknown log":    {"old 0\n\n" + checkpoint, nil, merkle.ErrUnknownLog},
		"another key":       {"old 0\n\n" + checkpoint, []note.Verifier{stranger}, merkle.ErrUnsigned},
		"another beginning": {"old 2\n\n" + checkpoint, []note.Verifier{key}, merkle.StaleError{}},
	} {
		if _, err := h.log.Cosign(t.Context(), tt.logs, []byte(tt.request)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// FuzzCosign holds that no request makes a witness sign what the log did not.
func FuzzCosign(f *testing.F) {
	f.Add([]byte("old 0\n\n" + origin + "\n3\nAAAA\n\n— x AAAA\n"))
	f.Add([]byte("old 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"))
	f.Fuzz(func(t *testing.T, request []byte) {
		h := fuzzed(t)
		key, err := note.NewVerifier(h.log.Key())
		h.must(err)
		if line, err := h.log.Cosign(t.Context(), []note.Verifier{key}, request); err == nil {
			t.Fatalf("%q is signed: %s", request, line)
		}
	})
}

// FuzzCheck holds that nothing but a receipt of ours proves anything.
func FuzzCheck(f *testing.F) {
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 3\n\n" + origin + "\n3\nAAAA\n\n— x AAAA\n"))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 18446744073709551615\n"))
	f.Fuzz(func(t *testing.T, receipt []byte) {
		if got, err := merkle.Check(receipt, keyOf(t)); err == nil {
			t.Fatalf("%q proves %+v", receipt, got)
		}
	})
}

func fuzzed(t *testing.T) *house { t.Helper(); return over(t, new(db.DB), origin, 1) }

func keyOf(t *testing.T) string { t.Helper(); return fuzzed(t).log.Key() }
