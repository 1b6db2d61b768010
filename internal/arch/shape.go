package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"unicode"
)

const maxLines = 500

// shape finds packages without a paragraph, names that hold nothing, and files that grew too long.
func shape(t *tree) []finding {
	var found []finding
	told := map[string]bool{}
	first := map[string]*file{}
	for _, f := range t.files {
		if f.test {
			continue
		}
		if f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != "" {
			told[f.dir] = true
		}
		if first[f.dir] == nil {
			first[f.dir] = f
			if slices.Contains(emptyNames(), f.ast.Name.Name) {
				found = append(found, t.at(f, f.ast.Name.Pos(), "a package named "+f.ast.Name.Name,
					"a package is named for what it holds; everything and nothing belongs in this one"))
			}
		}
	}
	for dir, f := range first {
		if !told[dir] {
			found = append(found, finding{f.path, 1, "package " + f.ast.Name.Name + " has no comment",
				"every package has a paragraph: what it is, what it owns, what it says"})
		}
	}
	return append(found, long(t)...)
}

func emptyNames() []string {
	return []string{"util", "utils", "common", "model", "models", "helper", "helpers", "misc", "shared",
		"lib", "dto", "repository", "handlers", "manager", "errors", "http", "types", "base"}
}

func long(t *tree) []finding {
	generated := map[string]bool{}
	for _, f := range t.files {
		generated[f.path] = f.generated
	}
	var found []finding
	for _, name := range sortedKeys(t.texts) {
		lines := bytes.Count(t.texts[name], []byte("\n"))
		if lines > maxLines && path.Ext(name) != ".sql" && !generated[name] {
			found = append(found, finding{name, maxLines, fmt.Sprintf("%d lines, at most %d are allowed", lines, maxLines),
				"good code converges on files of 70 to 150 lines; ask what two things this one does"})
		}
	}
	return found
}

// avoided gives glossary words that mean nothing else in this house, with the word to use.
func avoided() map[string]string {
	return map[string]string{
		"ticket": "Request or Order", "tickets": "Requests or Orders", "customer": "Requester", "customers": "Requesters",
		"whistle": "Call", "summon": "Call", "callback": "FollowUp", "callbacks": "FollowUps", "sla": "time limit, Due or Clock",
		"kpi": "Assessment", "appraisal": "Assessment", "neighbourhood": "Community", "neighborhood": "Community",
	}
}

// glossary finds declared names that use a word the glossary avoids.
func glossary(t *tree) []finding {
	words := avoided()
	var found []finding
	for _, f := range t.files {
		if f.generated {
			continue
		}
		for _, id := range declared(f.ast) {
			for _, part := range nameParts(id.Name) {
				if use, bad := words[part]; bad {
					found = append(found, t.at(f, id.Pos(), fmt.Sprintf("the name %s says %q", id.Name, part),
						"the glossary has one word for one thing: "+use))
				}
			}
		}
	}
	return found
}

// declared gives every name a file introduces.
func declared(f *ast.File) []*ast.Ident {
	var ids []*ast.Ident
	ast.Inspect(f, func(n ast.Node) bool {
		switch d := n.(type) {
		case *ast.FuncDecl:
			ids = append(ids, d.Name)
		case *ast.TypeSpec:
			ids = append(ids, d.Name)
		case *ast.ValueSpec:
			ids = append(ids, d.Names...)
		case *ast.Field:
			ids = append(ids, d.Names...)
		case *ast.AssignStmt:
			if d.Tok != token.DEFINE {
				break
			}
			for _, e := range d.Lhs {
				if id, ok := e.(*ast.Ident); ok {
					ids = append(ids, id)
				}
			}
		}
		return true
	})
	return ids
}

// nameParts cuts a name at its capitals and underscores: openSLATicket is open, sla, ticket.
func nameParts(name string) []string {
	runes := []rune(name)
	var parts []string
	start := 0
	cut := func(end int) {
		if part := strings.Trim(string(runes[start:end]), "_"); part != "" {
			parts = append(parts, strings.ToLower(part))
		}
		start = end
	}
	for i := 1; i < len(runes); i++ {
		begins := unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins || runes[i] == '_' {
			cut(i)
		}
	}
	cut(len(runes))
	return parts
}
