package account

import (
	"net/http"
	"net/url"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/web/ui"
)

// failuresMost bounds the messages listed.
const failuresMost = 200

type failuresView struct {
	Desk      ui.DeskView
	Reactions []failureView
	Messages  []failureView
}

// failureView is one thing that was given up, with where to try it again.
type failureView struct {
	Title, Retry string
	Meta         []ui.MetaItem
}

// admin is a visit by somebody who may do this administrative action.
func (r *Room) admin(q *http.Request, action string) (visit, access.Actor, error) {
	v, err := r.visit(q)
	if err != nil {
		return v, access.Actor{}, err
	}
	actor, err := r.Actor(q)
	if err != nil {
		return v, actor, err
	}
	return v, actor, r.Policy.Check(actor, action, everything())
}

// Failures shows reactions and messages that were given up.
func (r *Room) Failures(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminWork)
	if err != nil {
		return err
	}
	reactions, err := r.Facts.Failures(v.ctx)
	if err != nil {
		return err
	}
	messages, err := r.Outbox.Failures(v.ctx, failuresMost)
	if err != nil {
		return err
	}
	view := failuresView{Desk: r.desk(q, v, v.p.T("account.failures.title"), "failures")}
	for _, f := range reactions {
		view.Reactions = append(view.Reactions, failureView{Title: f.Reaction, Retry: "/admin/failures/reactions/" + url.PathEscape(f.ID), Meta: []ui.MetaItem{
			{Term: v.p.T("account.failures.fact"), Text: f.Fact.Name}, {Term: v.p.T("account.failures.subject"), Text: f.Fact.Subject},
			{Term: v.p.T("account.failures.at"), Text: v.p.Lang.DateTime(f.Fact.At), Num: true}, {Term: v.p.T("account.failures.attempts"), Text: v.p.Lang.Number(f.Attempts), Num: true},
			{Term: v.p.T("account.failures.error"), Text: f.Error},
		}})
	}
	for _, m := range messages {
		view.Messages = append(view.Messages, failureView{Title: v.p.T("account.channel." + string(m.Channel)), Retry: "/admin/failures/messages/" + m.ID, Meta: []ui.MetaItem{
			{Term: v.p.T("account.failures.template"), Text: m.Template}, {Term: v.p.T("account.failures.to"), Text: m.To},
			{Term: v.p.T("account.failures.at"), Text: v.p.Lang.DateTime(m.Created), Num: true}, {Term: v.p.T("account.failures.attempts"), Text: v.p.Lang.Number(m.Attempts), Num: true},
			{Term: v.p.T("account.failures.error"), Text: m.Error},
		}})
	}
	return web.Render(w, q, http.StatusOK, failuresPage(view))
}

// RetryReaction takes a failed reaction up again.
func (r *Room) RetryReaction(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminWork)
	if err != nil {
		return err
	}
	if err := r.Facts.Retry(v.ctx, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/admin/failures")
}

// RetryMessage puts a failed message back to be sent.
func (r *Room) RetryMessage(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.admin(q, access.AdminWork)
	if err != nil {
		return err
	}
	if err := r.Outbox.Retry(v.ctx, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/admin/failures")
}
