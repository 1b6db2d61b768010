package frontline_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/register/org"
	"banyan/internal/work/casework"
)

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func orgStaff(name, unit string) org.Staff { return org.Staff{Name: name, Unit: unit} }

// reasonFor gives a reason of a decision that needs what is named, or does not.
func (w *world) reasonFor(decision, need string, wanted bool) string {
	w.Helper()
	for _, x := range w.Cases.City.Duties.Reasons(decision) {
		if containsAny(strings.Join(x.Needs, " "), need) == wanted {
			return x.Code
		}
	}
	w.Fatalf("no reason for %s", decision)
	return ""
}

func TestAsk(t *testing.T) {
	t.Parallel()
	unit := func(f *casework.File) string { // of time, as the case's clock counts
		for _, c := range f.Clocks {
			if c.Kind == casework.ClockResolve && c.Base == "24x7" {
				return "hours"
			}
		}
		return "workdays"
	}
	for _, test := range []struct {
		name   string
		form   func(w *world, f *casework.File) url.Values
		status int
		says   string
		kind   casework.ChangeKind
	}{
		{"extension", func(w *world, f *casework.File) url.Values {
			return url.Values{"kind": {"extension"}, "reason": {w.reasonFor("extension", "date", true)}, "words": {"等材料"}, "extra": {"2"}, "extra_unit": {unit(f)}}
		}, 303, "", casework.Extension},
		{"extension without time", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"extension"}, "reason": {w.reasonFor("extension", "date", true)}, "words": {"等材料"}}
		}, 422, "请填要延长的时间", ""},
		{"extension with a reason of another kind", func(w *world, f *casework.File) url.Values {
			return url.Values{"kind": {"extension"}, "reason": {w.reasonFor("park", "date", true)}, "words": {"等材料"}, "extra": {"2"}, "extra_unit": {unit(f)}}
		}, 422, "请选一个理由", ""},
		{"extension in the wrong unit of time", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"extension"}, "reason": {w.reasonFor("extension", "date", true)}, "words": {"等"}, "extra": {"2"}, "extra_unit": {"fortnights"}}
		}, 422, "单位要和原时限一致", ""},
		{"park", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"park"}, "reason": {w.reasonFor("park", "date", true)}, "words": {"列入计划"}, "plan": {"明年三月换灯"}, "review": {"2027-03-01"}}
		}, 303, "", casework.Park},
		{"park until a day that is none", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"park"}, "reason": {w.reasonFor("park", "date", true)}, "words": {"列入计划"}, "plan": {"换灯"}, "review": {"soon"}}
		}, 422, "日期写得不对", ""},
		{"return", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"return"}, "reason": {w.reasonFor("return", "unit", true)}, "words": {"是路灯中心的"}, "proposed": {"350102.jsj"}}
		}, 303, "", casework.Return},
		{"return without a unit", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"return"}, "reason": {w.reasonFor("return", "unit", true)}, "words": {"是路灯中心的"}}
		}, 422, "建议的主办单位", ""},
		{"dispute without words", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"dispute"}, "reason": {w.reasonFor("dispute", "unit", false)}}
		}, 422, "请写明原因", ""},
		{"out of scope", func(w *world, _ *casework.File) url.Values {
			return url.Values{"kind": {"out_of_scope"}, "reason": {w.reasonFor("out_of_scope", "unit", false)}, "words": {"没有依据"}}
		}, 303, "", casework.OutOfScope},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.dispatch()
			o := w.Lead(f)
			form := test.form(w, f)
			w.Get("lamps", at(f, o, "ask")).Want(200).Has(`a[href*="kind="]`, 5).Has("main form button", 0)
			w.Get("lamps", at(f, o, "ask")+"&kind="+form.Get("kind")).Want(200).Has("select[name=reason]", 1)
			a := w.Post("lamps", at(f, o, "ask"), form).Want(test.status)
			changes := w.File(f.Case.ID).Changes
			if test.status != 303 {
				a.Says(".error-summary", test.says)
				if len(changes) != 0 {
					t.Errorf("a refused form left %+v", changes)
				}
				return
			}
			if len(changes) != 1 || changes[0].Kind != test.kind {
				t.Fatalf("changes %+v, want one %s", changes, test.kind)
			}
			w.Get("lamps", at(f, o, "")).Want(200).Says("main", form.Get("words")).Says("main", "待审批")
			w.Post("lamps", at(f, o, "ask"), form).Want(409).Has(".error-summary", 1)
		})
	}
}

func TestReplyForm(t *testing.T) {
	t.Parallel()
	good := func() url.Values {
		return url.Values{
			"true": {"yes"}, "ours": {"yes"}, "contacted": {"yes"}, "contacted_at": {"2026-11-23T09:30"}, "means": {"phone"}, "visited": {"yes"},
			"solved": {"partly"}, "why_not": {"还差一盏"}, "next": {"周五补装"}, "next_at": {"2026-11-27"}, "public": {"两盏路灯已修好。"}, "internal": {"灯头老化"},
		}
	}
	for _, test := range []struct {
		name, field, value, says string
		status                   int
	}{
		{"complete", "", "", "", 303},
		{"not said whether true", "true", "", "是否属实", 422},
		{"not said whether contacted", "contacted", "", "请选是否联系到", 422},
		{"not said by what means", "means", "", "方式和时间", 422},
		{"a time that is none", "contacted_at", "noon", "日期写得不对", 422},
		{"not solved without a reason", "why_not", "", "请写原因和下一步", 422},
		{"no public answer", "public", "", "答复", 422},
		{"a kind of control", "public", "a\x01b", "无法识别的字符", 422},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := w.dispatch()
			o := w.Lead(f)
			w.Post("lamps", at(f, o, "sign"), url.Values{}).Want(303)
			w.Get("lamps", at(f, o, "reply")).Want(200).Has(`form[enctype="multipart/form-data"]`, 1).Has("input[type=file]", 2)
			form := good()
			if test.field != "" {
				form.Set(test.field, test.value)
			}
			a := w.Post("lamps", at(f, o, "reply"), form).Want(test.status)
			if test.status != 303 {
				a.Says(".error-summary", test.says)
				a.Says("#internal", "灯头老化")
				return
			}
			got := w.File(f.Case.ID)
			reply, _ := got.LastReply()
			if got.Case.State != casework.Replied || reply.Solved != "partly" || !reply.Visited || reply.Internal != "灯头老化" {
				t.Errorf("state %s, reply %+v", got.Case.State, reply)
			}
			if want := time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC); !reply.ContactedAt.Equal(want) {
				t.Errorf("contacted at %s, want %s", reply.ContactedAt, want)
			}
			w.Get("lamps", at(f, o, "")).Want(200).Says("main", "两盏路灯已修好").Says("main", "部分解决")
			w.Post("lamps", at(f, o, "reply"), good()).Want(409)
		})
	}
}
