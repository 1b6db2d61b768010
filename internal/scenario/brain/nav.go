package brain

import (
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/web/ui"
)

// nav is the room's navigation with that of the other rooms below it.
func (r *Room) nav(v visit, active string) []ui.NavGroup {
	groups := Nav(r.Policy, v.p, v.actor, active)
	if r.Also != nil {
		groups = append(groups, r.Also(v.p, v.actor)...)
	}
	return groups
}

// Nav is the desk's navigation in this room: what the post may open.
func Nav(policy *access.Policy, p web.Page, actor access.Actor, active string) []ui.NavGroup {
	reach := access.Resource{Kind: "list", AreaPath: actor.Area, Unit: actor.Unit, Units: []string{actor.Unit}}
	may := func(action string) bool { return policy.May(actor, action, reach).Allow }
	var look, watch, mine []ui.NavItem
	add := func(to *[]ui.NavItem, on bool, name, href, icon string) {
		if on {
			*to = append(*to, ui.NavItem{Label: p.T("brain.nav." + name), Href: href, Icon: icon, Active: name == active})
		}
	}
	wide := access.Resource{Kind: "list", AreaPath: actor.Area}
	reports := policy.May(actor, access.ReportRead, wide).Allow
	add(&look, may(access.BrainRead), "screen", "/brain", "grid")
	add(&look, may(access.BrainRead), "cases", "/brain/cases", "list")
	add(&look, reports, "rates", "/rates", "chart")
	add(&watch, reports && policy.May(actor, access.CaseList, wide).Allow, "oversight", "/supervise", "shield")
	add(&watch, policy.May(actor, access.LeakTrace, wide).Allow, "leaks", "/supervise/leaks", "search")
	add(&watch, actor.Is(access.Supervisor) && policy.May(actor, access.CaseList, wide).Allow, "copies", "/supervise/lists", "download")
	add(&watch, policy.May(actor, access.TrailRead, wide).Allow, "alarms", "/supervise/looks", "eye")
	add(&watch, actor.Is(access.FollowUp), "judge", "/rectifications", "check")
	add(&mine, !reports && may(access.ReportRead), "own", "/rates/"+actor.Unit, "chart")
	add(&mine, actor.Is(access.Handler, access.Community), "rectify", "/rectify", "edit")
	var groups []ui.NavGroup
	for _, g := range []ui.NavGroup{{Title: p.T("brain.nav.look"), Items: look}, {Title: p.T("brain.nav.watch"), Items: watch}, {Title: p.T("brain.nav.mine"), Items: mine}} {
		if len(g.Items) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
