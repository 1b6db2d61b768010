package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

// A receipt is checked without data folder, store or network; what was changed is refused.
func TestTrailVerify(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenSQLite(t, trailtest.Schemas()...)
	c := clock.NewManual(time.Date(2026, 11, 26, 1, 2, 3, 0, time.UTC))
	tree := trailtest.Tree(t, d, c)
	log := trail.New(d, c, tree, trailtest.Open{})
	who := access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj"}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		return log.Look(tx, trail.Reader{Actor: who, Purpose: trail.ForHandling, Subject: "case1"}, []string{trail.Phone}, "p1")
	}); err != nil {
		t.Fatal(err)
	}
	_, errFold := tree.Sequence(t.Context())
	rows, errRows := log.ForPerson(t.Context(), "p1", "", 1)
	if err := errors.Join(errFold, errRows); err != nil {
		t.Fatal(err)
	}
	receipt, err := log.Receipt(t.Context(), rows[0].ID, []string{"p1"})
	if err != nil {
		t.Fatal(err)
	}
	whole, changed := filepath.Join(t.TempDir(), "a.tlog-proof"), filepath.Join(t.TempDir(), "b.tlog-proof")
	bad := bytes.Replace(receipt, []byte("\n1\n"), []byte("\n2\n"), 1)
	if err := errors.Join(os.WriteFile(whole, receipt, 0o600), os.WriteFile(changed, bad, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		says string // "" refused
	}{
		{"true", []string{"--key", tree.Key(), whole}, "staff s1 of 350102.cgj looked at phone of person p1 for trail.purpose.handling in case1\nproven\n"},
		{"changed", []string{"--key", tree.Key(), changed}, ""},
		{"another key", []string{"--key", strings.Replace(tree.Key(), "+A", "+B", 1), whole}, ""},
		{"a witness that did not sign", []string{"--key", tree.Key(), "--witness", tree.Key(), whole}, ""},
		{"no key", []string{whole}, ""},
		{"no file", []string{"--key", tree.Key(), whole + "x"}, ""},
	} {
		var out strings.Builder
		err := run(t.Context(), append([]string{"trail", "verify"}, tt.args...), &out, io.Discard)
		if (err == nil) != (tt.says != "") || !strings.Contains(out.String(), tt.says) {
			t.Errorf("%s: %v, says %q", tt.name, err, out.String())
		}
		if tt.name == "a witness that did not sign" && !errors.Is(err, merkle.ErrNotProven) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
