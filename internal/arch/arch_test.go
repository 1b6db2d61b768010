package arch

import (
	"os"
	"path/filepath"
	"testing"
)

// TestHouse holds the whole repository to the rules of the house.
func TestHouse(t *testing.T) {
	t.Parallel()
	house, err := read(os.DirFS(root(t)), "banyan")
	if err != nil {
		t.Fatal(err)
	}
	if len(house.files) == 0 {
		t.Fatal("no Go file found below " + root(t))
	}
	rules := map[string][]finding{
		"imports": imports(house, exceptions()), "tables": tables(house), "shape": shape(house), "glossary": glossary(house),
	}
	for rule, found := range rules {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			for _, f := range found {
				t.Error(f)
			}
		})
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}
