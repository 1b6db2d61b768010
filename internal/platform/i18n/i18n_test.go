package i18n_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"

	"github.com/goccy/go-yaml"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		header string
		want   i18n.Lang
	}{
		{"", i18n.ZhHans}, {"*", i18n.ZhHans}, {"zh", i18n.ZhHans}, {"zh-CN,zh;q=0.9,en;q=0.8", i18n.ZhHans},
		{"zh-TW", i18n.ZhHant}, {"zh-HK,en", i18n.ZhHant}, {"zh-Hant-MO", i18n.ZhHant}, {"zh-Hans-HK", i18n.ZhHans},
		{"en-GB", i18n.En}, {"fr-FR,en;q=0.5", i18n.En}, {"fr,zh-TW;q=0.3", i18n.ZhHant}, {"ja", i18n.En},
		{"en;q=0.1,zh;q=0.9", i18n.ZhHans}, {"!!!", i18n.ZhHans},
	}
	for _, tt := range tests {
		t.Run(tt.header, func(t *testing.T) {
			t.Parallel()
			if got := i18n.Match(tt.header); got != tt.want {
				t.Errorf("Match(%q) = %s, want %s", tt.header, got, tt.want)
			}
		})
	}
}

func catalog(t *testing.T, text string) (*i18n.Catalog, error) {
	t.Helper()
	return i18n.Load(fstest.MapFS{
		"messages/zh-Hans/a.yaml": {Data: []byte(text)},
		"messages/en/a.yaml":      {Data: []byte("a.wait: \"{{.N}} {{.N|day|days}}\"\na.who: Dear {{.Who}}\n")},
	})
}

func TestT(t *testing.T) {
	t.Parallel()
	c, err := catalog(t, "a.wait: 等 {{.N}} 天\na.who: \"{{.Who}}您好\"\na.only: 只有中文\n")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		lang i18n.Lang
		key  string
		args []any
		want string
	}{
		{"plain", i18n.ZhHans, "a.only", nil, "只有中文"},
		{"number", i18n.ZhHans, "a.wait", []any{"N", 12345}, "等 12,345 天"},
		{"one", i18n.En, "a.wait", []any{"N", 1}, "1 day"},
		{"many", i18n.En, "a.wait", []any{"N", int64(2)}, "2 days"},
		{"text in the language", i18n.En, "a.who", []any{"Who", i18n.Text{Hans: "张三", En: "Zhang San"}}, "Dear Zhang San"},
		{"words are not parsed again", i18n.ZhHans, "a.who", []any{"Who", "{{.N}}"}, "{{.N}}您好"},
		{"argument missing", i18n.ZhHans, "a.who", nil, "[Who]您好"},
		{"odd argument", i18n.ZhHans, "a.who", []any{"Who"}, "[Who]您好"},
		{"falls back to the source", i18n.En, "a.only", nil, "只有中文"},
		{"unknown", i18n.En, "a.none", nil, "[a.none]"},
	}
	for _, tt := range tests {
		if got := c.T(tt.lang, tt.key, tt.args...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got, want := c.Missing(), []string{"en a.none", "en a.only"}; !slices.Equal(got, want) {
		t.Errorf("missing %v, want %v", got, want)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"open place": "a.x: 你好 {{.Who", "no name": "a.x: 你好 {{}}", "no dot": "a.x: 你好 {{Who}}", "two forms": "a.x: \"{{.N|a}}\"",
		"same key twice": "a.x: 1\na.x: 2\n", "nested": "a:\n  x: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog(t, text)
			if err == nil || !strings.Contains(err.Error(), "zh-Hans/a.yaml") {
				t.Errorf("got %v, want an error that names the file", err)
			}
		})
	}
}

func TestKeyInTwoFiles(t *testing.T) {
	t.Parallel()
	_, err := i18n.Load(fstest.MapFS{"messages/en/a.yaml": {Data: []byte("x.y: 1")}, "messages/en/b.yaml": {Data: []byte("x.y: 2")}})
	if err == nil {
		t.Error("no error")
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		yaml string
		want i18n.Text
		ok   bool
	}{
		{"路灯", i18n.Text{Hans: "路灯"}, true},
		{"{zh-Hans: 路灯, zh-Hant: 路燈, en: street lamp}", i18n.Text{Hans: "路灯", Hant: "路燈", En: "street lamp"}, true},
		{"{zh-Hans: 路灯, fr: lampadaire}", i18n.Text{}, false},
		{"[路灯]", i18n.Text{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.yaml, func(t *testing.T) {
			t.Parallel()
			var got i18n.Text
			err := yaml.UnmarshalWithOptions([]byte(tt.yaml), &got, yaml.Strict())
			if (err == nil) != tt.ok || tt.ok && got != tt.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	half := i18n.Text{Hans: "路灯", En: "lamp"}
	if half.In(i18n.ZhHant) != "路灯" || half.In(i18n.En) != "lamp" || half.Complete() || half.Empty() {
		t.Error("a text without a language falls back to the source")
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -4812: "−4,812"} {
		if got := i18n.ZhHans.Number(n); got != want {
			t.Errorf("Number(%d) = %s, want %s", n, got, want)
		}
	}
	for _, tt := range []struct {
		num, den int
		want     string
	}{{1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 1, "100.0%"}, {0, 5, "0.0%"}, {1, 0, "—"}, {1, 2000, "0.1%"}, {-1, 3, "-33.3%"}} {
		if got := i18n.En.Percent(tt.num, tt.den); got != tt.want {
			t.Errorf("Percent(%d, %d) = %s, want %s", tt.num, tt.den, got, tt.want)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, clock.City)
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	now := at("2026-11-23 23:50")
	tests := []struct{ name, got, want string }{
		{"date", i18n.ZhHans.Date(now), "2026 年 11 月 23 日"},
		{"date in English", i18n.En.DateTime(now), "23 November 2026, 23:50"},
		{"weekday", i18n.ZhHant.Day(now), "11 月 23 日（週一）"},
		{"due today", i18n.ZhHans.Due(at("2026-11-23 17:30"), now), "今天 17:30"},
		{"due ten minutes later is tomorrow", i18n.ZhHans.Due(at("2026-11-24 00:00"), now), "明天 00:00"},
		{"due tomorrow in English", i18n.En.Due(at("2026-11-24 09:00"), now), "tomorrow 09:00"},
		{"due on Wednesday", i18n.ZhHans.Due(at("2026-11-25 17:30"), now), "11 月 25 日（周三）17:30"},
		{"due on Wednesday in English", i18n.En.Due(at("2026-11-25 17:30"), now), "Wed 25 Nov, 17:30"},
		{"due next year", i18n.ZhHans.Due(at("2027-01-04 17:30"), now), "2027 年 1 月 4 日 17:30"},
		{"stamp today", i18n.En.Stamp(at("2026-11-23 11:58"), now), "11:58"},
		{"stamp this year", i18n.En.Stamp(at("2026-11-22 11:58"), now), "11-22 11:58"},
		{"stamp before", i18n.En.Stamp(at("2025-11-22 11:58"), now), "2025-11-22"},
		{"days and hours", i18n.ZhHans.Duration(51 * time.Hour), "2 天 3 小时"},
		{"days alone", i18n.En.Duration(24*time.Hour + 5*time.Minute), "1 day"},
		{"hours", i18n.ZhHant.Duration(21*time.Hour + 40*time.Minute), "21 小時 40 分鐘"},
		{"one minute", i18n.En.Duration(time.Minute), "1 minute"},
		{"overdue", i18n.ZhHans.Duration(-2 * time.Hour), "2 小时"},
		{"nearly nothing", i18n.ZhHans.Duration(time.Second), "不到 1 分钟"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
