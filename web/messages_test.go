package web_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/i18n"
	"banyan/web"
)

func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load(web.Messages)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMessagesAreInAllLanguages(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	source := c.Keys(i18n.ZhHans)
	if len(source) == 0 {
		t.Fatal("no messages at all")
	}
	for _, l := range i18n.Langs()[1:] {
		for _, key := range source {
			if !c.Has(l, key) {
				t.Errorf("%s: %s is missing", l, key)
				continue
			}
			if got, want := c.Args(l, key), c.Args(i18n.ZhHans, key); !slices.Equal(got, want) {
				t.Errorf("%s: %s uses %v, the source %v", l, key, got, want)
			}
		}
		for _, key := range c.Keys(l) {
			if !c.Has(i18n.ZhHans, key) {
				t.Errorf("%s: %s is not in the source language", l, key)
			}
		}
	}
}

func TestMessageFilesAreTheSame(t *testing.T) {
	t.Parallel()
	names := func(l i18n.Lang) []string {
		files, err := fs.Glob(web.Messages, "messages/"+string(l)+"/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for i := range files {
			files[i] = filepath.Base(files[i])
		}
		return files
	}
	for _, l := range i18n.Langs()[1:] {
		if got, want := names(l), names(i18n.ZhHans); !slices.Equal(got, want) {
			t.Errorf("%s has files %v, the source %v", l, got, want)
		}
	}
}

// TestKeysInSources finds literal keys in Go and templ sources that no catalogue has. A key that is put together
// ("ui.nav."+name) is not found by this scan; the tests that draw pages see it as [key].
func TestKeysInSources(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	key := regexp.MustCompile(`(?:\bT\(|\bt\(ctx, |fault\.New\([A-Za-z.]+,\s*|fault\.Field\([^,\n]+,\s*)"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"`)
	found := 0
	for _, top := range []string{"../internal", "../cmd", "ui"} {
		walk(t, top, func(path, source string) {
			for _, m := range key.FindAllStringSubmatch(source, -1) {
				found++
				if !c.Has(i18n.ZhHans, m[1]) {
					t.Errorf("%s: no message %s", path, m[1])
				}
			}
		})
	}
	if found < 50 {
		t.Errorf("the scan found only %d keys: it does not look where they are", found)
	}
}

func walk(t *testing.T, top string, see func(path, source string)) {
	t.Helper()
	if _, err := os.Stat(top); os.IsNotExist(err) {
		return // a floor that is not built yet
	}
	comment := regexp.MustCompile(`(?m)^\s*//.*$`)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".templ" {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err == nil {
			see(path, comment.ReplaceAllString(string(raw), ""))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
