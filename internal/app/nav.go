package app

import (
	"slices"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/scenario/behalf"
	"banyan/internal/scenario/brain"
	"banyan/internal/scenario/frontline"
	"banyan/internal/scenario/hotline"
	"banyan/internal/scenario/level"
	"banyan/internal/scenario/proof"
	"banyan/internal/scenario/survey"
	"banyan/internal/scenario/trust"
	"banyan/internal/scenario/wallet"
	"banyan/web/ui"
)

// hotlineRoles are the roles that work at the hotline's desk.
func hotlineRoles() []string {
	return []string{access.CallTaker, access.Dispatcher, access.FollowUp, access.Arbiter, access.Supervisor}
}

// beside is the navigation of every room but one that a post may enter: the
// rooms do not know each other, so app tells each about the rest.
func (a *App) beside(room string) func(web.Page, access.Actor) []ui.NavGroup {
	return func(p web.Page, actor access.Actor) []ui.NavGroup {
		var groups []ui.NavGroup
		add := func(name string, enter bool, g []ui.NavGroup) {
			if enter && name != room {
				groups = append(groups, slices.DeleteFunc(g, func(x ui.NavGroup) bool { return len(x.Items) == 0 })...)
			}
		}
		add("hotline", actor.Is(hotlineRoles()...), hotline.Nav(p, actor, "", hotline.Counts{}))
		add("frontline", actor.Is(access.Handler, access.Caller, access.Community), frontline.Nav(p, actor, ""))
		add("behalf", true, behalf.Nav(p, actor, ""))
		add("wallet", true, wallet.Nav(p, actor, ""))
		add("proof", true, proof.Nav(a.Policy, p, actor, ""))
		add("level", true, level.Nav(a.Policy, p, actor, ""))
		add("brain", true, brain.Nav(a.Policy, p, actor, ""))
		add("survey", true, survey.Nav(p, actor, ""))
		add("trust", true, trust.Nav(a.Policy, p, actor, ""))
		own := []ui.NavItem{{Label: p.T("app.nav.account"), Href: "/account", Icon: "user"}}
		if actor.Is(access.Admin) {
			own = append(own, ui.NavItem{Label: p.T("app.nav.admin"), Href: "/admin", Icon: "users"})
		}
		return append(groups, ui.NavGroup{Title: p.T("app.nav.own"), Items: own})
	}
}
