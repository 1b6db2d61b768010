package merkle_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/suite"
)

const why = "restored from the backup of the night before"

// A restored log is refused under its old name and accepted under the new one; what was proven stays proven.
func TestRestart(t *testing.T) { each(t, func(h *house) { restarts(h, suite.Standard()) }) }

func TestRestartUnderState(t *testing.T) { each(t, func(h *house) { restarts(h, suite.State()) }) }

func restarts(h *house, s suite.Suite) {
	before := over(h.T, dbtest.OpenSQLite(h.T, merkle.Schema()), origin, 1) // the city before its disk broke
	before.with(s)
	h.with(s)
	before.add(0, 9)
	w, server := before.beside()
	witness, err := merkle.NewWitness(server.URL, w.log.Key())
	h.must(err)
	all := []merkle.Witness{witness}
	h.must(before.log.Ask(h.Context(), server.Client(), all))
	lost, err := before.log.Prove(h.Context(), id(8), before.texts[id(8)].Text)
	h.must(err)

	h.add(0, 5) // what the backup had
	oldKeys, err := h.log.Keys(h.Context())
	h.must(err)
	h.add(5, 2)
	mine, err := h.log.Prove(h.Context(), id(3), h.texts[id(3)].Text)
	h.must(err)
	if err := h.log.Ask(h.Context(), server.Client(), all); !errors.Is(err, merkle.ErrForked) {
		h.Fatalf("a shorter log: %v", err)
	}
	if _, err := h.log.Restart(h.Context(), "why"); err == nil {
		h.Error("a word is a reason")
	}
	done, err := h.log.Restart(h.Context(), "  "+why+"\n")
	h.must(err)
	if found := h.audit(); len(found) > 0 {
		h.Errorf("between the restart and the next head the audit finds %v", found)
	}
	other := over(h.T, h.db, origin, 1) // another process, which was not told
	other.with(s)
	other.texts = h.texts
	if n, err := other.log.Sequence(h.Context()); err != nil || n != 1 {
		h.Fatalf("sequenced %d, %v", n, err)
	}
	newKeys, err := h.log.Keys(h.Context())
	h.must(err)
	if newKeys == oldKeys || !strings.HasPrefix(h.log.Origin(), origin+"/20261126T010000Z") || newKeys != strings.Join(done.New, "\n") || oldKeys != strings.Join(done.Old, "\n") {
		h.Errorf("%s: keys %q after %q, said %q", h.log.Origin(), newKeys, oldKeys, done.New)
	}
	if size, _, err := h.log.WitnessedAt(h.Context()); err != nil || size != 0 {
		h.Errorf("witnessed at %d before anybody was asked, %v", size, err)
	}

	// Those who hold the old key check how it goes on; the witness takes the new key in, and cosigns again.
	if got, err := merkle.CheckRestart([]byte(done.Note), oldKeys); err != nil || got.Reason != why || got.Head.Size != 7 {
		h.Errorf("the restart says %+v, %v", got, err)
	}
	if err := other.log.Ask(h.Context(), server.Client(), all); !errors.Is(err, merkle.ErrUnsigned) && !errors.Is(err, merkle.ErrUnknownLog) {
		h.Errorf("a witness that was not told: %v", err)
	}
	told, toldServer := h.beside()
	if told.log.Key() != w.log.Key() {
		h.Fatal("another witness")
	}
	witness, err = merkle.NewWitness(toldServer.URL, told.log.Key())
	h.must(err)
	h.must(other.log.Ask(h.Context(), toldServer.Client(), []merkle.Witness{witness}))
	h.add(7, 3)
	h.must(h.log.Ask(h.Context(), toldServer.Client(), []merkle.Witness{witness}))

	for name, p := range map[string]struct {
		receipt []byte
		keys    string
	}{"of before the backup": {mine, oldKeys}, "of a row that was lost": {lost, oldKeys}} {
		if _, err := merkle.Check(p.receipt, p.keys); err != nil {
			h.Errorf("a receipt %s: %v", name, err)
		}
		if _, err := merkle.Check(p.receipt, newKeys); !errors.Is(err, merkle.ErrNotProven) {
			h.Errorf("a receipt %s by the new keys: %v", name, err)
		}
	}
	for _, n := range []int{3, 9} {
		receipt, err := h.log.Prove(h.Context(), id(n), h.texts[id(n)].Text)
		h.must(err)
		if got, err := merkle.Check(receipt, newKeys, witness.Key); err != nil || got.Head.Size != 11 || len(got.Witnesses) != 1 {
			h.Errorf("row %d under the new name: %+v, %v", n, got, err)
		}
	}
	if found := h.audit(); len(found) > 0 {
		h.Errorf("the audit finds %v", found)
	}
	if list, err := h.log.Restarts(h.Context()); err != nil || len(list) != 1 || list[0].Note != done.Note {
		h.Errorf("restarts: %+v, %v", list, err)
	}
}

// A text of a restart that was changed, or that the old keys did not sign, says nothing; the audit finds one.
func TestAForgedRestart(t *testing.T) {
	each(t, func(h *house) {
		if _, err := h.log.Restart(h.Context(), why); !errors.Is(err, merkle.ErrEmpty) {
			h.Errorf("an empty log: %v", err)
		}
		old := h.log.Key()
		h.add(0, 3)
		done, err := h.log.Restart(h.Context(), why)
		h.must(err)
		if n, err := h.log.Sequence(h.Context()); err != nil || n != 1 {
			h.Fatalf("sequenced %d, %v", n, err)
		}
		h.add(3, 1)
		stranger := over(h.T, dbtest.OpenSQLite(h.T, merkle.Schema()), origin, 2)
		stranger.add(0, 3)
		forged, err := stranger.log.Restart(h.Context(), why)
		h.must(err)
		lines := strings.Split(done.Note, "\n")
		for name, bad := range map[string]string{
			"another reason":    strings.Replace(done.Note, why, "nothing happened here", 1),
			"another size":      strings.Replace(done.Note, "size 3", "size 30", 1),
			"a stranger's":      forged.Note,
			"without the new":   strings.Replace(done.Note, lines[len(lines)-2]+"\n", "", 1),
			"one line too many": strings.Replace(done.Note, "size 3", "size 3\nmore x", 1),
			"nothing":           "",
		} {
			if _, err := merkle.CheckRestart([]byte(bad), old); !errors.Is(err, merkle.ErrNotProven) {
				h.Errorf("%s: %v", name, err)
			}
		}
		if _, err := merkle.CheckRestart([]byte(done.Note), done.New[0]); !errors.Is(err, merkle.ErrNotProven) {
			h.Errorf("by the new key: %v", err)
		}
		ed25519, err := note.NewVerifier(old)
		h.must(err)
		if _, _, err := merkle.ReadHead([]byte(done.Note), origin, ed25519); !errors.Is(err, merkle.ErrBroken) {
			h.Errorf("it is read as a head: %v", err)
		}
		h.exec(`UPDATE merkle_restart SET note = $1`, forged.Note)
		found := strings.Join(h.audit(), "; ")
		if !strings.Contains(found, "is not signed by") || !strings.Contains(found, "was changed after it was logged") {
			h.Errorf("the audit of a forged restart finds %v", found)
		}
		h.exec(`DELETE FROM merkle_restart`)
		if found := h.audit(); len(found) != 1 || !strings.Contains(found[0], "not signed by this store") {
			h.Errorf("the audit without the restart finds %v", found)
		}
	})
}
