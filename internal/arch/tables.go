package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// patterns reads SQL well enough to see which tables it names.
type patterns struct{ statement, table, local, schema *regexp.Regexp }

func sqlPatterns() patterns {
	return patterns{
		statement: regexp.MustCompile(`(?is)\bselect\s.+\sfrom\s+[a-z][a-z0-9]*_[a-z]|\binsert\s+into\s+[a-z][a-z0-9]*_[a-z]|\bupdate\s+[a-z][a-z0-9]*_[a-z_0-9]+\s+(as\s+\w+\s+|[a-z]\s+)?set\s|\bdelete\s+from\s+[a-z][a-z0-9]*_[a-z]|\b(create|alter|drop)\s+table\s`),
		table:     regexp.MustCompile(`(?i)(\bdistinct\s+)?\b(from|join|into|update|table|exists)\s+([a-z][a-z0-9]*_[a-z0-9_]+)(\s*\()?`),
		local:     regexp.MustCompile(`(?i)([a-z_0-9]+)(?:\s*\([^()]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(`),
		schema:    regexp.MustCompile(`(?i)\b(?:table|references|into|update|from|join)\s+(?:if\s+not\s+exists\s+)?([a-z][a-z0-9_]*)`),
	}
}

// tables finds SQL outside store files and tables named by another room than their owner.
func tables(t *tree) []finding {
	p := sqlPatterns()
	var found []finding
	for _, f := range t.files {
		r := roomOf(f.dir)
		if f.test || r.name == "platform/db" || r.floor == "test" || r.floor == "arch" {
			continue
		}
		for _, s := range stringsIn(f.ast) {
			if !p.statement.MatchString(s.text) {
				continue
			}
			if base := path.Base(f.path); !strings.HasPrefix(base, "store") {
				found = append(found, t.at(f, s.pos, "SQL in "+base, "SQL lives only in store*.go, so that all that touches a table can be read in one place"))
			}
			for _, name := range p.named(s.text) {
				if what := foreign(r, name); what != "" {
					found = append(found, t.at(f, s.pos, what, tableReason))
				}
			}
		}
	}
	return append(found, t.schemas(p)...)
}

const tableReason = "a table is named only by its owner, whose name it begins with; call the owner's function instead"

func foreign(r room, table string) string {
	if owner, _, _ := strings.Cut(table, "_"); owner == r.owner() {
		return ""
	}
	return fmt.Sprintf("%s names the table %s", r.name, table)
}

// named gives the tables a statement names, without its own WITH parts and functions that give rows.
func (p patterns) named(sql string) []string {
	var local []string
	for _, m := range p.local.FindAllStringSubmatch(sql, -1) {
		local = append(local, strings.ToLower(m[1]))
	}
	var names []string
	for _, m := range p.table.FindAllStringSubmatch(sql, -1) {
		verb, name := strings.ToLower(m[2]), strings.ToLower(m[3])
		isFunction := m[4] != "" && (verb == "from" || verb == "join")
		if m[1] == "" && !isFunction && !slices.Contains(local, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// schemas checks the migration files: a module makes and refers to its own tables only.
func (t *tree) schemas(p patterns) []finding {
	var found []finding
	for _, name := range sortedKeys(t.texts) {
		if path.Ext(name) != ".sql" || path.Base(path.Dir(name)) != "schema" {
			continue
		}
		r := roomOf(path.Dir(name))
		text := withoutComments(t.texts[name])
		for _, m := range p.schema.FindAllSubmatchIndex(text, -1) {
			table := strings.ToLower(string(text[m[2]:m[3]]))
			if slices.Contains([]string{"on", "or", "of", "set"}, table) {
				continue // a trigger: BEFORE UPDATE ON …
			}
			if what := foreign(r, table); what != "" {
				found = append(found, finding{name, lineOf(text, m[2]), what, tableReason})
			}
		}
	}
	return found
}

// withoutComments blanks -- comments and keeps every offset.
func withoutComments(text []byte) []byte {
	return regexp.MustCompile(`--[^\n]*`).ReplaceAllFunc(text, func(c []byte) []byte {
		return []byte(strings.Repeat(" ", len(c)))
	})
}

func sortedKeys(m map[string][]byte) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// literal is a string in the source; pieces joined by + are one, with ? for what is not a constant.
type literal struct {
	text string
	pos  token.Pos
}

func stringsIn(f *ast.File) []literal {
	var list []literal
	ast.Inspect(f, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BinaryExpr:
			if text, any := joined(e); any {
				list = append(list, literal{text, e.Pos()})
				return false
			}
		case *ast.BasicLit:
			if text, ok := unquoted(e); ok {
				list = append(list, literal{text, e.Pos()})
			}
		}
		return true
	})
	return list
}

// joined gives the text of a + expression and whether any part of it is a string.
func joined(e ast.Expr) (text string, any bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return joined(e.X)
	case *ast.BasicLit:
		return unquoted(e)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "?", false
		}
		left, l := joined(e.X)
		right, r := joined(e.Y)
		return left + right, l || r
	}
	return "?", false
}

func unquoted(e *ast.BasicLit) (string, bool) {
	if e.Kind != token.STRING {
		return "?", false
	}
	text, err := strconv.Unquote(e.Value)
	return text, err == nil
}
