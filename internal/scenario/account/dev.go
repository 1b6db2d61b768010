package account

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/web/ui"
)

type devView struct {
	Page   web.Page
	Title  string
	Logins []Login
	Sent   []sentView
}

// sentView is a message that would have been sent.
type sentView struct {
	Title, Text, Link string
	Meta              []ui.MetaItem
}

// DevLogins lists the demo logins. Outside of development there is no such page.
func (r *Room) DevLogins(w http.ResponseWriter, q *http.Request) error {
	if r.Dev == nil {
		return fault.New(fault.NotFound, "web.error.not_found")
	}
	p := web.PageOf(q)
	return web.Render(w, q, http.StatusOK, devPage(devView{Page: p, Title: p.T("account.dev.title"), Logins: r.Logins}))
}

// DevOutbox shows the newest messages that would have been sent. Outside of
// development there is no such page.
func (r *Room) DevOutbox(w http.ResponseWriter, q *http.Request) error {
	if r.Dev == nil {
		return fault.New(fault.NotFound, "web.error.not_found")
	}
	p := web.PageOf(q)
	view := devView{Page: p, Title: p.T("account.dev.outbox")}
	for _, d := range r.Dev.Sent() {
		view.Sent = append(view.Sent, sentView{Title: d.Title, Text: d.Text, Link: d.Link, Meta: []ui.MetaItem{
			{Term: p.T("account.dev.to"), Text: d.Address, Num: true}, {Term: p.T("account.dev.channel"), Text: p.T("account.channel." + string(d.Channel))},
			{Term: p.T("account.dev.at"), Text: p.Lang.DateTime(d.At), Num: true},
		}})
	}
	return web.Render(w, q, http.StatusOK, outboxPage(view))
}
