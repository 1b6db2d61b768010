package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"banyan": main}) }

// TestScripts runs the program as people do: testdata/script/*.txtar. PACKS is
// the folder of the packs.
func TestScripts(t *testing.T) {
	t.Parallel()
	packs, err := filepath.Abs("../../packs")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PACKS", packs)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"private": private},
	})
}

// private makes sure that only the owner can read a file or folder.
func private(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		st, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if st.Mode().Perm()&0o077 != 0 {
			ts.Fatalf("%s can be read by others: %s", name, st.Mode())
		}
	}
}
