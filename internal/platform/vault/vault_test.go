package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/suite"
	"banyan/internal/platform/vault"
)

type world struct {
	*testing.T
	db    *db.DB
	clock *clock.Manual
	vault *vault.Vault
}

func each(t *testing.T, test func(w world)) {
	t.Helper()
	dbtest.Each(t, []db.Schema{vault.Schema()}, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
		test(world{t, d, c, open(t, c)})
	})
}

func open(t *testing.T, c clock.Clock) *vault.Vault {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, 32), c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w world) write(do func(tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), do); err != nil {
		w.Fatal(err)
	}
}

func cell(row string, text *string) vault.Cell {
	return vault.Cell{Table: "t", Column: "c", Row: row, Text: text}
}

func (w world) seal(subject, row, text string) string {
	w.Helper()
	w.write(func(tx *db.Tx) error { return w.vault.Seal(tx, subject, cell(row, &text)) })
	return text
}

func (w world) open(v *vault.Vault, row, text string) (plain string, gone bool, err error) {
	w.Helper()
	cells := []vault.Cell{cell(row, &text)}
	err = w.db.Read(w.Context(), func(tx *db.Tx) error { return v.Open(tx, cells) })
	return text, cells[0].Gone, err
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		const words = "榕城 12345"
		one, again := w.seal("a", "1", words), w.seal("a", "1", words)
		if !vault.Sealed(one) || strings.Contains(one, words) || one == again {
			w.Errorf("sealed as %q and %q", one, again)
		}
		if got, gone, err := w.open(open(w.T, w.clock), "1", one); got != words || gone || err != nil { // as another process does
			w.Errorf("opened %q, %v, %v", got, gone, err)
		}
		if empty := w.seal("a", "1", ""); empty != "" {
			w.Errorf("nothing is sealed as %q", empty)
		}
		if got, _, err := w.open(w.vault, "1", "written before"); got != "written before" || err != nil {
			w.Errorf("a plain text gives %q, %v", got, err)
		}
	})
}

func TestMovedAndAlteredTextsDoNotOpen(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		a, b := w.seal("a", "1", "one"), w.seal("b", "2", "two")
		flipped := []byte(a)
		flipped[len(flipped)-8] ^= 1
		for name, tt := range map[string]struct{ row, text string }{
			"another row":     {"2", a},
			"another subject": {"1", strings.Replace(a, "~1.a.", "~1.b.", 1)},
			"flipped":         {"1", string(flipped)},
			"cut":             {"1", a[:len(a)-4]},
			"no base64":       {"2", b + "!"},
			"a lost key":      {"1", strings.Replace(a, "~1.a.", "~1.c.", 1)},
		} {
			if got, gone, err := w.open(w.vault, tt.row, tt.text); err == nil || gone {
				w.Errorf("%s gives %q, gone %v", name, got, gone)
			}
		}
		other, err := vault.New(bytes.Repeat([]byte{8}, 32), w.clock)
		if err != nil {
			w.Fatal(err)
		}
		if got, _, err := w.open(other, "1", a); err == nil {
			w.Errorf("another secret opens %q", got)
		}
	})
}

func TestDestroyedKeys(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		a, b := w.seal("a", "1", "one"), w.seal("b", "2", "two")
		for range 2 {
			w.write(func(tx *db.Tx) error { return w.vault.Destroy(tx, "a", "never") })
			w.clock.Advance(time.Hour)
		}
		if got, gone, err := w.open(w.vault, "1", a); got != "" || !gone || err != nil {
			w.Errorf("a destroyed key opens %q, %v, %v", got, gone, err)
		}
		if got, _, err := w.open(w.vault, "2", b); got != "two" || err != nil {
			w.Errorf("another's text gives %q, %v", got, err)
		}
		for _, subject := range []string{"a", "never"} {
			text := "new"
			err := w.db.Write(w.Context(), func(tx *db.Tx) error { return w.vault.Seal(tx, subject, cell("3", &text)) })
			if !errors.Is(err, vault.ErrGone) {
				w.Errorf("sealing for %s: %v", subject, err)
			}
		}
		w.write(func(tx *db.Tx) error {
			gone, err := w.vault.Destroyed(tx, "", 10)
			if len(gone) != 2 || gone[0].Subject != "a" || !gone[0].At.Equal(w.clock.Now().Add(-2*time.Hour)) {
				w.Errorf("destroyed: %+v", gone)
			}
			return err
		})
	})
}

// A rotation goes on beside writers, and afterwards no key hangs on the old master.
func TestRotateWhileOthersWrite(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		const writers, texts = 4, 150
		sealed := make([][]string, writers)
		var wait sync.WaitGroup
		for i := range writers {
			wait.Go(func() {
				for j := range texts {
					text := fmt.Sprint(i, "-", j)
					if err := w.db.Write(context.Background(), func(tx *db.Tx) error {
						text = fmt.Sprint(i, "-", j)
						return w.vault.Seal(tx, "s"+text, cell(text, &text))
					}); err != nil {
						w.Error(err)
						return
					}
					sealed[i] = append(sealed[i], text)
				}
			})
		}
		for range 3 {
			if _, err := w.vault.Rotate(w.Context(), w.db); err != nil {
				w.Fatal(err)
			}
		}
		wait.Wait()
		if n, err := w.vault.Rotate(w.Context(), w.db); n != writers*texts || err != nil {
			w.Errorf("%d keys were wrapped anew, %v", n, err)
		}
		for _, rests := range []time.Duration{0, 25 * time.Hour} {
			w.clock.Advance(rests)
			if err := w.vault.Tidy(w.Context(), w.db); err != nil {
				w.Fatal(err)
			}
			masters := 0
			w.write(func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM vault_master`).Scan(&masters) })
			if want := map[bool]int{true: 1, false: 4}[rests > 0]; masters < want || rests > 0 && masters != want {
				w.Errorf("after %v there are %d master keys", rests, masters)
			}
		}
		fresh := open(w.T, w.clock)
		for i := range writers {
			for j, text := range sealed[i] {
				if got, _, err := w.open(fresh, fmt.Sprint(i, "-", j), text); got != fmt.Sprint(i, "-", j) || err != nil {
					w.Fatalf("after the rotation %d-%d is %q, %v", i, j, got, err)
				}
			}
		}
	})
}

// The master of a transaction that was undone must not wrap what comes after it.
func TestAnUndoneMasterIsForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		undo := errors.New("undo")
		err := w.db.Write(w.Context(), func(tx *db.Tx) error {
			text := "x"
			if err := w.vault.Seal(tx, "a", cell("1", &text)); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			w.Fatal(err)
		}
		sealed := w.seal("a", "1", "kept")
		if got, _, err := w.open(open(w.T, w.clock), "1", sealed); got != "kept" || err != nil {
			w.Errorf("opened %q, %v", got, err)
		}
	})
}

func TestAShortSecretIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := vault.New([]byte("short"), clock.System{}); err == nil {
		t.Error("a short secret is taken")
	}
}

// A store goes from one suite to the other: new texts are sealed by the new one, old ones open, and a rotation wraps all keys by it.
func TestSuites(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		aes := w.seal("a", "1", "by AES")
		state := open(w.T, w.clock)
		state.Use(suite.State())
		w.vault = state
		sm4, fresh := w.seal("a", "2", "by SM4"), w.seal("b", "3", "a key wrapped by SM4")
		if aes[:3] != "~1." || sm4[:3] != "~2." || !vault.Sealed(sm4) {
			w.Errorf("marks %s and %s", aes[:3], sm4[:3])
		}
		check := func(when string) {
			w.Helper()
			for name, v := range map[string]*vault.Vault{"state": state, "standard": open(w.T, w.clock)} {
				for row, text := range map[string][2]string{"1": {aes, "by AES"}, "2": {sm4, "by SM4"}, "3": {fresh, "a key wrapped by SM4"}} {
					if got, _, err := w.open(v, row, text[0]); got != text[1] || err != nil {
						w.Errorf("%s, %s: %q, %v", when, name, got, err)
					}
				}
			}
		}
		check("at first")
		if n, err := state.Rotate(w.Context(), w.db); n != 2 || err != nil {
			w.Errorf("%d keys wrapped anew, %v", n, err)
		}
		left := 0
		w.write(func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM vault_key WHERE wrapped NOT LIKE '2.%'`).Scan(&left)
		})
		if left > 0 {
			w.Errorf("%d keys are not wrapped by SM4", left)
		}
		check("after a rotation")
		flipped := []byte(sm4)
		flipped[len(flipped)-5] ^= 1
		for _, bad := range []string{string(flipped), sm4[:40], strings.Replace(sm4, "~2.", "~1.", 1)} {
			if got, gone, err := w.open(state, "2", bad); err == nil || gone {
				w.Errorf("%q opens as %q", bad, got)
			}
		}
	})
}

// What programs before package suite wrapped and sealed still opens.
func TestOpensWhatOlderProgramsSealed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{vault.Schema()}, func(t *testing.T, d *db.DB) {
		v, err := vault.New(bytes.Repeat([]byte{5}, 32), clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		for i, old := range []struct{ wrapped, sealed string }{
			{"B19D9dVnvC8cknfabjQIi1F298lVIP318JPp/nw4R3QT3USM/h1CSOL+r3bfReTJFvJbgLPIClk9YtNY", "~1.p1.Qt+LTqXQDPw+qNwMZKT5hz8bczPJ+pQvuOEoyuAy/0qGSw"},
			{"2.sngVpYpYCpOqnbsjbmGKdnc+gz4rBLVEsSqcG8CzgIAAeDEqf/F+wAifQTeHVJGjv/Xx3vLeRJzvc6RN", "~2.p1.VEDHPYdhDDXCLzIPLWe6S0A5puBWdk6swDH/oAE0UQ+RgQ"},
		} {
			text := old.sealed
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO vault_master (version, salt, made_at) VALUES (1, 'SALTOFTHEFIRSTMASTERKEY', 1) ON CONFLICT DO NOTHING`)
				_, err2 := tx.Exec(`INSERT INTO vault_key (subject, version, wrapped, made_at, gone_at) VALUES ('p1', 1, $1, 1, 0)
					ON CONFLICT (subject) DO UPDATE SET wrapped = excluded.wrapped`, old.wrapped)
				return errors.Join(err, err2, v.Open(tx, []vault.Cell{{Table: "t", Column: "c", Row: "r", Text: &text}}))
			})
			if err != nil || text != "张三" {
				t.Errorf("text %d: %q, %v", i+1, text, err)
			}
		}
	})
}
