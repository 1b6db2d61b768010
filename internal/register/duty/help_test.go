package duty_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
)

// files is a pack with one district, one without a centre, a zone and a place outside.
func files() map[string]string {
	return map[string]string{
		"pack.yaml": "name: small\ntitle: 小城\nversion: \"1\"\n",
		"areas.csv": `level,code,parent,sub,name,outside
city,3501,,,福州市,
district,350102,3501,district,鼓楼区,
district,350104,3501,district,仓山区,
district,350128,3501,county,平潭县,true
district,350129,3501,county,海外县,true
zone,zone-gxq,3501,,高新区,
subdistrict,350102004,350102,street,东街街道,
subdistrict,350128100,350128,street,金井街道,
community,350102004001,350102004,community,军门社区,
`,
		"org/departments.yaml": `
- {code: cgj, name: 市城管局, short: 城管, kind: department, districts: all, district_name: "{area}城管局", district_short: "{area}城管局", group: a, district_group: b, tasks: x}
- {code: clj, name: 市残联, short: 残联, kind: department, districts: ["350104"], district_name: "{area}残联", district_short: "{area}残联", group: a, district_group: b, tasks: x}
- {code: water, name: 水务集团, short: 水务, kind: enterprise, districts: none, group: a, tasks: x}
`,
		"org/front.yaml": `
subdistrict: {street: {dept: jd, name: "{area}办事处"}}
community: {community: {dept: sq, name: "{area}居委会"}}
groups: {}
`,
		"org/units.yaml": `
- {id: "3501.12345", dept: "12345", area: "3501", kind: centre, name: 热线, short: 热线, group: c}
- {id: "350102.zx", dept: zx, area: "350102", kind: centre, name: 鼓楼中心, short: 中心, group: c}
- {id: "350128.zx", dept: zx, area: "350128", kind: centre, name: 平潭热线, short: 热线, group: c}
`,
		"categories.yaml": "- {code: urban, name: 城乡建设, label: 城乡建设}\n- {code: labour, name: 劳动}\n",
		"topics.yaml":     "- {code: lighting, category: urban, name: 照明}\n",
		"kinds.yaml":      "- {code: help, name: 求助, anonymous: false, public: true}\n",
		"channels.yaml":   "- {code: phone, name: 电话, icon: phone}\n",
		"reasons.yaml": "- {code: emergency, for: decline, name: 紧急, where: 请拨打110, needs: []}\n" +
			"- {code: wrong_unit, for: return, name: 不属本单位, needs: [words, unit]}\n",
		"duties/urban.yaml": row("", "") + row("code: C-2",
			`lead: {dept: jd, level: subdistrict}, assisting: [{dept: cgj, level: district, when: 'text.contains("台阶")'}, `+
				`{dept: water, level: city, when: 'urgent && kind == "help" && area.startsWith("350102")'}, {dept: jd, level: subdistrict}]`),
	}
}

// row is a duty C-1 for the lamps; change replaces or adds fields.
func row(changes ...string) string {
	fields := map[string]string{
		"code": "C-1", "name": "路灯", "category": "urban", "topic": "lighting", "kinds": "[help]",
		"lead": "{dept: cgj, level: district}", "subdistrict": "先行警戒", "basis": "[条例]", "clock": "livelihood",
		"words": "[路灯]", "on_site": "true", "direct": "false", "valid_from": "2026-01-01",
	}
	order := []string{"code", "name", "category", "topic", "kinds", "lead", "subdistrict", "basis", "clock", "words", "on_site", "direct", "valid_from"}
	var extra []string
	for _, change := range changes {
		for _, c := range splitFields(change) {
			name, value, _ := strings.Cut(c, ": ")
			if _, known := fields[name]; known {
				fields[name] = value
			} else if name != "" {
				extra = append(extra, c)
			}
		}
	}
	var parts []string
	for _, name := range order {
		parts = append(parts, name+": "+fields[name])
	}
	return "- {" + strings.Join(append(parts, extra...), ", ") + "}\n"
}

// splitFields cuts at commas outside brackets.
func splitFields(s string) (out []string) {
	depth, from := 0, 0
	for i, c := range s {
		switch {
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, strings.TrimSpace(s[from:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

func load(t testing.TB, change map[string]string) (*duty.Register, error) {
	t.Helper()
	all := files()
	for name, content := range change {
		all[name] = content
	}
	fsys := fstest.MapFS{}
	for name, content := range all {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	p, err := pack.Load(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := area.New(p)
	if err != nil {
		t.Fatal(err)
	}
	units, err := org.New(p, areas)
	if err != nil {
		t.Fatal(err)
	}
	return duty.New(p, areas, units, func(code string) bool { return code == "livelihood" })
}

func must(t testing.TB, change map[string]string) *duty.Register {
	t.Helper()
	r, err := load(t, change)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.City)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
