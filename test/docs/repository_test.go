package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"banyan/internal/app"
)

// repository is what claims are checked against.
type repository struct {
	reader   reader
	root     string
	makefile string
	commands map[string]bool // subcommands: the keys of maps in cmd/banyan
	words    map[string]bool // string literals of cmd/banyan: flags are among them
	routes   map[string]bool // paths of the site map
	sources  string          // programs and scripts, to look for variables in
}

func readRepository(t *testing.T) *repository {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	r := &repository{reader: newReader(), root: root, makefile: string(makefile), routes: map[string]bool{}}
	r.words, r.commands = literals(t, filepath.Join(root, "cmd/banyan"))
	routes, _ := literals(t, filepath.Join(root, "internal/app"))
	for text := range routes {
		if _, path, ok := strings.Cut(text, " /"); ok {
			r.routes["/"+path] = true
		}
	}
	r.sources = r.readSources(t)
	return r
}

// literals gives every string of the Go files in a folder, and those that are keys of a map.
func literals(t *testing.T, dir string) (all, keys map[string]bool) {
	t.Helper()
	all, keys = map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s (%v)", dir, err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				note(all, n)
			case *ast.KeyValueExpr:
				note(keys, n.Key)
			}
			return true
		})
	}
	return all, keys
}

// note adds e to the set when it is a string.
func note(set map[string]bool, e ast.Expr) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	if text, err := strconv.Unquote(lit.Value); err == nil {
		set[text] = true
	}
}

func (r *repository) readSources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(r.root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "bin", "data", "dist", "packs", "out"}, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".go", ".sh", ".mjs"}, filepath.Ext(path)):
			return nil
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// check says what is wrong with a claim of a document in the folder dir, or "".
func (r *repository) check(dir string, c claim) string {
	switch c.kind {
	case "link":
		return r.link(dir, c.text)
	case "path":
		return r.path(dir, c.text)
	case "route":
		if !r.routes[c.text] {
			return "no such route in internal/app"
		}
	case "variable":
		if !strings.Contains(r.sources, `"`+c.text+`"`) && !strings.Contains(r.sources, c.text+":-") && !strings.Contains(r.sources, "env."+c.text) {
			return "nothing reads it"
		}
	case "settings":
		if err := yaml.UnmarshalWithOptions([]byte(c.text), &app.Settings{}, yaml.Strict()); err != nil {
			return err.Error()
		}
	case "command":
		return r.command(dir, strings.Fields(c.text))
	}
	return ""
}

func (r *repository) link(dir, target string) string {
	target, _, _ = strings.Cut(target, "#")
	if target == "" || strings.Contains(target, "://") {
		return ""
	}
	return r.path(dir, target)
}

// made lists what building and running make: it need not be there.
func made(path string) bool {
	for _, p := range []string{"bin", "data", "files", "mail", "triage", "aside", "backups", "web/dist", "test/browser/out"} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// path looks for a file or a pattern, from the root or from the document's own folder.
func (r *repository) path(dir, name string) string {
	if made(filepath.Clean(name)) {
		return ""
	}
	for _, base := range []string{r.root, filepath.Join(r.root, dir)} {
		if found, err := filepath.Glob(filepath.Join(base, name)); err == nil && len(found) > 0 {
			return ""
		}
	}
	return "no such file or folder"
}

func (r *repository) command(dir string, words []string) string {
	switch name := words[0]; {
	case name == "make":
		return r.target(words[1:])
	case name == "go":
		return r.goTool(words[1:])
	case name == "banyan" || name == "bin/banyan":
		return r.subcommand(dir, words[1:])
	case strings.HasPrefix(name, "test/") || strings.HasPrefix(name, ".ci/"):
		if st, err := os.Stat(filepath.Join(r.root, name)); err != nil || !st.IsDir() && st.Mode()&0o100 == 0 {
			return "no such script, or it cannot be run"
		}
		return ""
	case r.reader.foreign.MatchString(name):
		return ""
	}
	return "unknown program"
}

func (r *repository) target(words []string) string {
	for _, word := range words {
		if name, _, ok := strings.Cut(word, "="); ok {
			if !strings.Contains(r.makefile, "\n"+name+" ?=") {
				return "the Makefile does not know " + name
			}
		} else if !strings.Contains(r.makefile, "\n"+word+":") {
			return "no such target " + word
		}
	}
	return ""
}

func (r *repository) goTool(words []string) string {
	for _, word := range words {
		rest, ok := strings.CutPrefix(word, "./")
		if !ok {
			continue
		}
		deep := strings.HasSuffix(rest, "...")
		found, _ := filepath.Glob(filepath.Join(r.root, strings.TrimSuffix(rest, "..."), "*.go"))
		below, _ := filepath.Glob(filepath.Join(r.root, strings.TrimSuffix(rest, "..."), "*", "*.go"))
		if len(found) == 0 && (!deep || len(below) == 0) {
			return "no Go package in " + word
		}
	}
	return ""
}

// subcommand checks the one or two words that name it, its flags, and those arguments that are packs.
func (r *repository) subcommand(dir string, words []string) string {
	switch {
	case len(words) >= 2 && r.commands[words[0]+" "+words[1]]:
		words = words[2:]
	case len(words) >= 1 && r.commands[words[0]]:
		words = words[1:]
	default:
		return "no such subcommand"
	}
	for _, word := range words {
		name, isFlag := strings.CutPrefix(word, "--")
		if name, _, _ = strings.Cut(name, "="); isFlag && !r.words[name] {
			return "no flag --" + name
		}
		if strings.HasPrefix(word, "packs/") {
			if wrong := r.path(dir, word); wrong != "" {
				return word + ": " + wrong
			}
		}
	}
	return ""
}
