package org_test

import (
	"testing"
	"testing/fstest"

	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

// files is a pack of two districts, one of them with a department of its own name, and an outside one.
func files() map[string]string {
	return map[string]string{
		"pack.yaml": "name: small\ntitle: 小城\nversion: \"1\"\n",
		"areas.csv": `level,code,parent,sub,name,name_hant,name_en,outside
city,3501,,,福州市,福州市,Fuzhou,
district,350102,3501,district,鼓楼区,鼓樓區,Gulou District,
district,350104,3501,district,仓山区,倉山區,Cangshan District,
district,350128,3501,county,平潭县,平潭縣,Pingtan County,true
zone,zone-gxq,3501,,福州高新区,福州高新區,High-tech Zone,
subdistrict,350102004,350102,street,东街街道,東街街道,Dongjie Subdistrict,
subdistrict,350104100,350104,town,仓山镇,倉山鎮,Cangshan Town,
subdistrict,350128100,350128,town,金井镇,金井鎮,Jinjing Town,
community,350102004001,350102004,community,军门社区,軍門社區,Junmen Community,
`,
		"org/departments.yaml": `
- {code: cgj, name: 市城管局, short: 城管, kind: department, districts: all, district_name: "{area}城市管理局",
   district_short: "{area}城管局", group: city_department, district_group: district_office, tasks: 市容}
- {code: water, name: 市水务集团, short: 水务, kind: enterprise, districts: none, group: enterprise, tasks: 供水}
- {code: sea, name: 市海洋局, short: 海洋, kind: department, districts: ["350104"], district_name: "{area}海洋局",
   district_short: "{area}海洋局", group: city_department, district_group: district_office, tasks: 海洋}
`,
		"org/front.yaml": `
subdistrict: {street: {dept: jd, name: {zh-Hans: "{area}办事处", zh-Hant: "{area}辦事處", en: "{area} Office"}}, town: {dept: jd, name: "{area}人民政府"}}
community: {community: {dept: sq, name: "{area}居民委员会"}}
groups: {subdistrict: 街道乡镇, community: 社区}
`,
		"org/units.yaml": `
- {id: "3501.12345", dept: "12345", area: "3501", kind: centre, name: 12345热线, short: 热线, group: hotline}
- {id: "350102.zx", dept: zx, area: "350102", kind: centre, name: 鼓楼区中心, short: 中心, group: district_centre}
- {id: "350104.cgj", dept: cgj, area: "350104", kind: office, name: 仓山区综合执法局, short: 执法局, staff: 120, group: district_office}
- {id: "350128.zx", dept: zx, area: "350128", kind: centre, name: 平潭热线, short: 平潭, group: outside}
`,
	}
}

func small(t testing.TB, change map[string]string) (*pack.Pack, *area.Register) {
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
	return p, areas
}

func load(t testing.TB) *org.Register {
	t.Helper()
	r, err := org.New(small(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
