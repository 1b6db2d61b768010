package area_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
)

const areasCSV = `level,code,parent,sub,name,name_hant,name_en,outside,population,population_year
grid,350102004001-01,350102004001,,军门社区第一网格,軍門社區第一網格,"Junmen Community, Grid 1",,,
city,3501,,,福州市,福州市,Fuzhou City,,7115369,2010
district,350102,3501,district,鼓楼区,鼓樓區,Gulou District,,687705,2010
district,350104,3501,district,仓山区,倉山區,Cangshan District,,762746,2010
district,350121,3501,county,闽侯县,閩侯縣,Minhou County,,662118,2010
district,350128,3501,county,平潭县,平潭縣,Pingtan County,true,357760,2010
zone,zone-gxq,3501,,福州高新区,福州高新區,Fuzhou High-tech Zone,,,
subdistrict,350102004,350102,street,东街街道,東街街道,Dongjie Subdistrict,,,
subdistrict,350102100,350102,town,洪山镇,洪山鎮,Hongshan Town,,,
subdistrict,350104100,350104,town,仓山镇,倉山鎮,Cangshan Town,,,
subdistrict,350121101,350121,town,白沙镇,白沙鎮,Baisha Town,,,
subdistrict,350128100,350128,town,金井镇,金井鎮,Jinjing Town,,,
community,350102004001,350102004,community,军门社区,軍門社區,Junmen Community,,,
community,350104100201,350104100,village,下洋村,下洋村,Xiayang Village,,,
community,350121101201,350121101,village,下洋村,下洋村,Xiayang Village,,,
community,350121101202,350121101,village,先锋村,先鋒村,Xianfeng Village,,,
`

// small loads a pack of these files; areas.csv is the one above when it is not given.
func small(t testing.TB, files map[string]string) *pack.Pack {
	t.Helper()
	fsys := fstest.MapFS{
		"pack.yaml": {Data: []byte("name: small\ntitle: 小城\nversion: \"1\"\n")},
		"areas.csv": {Data: []byte(areasCSV)},
	}
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	p, err := pack.Load(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func load(t testing.TB, files map[string]string) *area.Register {
	t.Helper()
	r, err := area.New(small(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func codes(areas []area.Area) string {
	out := make([]string, len(areas))
	for i, a := range areas {
		out[i] = a.Code
	}
	return strings.Join(out, " ")
}

func TestTree(t *testing.T) {
	t.Parallel()
	r := load(t, nil)
	tests := []struct{ name, got, want string }{
		{"city", r.City().Code, "3501"},
		{"children keep the order of the file", codes(r.Children("3501")), "350102 350104 350121 350128 zone-gxq"},
		{"no children", codes(r.Children("350102004001-01")), ""},
		{"chain", codes(r.Chain("350102004001-01")), "3501 350102 350102004 350102004001 350102004001-01"},
		{"chain of nothing", codes(r.Chain("9999")), ""},
		{"kinds", codes(r.All(area.Community)), "350102004001 350104100201 350121101201 350121101202"},
		{"district", r.District("350102004001"), "350102"},
		{"district of a zone", r.District("zone-gxq"), "zone-gxq"},
		{"district of the city", r.District("3501"), ""},
		{"subdistrict", r.Subdistrict("350102004001-01"), "350102004"},
		{"subdistrict of a district", r.Subdistrict("350102"), ""},
		{"name", r.Name("350102004", i18n.En), "Dongjie Subdistrict"},
		{"name of nothing", r.Name("9999", i18n.En), "9999"},
		{"full name", r.FullName("350102004001", i18n.ZhHans), "鼓楼区东街街道军门社区"},
		{"full name of a grid", r.FullName("350102004001-01", i18n.ZhHant), "鼓樓區東街街道軍門社區第一網格"},
		{"full name in English", r.FullName("350102004", i18n.En), "Dongjie Subdistrict, Gulou District"},
		{"full name of the city", r.FullName("3501", i18n.ZhHans), "福州市"},
		{"full name of nothing", r.FullName("9999", i18n.ZhHans), "9999"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	a, ok := r.Get("350102004")
	if !ok || a.Path != "/3501/350102/350102004/" {
		t.Errorf("Get = %+v, %v", a, ok)
	}
	if _, ok := r.Get("9999"); ok {
		t.Error("an unknown code is found")
	}
}

func TestWithinAndOutside(t *testing.T) {
	t.Parallel()
	r := load(t, nil)
	tests := []struct {
		code, ancestor string
		within         bool
	}{
		{"350102004001", "350102", true},
		{"350102004001", "3501", true},
		{"350102", "350102", true},
		{"350102", "350102004", false},
		{"350104100", "350102", false},
		{"zone-gxq", "3501", true},
		{"9999", "3501", false},
		{"350102", "", false},
	}
	for _, tt := range tests {
		if got := r.Within(tt.code, tt.ancestor); got != tt.within {
			t.Errorf("Within(%s, %q) = %v", tt.code, tt.ancestor, got)
		}
	}
	town, _ := r.Get("350128100")
	gulou, _ := r.Get("350102")
	if !town.Outside || gulou.Outside {
		t.Error("what is below an outside area is outside, and nothing else")
	}
}

func TestNewTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	head := "level,code,parent,sub,name,outside,population,population_year\n"
	city := head + "city,3501,,,福州市,,,\n"
	tests := []struct{ name, csv, want string }{
		{"no city", head, "level: there is no city"},
		{"two cities", city + "city,3502,,,厦门市,,,\n", "small/areas.csv:3: level: the city 3501"},
		{"level", city + "street,350102,3501,,鼓楼区,,,\n", "areas.csv:3: level: needs one of"},
		{"code", city + "district,35010,3501,district,鼓楼区,,,\n", "areas.csv:3: code: 35010 is no code"},
		{"no parent", city + "district,350102,3502,district,鼓楼区,,,\n", "parent: there is no area 3502"},
		{"wrong parent", city + "community,350102004001,3501,community,军门社区,,,\n", "parent: 3501 is a city"},
		{"not nested", city + "district,350202,3501,district,思明区,,,\n", "parent: the code does not begin"},
		{"sub", city + "district,350102,3501,street,鼓楼区,,,\n", "sub: is none"},
		{"no name", city + "district,350102,3501,district,,,,\n", "name: is missing"},
		{"people without a year", city + "district,350102,3501,district,鼓楼区,,5,\n", "population: needs"},
		{"twice", city + "city,3501,,,福州市,,,\n", "the key 3501 is already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := area.New(small(t, map[string]string{"areas.csv": tt.csv}))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want a line with %s", err, tt.want)
			}
		})
	}
}
