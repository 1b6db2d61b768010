package pack

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"banyan/internal/platform/i18n"
)

// look walks a decoded value beside its node and finds what decoding lets pass: texts without a promised
// language, control characters, and fractions put into whole numbers.
func look(file string, n ast.Node, dst any, languages []string) Problems {
	l := looker{file: file, languages: languages}
	l.value(reflect.ValueOf(dst), n)
	return l.problems
}

type looker struct {
	file      string
	languages []string
	problems  Problems
}

func (l *looker) value(v reflect.Value, n ast.Node) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if n == nil || n.Type() == ast.NullType {
		return
	}
	if v.Type() == reflect.TypeFor[i18n.Text]() {
		l.text(v.Interface().(i18n.Text), n)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		l.fields(v, n)
	case reflect.Slice, reflect.Array:
		if seq, ok := n.(*ast.SequenceNode); ok {
			for i := 0; i < v.Len() && i < len(seq.Values); i++ {
				l.value(v.Index(i), seq.Values[i])
			}
		}
	case reflect.Map:
		l.entries(v, n)
	case reflect.String:
		if c, bad := control(v.String()); bad {
			l.problems.add(l.file, lineOf(n), fieldOf(n), "holds the control character %U", c)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n.Type() == ast.FloatType {
			l.problems.add(l.file, lineOf(n), fieldOf(n), "needs a whole number, not %s", n)
		}
	}
}

func (l *looker) fields(v reflect.Value, n ast.Node) {
	pairs := pairsOf(n)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			l.value(v.Field(i), n)
		case !f.IsExported() || name == "-":
		default:
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			for _, pair := range pairs {
				if keyOf(pair) == name {
					l.value(v.Field(i), pair.Value)
				}
			}
		}
	}
}

func (l *looker) entries(v reflect.Value, n ast.Node) {
	if v.Type().Key().Kind() != reflect.String {
		return
	}
	for _, pair := range pairsOf(n) {
		got := v.MapIndex(reflect.ValueOf(keyOf(pair)).Convert(v.Type().Key()))
		if got.IsValid() {
			l.value(got, pair.Value)
		}
	}
}

// text checks one text: only known languages as keys, all promised ones present, no control characters.
func (l *looker) text(t i18n.Text, n ast.Node) {
	line, field := lineOf(n), fieldOf(n)
	if pairs := pairsOf(n); len(pairs) > 0 {
		line, field = lineOf(pairs[0]), strings.TrimSuffix(fieldOf(pairs[0]), "."+keyOf(pairs[0]))
		for _, pair := range pairs {
			switch keyOf(pair) {
			case "zh-Hans", "zh-Hant", "en":
			default:
				l.problems.add(l.file, lineOf(pair), fieldOf(pair), "a text has zh-Hans, zh-Hant and en")
			}
		}
	}
	l.problems = append(l.problems, missingLanguages(l.file, line, field, t, l.languages)...)
}

// missingLanguages names each language a text lacks, and each control character in it.
func missingLanguages(file string, line int, field string, t i18n.Text, languages []string) Problems {
	var ps Problems
	words := map[string]string{"zh-Hans": t.Hans, "zh-Hant": t.Hant, "en": t.En}
	for _, lang := range languages {
		if strings.TrimSpace(words[lang]) == "" {
			ps.add(file, line, field, "lacks the language %s", lang)
		}
	}
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		if c, bad := control(words[lang]); bad {
			ps.add(file, line, field, "%s holds the control character %U", lang, c)
		}
	}
	return ps
}

// control finds the first control or invisible steering character; newline and tab are allowed.
func control(s string) (rune, bool) {
	for _, c := range s {
		switch {
		case c == '\n' || c == '\t':
		case unicode.IsControl(c), c == unicode.ReplacementChar, c == '\u2028', c == '\u2029', c == '\ufeff',
			c >= '\u202a' && c <= '\u202e', c >= '\u2066' && c <= '\u2069':
			return c, true
		}
	}
	return 0, false
}

func pairsOf(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	default:
		return nil
	}
}

// keyOf gives the key of a pair without its quotes.
func keyOf(pair *ast.MappingValueNode) string {
	if s, ok := pair.Key.(*ast.StringNode); ok {
		return s.Value
	}
	key := pair.Key.String()
	if plain, err := strconv.Unquote(key); err == nil {
		return plain
	}
	return key
}
