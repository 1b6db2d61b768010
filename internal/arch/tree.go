package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// tree is the parsed source below the module's root.
type tree struct {
	module string // "banyan"
	fset   *token.FileSet
	files  []*file
	texts  map[string][]byte // every .go, .templ, .ts and .sql file by path
}

// file is one Go file.
type file struct {
	path      string // from the root, with slashes
	dir       string
	ast       *ast.File
	test      bool // _test.go
	generated bool
}

// finding is one crossed border.
type finding struct {
	path string
	line int
	what string
	why  string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s. Why this matters: %s", f.path, f.line, f.what, f.why)
}

func skipped(name string) bool {
	return slices.Contains([]string{".git", "node_modules", "testdata", "bin", "dist", "data"}, name)
}

// read parses every Go file below the root of fsys, except files that only hold dependencies.
func read(fsys fs.FS, module string) (*tree, error) {
	t := &tree{module: module, fset: token.NewFileSet(), texts: map[string][]byte{}}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir(), !slices.Contains([]string{".go", ".templ", ".ts", ".sql"}, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		t.texts[name] = text
		if path.Ext(name) != ".go" {
			return nil
		}
		return t.parse(name, text)
	})
	return t, err
}

func (t *tree) parse(name string, text []byte) error {
	parsed, err := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if onlyDependencies(parsed) {
		return nil
	}
	t.files = append(t.files, &file{
		path: name, dir: path.Dir(name), ast: parsed,
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(parsed) || strings.HasSuffix(name, "_templ.go"),
	})
	return nil
}

// onlyDependencies tells a file that is never built and only names modules for go.mod.
func onlyDependencies(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() < f.Package && strings.HasPrefix(group.List[0].Text, "//go:build deps") {
			return true
		}
	}
	return false
}

func (t *tree) at(f *file, pos token.Pos, what, why string) finding {
	return finding{f.path, t.fset.Position(pos).Line, what, why}
}

// lineOf gives the line of a byte offset.
func lineOf(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }
