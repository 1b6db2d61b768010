package open311

import (
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/pack"
	"banyan/internal/work/worktest"
)

// What is wrong with a service is told with its place; a pack without services has none.
func TestLoad(t *testing.T) {
	t.Parallel()
	duties := worktest.Town(t).Duties
	const good = "- {code: a, name: {zh-Hans: 灯, zh-Hant: 燈, en: Lamp}, text: {zh-Hans: 灯, zh-Hant: 燈, en: Lamp}, kind: complaint, category: urban, rest: true}\n"
	row := func(more string) string {
		return good + strings.Replace(strings.Replace(good, "code: a", "code: b", 1), ", rest: true", more, 1)
	}
	const text = "text: {zh-Hans: 灯, zh-Hant: 燈, en: Lamp}"
	const values = "values: [{key: k, name: {zh-Hans: 灯, zh-Hant: 燈, en: Lamp}}]"
	tests := map[string]struct{ file, wrong string }{
		"one":                   {good, ""},
		"none":                  {"# nothing\n", ""},
		"a list":                {row(", attributes: [{code: A, type: singlevaluelist, " + text + ", " + values + "}]"), ""},
		"nobody takes the rest": {strings.Replace(good, ", rest: true", "", 1), "rest"},
		"two take the rest":     {row(", rest: true"), "rest"},
		"a code of spaces":      {strings.Replace(good, "code: a", "code: a b", 1), "code"},
		"an unknown kind":       {row("")[:len(row(""))-2] + ", type: sometimes}\n", "type"},
		"an unknown topic":      {row(", topics: [nothing]"), "topics"},
		"a topic twice":         {row(", topics: [noise, noise]"), "topics"},
		"an unknown datatype":   {row(", attributes: [{code: A, type: colour, " + text + "}]"), "attributes"},
		"a list without values": {row(", attributes: [{code: A, type: singlevaluelist, " + text + "}]"), "attributes"},
		"values without a list": {row(", attributes: [{code: A, type: string, " + text + ", " + values + "}]"), "attributes"},
		"a code twice":          {row(", attributes: [{code: A, type: string, " + text + "}, {code: A, type: string, " + text + "}]"), "attributes"},
		"a required notice":     {row(", attributes: [{code: A, type: string, required: true, notice: true, " + text + "}]"), "attributes"},
		"an unknown field":      {row(", colour: red"), "colour"},
	}
	for name, tt := range tests {
		p, err := pack.Load(fstest.MapFS{
			"pack.yaml":    {Data: []byte("name: small\ntitle: {zh-Hans: 小, zh-Hant: 小, en: Small}\nversion: '1'\nlanguages: [zh-Hans, zh-Hant, en]\nextends: []\n")},
			"open311.yaml": {Data: []byte(tt.file)},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Load(p, duties)
		if (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: %v, want something about %q", name, err, tt.wrong)
		}
	}
}

// Every topic of the city belongs to a service or to the one that takes the rest.
func TestOf(t *testing.T) {
	t.Parallel()
	town := worktest.Town(t)
	c, err := Load(town.Pack, town.Duties)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.All()); n < 25 {
		t.Errorf("%d services", n)
	}
	for _, d := range town.Duties.All() {
		if _, ok := c.Get(c.Of(d.Code)); !ok {
			t.Errorf("duty %s is of no service", d.Code)
		}
	}
	if got := c.Of("C-001"); got != "street-lamp" {
		t.Errorf("lamps are listed under %s", got)
	}
	if got := c.Of("no duty"); got != "other" {
		t.Errorf("a case without duty is listed under %s", got)
	}
}
