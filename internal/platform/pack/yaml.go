package pack

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth bounds nesting: the parser recurses, and no honest file comes near.
const maxDepth = 100

// parse reads one YAML document; a file with nothing but comments gives nil. It never panics: a panic of the
// parser on broken input becomes a problem too.
func parse(file string, data []byte) (body ast.Node, ps Problems) {
	defer func() {
		if r := recover(); r != nil {
			body, ps = nil, Problems{{File: file, What: fmt.Sprintf("cannot be read as YAML: %v", r)}}
		}
	}()
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if line := tooDeep(data); line > 0 {
		return nil, Problems{{File: file, Line: line, What: fmt.Sprintf("is nested more than %d deep", maxDepth)}}
	}
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, Problems{yamlProblem(file, nil, err)}
	}
	for _, doc := range f.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			ps.add(file, doc.Body.GetToken().Position.Line, "", "only one document in a file")
			return nil, ps
		}
		body = doc.Body
	}
	if body == nil || body.Type() == ast.NullType || body.Type() == ast.CommentType {
		return nil, nil
	}
	return body, plain(file, body)
}

// tooDeep gives the line at which brackets or dashes nest deeper than maxDepth, or 0.
func tooDeep(data []byte) int {
	depth, line := 0, 1
	for row := range bytes.Lines(data) {
		dashes := 0
		for i, c := range row {
			switch {
			case c == '[' || c == '{':
				depth++
			case (c == ']' || c == '}') && depth > 0:
				depth--
			case (c == '-' || c == '?' || c == ':') && i+1 < len(row) && (row[i+1] == ' ' || row[i+1] == '\t'):
				dashes++
			}
		}
		if depth > maxDepth || dashes > maxDepth || indent(row) > 10*maxDepth {
			return line
		}
		line++
	}
	return 0
}

func indent(row []byte) int { return len(row) - len(bytes.TrimLeft(row, " \t")) }

// plain refuses what a reader cannot see at the place: anchors, aliases, tags, and numbers that would change
// their letters when taken as a text (0110, 0x1f, 1.50).
func plain(file string, body ast.Node) Problems {
	v := &plainVisitor{file: file}
	ast.Walk(v, body)
	return v.problems
}

type plainVisitor struct {
	file     string
	problems Problems
}

// Visit looks at one node and goes on to its children.
func (v *plainVisitor) Visit(n ast.Node) ast.Visitor {
	line := 0
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		line = tk.Position.Line
	}
	field := fieldOf(n)
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		v.problems.add(v.file, line, field, "anchors, aliases and merge keys are not used in packs")
		return nil
	case *ast.TagNode, *ast.DirectiveNode:
		v.problems.add(v.file, line, field, "tags and directives are not used in packs")
		return nil
	case *ast.IntegerNode:
		if !plainInt(n.Token.Value) {
			v.problems.add(v.file, line, field, "write %q in quotes, or as a plain decimal number", n.Token.Value)
		}
	case *ast.FloatNode:
		if !plainFloat(n.Token.Value) {
			v.problems.add(v.file, line, field, "write %q in quotes, or as a plain decimal number", n.Token.Value)
		}
	case *ast.InfinityNode, *ast.NanNode:
		v.problems.add(v.file, line, field, "is not a number")
	}
	return v
}

func plainInt(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == s
}

func plainFloat(s string) bool {
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && strconv.FormatFloat(f, 'f', -1, 64) == s
}

// decode fills dst from one node, strictly, and then looks at its texts. languages may be nil.
func decode(file string, n ast.Node, dst any, languages []string) (ps Problems) {
	defer func() {
		if r := recover(); r != nil {
			ps = Problems{{File: file, Line: lineOf(n), What: fmt.Sprintf("cannot be read: %v", r)}}
		}
	}()
	if err := yaml.NodeToValue(n, dst, yaml.Strict()); err != nil {
		return Problems{yamlProblem(file, n, err)}
	}
	return look(file, n, dst, languages)
}

// yamlProblem takes line, field and sentence out of an error of the YAML library.
func yamlProblem(file string, n ast.Node, err error) Problem {
	p := Problem{File: file, What: err.Error()}
	if n != nil {
		p.Line = lineOf(n)
	}
	var ye yaml.Error
	if !errors.As(err, &ye) {
		return p
	}
	p.What = strings.ReplaceAll(ye.GetMessage(), "\n", " ")
	tk := ye.GetToken()
	if tk == nil || tk.Position == nil {
		return p
	}
	p.Line = tk.Position.Line
	if n != nil {
		p.Field = fieldAt(n, tk)
	}
	return p
}

// fieldAt finds the path of the node that begins with the token.
func fieldAt(n ast.Node, tk *token.Token) string {
	v := &fieldVisitor{token: tk}
	ast.Walk(v, n)
	return v.field
}

type fieldVisitor struct {
	token *token.Token
	field string
}

// Visit keeps the longest path among the nodes that begin with the token.
func (v *fieldVisitor) Visit(n ast.Node) ast.Visitor {
	if n.GetToken() == v.token {
		if f := fieldOf(n); len(f) > len(v.field) {
			v.field = f
		}
	}
	return v
}

// fieldOf gives the path of a node inside its row: "$[12].lead.dept" is "lead.dept".
func fieldOf(n ast.Node) string {
	at := strings.TrimPrefix(n.GetPath(), "$")
	if strings.HasPrefix(at, "[") {
		_, at, _ = strings.Cut(at, "]")
	}
	return strings.TrimPrefix(at, ".")
}

func lineOf(n ast.Node) int {
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 0
}
