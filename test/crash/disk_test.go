package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDisk cuts small recordings a hundred times and wants what was synced, and sees what was not come and go.
func TestDisk(t *testing.T) {
	t.Parallel()
	write := func(path string, at int64, data string, line int) call {
		return call{name: "pwrite64", path: path, offset: at, data: []byte(data), begin: line, end: line}
	}
	do := func(name, path string, line int) call {
		return call{name: name, path: path, create: true, begin: line, end: line}
	}
	old := strings.Repeat("o", 2*sector)
	tests := []struct {
		name  string
		calls []call
		file  string
		want  map[string]bool // contents that must be seen, and no others; "-" for no file. true: always
	}{
		{"an unsynced write may be there or not, or one sector of it", []call{write("/d/old", 0, strings.Repeat("n", 2*sector), 1)}, "old",
			map[string]bool{old: false, strings.Repeat("n", 2*sector): false, strings.Repeat("n", sector) + old[:sector]: false, old[:sector] + strings.Repeat("n", sector): false}},
		{"a synced write is there", []call{write("/d/old", 0, "new", 1), do("fdatasync", "/d/old", 2)}, "old", map[string]bool{"new" + old[3:]: true}},
		{"a write during the sync may be lost", []call{write("/d/old", 0, "new", 2), {name: "fsync", path: "/d/old", begin: 1, end: 3}}, "old",
			map[string]bool{"new" + old[3:]: false, old: false}},
		{"a new file's name needs its folder's sync", []call{do("openat", "/d/new", 1), write("/d/new", 0, "x", 2), do("fsync", "/d/new", 3)}, "new",
			map[string]bool{"x": false, "-": false}},
		{"a synced folder keeps the name", []call{do("openat", "/d/new", 1), write("/d/new", 0, "x", 2), do("fsync", "/d/new", 3), do("fsync", "/d", 4)}, "new",
			map[string]bool{"x": true}},
		{"a file in a folder whose name was lost is lost", []call{do("mkdir", "/d/f", 1), do("openat", "/d/f/new", 2), do("fsync", "/d/f", 3)}, "f/new",
			map[string]bool{"": false, "-": false}},
		{"a move that was synced at its end", []call{{name: "rename", path: "/d/old", to: "/d/f2", begin: 1, end: 1}, do("fsync", "/d", 2)}, "f2", map[string]bool{old: true}},
		{"a truncation that was not synced", []call{{name: "ftruncate", path: "/d/old", offset: 1, begin: 1, end: 1}}, "old", map[string]bool{"o": false, old: false}},
		{"a file that goes away", []call{do("unlink", "/d/old", 1)}, "old", map[string]bool{old: false, "-": false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root, left := t.TempDir(), t.TempDir()
			if err := os.WriteFile(filepath.Join(root, "old"), []byte(old), 0o600); err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for n := range 100 {
				got := cutOnce(t, root, filepath.Join(left, string(rune('a'+n%26))+strings.Repeat("x", n)), tt.calls, tt.file, uint64(n))
				if _, ok := tt.want[got]; !ok {
					t.Fatalf("the cut left %q", got)
				}
				seen[got] = true
			}
			for text := range tt.want {
				if !seen[text] {
					t.Errorf("%q never came", text)
				}
			}
		})
	}
}

func cutOnce(t *testing.T, root, left string, calls []call, name string, seed uint64) string {
	t.Helper()
	d, err := newDisk(root)
	if err != nil {
		t.Fatal(err)
	}
	d.rebase("/d")
	for _, c := range calls {
		if err := d.play(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.cut(left, luck{rng: rand.New(rand.NewPCG(seed, 2)), keep: 5}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(left, name))
	if os.IsNotExist(err) {
		return "-"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadTrace(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "trace")
	text := strings.Join([]string{
		`7 openat(AT_FDCWD</x>, "\x2f\x64\x2f\x61", O_RDWR|O_CREAT, 0600 <unfinished ...>`,
		`8 pwrite64(5<\x2f\x64\x2f\x62>, "\x68\x69", 2, 4096) = 2`,
		`7 <... openat resumed>)             = 3<\x2f\x64\x2f\x61>`,
		`7 fdatasync(3<\x2f\x64\x2f\x61> <unfinished ...>`,
		`8 openat(AT_FDCWD</x>, "\x2f\x6e", O_RDONLY) = -1 ENOENT (No such file or directory)`,
		`7 <... fdatasync resumed>)          = 0`,
		`8 fsync(5<\x2f\x64\x2f\x62>) = 0 (INJECTED)`,
		`8 pwrite64(5<\x2f\x64\x2f\x62>, "\x21", 1, 0 <unfinished ...>`,
		`8 +++ killed by SIGKILL +++`,
	}, "\n") + "\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	calls, lines, err := readTrace(name)
	if err != nil || lines != 9 || len(calls) != 4 {
		t.Fatalf("%d calls in %d lines (%v): %+v", len(calls), lines, err, calls)
	}
	want := []call{
		{name: "pwrite64", path: "/d/b", data: []byte("hi"), offset: 4096, begin: 1, end: 1},
		{name: "openat", path: "/d/a", create: true, begin: 0, end: 2},
		{name: "fdatasync", path: "/d/a", begin: 3, end: 5},
		{name: "pwrite64", path: "/d/b", data: []byte("!"), begin: 7, end: 9},
	}
	for i, c := range calls {
		if w := want[i]; c.name != w.name || c.path != w.path || string(c.data) != string(w.data) || c.offset != w.offset || c.begin != w.begin || c.end != w.end || c.create != w.create {
			t.Errorf("call %d: %+v, want %+v", i, c, w)
		}
	}
}
