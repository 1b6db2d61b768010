package pack_test

import (
	"testing"
	"testing/fstest"

	"banyan/internal/platform/pack"
)

// FuzzSection holds that no file makes the decoder panic, and that what it accepts it accepts again.
func FuzzSection(f *testing.F) {
	for _, s := range []string{
		"- {code: a, name: {zh-Hans: 灯}}\n", "- &a b\n- *a\n", "- remove: x\n", "code,name\na,b\n", "\"", "? a\n: b\n",
		"- !!binary x\n", "- code: |\n    a\n", "[{}]", "- <<: {a: b}\n", "%YAML 1.2\n---\n- a\n", "\ufeff- code: x\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"lamps.yaml", "lamps.csv", "pack.yaml"} {
			fsys := fstest.MapFS{"pack.yaml": {Data: []byte(manifest)}, name: {Data: data}}
			p, err := pack.Load(fsys, nil)
			if err != nil {
				continue
			}
			first, _, err1 := pack.Section(p, "lamps", lampKey)
			again, _, err2 := pack.Section(p, "lamps", lampKey)
			if len(first) != len(again) || (err1 == nil) != (err2 == nil) {
				t.Fatalf("%q reads differently the second time", data)
			}
			_, _ = pack.Object[lamp](p, "lamps") // only that it returns
			_, _ = pack.Diff(p, p)
		}
	})
}
