package docs

import (
	"regexp"
	"strings"
)

// claim is something a document says about the repository.
type claim struct {
	line int
	kind string // "link", "path", "route", "command", "variable", "settings"
	text string
}

// reader finds claims in documents.
type reader struct{ link, span, path, variable, foreign, ours *regexp.Regexp }

func newReader() reader {
	return reader{
		link:     regexp.MustCompile(`\]\(([^)\s]+)\)`),
		span:     regexp.MustCompile("`([^`]+)`"),
		path:     regexp.MustCompile(`^[\w.*-]*/[\w.*/-]*$`),
		variable: regexp.MustCompile(`^BANYAN_[A-Z_]+$`),
		foreign:  regexp.MustCompile(`^(sqlite3|pg_dump|apt-get|git|gofmt)( |$)`), // programs of others
		ours:     regexp.MustCompile(`^(make|go|banyan|bin/banyan|test/\S+\.sh|\.ci/\S+)( |$)`),
	}
}

// claims reads a document line by line.
func (r reader) claims(text string) []claim {
	var out []claim
	block, inside, settings := "", false, claim{}
	for i, line := range strings.Split(text, "\n") {
		add := func(kind, text string) { out = append(out, claim{i + 1, kind, text}) }
		switch language, fence := strings.CutPrefix(line, "```"); {
		case fence && !inside:
			block, inside, settings = language, true, claim{line: i + 1, kind: "settings"}
		case fence:
			if block == "yaml" {
				out = append(out, settings)
			}
			inside = false
		case inside && block == "sh" && strings.TrimSpace(line) != "":
			add("command", strings.TrimSpace(line))
		case inside && block == "yaml":
			settings.text += line + "\n"
		case inside && block == "":
			if first, _, _ := strings.Cut(line, " "); strings.Contains(first, "/") {
				add("path", first)
			}
		case !inside:
			for _, m := range r.link.FindAllStringSubmatch(line, -1) {
				add("link", m[1])
			}
			for _, m := range r.span.FindAllStringSubmatch(line, -1) {
				if kind := r.kindOf(m[1]); kind != "" {
					add(kind, m[1])
				}
			}
		}
	}
	return out
}

// kindOf tells what a code span claims; "" is nothing that can be checked.
func (r reader) kindOf(text string) string {
	switch {
	case r.variable.MatchString(text):
		return "variable"
	case r.foreign.MatchString(text):
		return ""
	case text == "bin/banyan":
		return "" // what make build makes
	case r.ours.MatchString(text):
		return "command"
	case strings.HasPrefix(text, "/") && r.path.MatchString(text):
		return "route"
	case r.path.MatchString(text):
		return "path"
	}
	return ""
}
