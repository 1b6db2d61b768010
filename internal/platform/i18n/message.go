package i18n

import (
	"fmt"
	"slices"
	"strings"
)

// message is a parsed text: plain pieces and places for arguments.
type message []piece

type piece struct {
	text      string // plain text, when name is empty
	name      string // the argument
	one, many string // the word for one and for many, when given
}

func parse(text string) (message, error) {
	var m message
	for {
		plain, rest, found := strings.Cut(text, "{{")
		if plain != "" {
			m = append(m, piece{text: plain})
		}
		if !found {
			return m, nil
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("{{ without }} in %q", text)
		}
		p, err := parsePlace(inside)
		if err != nil {
			return nil, err
		}
		m, text = append(m, p), after
	}
}

func parsePlace(inside string) (piece, error) {
	parts := strings.Split(inside, "|")
	name := strings.TrimPrefix(parts[0], ".")
	if name == parts[0] || name == "" || strings.ContainsAny(name, " .") || len(parts) == 2 || len(parts) > 3 {
		return piece{}, fmt.Errorf("{{%s}} is neither {{.Name}} nor {{.Name|one|many}}", inside)
	}
	if len(parts) == 1 {
		return piece{name: name}, nil
	}
	return piece{name: name, one: parts[1], many: parts[2]}, nil
}

func (m message) write(l Lang, args []any) string {
	if len(m) == 1 && m[0].name == "" {
		return m[0].text
	}
	var b strings.Builder
	for _, p := range m {
		b.WriteString(p.write(l, args))
	}
	return b.String()
}

func (p piece) write(l Lang, args []any) string {
	if p.name == "" {
		return p.text
	}
	value, ok := argument(args, p.name)
	switch {
	case !ok:
		return "[" + p.name + "]"
	case p.many == "":
		return say(l, value)
	case fmt.Sprint(value) == "1":
		return p.one
	default:
		return p.many
	}
}

func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func say(l Lang, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case Text:
		return v.In(l)
	case int:
		return l.Number(v)
	case int64:
		return l.Number(int(v))
	default:
		return fmt.Sprint(v)
	}
}

func (m message) args() []string {
	var names []string
	for _, p := range m {
		if p.name != "" && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return names
}
