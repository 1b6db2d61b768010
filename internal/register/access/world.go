package access

import (
	"cmp"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// world is one question in Cedar's terms.
type world struct {
	entities types.EntityMap
	request  cedar.Request
}

// worldOf makes the entities of one question. Areas become parents of the resource, so that
// `resource in principal.area` means "inside the area of the post". Every attribute is always present,
// because a policy that fails to evaluate could otherwise be a forbid that is silently skipped.
func worldOf(a Actor, action string, r Resource) world {
	who := types.NewEntityUID(principalType(a.Kind), types.String(a.ID))
	what := types.NewEntityUID("Resource", types.String(r.Kind+"/"+r.ID))
	does := types.NewEntityUID("Action", types.String(action))
	return world{
		request: cedar.Request{Principal: who, Action: does, Resource: what, Context: types.NewRecord(nil)},
		entities: types.EntityMap{
			who: {UID: who, Attributes: types.NewRecord(types.RecordMap{
				"unit":   types.String(known(a.Unit)),
				"person": types.String(known(personOf(a))),
				"area":   areaID(known(lastCode(a.Area))),
				"roles":  stringSet(a.Roles),
			})},
			does: {UID: does, Parents: types.NewEntityUIDSet(types.NewEntityUID("Action", types.String(group(action))))},
			what: {UID: what, Parents: areaParents(r.AreaPath), Attributes: types.NewRecord(types.RecordMap{
				"kind":  types.String(r.Kind),
				"unit":  types.String(r.Unit),
				"units": stringSet(r.Units),
				"open":  stringSet(r.Open),
				"owner": types.String(r.Owner),
				"state": types.String(r.State),
			})},
		},
	}
}

// group gives the part of an action before the dot.
func group(action string) string {
	name, _, _ := strings.Cut(action, ".")
	return name
}

// known keeps an actor without a unit, person or area from equalling a resource without one.
func known(v string) string { return cmp.Or(v, "-") }

func personOf(a Actor) string {
	if a.Kind == Citizen || a.Kind == Guest {
		return a.ID
	}
	return ""
}

func principalType(k Kind) types.EntityType {
	switch k {
	case System:
		return "System"
	case Staff, Partner: // policies speak of posts, whoever holds them
		return "Staff"
	case Citizen:
		return "Citizen"
	default:
		return "Guest"
	}
}

func areaID(code string) types.EntityUID { return types.NewEntityUID("Area", types.String(code)) }

func areaParents(path string) types.EntityUIDSet {
	var ids []types.EntityUID
	for _, code := range codes(path) {
		ids = append(ids, areaID(code))
	}
	return types.NewEntityUIDSet(ids...)
}

// codes splits an area path "/3501/350102/" into its codes, city first.
func codes(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func lastCode(path string) string {
	all := codes(path)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func stringSet(values []string) types.Set {
	set := make([]types.Value, len(values))
	for i, v := range values {
		set[i] = types.String(v)
	}
	return types.NewSet(set...)
}
