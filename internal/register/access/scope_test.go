package access_test

import (
	"slices"
	"testing"

	"banyan/internal/register/access"
)

// roleSets are no role, every role, and every two.
func roleSets() [][]string {
	sets := [][]string{nil}
	for i, one := range access.Roles() {
		sets = append(sets, []string{one})
		for _, other := range access.Roles()[i+1:] {
			sets = append(sets, []string{one, other})
		}
	}
	return sets
}

// Draws at random seldom give a role alone, in its area and beside its unit: here every role and every two meet every way in which a case
// can lie to a post, so that a role too many or too few in ScopeOf is seen each time.
func TestScopeIsThePolicyForEveryRole(t *testing.T) {
	t.Parallel()
	p := policy(t)
	asked, given := 0, 0
	compare := func(a access.Actor, r access.Resource) {
		for _, action := range []string{access.CaseRead, access.CaseList} {
			may, has := p.May(a, action, r).Allow, access.ScopeOf(a).Has(r)
			if may != has {
				t.Errorf("%s: May = %v, Scope.Has = %v\nactor %+v\nresource %+v", action, may, has, a, r)
			}
			if asked++; may {
				given++
			}
		}
	}
	own, other := "350102.cgj", "350103.cgj"
	for _, roles := range roleSets() {
		for _, kind := range []access.Kind{access.Staff, access.Partner, access.Citizen, access.Guest, access.System} {
			for _, area := range []string{gulou, ""} {
				for _, unit := range []string{own, ""} {
					a := access.Actor{Kind: kind, Unit: unit, Area: area, Roles: roles}
					if kind == access.Citizen || kind == access.Guest {
						a.ID = "p1"
					}
					for _, path := range []string{city, gulou, dong, taij, ""} {
						for _, lead := range []string{own, other, ""} {
							for _, units := range [][]string{nil, {other}, {other, own}} {
								for _, owner := range []string{"p1", "p2", ""} {
									if path == "" && kind == access.System {
										continue // the program may see what lies nowhere, and lists cannot; but casework gives every case a place
									}
									compare(a, access.Resource{Kind: "case", Unit: lead, Units: slices.Clone(units), AreaPath: path, Owner: owner})
								}
							}
						}
					}
				}
			}
		}
	}
	if given == 0 || given == asked {
		t.Errorf("%d of %d questions allowed: nothing is compared", given, asked)
	}
	t.Logf("%d questions, %d allowed", asked, given)
}
