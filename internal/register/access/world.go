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
func worldOf(q question) world {
	who := types.NewEntityUID(principalType(q.kind), types.String(known(q.person)))
	what := types.NewEntityUID("Resource", types.String(q.thing))
	does := types.NewEntityUID("Action", types.String(q.action))
	return world{
		request: cedar.Request{Principal: who, Action: does, Resource: what, Context: types.NewRecord(nil)},
		entities: types.EntityMap{
			who: {UID: who, Attributes: types.NewRecord(types.RecordMap{
				"unit":   types.String(known(q.unit)),
				"person": types.String(known(q.person)),
				"area":   areaID(known(lastCode(q.area))),
				"roles":  stringSet(q.roles),
			})},
			does: {UID: does, Parents: types.NewEntityUIDSet(types.NewEntityUID("Action", types.String(group(q.action))))},
			what: {UID: what, Parents: areaParents(q.path), Attributes: types.NewRecord(types.RecordMap{
				"kind":  types.String(q.thing),
				"unit":  types.String(q.its),
				"units": stringSet(q.units),
				"open":  stringSet(q.open),
				"owner": types.String(q.owner),
				"state": types.String(q.state),
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

func stringSet(l list) types.Set {
	var set []types.Value
	for _, v := range l.values() {
		set = append(set, types.String(v))
	}
	return types.NewSet(set...)
}
