package duty_test

import (
	"os"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
)

// TestFuzhou loads the whole pack of the city and resolves every duty everywhere.
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
	units, err := org.New(p, areas)
	if err != nil {
		t.Fatal(err)
	}
	clocks := clocksOf(t, p)
	r, err := duty.New(p, areas, units, func(code string) bool { return clocks[code] })
	if err != nil {
		t.Fatal(err)
	}
	list := r.At(time.Date(2026, 11, 2, 4, 0, 0, 0, time.UTC))
	if len(list) != 499 {
		t.Errorf("%d duties, want 499", len(list))
	}
	places := append(areas.All(area.District), areas.City())
	places = append(places, areas.All(area.Zone)...)
	places = append(places, areas.All(area.Subdistrict)...)
	for _, d := range list {
		if !d.Name.Complete() || !d.Subdistrict.Complete() {
			t.Errorf("%s lacks a language", d.Code)
		}
		for _, a := range places {
			got, err := r.Resolve(d, a.Code, duty.Facts{Text: "路灯不亮", Kind: "help"})
			switch {
			case a.Outside && fault.KindOf(err) != fault.Invalid:
				t.Errorf("%s in %s: %v, want a refusal", d.Code, a.Code, err)
			case !a.Outside && err != nil:
				t.Errorf("%s in %s: %v", d.Code, a.Code, err)
			case !a.Outside && d.Lead.Level == duty.DistrictLevel && a.Kind == area.City && got.Lead.Area != a.Code:
				t.Errorf("%s in the city is led by %s", d.Code, got.Lead.ID)
			}
		}
	}
}

// clocksOf gives the codes of the clock profiles, which module calendar reads.
func clocksOf(t *testing.T, p *pack.Pack) map[string]bool {
	t.Helper()
	codes := map[string]bool{}
	_, src, err := pack.Section(p, "clocks", func(row map[string]any) string { code, _ := row["code"].(string); return code })
	if err != nil {
		t.Fatal(err)
	}
	for code := range src {
		codes[code] = true
	}
	return codes
}
