package merkle_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/suite"
)

// state lets SM2 sign the heads of h, too, and gives both keys.
func (h *house) state() (keys []string) {
	h.Helper()
	h.must(h.log.Use(suite.State()))
	lines, err := h.log.Keys(h.Context())
	h.must(err)
	return strings.Split(lines, "\n")
}

// A head under State opens with either key, and with the tool of somebody who knows Ed25519 only.
func TestAHeadHasALineOfSM2(t *testing.T) {
	each(t, func(h *house) {
		h.add(0, 3) // of Ed25519 alone, as before the settings changed
		receipt, err := h.log.Prove(h.Context(), id(1), h.texts[id(1)].Text)
		h.must(err)
		keys := h.state()
		if all, err := h.log.SignedByAll(h.Context()); err != nil || all || len(keys) != 2 {
			h.Fatalf("before the first head of both: %v, %v, keys %v", all, err, keys)
		}
		if _, err := merkle.Check(receipt, strings.Join(keys, "\n")); !errors.Is(err, merkle.ErrNotProven) {
			h.Errorf("a receipt without a line of SM2 is proven by both keys: %v", err)
		}
		if n, err := h.log.Sequence(h.Context()); err != nil || n != 0 {
			h.Fatalf("sequenced %d, %v", n, err)
		}
		if all, err := h.log.SignedByAll(h.Context()); err != nil || !all {
			h.Errorf("after it: %v, %v", all, err)
		}
		h.add(3, 4)
		receipt, err = h.log.Prove(h.Context(), id(5), h.texts[id(5)].Text)
		h.must(err)
		for _, by := range []string{keys[0], keys[1], keys[1] + "\n" + keys[0] + "\n"} {
			if got, err := merkle.Check(receipt, by); err != nil || got.Place != 5 || len(got.Witnesses) != 0 {
				h.Errorf("by %q: %+v, %v", by, got, err)
			}
		}
		checkpoint, err := h.log.Checkpoint(h.Context())
		h.must(err)
		ed25519, err := note.NewVerifier(keys[0])
		h.must(err)
		n, err := note.Open([]byte(checkpoint), note.VerifierList(ed25519))
		if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 1 || n.UnverifiedSigs[0].Name != origin {
			h.Errorf("the tool of others: %+v, %v", n, err)
		}
		if found := h.audit(); len(found) > 0 {
			h.Errorf("the audit finds %v", found)
		}
		w, s := h.beside() // it knows Ed25519 only
		witness, err := merkle.NewWitness(s.URL, w.log.Key())
		h.must(err)
		for range 2 {
			h.must(h.log.Ask(h.Context(), s.Client(), []merkle.Witness{witness}))
		}
		receipt, err = h.log.Prove(h.Context(), id(5), h.texts[id(5)].Text)
		h.must(err)
		if got, err := merkle.Check(receipt, strings.Join(keys, "\n"), witness.Key); err != nil || len(got.Witnesses) != 1 {
			h.Errorf("witnessed by %v, %v", got.Witnesses, err)
		}
	})
}

// Whoever changes the line of SM2, or signs by another key, is found by who has the key.
func TestAWrongLineOfSM2(t *testing.T) {
	each(t, func(h *house) {
		keys := h.state()
		h.add(0, 2)
		receipt, err := h.log.Prove(h.Context(), id(1), h.texts[id(1)].Text)
		h.must(err)
		h.must(h.log.Use(suite.Standard()))
		plain, err := h.log.Checkpoint(h.Context())
		h.must(err)
		lines := strings.Split(strings.TrimSuffix(plain, "\n"), "\n")
		sm2 := lines[len(lines)-1]
		changed := sm2[:len(sm2)-10] + "AAAA" + sm2[len(sm2)-6:]
		for name, bad := range map[string]string{
			"changed": strings.Replace(string(receipt), sm2, changed, 1), "dropped": strings.Replace(string(receipt), sm2+"\n", "", 1),
		} {
			if _, err := merkle.Check([]byte(bad), keys[1]); !errors.Is(err, merkle.ErrNotProven) {
				h.Errorf("%s: %v", name, err)
			}
			if _, err := merkle.Check([]byte(bad), keys[0]); err != nil {
				h.Errorf("%s, by the key of Ed25519: %v", name, err)
			}
		}
		stranger := over(h.T, h.db, origin, 2)
		if other := stranger.state(); other[1] == keys[1] {
			h.Error("two seeds give one key")
		} else if _, err := merkle.Check(receipt, other[1]); !errors.Is(err, merkle.ErrNotProven) {
			h.Errorf("by another's key: %v", err)
		}
		h.state()
		h.must(h.db.Write(h.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE merkle_head SET note = $1`, strings.Replace(plain, sm2, changed, 1))
			return err
		}))
		if found := h.audit(); len(found) != 1 || !strings.Contains(found[0], "is not signed by this store") {
			h.Errorf("the audit finds %v", found)
		}
	})
}

func TestVerifierRefuses(t *testing.T) {
	t.Parallel()
	h := fuzzed(t)
	h.must(h.log.Use(suite.State()))
	ed25519 := h.log.Key()
	sm2 := merkle.StateKey(h.log)
	if v, err := merkle.Verifier(sm2); err != nil || v.Name() != origin {
		t.Fatalf("%s: %v, %v", sm2, v, err)
	}
	for name, bad := range map[string]string{
		"nothing": "", "a word": "key", "another id": strings.Replace(sm2, "+", "+0", 1), "another name": "x" + sm2, "a point beside the curve": sm2[:len(sm2)-8] + "AAAAAAA=",
		"no name": sm2[len(origin):], "cut off": ed25519[:40],
	} {
		if _, err := merkle.Verifier(bad); err == nil {
			t.Errorf("%s: %q is a key", name, bad)
		}
	}
	if _, err := merkle.Check([]byte("x"), ed25519+"\n"+strings.Replace(merkle.StateKey(over(t, new(db.DB), "other.example/trail", 1).with(suite.State())), "\n", "", -1)); !errors.Is(err, merkle.ErrNotProven) {
		t.Errorf("keys of two logs: %v", err)
	}
}

func (h *house) with(s suite.Suite) *merkle.Log { h.Helper(); h.must(h.log.Use(s)); return h.log }

// FuzzState holds that no receipt, head or restart verifies by a key of SM2 that did not sign it, and that no bytes are a key by chance.
func FuzzState(f *testing.F) {
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra AAAA\nindex 3\n\n"+origin+"\n3\nAAAA\n\n— x AAAA\n"), "x+00000000+AQ==")
	f.Add([]byte("banyan log restart v1\nold x\n\n— x AAAA\n"), "a+b")
	log, err := merkle.New(new(db.DB), clock.System{}, origin, bytes.Repeat([]byte{1}, 32))
	if err == nil {
		err = log.Use(suite.State())
	}
	if err != nil {
		f.Fatal(err)
	}
	own := merkle.StateKey(log)
	f.Fuzz(func(t *testing.T, signed []byte, key string) {
		if got, err := merkle.Check(signed, own); err == nil {
			t.Fatalf("%q proves %+v", signed, got)
		}
		if got, err := merkle.CheckRestart(signed, own); err == nil {
			t.Fatalf("%q restarts %+v", signed, got)
		}
		if v, err := merkle.Verifier(key); err == nil {
			v.Verify(signed, signed)
		}
	})
}
