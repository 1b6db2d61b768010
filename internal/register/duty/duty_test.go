package duty_test

import (
	"strings"
	"testing"

	"banyan/internal/platform/i18n"
	"banyan/internal/register/duty"
)

// versions is C-1 changed on the first of July and ended at the end of the year.
func versions() map[string]string {
	return map[string]string{"duties/urban.yaml": row("valid_to: 2026-06-30") +
		row("name: 新路灯, valid_from: 2026-07-01, valid_to: 2026-12-31") + row("code: C-2, valid_from: 2026-03-01")}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	tests := []struct{ at, names string }{
		{"2025-12-31 23:59", ""},
		{"2026-01-01 00:00", "路灯"},
		{"2026-03-01 00:00", "路灯 路灯"},
		{"2026-06-30 23:59", "路灯 路灯"},
		{"2026-07-01 00:00", "新路灯 路灯"},
		{"2027-01-01 00:00", "路灯"},
	}
	r := must(t, versions())
	for _, tt := range tests {
		var names []string
		for _, d := range r.At(day(t, tt.at)) {
			names = append(names, d.Name.Hans)
		}
		if got := strings.Join(names, " "); got != tt.names {
			t.Errorf("At(%s) = %s, want %s", tt.at, got, tt.names)
		}
		d, ok := r.GetAt("C-1", day(t, tt.at))
		if want := strings.Contains(tt.at, "2026"); ok != want || ok && d.Name.Hans != names[0] {
			t.Errorf("GetAt(C-1, %s) = %s, %v", tt.at, d.Name.Hans, ok)
		}
	}
	if d, ok := r.Get("C-1"); !ok || d.Name.Hans != "新路灯" {
		t.Errorf("Get = %s, %v", d.Name.Hans, ok)
	}
	if _, ok := r.Get("C-9"); ok || len(r.All()) != 3 {
		t.Error("a duty that is not there is found")
	}
	if r.Version() == must(t, nil).Version() {
		t.Error("another list has the same version")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	r := must(t, nil)
	if c, ok := r.Category("urban"); !ok || c.Label != "城乡建设" || len(r.Categories()) != 2 {
		t.Errorf("Category = %v, %v", c, ok)
	}
	if x, ok := r.Topic("lighting"); !ok || x.Category != "urban" || len(r.Topics()) != 1 {
		t.Errorf("Topic = %v, %v", x, ok)
	}
	if k, ok := r.Kind("help"); !ok || !k.Public || k.Anonymous || len(r.Kinds()) != 1 {
		t.Errorf("Kind = %v, %v", k, ok)
	}
	if c, ok := r.Channel("phone"); !ok || c.Icon != "phone" || len(r.Channels()) != 1 {
		t.Errorf("Channel = %v, %v", c, ok)
	}
	if x, ok := r.Reason("emergency"); !ok || x.Where.Hans == "" || len(r.Reasons(duty.Return)) != 1 || len(r.Reasons(duty.Park)) != 0 {
		t.Errorf("Reason = %v, %v", x, ok)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	r := must(t, nil)
	known, _ := r.Get("C-1")
	for name, tc := range map[string]struct {
		of         func(code string, l i18n.Lang) string
		code, want string
	}{
		"duty":    {r.Name, "C-1", known.Name.Hans},
		"kind":    {r.KindName, "help", "求助"},
		"channel": {r.ChannelName, "phone", "电话"},
		"reason":  {r.ReasonName, "emergency", "紧急"},
	} {
		if got := tc.of(tc.code, i18n.ZhHans); got != tc.want {
			t.Errorf("%s %s is %q, want %q", name, tc.code, got, tc.want)
		}
		if got := tc.of("gone", i18n.En); got != "gone" {
			t.Errorf("a %s that nobody knows is %q", name, got)
		}
	}
}

func TestNewTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, content, want string }{
		{"category", "duties/urban.yaml", row("category: x"), "small/duties/urban.yaml:1: category: there is no category x"},
		{"topic", "duties/urban.yaml", row("topic: x"), "topic: there is no topic x"},
		{"topic of another", "duties/urban.yaml", row("category: labour"), "topic: lighting is a topic of urban"},
		{"kind", "duties/urban.yaml", row("kinds: [song]"), "kinds: there is no kind song"},
		{"no kinds", "duties/urban.yaml", row("kinds: []"), "kinds: is missing"},
		{"clock", "duties/urban.yaml", row("clock: never"), "clock: there is no clock profile never"},
		{"basis", "duties/urban.yaml", row("basis: []"), "basis: is missing"},
		{"dept", "duties/urban.yaml", row("lead: {dept: moon, level: city}"), "lead: no unit of moon stands"},
		{"dept at a level", "duties/urban.yaml", row("lead: {dept: cgj, level: subdistrict}"), "lead: no unit of cgj stands at the level subdistrict"},
		{"level", "duties/urban.yaml", row("lead: {dept: cgj, level: street}"), "lead: street is none of"},
		{"a lead with a condition", "duties/urban.yaml", row("lead: {dept: cgj, level: city, when: 'urgent'}"), "lead.when: a lead has no condition"},
		{"a wrong rule", "duties/urban.yaml", row("assisting: [{dept: cgj, level: city, when: 'word.contains(1)'}]"), "assisting[0].when: rule"},
		{"a rule that is no condition", "duties/urban.yaml", row("assisting: [{dept: cgj, level: city, when: 'text'}]"), "must give bool"},
		{"no day", "duties/urban.yaml", row("valid_from: soon"), "valid_from: \"soon\" is not a date"},
		{"an end before the beginning", "duties/urban.yaml", row("valid_to: 2025-01-01"), "valid_to: is before"},
		{"versions that overlap", "duties/urban.yaml", row("valid_to: 2026-06-30") + row("valid_from: 2026-06-30"), "duties/urban.yaml:2: valid_from: is valid together with the row at small/duties/urban.yaml:1"},
		{"the same row twice", "duties/urban.yaml", row("") + row(""), "the key C-1 is already"},
		{"word", "duties/urban.yaml", row("words: [' ']"), "words: "},
		{"topic without category", "topics.yaml", "- {code: lighting, category: x, name: 照明}\n", "small/topics.yaml:1: category: there is no category x"},
		{"declined to nowhere", "reasons.yaml", "- {code: a, for: decline, name: 甲, needs: []}\n", "where: a declined requester must be told"},
		{"decision", "reasons.yaml", "- {code: a, for: fun, name: 甲}\n", "for: fun is no decision"},
		{"need", "reasons.yaml", "- {code: a, for: park, name: 甲, needs: [luck]}\n", "needs: luck is none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, map[string]string{tt.file: tt.content})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want a line with %s", err, tt.want)
			}
		})
	}
}
