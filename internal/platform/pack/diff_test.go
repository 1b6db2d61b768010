package pack_test

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"banyan/internal/platform/pack"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	base := folder("pack.yaml", manifest,
		"duties/a.yaml", "- {code: a, lead: {dept: cgj}, words: [x, y]}\n- {code: b, limit: 2}\n",
		"duties/b.yaml", "- {code: c}\n",
		"areas.csv", "level,code,name\ncity,3501,Fuzhou\n",
		"casework.yaml", "prefix: FZ\nkinds: {a: one, b: two}\n",
		"map.geojson", "{}")
	tests := []struct {
		name  string
		pairs []string
		want  []string
	}{
		{"nothing differs", nil, nil},
		{"the same row again", []string{"duties.yaml", "- {code: b, limit: 2}\n"}, nil},
		{"row changed in another file", []string{"duties/x.yaml", "- {code: a, lead: {dept: jsj}, words: [x]}\n"},
			[]string{"duties a changed [{lead.dept cgj jsj} {words[1] y }]"}},
		{"added and removed", []string{"duties/x.yaml", "- remove: b\n- code: d\n"},
			[]string{"duties b removed [{code b } {limit 2 }]", "duties d added [{code  d}]"}},
		{"csv", []string{"areas.csv", "level,code,name\ncity,3501,福州\n"},
			[]string{"areas 3501 changed [{name Fuzhou 福州}]"}},
		{"object field as a whole", []string{"casework.yaml", "kinds: {a: three}\n"},
			[]string{"casework  changed [{kinds.a one three} {kinds.b two }]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := load(t, base, nil)
			b := load(t, over("1", tt.pairs...), map[string]fs.FS{"fuzhou": base})
			changes, err := pack.Diff(a, b, "duties")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range changes {
				got = append(got, fmt.Sprint(c.Section, " ", c.Key, " ", c.Kind, " ", c.Fields))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Fatalf("got %q", got)
			}
		})
	}
}

func TestDiffOfPlainFileAndBrokenFile(t *testing.T) {
	t.Parallel()
	a := load(t, folder("pack.yaml", manifest, "map.geojson", "{}"), nil)
	b := load(t, folder("pack.yaml", manifest, "map.geojson", "{ }"), nil)
	changes, err := pack.Diff(a, b)
	if err != nil || len(changes) != 1 || changes[0].Section != "map.geojson" || changes[0].Kind != "changed" {
		t.Fatal(changes, err)
	}
	broken := load(t, folder("pack.yaml", manifest, "a.yaml", "- [\n"), nil)
	if _, err := pack.Diff(a, broken); err == nil || !strings.Contains(err.Error(), "fuzhou/a.yaml") {
		t.Fatal(err)
	}
}
