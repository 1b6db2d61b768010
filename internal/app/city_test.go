package app

import (
	"path/filepath"
	"strings"
	"testing"

	"banyan/internal/platform/pack"
)

func TestPacksOfTheHouse(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{"fuzhou": 499, "lianjiang": 499} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := ReadPack(filepath.Join("..", "..", "packs", name))
			if err != nil {
				t.Fatal(err)
			}
			c, err := LoadCity(p)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(c.Duties.All()); n < least || c.Areas.City().Code != "3501" || c.rectify().Amount != 15 {
				t.Errorf("%d duties, city %s, rectify %+v", n, c.Areas.City().Code, c.rectify())
			}
			if ps := CheckPack(p, monday); len(ps) > 0 {
				t.Errorf("check: %v", ps)
			}
			if left := p.Unread(); len(left) > 0 {
				t.Errorf("nobody reads %v", left)
			}
		})
	}
}

// Whatever is wrong in a pack is told with file, line and field, all at once.
func TestCheckPackTells(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ file, old, new, field string }{
		"an unknown setting of the loop": {"casework.yaml", "reworks_max: 2", "rework_max: 2", "rework_max"},
		"a rule that is no CEL":          {"assess/rates.yaml", "good: in_time", "good: in time", "indicators.response.good"},
		"a clock without a number":       {"clocks.yaml", "dispatch: {amount: 10,", "dispatch: {amount: ten,", "amount"},
		"a missing language":             {"kinds.yaml", "en: ", "x: ", ""},
		"a demo field":                   {"demo.yaml", "  - login: calltaker", "  - log: calltaker", "log"},
		"an example that does not hold":  {"examples/clocks.yaml", "expect: {due: '20", "expect: {due: '19", ""},
		"a lead that no department is":   {"duties/commerce-business.yaml", "dept: scjg", "dept: nobody", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := ReadPack(broken(t, tc.file, tc.old, tc.new))
			var ps pack.Problems
			if err != nil {
				ps = pack.AsProblems(err)
			} else {
				ps = CheckPack(p, monday)
			}
			if len(ps) == 0 {
				t.Fatal("nothing is found wrong")
			}
			for _, p := range ps {
				if strings.HasSuffix(p.File, tc.file) && p.Line > 0 && strings.Contains(p.Field+" "+p.What, tc.field) {
					return
				}
			}
			t.Errorf("got %v, want %s with a line and %q", ps, tc.file, tc.field)
		})
	}
}

func TestTwoMistakesAreToldTogether(t *testing.T) {
	t.Parallel()
	dir := broken(t, "casework.yaml", "reworks_max: 2", "rework_max: 2")
	other := broken(t, "assess/rates.yaml", "good: in_time", "good: in time")
	both := filepath.Join(t.TempDir(), "fuzhou")
	copyTree(t, dir, both)
	copyFile(t, filepath.Join(other, "assess", "rates.yaml"), filepath.Join(both, "assess", "rates.yaml"))
	p, err := ReadPack(both)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, p := range CheckPack(p, monday) {
		files[filepath.Base(p.File)] = true
	}
	if !files["casework.yaml"] || !files["rates.yaml"] {
		t.Errorf("problems in %v, want both files", files)
	}
}

func TestExtendedPackBesideIt(t *testing.T) {
	t.Parallel()
	alone := filepath.Join(t.TempDir(), "lianjiang")
	copyTree(t, "../../packs/lianjiang", alone)
	if _, err := ReadPack(alone); err == nil || !strings.Contains(err.Error(), "fuzhou") {
		t.Errorf("read without its base: %v", err)
	}
}
