package org_test

import (
	"os"
	"strings"
	"testing"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

func ids(units []org.Unit) string {
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = u.ID
	}
	return strings.Join(out, " ")
}

func TestUnits(t *testing.T) {
	t.Parallel()
	r := load(t)
	tests := []struct{ name, got, want string }{
		{"all", ids(r.All()), "3501.cgj 350102.cgj 350104.cgj 3501.water 3501.sea 350104.sea 350102004.jd 350104100.jd " +
			"350102004001.sq 3501.12345 350102.zx 350128.zx"},
		{"in an area", ids(r.In("350102")), "350102.cgj 350102.zx"},
		{"of a department", ids(r.Of("cgj")), "3501.cgj 350102.cgj 350104.cgj"},
		{"group", ids(r.Group("district_office")), "350102.cgj 350104.cgj 350104.sea"},
		{"name", r.Name("350104.cgj", i18n.En), "仓山区综合执法局"},
		{"name in a language", r.Name("350102004.jd", i18n.En), "Dongjie Subdistrict Office"},
		{"name of a unit that left", r.Name("350102.gone", i18n.En), "350102.gone"},
		{"short name", r.Short("350104.cgj", i18n.ZhHans), "执法局"},
		{"short name of a community", r.Short("350102004001.sq", i18n.ZhHans), "军门社区"},
		{"short name of a unit that left", r.Short("350102.gone", i18n.ZhHans), "350102.gone"},
		{"group name", r.GroupName("subdistrict", i18n.ZhHans), "街道乡镇"},
		{"name of a group without", r.GroupName("hotline", i18n.ZhHans), "hotline"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	if d, ok := r.Dept("water"); !ok || d.Kind != org.Enterprise {
		t.Errorf("Dept = %v, %v", d, ok)
	}
}

func TestNamesAndParents(t *testing.T) {
	t.Parallel()
	r := load(t)
	tests := []struct{ id, hans, parent string }{
		{"3501.cgj", "市城管局", ""},
		{"350102.cgj", "鼓楼区城市管理局", "3501.cgj"},
		{"350104.cgj", "仓山区综合执法局", "3501.cgj"}, // replaced by a row of its own
		{"350102004.jd", "东街街道办事处", "350102.zx"},
		{"350104100.jd", "仓山镇人民政府", "3501.12345"}, // no centre in this district
		{"350102004001.sq", "军门社区居民委员会", "350102004.jd"},
		{"350102.zx", "鼓楼区中心", "3501.12345"},
		{"3501.12345", "12345热线", ""},
	}
	for _, tt := range tests {
		u, ok := r.Get(tt.id)
		if !ok || u.Name.Hans != tt.hans || u.Parent != tt.parent {
			t.Errorf("%s is %q under %q, want %q under %q", tt.id, u.Name.Hans, u.Parent, tt.hans, tt.parent)
		}
	}
	u, _ := r.Get("350102004.jd")
	if u.Name.In(i18n.ZhHant) != "東街街道辦事處" || u.Name.In(i18n.En) != "Dongjie Subdistrict Office" {
		t.Errorf("the name in other languages is %v", u.Name)
	}
}

func TestOffice(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, dept, area, want string }{
		{"the district's", "cgj", "350102004001", "350102.cgj"},
		{"the city's, where the district has none", "sea", "350102004", "3501.sea"},
		{"the city's for the city", "cgj", "3501", "3501.cgj"},
		{"a zone without a code", "cgj", "zone-gxq", "3501.cgj"},
		{"the subdistrict of a community", "jd", "350102004001", "350102004.jd"},
		{"no subdistrict above a district", "jd", "350102", ""},
		{"an unknown department", "moon", "350102", ""},
		{"an unknown area", "cgj", "9999", ""},
		{"an area outside the city's reach", "cgj", "350128100", ""},
		{"the outside area's own", "zx", "350128100", "350128.zx"},
	}
	r := load(t)
	for _, tt := range tests {
		if u, ok := r.Office(tt.dept, tt.area); u.ID != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v, want %q", tt.name, u.ID, ok, tt.want)
		}
	}
	if u, _ := r.Centre("350102004001"); u.ID != "350102.zx" {
		t.Errorf("Centre = %s", u.ID)
	}
}

func TestNewTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dept := func(change string) string {
		return "- {code: a, name: 甲, short: 甲, group: g, " + change + "}\n"
	}
	unit := func(change string) string { return "- {name: 甲, short: 甲, group: g, " + change + "}\n" }
	tests := []struct{ name, file, content, want string }{
		{"kind", "org/departments.yaml", dept("kind: office, districts: none"), "small/org/departments.yaml:1: kind"},
		{"no districts", "org/departments.yaml", dept("kind: department"), "districts: needs all"},
		{"no such district", "org/departments.yaml", dept(`kind: department, districts: ["350199"]`), "there is no district 350199"},
		{"offices without a name", "org/departments.yaml", dept("kind: department, districts: all"), "district_name"},
		{"front", "org/front.yaml", "subdistrict: {street: {dept: jd, name: x}}\ncommunity: {}\ngroups: {}", "small/org/front.yaml: subdistrict.town"},
		{"id", "org/units.yaml", unit(`id: "3501.b", dept: a, area: "3501", kind: office`), "id: must be 3501.a"},
		{"area", "org/units.yaml", unit(`id: "9.a", dept: a, area: "9", kind: office`), "area: there is no area 9"},
		{"unit kind", "org/units.yaml", unit(`id: "3501.a", dept: a, area: "3501", kind: bureau`), "org/units.yaml:1: kind"},
		{"parent", "org/units.yaml", unit(`id: "3501.a", dept: a, area: "3501", kind: office, parent: "3501.z"`), "there is no unit 3501.z"},
		{"circle", "org/units.yaml", unit(`id: "3501.a", dept: a, area: "3501", kind: office, parent: "3501.b"`) +
			unit(`id: "3501.b", dept: b, area: "3501", kind: office, parent: "3501.a"`), "stands above itself"},
		{"twice", "org/units.yaml", unit(`id: "3501.a", dept: a, area: "3501", kind: office`) +
			unit(`id: "3501.a", dept: a, area: "3501", kind: office`), "the key 3501.a is already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := org.New(small(t, map[string]string{tt.file: tt.content}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want a line with %s", err, tt.want)
			}
		})
	}
}

func TestFuzhou(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := area.New(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := org.New(p, areas)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas.All(area.Subdistrict) {
		units := r.In(a.Code)
		if a.Outside != (len(units) == 0) {
			t.Errorf("%s has the units %s", a.Code, ids(units))
		}
	}
	if c, ok := r.Centre("3501"); !ok || c.ID != "3501.12345" {
		t.Errorf("what belongs to nobody goes to %q, want the hotline", c.ID)
	}
	for _, a := range areas.All(area.District) {
		if c, ok := r.Centre(a.Code); !a.Outside && (!ok || c.Area != a.Code) {
			t.Errorf("%s has no centre", a.Code)
		}
	}
	for _, u := range r.All() {
		if !u.Name.Complete() || !u.Short.Complete() {
			t.Errorf("%s lacks a language", u.ID)
		}
	}
}
