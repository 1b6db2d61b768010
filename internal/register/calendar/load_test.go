package calendar_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/pack"
	"banyan/internal/register/calendar"
)

// small is a pack with one year, the city's hours and one profile; change replaces its files.
func small(t *testing.T, change map[string]string) *pack.Pack {
	t.Helper()
	files := map[string]string{
		"pack.yaml":           "name: small\ntitle: 小城\nversion: \"1\"\n",
		"calendar/years.yaml": "- {year: 2026, published: true, off: [2026-10-01], work: [2026-10-10], paper: [国办发明电]}\n",
		"calendar/hours.yaml": "windows: [{from: \"08:00\", to: \"12:00\"}, {from: \"14:30\", to: \"17:30\"}]\nhalf_days: []\n",
		"clocks.yaml":         "- " + profileYAML("livelihood", "{amount: 5, unit: workdays, from: next_day}") + "\n",
		"examples/clocks.yaml": "- {name: over a holiday, given: {from: \"2026-09-30T10:00:00+08:00\", limit: {amount: 1, unit: workdays, from: next_day}}, " +
			"expect: {due: \"2026-10-02T17:30:00+08:00\", provisional: false}}\n",
	}
	for name, content := range change {
		files[name] = content
	}
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	p, err := pack.Load(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func profileYAML(code, resolve string) string {
	two := "{amount: 2, unit: hours, from: now}"
	return "{code: " + code + ", name: 民生, dispatch: " + two + ", sign: " + two + ", first: " + two + ", arrive: " + two +
		", resolve: " + resolve + ", followup: " + two + ", decide: " + two + ", confirm: " + two +
		", rectify: " + two + ", source: 自定}"
}

func TestLoad(t *testing.T) {
	t.Parallel()
	p := small(t, nil)
	if ps := calendar.Check(p); len(ps) > 0 {
		t.Fatalf("Check: %v", ps)
	}
	c, err := calendar.FromPack(p)
	if err != nil {
		t.Fatal(err)
	}
	if work, known := c.IsWorkday(at(t, "2026-10-10 09:00")); !work || !known {
		t.Error("the make-up day does not work")
	}
	profiles, err := calendar.LoadProfiles(p)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := profiles.Get("livelihood")
	if want := (calendar.Limit{Amount: 5, Unit: "workdays", From: "next_day"}); !ok || got.Resolve != want {
		t.Errorf("resolve is %v, want %v", got.Resolve, want)
	}
	if _, ok := profiles.Get("none"); ok || profiles.Has("none") || len(profiles.All()) != 1 {
		t.Error("a profile that is not there is found")
	}
}

func TestLoadTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, content, want string }{
		{"amount 0", "clocks.yaml", "- " + profileYAML("a", "{amount: 0, unit: workdays}"), "small/clocks.yaml:1: resolve: amount 0"},
		{"unit", "clocks.yaml", "- " + profileYAML("a", "{amount: 1, unit: weeks}"), `resolve: unit "weeks"`},
		{"start", "clocks.yaml", "- " + profileYAML("a", "{amount: 1, unit: days, from: monday}"), `resolve: from "monday"`},
		{"incomplete", "clocks.yaml", "\n- {code: a, name: 民生, source: 自定}", "small/clocks.yaml:2: dispatch"},
		{"no profile", "clocks.yaml", "", "no clock profile"},
		{"no such date", "calendar/years.yaml", "- {year: 2025}\n- {year: 2026, published: true, off: [2026-02-30]}", "small/calendar/years.yaml:2: "},
		{"years that disagree", "calendar/years.yaml", "- {year: 2025, off: [2025-12-31]}\n- {year: 2026, work: [2025-12-31]}", "off and working"},
		{"hours", "calendar/hours.yaml", "windows: []", "small/calendar/hours.yaml: working hours"},
		{"half day", "calendar/hours.yaml", "windows: [{from: \"08:00\", to: \"12:00\"}]\nhalf_days: [{date: tomorrow, windows: []}]", "half day"},
		{"example", "examples/clocks.yaml", "- {name: wrong, given: {from: \"2026-09-30T10:00:00+08:00\", limit: {amount: 1, unit: hours}}, expect: {due: \"2026-10-02T17:30:00+08:00\"}}",
			"examples/clocks.yaml:1: expect: due 2026-09-30T11:00:00+08:00"},
		{"example without a time", "examples/clocks.yaml", "- {name: wrong, given: {from: soon}, expect: {due: later}}", "given.from"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ps := calendar.Check(small(t, map[string]string{tt.file: tt.content}))
			if !strings.Contains(ps.Error(), tt.want) {
				t.Errorf("Check says\n%v\nwant a line with %s", ps, tt.want)
			}
		})
	}
}

func TestProblemsAreTyped(t *testing.T) {
	t.Parallel()
	_, err := calendar.FromPack(small(t, map[string]string{"calendar/hours.yaml": "windows: []"}))
	var ps pack.Problems
	if !errors.As(err, &ps) || len(ps) != 1 {
		t.Errorf("FromPack = %v, want one problem", err)
	}
}
