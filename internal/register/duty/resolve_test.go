package duty_test

import (
	"strings"
	"testing"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/duty"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	plain := duty.Facts{Text: "路灯不亮", Kind: "help"}
	steps := duty.Facts{Text: "路灯下的台阶坏了", Kind: "help"}
	urgent := duty.Facts{Text: "漏电", Kind: "help", Urgent: true}
	tests := []struct {
		name, code, at         string
		facts                  duty.Facts
		lead, assisting, under string
	}{
		{"a district's office", "C-1", "350102", plain, "350102.cgj", "", ""},
		{"from a community", "C-1", "350102004001", plain, "350102.cgj", "", "350102004.jd"},
		{"the whole city", "C-1", "3501", plain, "3501.cgj", "", ""},
		{"a zone without a code", "C-1", "zone-gxq", plain, "3501.cgj", "", ""},
		{"a district without an office", "C-3", "350102", plain, "3501.clj", "", ""},
		{"a district with one", "C-3", "350104", plain, "350104.clj", "", ""},
		{"a subdistrict", "C-2", "350102004001", plain, "350102004.jd", "", "350102004.jd"},
		{"the subdistrict is not known", "C-2", "350102", plain, "350102.zx", "", ""},
		{"and there is no centre", "C-2", "350104", plain, "3501.12345", "", ""},
		{"the subdistrict in the whole city", "C-2", "3501", plain, "3501.12345", "", ""},
		{"a community", "C-4", "350102004001", plain, "350102004001.sq", "", "350102004.jd"},
		{"the community is not known", "C-4", "350102004", plain, "350102004.jd", "", "350102004.jd"},
		{"called by words", "C-2", "350102004", steps, "350102004.jd", `350102.cgj:text.contains("台阶")`, "350102004.jd"},
		{"called by kind, place and urgency", "C-2", "350102004", urgent, "350102004.jd",
			`3501.water:urgent && kind == "help" && area.startsWith("350102")`, "350102004.jd"},
	}
	more := files()["duties/urban.yaml"] + row("code: C-3, lead: {dept: clj, level: district}") + row("code: C-4, lead: {dept: sq, level: community}")
	r := must(t, map[string]string{"duties/urban.yaml": more})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, _ := r.Get(tt.code)
			got, err := r.Resolve(d, tt.at, tt.facts)
			if err != nil {
				t.Fatal(err)
			}
			var assisting []string
			for _, a := range got.Assisting {
				assisting = append(assisting, a.Unit.ID+":"+a.Why)
			}
			if got.Lead.ID != tt.lead || strings.Join(assisting, " ") != tt.assisting || got.Subdistrict.ID != tt.under || got.Role.Hans != "先行警戒" {
				t.Errorf("Resolve = %s with %v under %s", got.Lead.ID, assisting, got.Subdistrict.ID)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, at, key, where string }{
		{"outside, with a centre of its own", "350128100", "duty.outside", "平潭热线"},
		{"outside", "350129", "duty.outside", "海外县"},
		{"an unknown place", "9999", "duty.unknown_area", ""},
		{"no place", "", "duty.unknown_area", ""},
	}
	r := must(t, nil)
	d, _ := r.Get("C-1")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := r.Resolve(d, tt.at, duty.Facts{})
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || f.Key != tt.key {
				t.Fatalf("Resolve = %v, want %s", err, tt.key)
			}
			if tt.where == "" {
				return
			}
			if where, _ := f.Args[3].(i18n.Text); f.Args[2] != "Where" || where.Hans != tt.where {
				t.Errorf("it sends to %v, want %s", f.Args, tt.where)
			}
		})
	}
}

func TestAWrongRuleIsAnError(t *testing.T) {
	t.Parallel()
	r := must(t, map[string]string{"duties/urban.yaml": row(`assisting: [{dept: water, level: city, when: '1 / size(text) > 0'}]`)})
	d, _ := r.Get("C-1")
	if _, err := r.Resolve(d, "350102", duty.Facts{}); err == nil || !strings.Contains(err.Error(), "C-1") {
		t.Errorf("Resolve = %v, want an error that names the duty", err)
	}
	d.Assisting[0].When = "urgent"
	if _, err := r.Resolve(d, "350102", duty.Facts{}); err == nil {
		t.Error("a condition that was never checked is taken for true or false")
	}
}
