package trust

import (
	"net/http"
	"time"

	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/internal/work/survey"
	"banyan/web/ui"
)

// collected is one kind of personal data: what, why, on which basis in law, until when.
type collected struct{ what, why, basis, until string }

type privacyView struct {
	ui.CitizenView
	kinds []collected
}

const day = 24 * time.Hour

// Privacy says in plain words what the city collects here, why, and until when (Personal Information Protection Law, article 17). The
// periods are those that the program keeps to.
func (r *Room) Privacy(w http.ResponseWriter, q *http.Request) error {
	p := web.PageOf(q)
	v := privacyView{CitizenView: ui.CitizenView{Page: p, Title: p.T("trust.privacy.title"), City: r.Title.In(p.Lang), Back: "/"}}
	for _, kind := range []struct {
		name, basis string
		period      time.Duration
	}{
		{"contact", "duty", 0}, {"words", "duty", 0}, {"public", "consent", 0},
		{"signin", "service", identity.CitizenLives}, {"apps", "consent", 0}, {"survey", "duty", survey.MostDays * day}, {"messages", "duty", 0}, {"trail", "duty", r.Keep},
	} {
		v.kinds = append(v.kinds, collected{
			what: p.T("trust.privacy." + kind.name), why: p.T("trust.privacy." + kind.name + ".why"), basis: p.T("trust.privacy.basis." + kind.basis),
			until: p.T("trust.privacy."+kind.name+".until", "Days", int(kind.period/day)),
		})
	}
	return web.Show(w, q, nil, privacyPage(v))
}
