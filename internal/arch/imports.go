package arch

import (
	"fmt"
	"go/ast"
	"strconv"
	"strings"
)

// exception lets one room import another of its floor. From may be "platform/*": any of that floor.
type exception struct{ from, to, reason string }

func (e exception) covers(from, to room) bool {
	return e.to == to.name && (e.from == from.name || e.from == from.floor+"/*")
}

// imports finds imports that go up, sideways without an exception, or to the wrong place; and
// exceptions nobody uses although both rooms are there.
func imports(t *tree, allowed []exception) []finding {
	var found []finding
	used := make([]bool, len(allowed))
	for _, f := range t.files {
		for _, spec := range f.ast.Imports {
			to, ok := t.inside(spec)
			if !ok {
				continue
			}
			if what, why := crossing(f, to, allowed, used); what != "" {
				found = append(found, t.at(f, spec.Pos(), what, why))
			}
		}
	}
	return append(found, t.unused(allowed, used)...)
}

// inside gives the folder of an import of this module.
func (t *tree) inside(spec *ast.ImportSpec) (dir string, ok bool) {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "", false
	}
	return strings.CutPrefix(name, t.module+"/")
}

// crossing says what is wrong with an import of the folder to, or "".
func crossing(f *file, to string, allowed []exception, used []bool) (what, why string) {
	from, into := roomOf(f.dir), roomOf(to)
	switch {
	case strings.HasSuffix(to, "test") && !f.test && !strings.HasSuffix(f.dir, "test") && from.floor != "test":
		return fmt.Sprintf("%s is imported outside tests", to), "test helpers must not reach the program"
	case from.name == into.name, from.floor == "test", from.floor == "arch", from.floor == "":
		return "", ""
	case into.floor == "test", into.floor == "arch":
		return fmt.Sprintf("%s imports %s", from.name, into.name), "nothing in the program depends on its tests"
	case into.floor == "web":
		return webBorder(from)
	case from.floor == "web" || from.floor == "packs":
		if from.floor == "web" && into.floor == "platform" {
			return "", ""
		}
		return fmt.Sprintf("%s imports %s", from.name, into.name), "the design system and the packs know no room of the house; feed them views and data"
	case into.floor == "packs":
		return packsBorder(f, from)
	case level(into.floor) > level(from.floor):
		return "", ""
	case level(into.floor) < level(from.floor):
		return fmt.Sprintf("%s imports %s, which is above it", from.name, into.name),
			"imports go down only: " + strings.Join(floors(), " > ") + "; let the upper room pass what is needed"
	}
	return sideways(f, from, into, allowed, used)
}

func webBorder(from room) (what, why string) {
	if from.floor == "scenario" || from.floor == "app" || from.floor == "cmd" {
		return "", ""
	}
	return from.name + " imports the design system web/", "only scenarios and app show pages; engines, registers and work know no HTML"
}

func packsBorder(f *file, from room) (what, why string) {
	if from.floor == "app" || from.floor == "cmd" || f.test {
		return "", ""
	}
	return from.name + " imports packs/", "a city is data that app hands down; no room may be built for one city"
}

// sideways judges two rooms of one floor. Tests may set up a neighbour, and so may the helpers that
// only tests import.
func sideways(f *file, from, into room, allowed []exception, used []bool) (what, why string) {
	for i, e := range allowed {
		if e.covers(from, into) {
			used[i] = used[i] || !f.test
			return "", ""
		}
	}
	if f.test || strings.HasSuffix(f.dir, "test") {
		return "", ""
	}
	return fmt.Sprintf("%s imports its neighbour %s", from.name, into.name),
		"rooms of one floor do not know each other; say a fact, let app pass an interface of at most three methods, or add a line with its reason to internal/arch/exceptions.go"
}

// unused finds exceptions without an import, once both rooms exist.
func (t *tree) unused(allowed []exception, used []bool) []finding {
	there := map[string]bool{}
	for _, f := range t.files {
		r := roomOf(f.dir)
		there[r.name] = true
		there[r.floor+"/*"] = true
	}
	var found []finding
	for i, e := range allowed {
		if !used[i] && there[e.from] && there[e.to] {
			found = append(found, finding{"internal/arch/exceptions.go", 1,
				fmt.Sprintf("the exception %s -> %s is not used", e.from, e.to), "an open door nobody needs will be walked through; remove the line"})
		}
	}
	return found
}
