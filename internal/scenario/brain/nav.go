package brain

import (
	"banyan/internal/register/access"
	"banyan/web/ui"
)

// nav is the desk's navigation in this room: what the reader's post may open.
func (r *Room) nav(v visit, active string) []ui.NavGroup {
	reach := access.Resource{Kind: "list", AreaPath: v.actor.Area, Unit: v.actor.Unit, Units: []string{v.actor.Unit}}
	may := func(action string) bool { return r.Policy.May(v.actor, action, reach).Allow }
	var look, watch, mine []ui.NavItem
	add := func(to *[]ui.NavItem, on bool, name, href, icon string) {
		if on {
			*to = append(*to, ui.NavItem{Label: v.p.T("brain.nav." + name), Href: href, Icon: icon, Active: name == active})
		}
	}
	wide := access.Resource{Kind: "list", AreaPath: v.actor.Area}
	reports := r.Policy.May(v.actor, access.ReportRead, wide).Allow
	add(&look, may(access.BrainRead), "screen", "/brain", "grid")
	add(&look, may(access.BrainRead), "cases", "/brain/cases", "list")
	add(&look, reports, "rates", "/rates", "chart")
	add(&watch, reports, "oversight", "/supervise", "shield")
	add(&watch, v.actor.Is(access.FollowUp), "judge", "/rectifications", "check")
	add(&mine, !reports && may(access.ReportRead), "own", "/rates/"+v.actor.Unit, "chart")
	add(&mine, v.actor.Is(access.Handler, access.Community), "rectify", "/rectify", "edit")
	mine = append(mine, ui.NavItem{Label: v.p.T("brain.nav.desk"), Href: "/desk", Icon: "back"})
	var groups []ui.NavGroup
	for _, g := range []ui.NavGroup{{Title: v.p.T("brain.nav.look"), Items: look}, {Title: v.p.T("brain.nav.watch"), Items: watch}, {Title: v.p.T("brain.nav.mine"), Items: mine}} {
		if len(g.Items) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
