package account

import (
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// endedView is a form that came after its session had ended.
type endedView struct {
	Page   web.Page
	Title  string
	Action string
	Typed  []typed
	Files  bool // the form can carry files, which a page cannot give back
}

// typed is one field of the form.
type typed struct{ Name, Value string }

// Ended answers a form of somebody whose session has ended: nothing was done,
// and what was written waits on the page until they have signed in again in
// another window. Forms about secrets are only refused.
func (r *Room) Ended(w http.ResponseWriter, q *http.Request) error {
	if strings.HasPrefix(q.URL.Path, "/account") || strings.HasPrefix(q.URL.Path, "/admin") {
		return fault.New(fault.Forbidden, "app.signed_out")
	}
	if err := web.Decode(q, &struct{}{}); err != nil {
		return err
	}
	p := web.PageOf(q)
	view := endedView{Page: p, Title: p.T("account.ended.title"), Action: q.URL.RequestURI(), Files: q.MultipartForm != nil}
	for name, values := range q.PostForm {
		for _, value := range values {
			view.Typed = append(view.Typed, typed{name, value})
		}
	}
	slices.SortStableFunc(view.Typed, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return web.Render(w, q, http.StatusForbidden, endedPage(view))
}

// coding is how the form is sent again.
func (v endedView) coding() string {
	if v.Files {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}
