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

// worldOf makes the entities of one question. The area of the post becomes a parent of what lies inside, so that
// `resource in principal.area` means that. Every attribute is always present,
// because a policy that fails to evaluate could otherwise be a forbid that is silently skipped.
func worldOf(q question) world {
	who := types.NewEntityUID(principalType(q.kind), types.String(known(q.person)))
	what := types.NewEntityUID("Resource", types.String(q.thing))
	does := types.NewEntityUID("Action", types.String(q.action))
	area := types.NewEntityUID("Area", "post")
	parents := types.NewEntityUIDSet()
	if q.inside {
		parents = types.NewEntityUIDSet(area)
	}
	return world{
		request: cedar.Request{Principal: who, Action: does, Resource: what, Context: types.NewRecord(nil)},
		entities: types.EntityMap{
			who: {UID: who, Attributes: types.NewRecord(types.RecordMap{
				"unit":   types.String(known(q.unit)),
				"person": types.String(known(q.person)),
				"area":   area,
				"roles":  stringSet(q.roles),
				"giver":  types.String(known(q.giver)),
				"scope":  stringSet(q.scope),
			})},
			does: {UID: does, Parents: types.NewEntityUIDSet(types.NewEntityUID("Action", types.String(group(q.action))))},
			what: {UID: what, Parents: parents, Attributes: types.NewRecord(types.RecordMap{
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

func stringSet(l list) types.Set {
	var set []types.Value
	for _, v := range l.values() {
		set = append(set, types.String(v))
	}
	return types.NewSet(set...)
}
