package merkle_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/merkle"
)

func TestEveryEntryIsProvenOffline(t *testing.T) {
	each(t, func(h *house) {
		h.add(0, 1)
		h.add(1, 4)
		h.add(5, 300)
		for _, n := range []int{0, 1, 4, 5, 255, 256, 304} {
			receipt, err := h.log.Prove(h.Context(), id(n), h.texts[id(n)].Text)
			h.must(err)
			got, err := merkle.Check(receipt, h.log.Key())
			if err != nil || got.Place != int64(n) || got.Head.Size != 305 || !bytes.Equal(got.Text, h.texts[id(n)].Text) {
				h.Errorf("entry %d: %+v, %v", n, got, err)
			}
		}
		if _, err := h.log.Prove(h.Context(), id(3), []byte("another text")); !errors.Is(err, merkle.ErrBroken) {
			h.Errorf("another text is proven: %v", err)
		}
		if _, err := h.log.Prove(h.Context(), "nobody", nil); fault.KindOf(err) != fault.NotFound {
			h.Errorf("an unknown entry: %v", err)
		}
	})
}

// Any byte that is changed, and any other key, proves nothing.
func TestAReceiptCannotBeChanged(t *testing.T) {
	each(t, func(h *house) {
		h.add(0, 9)
		receipt, err := h.log.Prove(h.Context(), id(4), h.texts[id(4)].Text)
		h.must(err)
		for i := range receipt {
			changed := bytes.Clone(receipt)
			changed[i] ^= 1
			if got, err := merkle.Check(changed, h.log.Key()); err == nil && (got.Place != 4 || !bytes.Equal(got.Text, h.texts[id(4)].Text)) {
				h.Fatalf("byte %d of %q changed: proves %+v", i, receipt, got)
			}
		}
		other := over(h.T, h.db, origin, 2)
		if _, err := merkle.Check(receipt, other.log.Key()); !errors.Is(err, merkle.ErrNotProven) {
			h.Errorf("another key: %v", err)
		}
	})
}

func TestAuditFindsWhatWasDoneToTheStore(t *testing.T) {
	tests := []struct {
		name  string
		do    func(h *house)
		finds string // "" nothing
	}{
		{"nothing", func(*house) {}, ""},
		{"a text changed", func(h *house) { h.texts[id(7)] = merkle.Stored{Text: []byte("another")} }, "id000007 at place 7 was changed"},
		{"a text dropped", func(h *house) { delete(h.texts, id(7)) }, "id000007 at place 7 is in the log and no longer in the store"},
		{"a text lawfully deleted", func(h *house) { h.texts[id(7)] = merkle.Stored{Deleted: true} }, ""},
		{"two places swapped", func(h *house) {
			h.exec(`UPDATE merkle_leaf SET id = 'x' WHERE place = 3`)
			h.exec(`UPDATE merkle_leaf SET id = $1 WHERE place = 4`, id(3))
			h.exec(`UPDATE merkle_leaf SET id = $1 WHERE place = 3`, id(4))
		}, "place 3 was changed"},
		{"a place removed", func(h *house) { h.exec(`DELETE FROM merkle_leaf WHERE place = 6`) }, "place 6 of the log is missing"},
		{"the end removed", func(h *house) { h.exec(`DELETE FROM merkle_leaf WHERE place >= 8`) }, "from place 8 on are missing"},
		{"a leaf's hash replaced", func(h *house) {
			h.exec(`UPDATE merkle_node SET hash = (SELECT hash FROM merkle_node WHERE place = 0) WHERE place = $1`, tlog.StoredHashIndex(0, 5))
		}, "place 5 was changed"},
		{"a hash above removed", func(h *house) { h.exec(`DELETE FROM merkle_node WHERE place = $1`, tlog.StoredHashIndex(1, 2)) }, "is missing"},
		{"the head replaced", func(h *house) { h.exec(`UPDATE merkle_head SET note = replace(note, '10', '11')`) }, "not signed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(h *house) {
				h.add(0, 10)
				tt.do(h)
				found := strings.Join(h.audit(), "\n")
				if tt.finds == "" && found != "" || !strings.Contains(found, tt.finds) {
					h.Errorf("found %q, want %q", found, tt.finds)
				}
			})
		})
	}
}

func TestWhatWasWrittenPastTheLog(t *testing.T) {
	each(t, func(h *house) {
		h.add(0, 3)
		h.must(h.db.Write(h.Context(), func(tx *db.Tx) error {
			if err := h.log.Add(tx, merkle.Named{ID: id(3), Entry: merkle.Commit([]byte("waits"))}); err != nil {
				return err
			}
			out, err := h.log.Unlogged(tx, []string{id(2), id(3), id(4)})
			if len(out) != 1 || out[0] != id(4) {
				h.Errorf("unlogged %v, want the fourth", out)
			}
			return err
		}))
		if n, first, err := h.log.Lag(h.Context()); err != nil || n != 1 || first != id(3) {
			h.Errorf("lag %d from %s, %v", n, first, err)
		}
	})
}

func TestTiles(t *testing.T) {
	each(t, func(h *house) {
		if _, err := h.log.Checkpoint(h.Context()); fault.KindOf(err) != fault.NotFound {
			h.Errorf("a head of nothing: %v", err)
		}
		h.add(0, 300)
		first := merkle.Commit(h.texts[id(0)].Text)
		leaf := tlog.RecordHash(first[:])
		for path, want := range map[string]int{"0/000": 256, "0/001.p/44": 44, "1/000.p/1": 1, "0/001": 0, "0/002.p/1": 0, "1/000": 0, "9/000": 0, "0/../x": 0, "00/000": 0, "": 0} {
			hashes, err := h.log.Tile(h.Context(), path)
			if (want == 0) != (err != nil && fault.KindOf(err) == fault.NotFound) || len(hashes) != 32*want {
				h.Errorf("tile %s: %d bytes, %v; want %d hashes", path, len(hashes), err, want)
			}
			if path == "0/000" && !bytes.HasPrefix(hashes, leaf[:]) {
				h.Error("the first tile does not begin with the first entry")
			}
		}
	})
}

// A log that gets another name goes on: its head and its receipts are under the new name at once.
func TestALogGetsAnotherName(t *testing.T) {
	each(t, func(h *house) {
		h.add(0, 3)
		if err := h.db.Write(h.Context(), func(tx *db.Tx) error { // as a witness would leave it
			_, err := tx.Exec(`INSERT INTO merkle_head (kind, size, note, at) SELECT 'witnessed', size, note, at FROM merkle_head`)
			return err
		}); err != nil {
			h.Fatal(err)
		}
		renamed := over(h.T, h.db, "12345.example/trail-2", 1)
		if n, err := renamed.log.Sequence(h.Context()); err != nil || n != 0 {
			h.Fatalf("sequenced %d, %v", n, err)
		}
		receipt, err := renamed.log.Prove(h.Context(), id(1), h.texts[id(1)].Text)
		h.must(err)
		if got, err := merkle.Check(receipt, renamed.log.Key()); err != nil || got.Head.Size != 3 {
			h.Errorf("under the new name: %+v, %v", got, err)
		}
		renamed.texts = h.texts
		if found := renamed.audit(); len(found) > 0 {
			h.Errorf("the audit finds %v", found)
		}
	})
}
