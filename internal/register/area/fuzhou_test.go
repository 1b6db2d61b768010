package area_test

import (
	"os"
	"testing"

	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
)

// fuzhou loads the pack of the city.
func fuzhou(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFuzhou(t *testing.T) {
	t.Parallel()
	r, err := area.New(fuzhou(t))
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[area.Kind]int{area.City: 1, area.District: 13, area.Subdistrict: 186, area.Community: 3022} {
		if got := len(r.All(kind)); got != want {
			t.Errorf("%d areas of kind %s, want %d", got, kind, want)
		}
	}
	if a, _ := r.Get("350128"); !a.Outside {
		t.Error("Pingtan is not outside")
	}
	for _, a := range r.All(area.District) {
		if !a.Name.Complete() {
			t.Errorf("%s lacks a language", a.Code)
		}
	}
	if got := r.Find("鼓楼区军门社区"); len(got) != 2 || got[1].Area.Code != "350102004001" {
		t.Errorf("Find = %v", got)
	}
}
