package hotline

import (
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// Counts are the live numbers of the navigation, for the reader's area.
type Counts struct {
	Waiting, Overdue, FollowUp, Contested, Changes, Rulings int
}

// countMost bounds how many undecided changes are counted.
const countMost = 500

// counts counts what waits in the reader's area.
func (r *Room) counts(v visit) (n Counts, err error) {
	tally, err := r.Cases.Tally(v.ctx)
	if err != nil {
		return n, err
	}
	mine := r.reach(v)
	for _, c := range tally {
		if mine.District != "" && c.District != mine.District {
			continue
		}
		n.add(c)
	}
	if !v.actor.Is(deciders()...) {
		return n, nil
	}
	changes, err := r.Cases.OpenChanges(v.ctx, v.actor, mine.District, countMost)
	if err != nil {
		return n, err
	}
	n.Rulings = len(ofKind(changes, true))
	n.Changes = len(changes) - n.Rulings
	return n, nil
}

func (n *Counts) add(c casework.Count) {
	if c.Overdue {
		n.Overdue += c.N
	}
	switch c.State {
	case casework.Received:
		n.Waiting += c.N
	case casework.Replied, casework.FollowingUp:
		n.FollowUp += c.N
	case casework.Contested, casework.Overseen:
		n.Contested += c.N
	}
}

// deciders are the roles that decide what units ask for.
func deciders() []string { return []string{access.Dispatcher, access.Arbiter, access.Supervisor} }

// nav is the room's navigation with that of the other rooms below it.
func (r *Room) nav(v visit, active string, n Counts) []ui.NavGroup {
	groups := Nav(v.p, v.actor, active, n)
	if r.Also != nil {
		groups = append(groups, r.Also(v.p, v.actor)...)
	}
	return groups
}

// Nav is the desk navigation: what the roles of the post allow, with its counts.
// Active is the last part of the path.
func Nav(p web.Page, actor access.Actor, active string, n Counts) []ui.NavGroup {
	work := ui.NavGroup{Title: p.T("hotline.nav.group.work")}
	add := func(g *ui.NavGroup, name, href, icon string, count int, roles ...string) {
		if len(roles) > 0 && !actor.Is(roles...) {
			return
		}
		item := ui.NavItem{Label: p.T("hotline.nav." + name), Href: href, Icon: icon, Active: name == active}
		if count > 0 {
			item.Count = p.Lang.Number(count)
		}
		g.Items = append(g.Items, item)
	}
	add(&work, "call", "/desk/call", "phone", 0, access.CallTaker, access.Dispatcher)
	add(&work, boardQueue, "/desk/queue", "inbox", n.Waiting, access.Dispatcher, access.CallTaker)
	add(&work, boardChanges, "/desk/changes", "clock", n.Changes, deciders()...)
	add(&work, boardRulings, "/desk/rulings", "warn", n.Rulings, access.Arbiter)
	add(&work, boardFollowUp, "/desk/followup", "check", n.FollowUp, access.FollowUp)
	add(&work, boardContested, "/desk/contested", "reply", n.Contested, access.Dispatcher, access.FollowUp, access.Supervisor)
	look := ui.NavGroup{Title: p.T("hotline.nav.group.look")}
	add(&look, "cases", "/desk/cases", "search", 0)
	views := ui.NavGroup{Title: p.T("hotline.nav.group.views")}
	add(&views, "overdue", "/desk/cases?overdue=1", "flag", n.Overdue)
	add(&views, "urgent", "/desk/cases?urgent=1&open=1", "sos", 0)
	add(&views, "flagged", "/desk/cases?flagged=1", "eye", 0, access.Dispatcher, access.Supervisor)
	return []ui.NavGroup{work, look, views}
}
