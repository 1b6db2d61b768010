package citizen

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

const (
	homeMine   = 2
	homePublic = 4
)

// Home is the front page.
func (r *Room) Home(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := homeView{CitizenView: r.portal(v, v.p.T("ui.nav.home"), "home"), elder: v.p.Look.Mode == "elder", signedIn: v.signedIn()}
	view.Hello = true
	view.Lead = ui.SearchField("/search", v.p.T("citizen.search.hint"), "")
	heads, err := r.ownHeads(v)
	if err != nil {
		return err
	}
	view.all = len(heads)
	if view.matters, err = r.matters(v, heads[:min(len(heads), homeMine)]); err != nil {
		return err
	}
	rows, err := r.Cases.Published(v.ctx, casework.Filter{Limit: homePublic})
	if err != nil {
		return err
	}
	if view.public, err = r.publicRows(v, rows); err != nil {
		return err
	}
	return web.Show(w, q, nil, home(view))
}
