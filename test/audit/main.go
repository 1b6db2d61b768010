// Command audit turns the Go vulnerability database, as the module golang.org/x/vulndb carries it, into the folder that
// govulncheck reads with -db file://…: for places that reach the module proxy and not the database's own host.
//
//	go run . FOLDER-OF-THE-MODULE TARGET
//
// It prints how many entries there are.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is what the index needs of a report in the OSV form (https://ossf.github.io/osv-schema).
type entry struct {
	ID        string    `json:"id"`
	Modified  time.Time `json:"modified"`
	Withdrawn *string   `json:"withdrawn"`
	Affected  []struct {
		Package struct {
			Name string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Events []struct {
				Fixed string `json:"fixed"`
			} `json:"events"`
		} `json:"ranges"`
	} `json:"affected"`
}

// module is a line of index/modules.json.
type module struct {
	Path  string  `json:"path"`
	Vulns []brief `json:"vulns"`
}

type brief struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
	Fixed    string    `json:"fixed,omitempty"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: audit FOLDER-OF-THE-MODULE TARGET")
		os.Exit(2)
	}
	n, err := run(filepath.Join(os.Args[1], "data", "osv"), os.Args[2], time.Now().UTC())
	if err != nil {
		fmt.Fprintf(os.Stderr, "audit: %v\n", err)
		os.Exit(1)
	}
	fmt.Println(n)
}

func run(from, to string, now time.Time) (int, error) {
	names, err := filepath.Glob(filepath.Join(from, "GO-*.json"))
	if err != nil || len(names) == 0 {
		return 0, errors.Join(fmt.Errorf("%s holds no reports", from), err)
	}
	for _, dir := range []string{"ID", "index"} {
		if err := os.MkdirAll(filepath.Join(to, dir), 0o755); err != nil {
			return 0, err
		}
	}
	modules := map[string]*module{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(to, "ID", filepath.Base(name)), text, 0o644); err != nil {
			return 0, err
		}
		if e.Withdrawn == nil {
			index(modules, e, now)
		}
	}
	list := []*module{}
	for _, m := range modules {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *module) int { return strings.Compare(a.Path, b.Path) })
	return len(names), errors.Join(
		write(filepath.Join(to, "index", "modules.json"), list),
		write(filepath.Join(to, "index", "db.json"), map[string]time.Time{"modified": now}))
}

// index names a report under every module it is about, with the newest version that repairs it.
func index(modules map[string]*module, e entry, now time.Time) {
	for _, a := range e.Affected {
		m, ok := modules[a.Package.Name]
		if !ok {
			m = &module{Path: a.Package.Name}
			modules[a.Package.Name] = m
		}
		b := brief{ID: e.ID, Modified: e.Modified}
		if b.Modified.Year() < 2000 {
			b.Modified = now // the module carries no times
		}
		for _, r := range a.Ranges {
			for _, ev := range r.Events {
				if ev.Fixed != "" {
					b.Fixed = ev.Fixed
				}
			}
		}
		if !slices.ContainsFunc(m.Vulns, func(x brief) bool { return x.ID == b.ID }) {
			m.Vulns = append(m.Vulns, b)
		}
	}
}

func write(name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}
