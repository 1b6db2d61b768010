package access_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

const (
	city  = "/3501/"
	gulou = "/3501/350102/"
	dong  = "/3501/350102/350102001/" // 鼓东街道
	jun   = "/3501/350102/350102003/350102003001/"
	taij  = "/3501/350103/"
)

func staff(unit, area string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: "s1", Unit: unit, Area: area, Roles: roles}
}

func policy(t *testing.T) *access.Policy {
	t.Helper()
	p, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The resources of the table: one matter in 鼓东街道 whose lead is the district's city management.
var (
	request = access.Resource{Kind: "request", ID: "r", Unit: "350102.cgj", Units: []string{"350102.cgj", "350102.jsj"}, Open: []string{"350102.cgj"}, AreaPath: dong, Owner: "p1", State: "working"}
	matter  = access.Resource{Kind: "case", ID: "c", Unit: "350102.cgj", Units: []string{"350102.cgj", "350102.jsj"}, AreaPath: dong, Owner: "p1", State: "working"}
	order   = access.Resource{Kind: "order", ID: "o", Unit: "350102.cgj", Units: []string{"350102.cgj", "350102.jsj"}, AreaPath: dong}
	call    = access.Resource{Kind: "call", ID: "k", Unit: "350102001.jd", Units: []string{"350102.cgj"}, AreaPath: dong}
	self    = access.Resource{Kind: "call", ID: "k", Unit: "350102001.jd", Units: []string{"350102001.jd"}, AreaPath: dong}
	report  = access.Resource{Kind: "list", Unit: "350102.cgj", AreaPath: gulou}
)

func with(r access.Resource, change func(*access.Resource)) access.Resource {
	change(&r)
	return r
}

func TestMay(t *testing.T) {
	t.Parallel()
	p := policy(t)
	var (
		guest      = access.Actor{Kind: access.Guest}
		proven     = access.Actor{Kind: access.Guest, ID: "p1"}
		owner      = access.Actor{Kind: access.Citizen, ID: "p1"}
		acting     = access.Actor{Kind: access.Citizen, ID: "p2", For: access.Behalf{Person: "p1", Scope: []string{"follow"}}}
		rates      = access.Actor{Kind: access.Citizen, ID: "p2", For: access.Behalf{Person: "p1", Scope: []string{"rate"}}}
		reports    = access.Actor{Kind: access.Citizen, ID: "p2", For: access.Behalf{Person: "p1", Scope: []string{"report"}}}
		another    = access.Actor{Kind: access.Citizen, ID: "p2", For: access.Behalf{Person: "p3", Scope: []string{"follow", "rate", "report"}}}
		other      = access.Actor{Kind: access.Citizen, ID: "p2"}
		taker      = staff("3501.12345", city, access.CallTaker)
		takerTaij  = staff("350103.zx", taij, access.CallTaker)
		sender     = staff("3501.12345", city, access.Dispatcher)
		senderGul  = staff("350102.zx", gulou, access.Dispatcher)
		senderTaij = staff("350103.zx", taij, access.Dispatcher)
		asker      = staff("3501.12345", city, access.FollowUp)
		askerTaij  = staff("350103.zx", taij, access.FollowUp)
		askerOwn   = staff("350102.cgj", gulou, access.FollowUp)
		handler    = staff("350102.cgj", gulou, access.Handler)
		sibling    = staff("350102.jsj", gulou, access.Handler)
		stranger   = staff("350103.cgj", taij, access.Handler)
		caller     = staff("350102001.jd", dong, access.Caller)
		callerFar  = staff("350102002.jd", "/3501/350102/350102002/", access.Caller)
		commune    = staff("350102003001.sq", jun, access.Community)
		arbiter    = staff("350102.zx", gulou, access.Arbiter)
		arbiterOwn = staff("350102.cgj", gulou, access.Arbiter)
		arbTaij    = staff("350103.zx", taij, access.Arbiter)
		boss       = staff("350102.db", gulou, access.Supervisor)
		bossTaij   = staff("350103.db", taij, access.Supervisor)
		bossOwn    = staff("350102.cgj", gulou, access.Supervisor)
		brain      = staff("350102.zx", gulou, access.Brain)
		data       = staff("350102.zx", gulou, access.Data)
		admin      = staff("3501.12345", city, access.Admin)
		program    = access.Program("import")
		nobody     = staff("", "", access.Handler, access.Dispatcher, access.FollowUp)
	)
	closed := with(request, func(r *access.Resource) { r.State = "closed" })
	nowhere := access.Resource{Kind: "case"}
	purpose := access.Resource{Kind: "purpose", ID: "publish", Unit: "350102.zx", AreaPath: gulou}
	inJun := with(order, func(r *access.Resource) { r.Unit, r.AreaPath = "350102003001.sq", jun })
	tests := []struct {
		action string
		res    access.Resource
		yes    []access.Actor
		no     []access.Actor
	}{
		{access.RequestReceive, nowhere,
			[]access.Actor{guest, owner, taker, takerTaij, sender, caller, commune, program},
			[]access.Actor{handler, asker, arbiter, boss, brain, data, admin}},
		{access.RequestRead, request,
			[]access.Actor{owner, proven, taker, sender, senderGul, asker, handler, caller, arbiter, boss},
			[]access.Actor{guest, other, takerTaij, senderTaij, sibling, stranger, callerFar, commune, arbTaij, bossTaij, brain, data, admin, program, nobody}},
		{access.PersonContact, request,
			[]access.Actor{owner, proven, taker, sender, asker, handler},
			[]access.Actor{guest, other, takerTaij, sibling, stranger, caller, commune, arbiter, boss, brain, data, admin, program, nobody}},
		{access.PersonContact, closed,
			[]access.Actor{owner, taker, sender, asker},
			[]access.Actor{handler, sibling}},
		{access.RequestConsent, request,
			[]access.Actor{owner, proven, taker, asker},
			[]access.Actor{guest, other, takerTaij, handler, caller, sender, boss, admin, nobody}},
		{access.CaseRead, matter,
			[]access.Actor{owner, proven, taker, sender, senderGul, asker, handler, sibling, caller, arbiter, boss, brain, program},
			[]access.Actor{guest, other, takerTaij, senderTaij, stranger, callerFar, commune, bossTaij, data, admin, nobody}},
		{access.CaseList, report,
			[]access.Actor{sender, senderGul, handler, boss, brain},
			[]access.Actor{senderTaij, sibling, stranger, caller, data, admin, owner}},
		{access.CaseAnswer, matter,
			[]access.Actor{taker, sender, senderGul},
			[]access.Actor{takerTaij, senderTaij, handler, asker, caller, owner, guest, admin}},
		{access.CaseDecline, matter,
			[]access.Actor{taker, sender},
			[]access.Actor{takerTaij, handler, asker, boss, owner}},
		{access.CaseDispatch, matter,
			[]access.Actor{sender, senderGul, program},
			[]access.Actor{senderTaij, taker, handler, caller, arbiter, boss, brain, admin, owner, nobody}},
		{access.CaseMerge, matter,
			[]access.Actor{sender, senderGul},
			[]access.Actor{senderTaij, taker, handler, boss}},
		{access.CasePublish, matter,
			[]access.Actor{sender, boss},
			[]access.Actor{senderTaij, bossTaij, handler, taker, data, owner}},
		{access.CaseClose, matter,
			[]access.Actor{asker, boss, program},
			[]access.Actor{askerTaij, askerOwn, bossOwn, handler, sender, owner, caller}},
		{access.CaseRework, matter,
			[]access.Actor{sender, asker, boss},
			[]access.Actor{senderTaij, askerTaij, handler, caller, taker, owner}},
		{access.CaseDirect, matter,
			[]access.Actor{boss},
			[]access.Actor{bossTaij, bossOwn, handler, sender, asker, owner}},
		{access.CaseContest, matter,
			[]access.Actor{owner, proven, asker, taker},
			[]access.Actor{guest, other, takerTaij, handler, sender, boss}},
		{access.CaseConfirm, matter,
			[]access.Actor{owner, proven, asker},
			[]access.Actor{guest, other, askerTaij, askerOwn, handler, taker, sender, boss}},
		{access.RateGive, matter,
			[]access.Actor{owner, proven, asker},
			[]access.Actor{guest, other, handler, sibling, askerOwn, caller, boss, admin}},
		{access.OrderSign, order,
			[]access.Actor{handler, program},
			[]access.Actor{sibling, stranger, sender, caller, commune, boss, admin, owner, nobody}},
		{access.OrderSign, inJun,
			[]access.Actor{commune},
			[]access.Actor{handler, caller, callerFar}},
		{access.OrderReply, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, stranger, sender, asker, caller, boss, owner}},
		{access.OrderReturn, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, stranger, sender, boss}},
		{access.OrderReassign, order,
			[]access.Actor{sender, senderGul, arbiter},
			[]access.Actor{handler, senderTaij, arbTaij, taker, boss, caller}},
		{access.OrderAssist, order,
			[]access.Actor{handler, sender},
			[]access.Actor{sibling, stranger, senderTaij, caller, boss}},
		{access.OrderOverrule, order,
			[]access.Actor{sender, arbiter, boss},
			[]access.Actor{handler, sibling, senderTaij, arbTaij, bossTaij, caller}},
		{access.CallOpen, matter,
			[]access.Actor{caller},
			[]access.Actor{callerFar, commune, handler, sender, boss, brain, owner}},
		{access.CallOpen, with(matter, func(r *access.Resource) { r.AreaPath = jun }),
			[]access.Actor{commune},
			[]access.Actor{caller, callerFar}},
		{access.CallCheckIn, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, stranger, caller, sender}},
		{access.CallResult, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, caller, callerFar}},
		{access.CallResult, call,
			[]access.Actor{caller},
			[]access.Actor{callerFar, handler, sibling}},
		{access.CallScore, call,
			[]access.Actor{caller},
			[]access.Actor{callerFar, handler, sibling, sender, boss, commune}},
		{access.CallScore, self, nil, []access.Actor{caller}},
		{access.ChangeAsk, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, stranger, sender, caller, boss}},
		{access.ChangeDecide, order,
			[]access.Actor{sender, senderGul, arbiter, boss},
			[]access.Actor{handler, sibling, senderTaij, arbTaij, arbiterOwn, bossOwn, taker, nobody}},
		{access.DisputeRule, order,
			[]access.Actor{arbiter},
			[]access.Actor{arbTaij, arbiterOwn, sender, boss, handler}},
		{access.FollowUpDo, matter,
			[]access.Actor{asker},
			[]access.Actor{askerTaij, askerOwn, handler, sender, taker, boss, nobody}},
		{access.OverseeIssue, matter,
			[]access.Actor{boss},
			[]access.Actor{bossTaij, bossOwn, sender, handler, brain, admin}},
		{access.OverseeDecide, matter,
			[]access.Actor{boss},
			[]access.Actor{bossTaij, bossOwn, handler, arbiter}},
		{access.OverseeAppeal, order,
			[]access.Actor{handler},
			[]access.Actor{sibling, stranger, boss, sender}},
		{access.ReportRead, report,
			[]access.Actor{sender, arbiter, boss, brain, data, handler, program},
			[]access.Actor{sibling, stranger, senderTaij, bossTaij, caller, taker, admin, owner, guest}},
		{access.BrainRead, report,
			[]access.Actor{brain, boss},
			[]access.Actor{bossTaij, handler, sender, data, owner}},
		{access.TrailOwn, access.Resource{Kind: "person", ID: "p1", Owner: "p1"},
			[]access.Actor{owner},
			[]access.Actor{other, guest, proven, boss, admin, program}},
		{access.TrailRead, report,
			[]access.Actor{boss},
			[]access.Actor{bossTaij, handler, admin, owner, program}},
		{access.TrailDelay, report,
			[]access.Actor{boss},
			[]access.Actor{bossTaij, handler, taker, data, admin, owner, guest, program}},
		{access.LeakTrace, report,
			[]access.Actor{boss, program},
			[]access.Actor{bossTaij, handler, sender, admin, data, owner, guest}},
		{access.SurveyPropose, access.Resource{Kind: "survey", Unit: "350102001.jd", AreaPath: dong},
			[]access.Actor{caller, program},
			[]access.Actor{callerFar, commune, boss, taker, brain, admin, owner, guest}},
		{access.SurveyApprove, access.Resource{Kind: "survey", Unit: "350102001.jd", AreaPath: dong},
			[]access.Actor{boss, program},
			[]access.Actor{bossTaij, caller, commune, sender, admin, owner, guest}},
		{access.SurveyApprove, access.Resource{Kind: "survey", Unit: "350102.db", AreaPath: dong}, []access.Actor{program}, []access.Actor{boss, caller}},
		{access.SurveyAssign, access.Resource{Kind: "survey", Unit: "350102001.jd", AreaPath: dong},
			[]access.Actor{caller, program},
			[]access.Actor{callerFar, boss, commune, sender, admin, owner, guest}},
		{access.SurveyAnswer, access.Resource{Kind: "survey", Unit: "350102003001.sq", AreaPath: jun},
			[]access.Actor{commune},
			[]access.Actor{caller, boss, sender, admin, program, owner, guest}},
		{access.SurveyRead, access.Resource{Kind: "survey", Unit: "350102001.jd", AreaPath: dong},
			[]access.Actor{caller, boss},
			[]access.Actor{callerFar, bossTaij, commune, sender, brain, data, admin, program, owner, guest}},
		{access.SurveyEnd, access.Resource{Kind: "survey", Unit: "350102001.jd", AreaPath: dong},
			[]access.Actor{caller, boss, program},
			[]access.Actor{callerFar, bossTaij, commune, admin, owner, guest}},
		{access.ConsentGive, access.Resource{Kind: "person", ID: "p1", Owner: "p1", AreaPath: dong},
			[]access.Actor{owner, taker, asker},
			[]access.Actor{other, guest, takerTaij, askerTaij, sender, handler, boss, data, admin, program, nobody}},
		{access.ConsentRead, purpose,
			[]access.Actor{data, boss},
			[]access.Actor{bossTaij, taker, sender, handler, admin, owner, guest, program, nobody}},
		{access.ConsentAssess, purpose,
			[]access.Actor{data},
			[]access.Actor{boss, bossTaij, taker, handler, admin, owner, program, nobody}},
		{access.ConsentApprove, purpose,
			[]access.Actor{data, boss},
			[]access.Actor{bossTaij, taker, handler, admin, owner, program, nobody}},
		{access.AssureCheck, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune},
			[]access.Actor{boss, taker, handler, data, admin, owner, guest, program, nobody}},
		{access.AssureEnd, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune, boss},
			[]access.Actor{bossTaij, taker, handler, data, admin, owner, guest, program, nobody}},
		{access.GrantGive, access.Resource{Kind: "grant", AreaPath: jun},
			[]access.Actor{data},
			[]access.Actor{boss, bossTaij, taker, handler, admin, owner, guest, program, nobody}},
		{access.GrantEnd, access.Resource{Kind: "grant", AreaPath: jun},
			[]access.Actor{data, boss, program},
			[]access.Actor{bossTaij, taker, handler, admin, owner, guest, nobody}},
		{access.GrantRead, access.Resource{Kind: "grant", AreaPath: jun},
			[]access.Actor{data, boss},
			[]access.Actor{bossTaij, taker, handler, admin, owner, guest, program, nobody}},
		{access.MandateNote, access.Resource{Kind: "person", AreaPath: city},
			[]access.Actor{taker, program},
			[]access.Actor{senderTaij, handler, boss, admin, owner, acting, guest}},
		{access.MandateNote, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune, taker},
			[]access.Actor{handler, owner, guest}},
		{access.AccountRecover, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune, program},
			[]access.Actor{taker, handler, boss, admin, owner, acting, guest}},
		{access.MandateAct, access.Resource{Kind: "person", Unit: commune.Unit, AreaPath: jun},
			[]access.Actor{commune},
			[]access.Actor{taker, handler, boss, owner, acting, guest}},
		{access.CredentialIssue, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune},
			[]access.Actor{taker, handler, boss, admin, owner, acting, guest, program}},
		{access.CredentialEnd, access.Resource{Kind: "person", AreaPath: jun},
			[]access.Actor{commune, boss},
			[]access.Actor{bossTaij, taker, handler, admin, owner, guest, program}},
		{access.CredentialAsk, access.Resource{Kind: "person", Unit: commune.Unit},
			[]access.Actor{commune},
			[]access.Actor{taker, handler, boss, admin, owner, guest, program}},
		{access.CaseConfirm, matter, []access.Actor{acting}, []access.Actor{rates, reports, another}},
		{access.CaseContest, matter, []access.Actor{acting}, []access.Actor{rates, reports, another}},
		{access.RequestRead, request, []access.Actor{acting}, []access.Actor{rates, reports, another}},
		{access.RateGive, matter, []access.Actor{rates}, []access.Actor{acting, reports, another}},
		{access.RequestReceive, request, []access.Actor{reports}, []access.Actor{acting, rates}},
		{access.RequestConsent, request, nil, []access.Actor{acting}},
		{access.RequestConsent, with(request, func(r *access.Resource) { r.State = "withdraw" }), []access.Actor{acting}, []access.Actor{rates, another}},
		{access.PersonContact, request, nil, []access.Actor{acting, rates}},
		{access.TrailOwn, access.Resource{Kind: "person", ID: "p1", Owner: "p1"}, nil, []access.Actor{acting}},
		{access.AdminStaff, nowhere, []access.Actor{admin}, []access.Actor{boss, sender, program, owner, guest}},
		{access.AdminPack, nowhere, []access.Actor{admin}, []access.Actor{boss, sender, program}},
		{access.AdminWork, nowhere, []access.Actor{admin}, []access.Actor{boss, sender, program}},
		{"case.unheard_of", matter, nil, []access.Actor{admin, sender, boss, owner, guest}},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.action] = true
		for _, a := range tt.yes {
			if d := p.May(a, tt.action, tt.res); !d.Allow || len(d.PolicyIDs) == 0 || d.Reason != "" {
				t.Errorf("%s of %s%v at %s may not %s %s %s: %+v", a.Kind, a.ID, a.Roles, a.Unit, tt.action, tt.res.Kind, tt.res.AreaPath, d)
			}
		}
		for _, a := range tt.no {
			if d := p.May(a, tt.action, tt.res); d.Allow || d.Reason == "" {
				t.Errorf("%s of %s%v at %s may %s %s %s: %+v", a.Kind, a.ID, a.Roles, a.Unit, tt.action, tt.res.Kind, tt.res.AreaPath, d)
			}
		}
	}
	for _, action := range access.Actions() {
		if !seen[action] {
			t.Errorf("no line of the table tries %s", action)
		}
	}
}

func TestCheckSaysWhy(t *testing.T) {
	t.Parallel()
	p := policy(t)
	tests := []struct {
		name  string
		actor access.Actor
		do    string
		key   string
	}{
		{"no permit", staff("350103.cgj", taij, access.Handler), access.OrderSign, "access.refused"},
		{"own work", staff("350102.cgj", gulou, access.FollowUp), access.FollowUpDo, "access.refuse.own_work"},
		{"allowed", staff("3501.12345", city, access.FollowUp), access.FollowUpDo, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := p.Check(tt.actor, tt.do, order)
			if tt.key == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			e, ok := fault.As(err)
			if !ok || e.Kind != fault.Forbidden || e.Key != tt.key {
				t.Errorf("Check = %v, want forbidden %s", err, tt.key)
			}
		})
	}
}

// A misspelt action or role in a policy would silently never match.
func TestPoliciesUseKnownWords(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("policies/*.cedar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no policies", err)
	}
	actions := append(access.Actions(), "admin")
	roles := access.Roles()
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`Action::"([^"]*)"`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(actions, m[1]) {
				t.Errorf("%s: unknown action %q", path, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`roles\.contains(?:Any)?\(([^)]*)\)`).FindAllStringSubmatch(string(text), -1) {
			for _, role := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(m[1], -1) {
				if !slices.Contains(roles, role[1]) {
					t.Errorf("%s: unknown role %q", path, role[1])
				}
			}
		}
	}
}

// What a list shows is what the policies allow to read, one by one, in any world.
func TestScopeIsThePolicy(t *testing.T) {
	t.Parallel()
	p := policy(t)
	paths := []string{city, gulou, dong, jun, taij, "/3501/zone-gxq/"}
	units := []string{"350102.cgj", "350102.jsj", "350103.cgj", "350102001.jd", "3501.12345"}
	people := []string{"", "p1", "p2"}
	rapid.Check(t, func(rt *rapid.T) {
		a := access.Actor{
			Kind:  rapid.SampledFrom([]access.Kind{access.Staff, access.Staff, access.Citizen, access.Guest, access.System}).Draw(rt, "kind"),
			Unit:  rapid.SampledFrom(append(units, "")).Draw(rt, "unit"),
			Area:  rapid.SampledFrom(append(paths, "")).Draw(rt, "area"),
			Roles: rapid.SliceOfN(rapid.SampledFrom(access.Roles()), 0, 3).Draw(rt, "roles"),
		}
		if a.Kind == access.Citizen || a.Kind == access.Guest {
			a.ID = rapid.SampledFrom(people).Draw(rt, "id")
		}
		r := access.Resource{
			Kind:     "case",
			Unit:     rapid.SampledFrom(append(units, "")).Draw(rt, "lead"),
			Units:    rapid.SliceOfN(rapid.SampledFrom(units), 0, 3).Draw(rt, "units"),
			AreaPath: rapid.SampledFrom(paths).Draw(rt, "path"),
			Owner:    rapid.SampledFrom(people).Draw(rt, "owner"),
		}
		if may, has := p.May(a, access.CaseRead, r).Allow, access.ScopeOf(a).Has(r); may != has {
			rt.Fatalf("May = %v, Scope.Has = %v\nactor %+v\nresource %+v", may, has, a, r)
		}
	})
}

func TestMayIsStableForManyGoroutines(t *testing.T) {
	t.Parallel()
	p := policy(t)
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for range 200 {
				d := p.May(staff("3501.12345", city, access.Dispatcher), access.CaseDispatch, matter)
				if !d.Allow || strings.Join(d.PolicyIDs, ",") != "case.dispatch" {
					t.Fatalf("%+v", d)
				}
			}
		})
	}
}

func BenchmarkMay(b *testing.B) {
	p, err := access.New()
	if err != nil {
		b.Fatal(err)
	}
	a := staff("3501.12345", city, access.Dispatcher)
	for b.Loop() {
		p.May(a, access.CaseDispatch, matter)
	}
}
