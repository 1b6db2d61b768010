package frontline

import (
	"slices"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/web/ui"
)

// Pages of the room as the navigation names them.
const (
	navWork    = "work"
	navDone    = "done"
	navCalls   = "calls"
	navPatrol  = "patrol"
	navOversee = "oversight"
)

// nav is the room's navigation with that of the other rooms below it.
func (r *Room) nav(v visit, active string) []ui.NavGroup {
	groups := Nav(v.p, v.actor, active)
	if r.Also != nil {
		groups = append(groups, r.Also(v.p, v.actor)...)
	}
	return groups
}

// Nav is the desk navigation of front line staff. Which rooms stand in it
// follows from the roles of the post; active is the last part of the path.
func Nav(p web.Page, actor access.Actor, active string) []ui.NavGroup {
	item := func(name, href, icon string) ui.NavItem {
		return ui.NavItem{Label: p.T("frontline.nav." + name), Href: href, Icon: icon, Active: name == active}
	}
	work := ui.NavGroup{Title: p.T("frontline.nav.group.work"), Items: []ui.NavItem{
		item(navWork, "/work", "inbox"), item(navDone, "/work?view=done", "check"),
	}}
	spot := ui.NavGroup{Title: p.T("frontline.nav.group.spot"), Items: []ui.NavItem{
		item(navCalls, "/calls", "users"), item(navPatrol, "/patrol", "camera"),
	}}
	groups := []ui.NavGroup{work}
	switch {
	case actor.Is(access.Handler) && actor.Is(access.Caller, access.Community):
		groups = []ui.NavGroup{work, spot}
	case actor.Is(access.Caller, access.Community):
		groups = []ui.NavGroup{spot, work} // a phone shows the first ones
	}
	if !actor.Is(access.Handler, access.Caller, access.Community) {
		groups = nil // such a post has no orders of its own
	}
	above := []ui.NavItem{item(navOversee, "/oversight", "shield")}
	return append(groups, ui.NavGroup{Title: p.T("frontline.nav.group.above"), Items: above})
}

// leads tells whether the navigation has a door to href.
func leads(groups []ui.NavGroup, href string) bool {
	return slices.ContainsFunc(groups, func(g ui.NavGroup) bool {
		return slices.ContainsFunc(g.Items, func(i ui.NavItem) bool { return i.Href == href })
	})
}
