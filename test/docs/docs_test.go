package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentsAreTrue checks every claim of every document.
func TestDocumentsAreTrue(t *testing.T) {
	t.Parallel()
	r := readRepository(t)
	seen := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "packs/*/README.md"} {
		files, err := filepath.Glob(filepath.Join(r.root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, _ := filepath.Rel(r.root, file)
			for _, c := range r.reader.claims(string(text)) {
				seen++
				if wrong := r.check(filepath.Dir(name), c); wrong != "" {
					t.Errorf("%s:%d: %s %q: %s", name, c.line, c.kind, c.text, wrong)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d claims found: the documents or this reader lost something", seen)
	}
}

// TestFalseClaimsAreFound makes sure that each kind of claim can fail.
func TestFalseClaimsAreFound(t *testing.T) {
	t.Parallel()
	r := readRepository(t)
	cases := []struct {
		name, text string
		wrong      string // part of the complaint; "" is a true claim
	}{
		{"a path", "`test/docs`", ""},
		{"a pattern", "`test/docs/*_test.go`", ""},
		{"a lost path", "`internal/platform/nothing`", "no such file"},
		{"something made", "`web/dist`", ""},
		{"a link", "[x](LICENSE)", ""},
		{"a lost link", "[x](docs/nothing.md)", "no such file"},
		{"a link out", "[x](https://example.org/)", ""},
		{"a map", "```\ninternal/arch/  tests\n```", ""},
		{"a wrong map", "```\ninternal/arc/  tests\n```", "no such file"},
		{"a target", "`make run PORT=1`", ""},
		{"no target", "`make tea`", "no such target"},
		{"no variable of make", "`make run HOST=1`", "does not know HOST"},
		{"a package", "`go test ./internal/arch`", ""},
		{"packages", "`go test ./internal/platform/...`", ""},
		{"no package", "`go test ./internal/tea`", "no Go package"},
		{"a script", "`test/pg/start.sh stop`", ""},
		{"no script", "`test/pg/begin.sh`", "no such script"},
		{"a subcommand", "```sh\nbin/banyan pack check packs/fuzhou\n```", ""},
		{"no subcommand", "`bin/banyan pack burn`", "no such subcommand"},
		{"no flag", "`banyan doctor --date x`", "no flag --date"},
		{"an argument that is not there", "`bin/banyan pack check packs/atlantis`", "no such file"},
		{"a stranger in a block", "```sh\ncurl example.org\n```", "unknown program"},
		{"a route", "`/healthz`", ""},
		{"no route", "`/tea`", "no such route"},
		{"a variable", "`BANYAN_TEST_POSTGRES`", ""},
		{"no variable", "`BANYAN_" + "TEA`", "nothing reads it"},
		{"settings", "```yaml\nsecure: true\n```", ""},
		{"no setting", "```yaml\ntea: true\n```", "tea"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := r.reader.claims(c.text)
			if len(found) != 1 {
				t.Fatalf("claims = %v, want one", found)
			}
			got := r.check(".", found[0])
			if (got == "") != (c.wrong == "") || !strings.Contains(got, c.wrong) {
				t.Errorf("check %q = %q, want %q", c.text, got, c.wrong)
			}
		})
	}
}
