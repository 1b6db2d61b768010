package arch

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// small makes a house of the files given as path, text pairs.
func small(t *testing.T, pairs ...string) *tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	house, err := read(fsys, "banyan")
	if err != nil {
		t.Fatal(err)
	}
	return house
}

func imported(pkg string, paths ...string) string {
	text := "// Package " + pkg + " is small.\npackage " + pkg + "\n"
	for _, p := range paths {
		text += "import _ \"" + p + "\"\n"
	}
	return text
}

func TestImports(t *testing.T) {
	t.Parallel()
	const in = "banyan/internal/"
	tests := []struct {
		name, file, imports string
		want                string // part of the finding, "" for none
	}{
		{"down", "internal/scenario/citizen/a.go", in + "work/casework", ""},
		{"down two", "internal/app/a.go", in + "platform/db", ""},
		{"up", "internal/platform/db/a.go", in + "register/area", "above it"},
		{"up from a test", "internal/work/casework/a_test.go", in + "scenario/citizen", "above it"},
		{"sideways", "internal/scenario/citizen/a.go", in + "scenario/hotline", "neighbour"},
		{"sideways in a test", "internal/work/casework/a_test.go", in + "work/request", ""},
		{"sideways with an exception", "internal/register/org/a.go", in + "register/area", ""},
		{"the exception goes one way", "internal/register/area/a.go", in + "register/org", "neighbour"},
		{"any of a floor", "internal/platform/fact/a.go", in + "platform/clock", ""},
		{"own folder", "internal/work/triage/a.go", in + "work/triage/classify", ""},
		{"pages from a scenario", "internal/scenario/citizen/a.go", "banyan/web/ui", ""},
		{"pages from work", "internal/work/casework/a.go", "banyan/web/ui", "design system"},
		{"pages from platform", "internal/platform/web/a.go", "banyan/web", "design system"},
		{"engine from the pages", "web/ui/a.go", in + "platform/i18n", ""},
		{"work from the pages", "web/ui/a.go", in + "work/casework", "no room"},
		{"a city from a register", "internal/register/org/a.go", "banyan/packs", "no room may be built"},
		{"a city from a test", "internal/register/org/a_test.go", "banyan/packs", ""},
		{"test helper in the program", "internal/work/casework/a.go", in + "platform/db/dbtest", "outside tests"},
		{"sideways in a test helper", "internal/work/worktest/a.go", in + "work/request", ""},
		{"up from a test helper", "internal/work/worktest/a.go", in + "scenario/citizen", "above it"},
		{"test helper in a test", "internal/work/casework/a_test.go", in + "platform/db/dbtest", ""},
		{"other modules", "internal/platform/db/a.go", "github.com/jackc/pgx/v5", ""},
	}
	allowed := []exception{{"register/org", "register/area", "r"}, {"platform/*", "platform/clock", "r"}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, imports(small(t, tt.file, imported("a", tt.imports)), allowed), tt.want)
		})
	}
}

func expect(t *testing.T, found []finding, want string) {
	t.Helper()
	switch {
	case want == "" && len(found) > 0:
		t.Errorf("found %v, want nothing", found)
	case want != "" && len(found) != 1:
		t.Errorf("found %v, want one about %q", found, want)
	case want != "" && (!strings.Contains(found[0].String(), want) || found[0].line == 0 || found[0].why == ""):
		t.Errorf("found %v, want a place, %q and a reason", found[0], want)
	}
}

func TestUnusedException(t *testing.T) {
	t.Parallel()
	allowed := []exception{{"register/org", "register/area", "r"}}
	org, area := imported("org"), imported("area")
	expect(t, imports(small(t, "internal/register/org/a.go", org), allowed), "")
	expect(t, imports(small(t, "internal/register/org/a.go", org, "internal/register/area/a.go", area), allowed), "not used")
	tested := imported("org", "banyan/internal/register/area")
	expect(t, imports(small(t, "internal/register/org/a.go", org, "internal/register/org/a_test.go", tested,
		"internal/register/area/a.go", area), allowed), "not used")
}

func TestTables(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, code, want string }{
		{"own", "store.go", "`SELECT id FROM casework_case WHERE id = $1`", ""},
		{"own in another store file", "store_list.go", "`UPDATE casework_case SET state = $1`", ""},
		{"foreign", "store.go", "`SELECT id\n FROM person_person WHERE id = $1`", "person_person"},
		{"foreign in a join", "store.go", "`SELECT c.id FROM casework_case c JOIN org_staff s ON s.id = c.staff`", "org_staff"},
		{"foreign in pieces", "store.go", "`SELECT id FROM casework_case WHERE x IN (` + list + `) AND EXISTS (SELECT 1 FROM ` + `request_request)`", "request_request"},
		{"insert", "store.go", "\"INSERT INTO request_request (id) VALUES ($1)\"", "request_request"},
		{"lower case", "store.go", "\"delete from request_request where id = $1\"", "request_request"},
		{"own part", "store.go", "`WITH due_now AS (SELECT id FROM casework_case) SELECT id FROM due_now`", ""},
		{"column after distinct from", "store.go", "`UPDATE casework_case SET a = 1 WHERE a IS DISTINCT FROM old_value`", ""},
		{"function", "store.go", "`SELECT value FROM json_each($1)`", ""},
		{"not in a store file", "flow.go", "`SELECT id FROM casework_case`", "SQL in flow.go"},
		{"words of a person", "flow.go", "\"select one from the list and update it\"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code := "// Package casework is small.\npackage casework\nvar list string\nvar q = " + tt.code + "\n"
			expect(t, tables(small(t, "internal/work/casework/"+tt.file, code)), tt.want)
		})
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, sql, want string }{
		{"own", "CREATE TABLE casework_case (id TEXT);\nCREATE INDEX casework_due ON casework_case (id);", ""},
		{"foreign", "CREATE TABLE orders (id TEXT);", "orders"},
		{"reference", "CREATE TABLE casework_x (p TEXT REFERENCES person_person(id));", "person_person"},
		{"trigger", "CREATE TRIGGER casework_keep BEFORE UPDATE ON casework_case BEGIN SELECT 1; END;", ""},
		{"comment", "-- from person_person\nCREATE TABLE casework_x (p TEXT);", ""},
		{"virtual", "CREATE VIRTUAL TABLE terms USING fts5(a);", "terms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, tables(small(t, "internal/work/casework/schema/001_a.sql", tt.sql)), tt.want)
		})
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, code, want string }{
		{"good", "internal/work/a/a.go", "// Package a holds.\npackage a\n", ""},
		{"no comment", "internal/work/a/a.go", "package a\n", "no comment"},
		{"test only", "internal/work/a/a_test.go", "package a\n", ""},
		{"util", "internal/work/util/a.go", "// Package util holds.\npackage util\n", "named util"},
		{"long", "internal/work/a/a.go", "// Package a holds.\npackage a\n" + strings.Repeat("\n", 500), "502 lines"},
		{"long but generated", "internal/work/a/a_templ.go", "// Package a holds.\npackage a\n" + strings.Repeat("\n", 500), ""},
		{"dependencies", "deps.go", "//go:build deps\n\npackage banyan\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, shape(small(t, tt.file, tt.code)), tt.want)
		})
	}
}

func TestGlossary(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, code, want string }{
		{"good", "func Open(order string) {}", ""},
		{"function", "func OpenTicket() {}", "OpenTicket"},
		{"type", "type SLA struct{}", "time limit"},
		{"field", "type a struct { CustomerName string }", "CustomerName"},
		{"parameter", "func f(whistle int) {}", "Call"},
		{"variable", "func f() { callback := 1; _ = callback }", "FollowUp"},
		{"used from elsewhere", "func f() { _ = tls.Ticket }", ""},
		{"part of a word", "func translate(slab int) {}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, glossary(small(t, "internal/work/a/a.go", "// Package a holds.\npackage a\n"+tt.code+"\n")), tt.want)
		})
	}
}

func TestNameParts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		want []string
	}{
		{"openSLATicket", []string{"open", "sla", "ticket"}},
		{"URL", []string{"url"}},
		{"max_open_orders", []string{"max", "open", "orders"}},
		{"_", nil},
	}
	for _, tt := range tests {
		if got := nameParts(tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("nameParts(%q) = %v, want %v", tt.name, got, tt.want)
		}
	}
}
