package pack_test

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
)

const manifest = "name: fuzhou\ntitle: {zh-Hans: 福州, zh-Hant: 福州, en: Fuzhou}\nversion: \"1\"\nlanguages: [zh-Hans, zh-Hant, en]\n"

type lamp struct {
	Code  string    `yaml:"code"`
	Name  i18n.Text `yaml:"name"`
	Limit int       `yaml:"limit"`
	Words []string  `yaml:"words"`
	On    bool      `yaml:"on"`
	Lead  struct {
		Dept string `yaml:"dept"`
	} `yaml:"lead"`
}

func lampKey(l lamp) string { return l.Code }

// folder makes a file system of name, content pairs.
func folder(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

// load loads the first folder as the pack; the others are its bases by name.
func load(t *testing.T, top fs.FS, bases map[string]fs.FS) *pack.Pack {
	t.Helper()
	p, err := pack.Load(top, func(name string) (fs.FS, error) {
		if b, ok := bases[name]; ok {
			return b, nil
		}
		return nil, fmt.Errorf("no such pack")
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func over(version string, pairs ...string) fstest.MapFS {
	head := "name: lianjiang\ntitle: {zh-Hans: 连江, zh-Hant: 連江, en: Lianjiang}\nversion: \"" + version + "\"\nextends: [fuzhou]\n"
	return folder(append([]string{"pack.yaml", head}, pairs...)...)
}

func TestSectionProblems(t *testing.T) {
	t.Parallel()
	const text = "{zh-Hans: 灯, zh-Hant: 燈, en: lamp}"
	tests := []struct {
		name, file, body string
		want             string // empty: no problem
	}{
		{"good", "lamps.yaml", "- code: a\n  name: " + text + "\n  limit: 3\n  words: [x, y]\n  on: true\n  lead: {dept: cgj}\n", ""},
		{"only comments", "lamps.yaml", "# nothing yet\n", ""},
		{"empty", "lamps.yaml", "", ""},
		{"unknown field", "lamps.yaml", "- code: a\n- code: b\n  nmae: x\n", `fuzhou/lamps.yaml:3: nmae: unknown field "nmae"`},
		{"unknown inner field", "lamps.yaml", "- code: b\n  lead:\n    dept: a\n    bad: x\n", `fuzhou/lamps.yaml:4: lead.bad: unknown field "bad"`},
		{"wrong type", "lamps.yaml", "- code: b\n  limit: many\n", `fuzhou/lamps.yaml:2: limit: `},
		{"fraction", "lamps.yaml", "- code: b\n  limit: 2.5\n", `fuzhou/lamps.yaml:2: limit: needs a whole number, not 2.5`},
		{"octal", "lamps.yaml", "- code: 0110\n", `fuzhou/lamps.yaml:1: code: write "0110" in quotes`},
		{"version like", "lamps.yaml", "- code: 1.50\n", `fuzhou/lamps.yaml:1: code: write "1.50" in quotes`},
		{"long code", "lamps.yaml", "- code: 350102001003\n", ""},
		{"missing language", "lamps.yaml", "- code: a\n  name: {zh-Hans: 灯, zh-Hant: 燈}\n", `fuzhou/lamps.yaml:2: name: lacks the language en`},
		{"plain text lacks two", "lamps.yaml", "- code: a\n  name: 灯\n", "lacks the language en\nfuzhou/lamps.yaml:2: name: lacks the language zh-Hant"},
		{"unknown language", "lamps.yaml", "- code: a\n  name: {zh-Hans: 灯, zh-Hant: 燈, en: lamp, fr: lampe}\n", "fuzhou/lamps.yaml:2: name"},
		{"control character", "lamps.yaml", "- code: a\n  name: {zh-Hans: \"灯\\x07\", zh-Hant: 燈, en: lamp}\n", "zh-Hans holds the control character U+0007"},
		{"steering character", "lamps.yaml", "- code: \"a\\u202e\"\n", "code: holds the control character U+202E"},
		{"duplicate", "lamps.yaml", "- code: a\n- code: a\n", "fuzhou/lamps.yaml:2: the key a is already at fuzhou/lamps.yaml:1"},
		{"no key", "lamps.yaml", "- limit: 3\n", "fuzhou/lamps.yaml:1: has no key"},
		{"remove in a base", "lamps.yaml", "- remove: a\n", "only a pack that extends another removes rows"},
		{"not a list", "lamps.yaml", "code: a\n", "needs a list of rows"},
		{"field twice", "lamps.yaml", "- code: a\n  code: b\n", "already defined"},
		{"alias", "lamps.yaml", "- &x {code: a}\n- *x\n", "anchors, aliases and merge keys"},
		{"two documents", "lamps.yaml", "- code: a\n---\n- code: b\n", "only one document"},
		{"deep", "lamps.yaml", strings.Repeat("[", 5000), "nested more than"},
		{"deep dashes", "lamps.yaml", strings.Repeat("- ", 5000), "nested more than"},
		{"broken", "lamps.yaml", "- code: [\n", "fuzhou/lamps.yaml:1"},
		{"csv good", "lamps.csv", "code,name,name_hant,name_en,limit,words,on\na,灯,燈,lamp,3,x|y,true\n", ""},
		{"csv mark", "lamps.csv", "\ufeffcode,limit\na,3\n", ""},
		{"csv unknown column", "lamps.csv", "code,lmit\na,3\n", "fuzhou/lamps.csv:1: lmit: unknown column"},
		{"csv column twice", "lamps.csv", "code,code\na,b\n", "fuzhou/lamps.csv:1: code: stands twice"},
		{"csv number", "lamps.csv", "code,limit\na,1\nb,x\n", `fuzhou/lamps.csv:3: limit: needs a number that fits, not "x"`},
		{"csv bool", "lamps.csv", "code,on\na,yes\n", `fuzhou/lamps.csv:2: on: needs true or false, not "yes"`},
		{"csv short row", "lamps.csv", "code,limit\na\n", "fuzhou/lamps.csv:2: wrong number of fields"},
		{"csv language", "lamps.csv", "code,name,name_en\na,灯,lamp\n", "fuzhou/lamps.csv:2: name: lacks the language zh-Hant"},
		{"csv control", "lamps.csv", "code\n\"a\x07\"\n", "holds the control character U+0007"},
		{"csv struct", "lamps.csv", "code,lead\na,b\n", `cannot take "b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := load(t, folder("pack.yaml", manifest, tt.file, tt.body), nil)
			_, _, err := pack.Section(p, "lamps", lampKey)
			switch {
			case tt.want == "" && err != nil:
				t.Fatalf("unexpected problem: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Fatalf("problems = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSectionReportsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	p := load(t, folder("pack.yaml", manifest, "lamps/a.yaml", "- code: a\n  x: 1\n- code: b\n", "lamps/b.yaml", "- code: c\n  y: 1\n"), nil)
	rows, src, err := pack.Section(p, "lamps", lampKey)
	var ps pack.Problems
	if !errors.As(err, &ps) || len(ps) != 2 || ps[1].File != "fuzhou/lamps/b.yaml" || ps[1].Line != 2 || ps[1].Field != "y" {
		t.Fatalf("problems = %v", err)
	}
	if len(rows) != 1 || src["b"] != (pack.Source{File: "fuzhou/lamps/a.yaml", Line: 3}) {
		t.Fatalf("rows = %v, sources = %v", rows, src)
	}
	if got := src.Problem("b", "lead.dept", "no such department").String(); got != "fuzhou/lamps/a.yaml:3: lead.dept: no such department" {
		t.Fatal(got)
	}
}

func TestSectionValues(t *testing.T) {
	t.Parallel()
	want := lamp{Code: "a", Name: i18n.Text{Hans: "灯", Hant: "燈", En: "lamp"}, Limit: 3, Words: []string{"x", "y"}, On: true}
	yaml := load(t, folder("pack.yaml", manifest, "lamps.yaml", "- {code: a, name: {zh-Hans: 灯, zh-Hant: 燈, en: lamp}, limit: 3, words: [x, y], on: true}\n"), nil)
	csv := load(t, folder("pack.yaml", manifest, "lamps.csv", "code,name,name_hant,name_en,limit,words,on\na,灯,燈,lamp,3,x|y,true\n"), nil)
	for _, p := range []*pack.Pack{yaml, csv} {
		rows, _, err := pack.Section(p, "lamps", lampKey)
		if err != nil || len(rows) != 1 || !reflect.DeepEqual(rows[0], want) {
			t.Fatalf("rows = %+v, %v", rows, err)
		}
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	base := folder("pack.yaml", manifest, "lamps/a.yaml", "- {code: a, limit: 1, on: true}\n- {code: b, limit: 2}\n- {code: c, limit: 3}\n")
	tests := []struct {
		name, file, body string
		want             []string
		problem          string
	}{
		{"nothing", "lamps/none.yaml", "", []string{"a1true", "b2false", "c3false"}, ""},
		{"replace keeps the place, takes the whole row", "lamps/x.yaml", "- {code: a, limit: 9}\n", []string{"a9false", "b2false", "c3false"}, ""},
		{"add comes last", "lamps.yaml", "- {code: 0z, limit: 4}\n", []string{"a1true", "b2false", "c3false", "0z4false"}, ""},
		{"remove", "lamps.yaml", "- remove: b\n", []string{"a1true", "c3false"}, ""},
		{"remove in csv", "lamps.csv", "code,limit,remove\n,,a\nb,7,\n", []string{"b7false", "c3false"}, ""},
		{"remove unknown", "lamps.yaml", "- remove: q\n", nil, "lianjiang/lamps.yaml:1: remove: there is no row q to remove"},
		{"twice in one pack", "lamps.yaml", "- {code: a}\n- remove: a\n", nil, "the key a is already at lianjiang/lamps.yaml:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := load(t, over("1", tt.file, tt.body), map[string]fs.FS{"fuzhou": base})
			rows, _, err := pack.Section(p, "lamps", lampKey)
			if tt.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tt.problem) {
					t.Fatalf("problems = %v", err)
				}
				return
			}
			var got []string
			for _, r := range rows {
				got = append(got, fmt.Sprintf("%s%d%t", r.Code, r.Limit, r.On))
			}
			if err != nil || !slices.Equal(got, tt.want) {
				t.Fatalf("rows = %v, %v", got, err)
			}
		})
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	type settings struct {
		Prefix string            `yaml:"prefix"`
		Max    int               `yaml:"max"`
		Kinds  map[string]string `yaml:"kinds"`
	}
	base := folder("pack.yaml", manifest, "casework.yaml", "prefix: FZ\nmax: 2\nkinds: {a: one, b: two}\n")
	tests := []struct {
		name, body string
		want       settings
		problem    string
	}{
		{"absent above", "", settings{"FZ", 2, map[string]string{"a": "one", "b": "two"}}, ""},
		{"one field", "max: 3\n", settings{"FZ", 3, map[string]string{"a": "one", "b": "two"}}, ""},
		{"a field as a whole", "kinds: {c: three}\n", settings{"FZ", 2, map[string]string{"c": "three"}}, ""},
		{"unknown", "maxx: 3\n", settings{}, `lianjiang/casework.yaml:1: maxx: unknown field`},
		{"a list", "- a\n", settings{}, "lianjiang/casework.yaml:1: needs an object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := load(t, over("1", "casework.yaml", tt.body), map[string]fs.FS{"fuzhou": base})
			got, err := pack.Object[settings](p, "casework")
			if tt.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tt.problem) {
					t.Fatalf("problems = %v", err)
				}
				return
			}
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Fatalf("got %+v, %v", got, err)
			}
		})
	}
	if _, err := pack.Object[settings](load(t, base, nil), "nowhere"); err == nil || !strings.Contains(err.Error(), "fuzhou/nowhere.yaml: is missing") {
		t.Fatal(err)
	}
}

func TestLoadProblems(t *testing.T) {
	t.Parallel()
	const circle = "name: fuzhou\ntitle: {zh-Hans: a, zh-Hant: b, en: c}\nversion: \"1\"\nextends: [lianjiang]\n"
	tests := []struct {
		name string
		top  fstest.MapFS
		base fs.FS
		want string
	}{
		{"no manifest", folder("a.yaml", ""), nil, "pack.yaml: is missing"},
		{"empty manifest", folder("pack.yaml", ""), nil, "pack.yaml: is empty"},
		{"unknown setting", folder("pack.yaml", manifest+"colour: red\n"), nil, `pack.yaml:5: colour: unknown field "colour"`},
		{"bad name", folder("pack.yaml", "name: Fu zhou\nversion: \"1\"\n"), nil, "name: "},
		{"no version", folder("pack.yaml", "name: fuzhou\n"), nil, "version: "},
		{"odd version", folder("pack.yaml", "name: fuzhou\nversion: 2026.10\n"), nil, `write "2026.10" in quotes`},
		{"unknown language", folder("pack.yaml", "name: fuzhou\nversion: \"1\"\nlanguages: [fr]\n"), nil, `"fr" is none of`},
		{"title lacks a promised language", folder("pack.yaml", "name: fuzhou\nversion: \"1\"\ntitle: 福州\nlanguages: [en]\n"), nil, "title: lacks the language en"},
		{"base not found", over("1"), nil, "pack fuzhou: no such pack"},
		{"circle", over("1"), folder("pack.yaml", circle), "extends itself"},
		{"another name", over("1"), folder("pack.yaml", strings.Replace(manifest, "fuzhou", "xiamen", 1)), `is "xiamen", but it was asked for as "fuzhou"`},
		{"yml", folder("pack.yaml", manifest, "a.yml", ""), nil, "fuzhou/a.yml: name it .yaml"},
		{"not utf-8", folder("pack.yaml", manifest, "a.yaml", "- \xff\n"), nil, "fuzhou/a.yaml: is not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := pack.Load(tt.top, func(string) (fs.FS, error) {
				if tt.base == nil {
					return nil, errors.New("no such pack")
				}
				return tt.base, nil
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("problems = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFilesAndStack(t *testing.T) {
	t.Parallel()
	base := folder("pack.yaml", manifest, "map.geojson", "{}", "lamps.yaml", "", "lmaps.yaml", "", ".git/x", "y")
	p := load(t, over("7", "lamps.csv", "code\n"), map[string]fs.FS{"fuzhou": base})
	if p.Ref() != "lianjiang@7" || !slices.Equal(p.Stack(), []string{"fuzhou", "lianjiang"}) {
		t.Fatal(p.Ref(), p.Stack())
	}
	if data, err := p.File("map.geojson"); err != nil || string(data) != "{}" {
		t.Fatal(string(data), err)
	}
	if _, err := p.File("other.geojson"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if _, _, err := pack.Section(p, "lamps", lampKey); err != nil {
		t.Fatal(err)
	}
	if got := p.Unread(); !slices.Equal(got, []string{"fuzhou/lmaps.yaml"}) {
		t.Fatalf("unread = %v", got)
	}
	if !p.Has("lamps") || p.Has("lamp") {
		t.Fatal("Has")
	}
}

func TestBaseMustKeepItsLanguages(t *testing.T) {
	t.Parallel()
	base := folder("pack.yaml", manifest)
	p := load(t, over("1", "lamps.yaml", "- {code: a, name: 灯}\n"), map[string]fs.FS{"fuzhou": base})
	if _, _, err := pack.Section(p, "lamps", lampKey); err == nil {
		t.Fatal("a pack that extends one with three languages may not have texts with one")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	p := load(t, folder("pack.yaml", manifest), nil)
	got := pack.Check(p, []pack.Checker{
		{Name: "lamps", Check: func(*pack.Pack) pack.Problems { return pack.AsProblems(errors.New("dark")) }},
		{Name: "none", Check: func(*pack.Pack) pack.Problems { return pack.AsProblems(nil) }},
	})
	if len(got) != 1 || got.Error() != "lamps: dark" {
		t.Fatal(got)
	}
}
