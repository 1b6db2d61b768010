package citizen

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"banyan/internal/platform/web"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// Me is the reader's own page: how pages look, and when signed in where one is signed in, what is public, who looked.
func (r *Room) Me(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := meView{CitizenView: r.portal(v, v.p.T("citizen.me.title"), "me"), signedIn: v.signedIn()}
	if v.signedIn() {
		if err := r.account(v, &view); err != nil {
			return err
		}
	}
	return web.Show(w, q, nil, me(view))
}

func (r *Room) account(v visit, view *meView) error {
	sessions, err := r.Identity.Sessions(v.ctx, v.p.Visitor.Account)
	if err != nil {
		return fmt.Errorf("list the sessions of account %s: %w", v.p.Visitor.Account, err)
	}
	for _, s := range sessions {
		view.sessions = append(view.sessions, sessionView{
			id: s.ID, device: cmp.Or(s.Agent, v.p.T("citizen.me.device")), here: s.ID == v.p.Visitor.Session,
			since: v.p.T("citizen.me.since", "At", v.lang().DateTime(s.CreatedAt)),
		})
	}
	heads, err := r.Requests.OfPerson(v.ctx, v.actor.ID)
	if err != nil {
		return err
	}
	for _, h := range slices.DeleteFunc(heads, func(h request.Headline) bool { return !h.Publish }) {
		if len(view.public) < mineMost {
			view.public = append(view.public, ui.LinkRow{Icon: "eye", Title: h.Text, Text: request.DisplayNumber(h.Number), Href: "/mine/" + h.ID + "#consent"})
		}
	}
	view.unread, err = r.Outbox.Unread(v.ctx, "person:"+v.actor.ID)
	return err
}

// MeEndSession signs one other place out.
func (r *Room) MeEndSession(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return web.Redirect(w, q, "/signin?to=/me")
	}
	if err := r.Identity.Revoke(v.ctx, v.p.Visitor.Account, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me")
}

const notesMost = 30

// Messages lists what the city told the citizen.
func (r *Room) Messages(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := messagesView{CitizenView: r.portal(v, v.p.T("ui.nav.messages"), "messages"), signedIn: v.signedIn()}
	if v.signedIn() {
		if err := r.lookFor(v, mandate.Messages, trail.Messages, v.actor.For.Mandate); err != nil {
			return err
		}
		if err := r.notes(v, q.URL.Query().Get("before"), &view); err != nil {
			return err
		}
	}
	return web.Show(w, q, nil, messages(view))
}

func (r *Room) notes(v visit, before string, view *messagesView) error {
	notes, err := r.Outbox.List(v.ctx, "person:"+v.actor.Whose(), v.lang(), before[:min(len(before), 26)], notesMost)
	if err != nil {
		return err
	}
	for _, n := range notes {
		row := ui.LinkRow{Icon: "bell", Title: n.Text, Text: v.lang().Stamp(n.At, v.now), Href: n.Link}
		if !n.Read {
			row.Chip, view.fresh = ui.ChipView{Kind: "info", Text: v.p.T("citizen.messages.new")}, !v.actor.Acts() // what is new stays new for its reader
		}
		if row.Href == "" {
			row.Href = "/messages"
		}
		view.rows = append(view.rows, row)
	}
	if len(notes) == notesMost {
		view.next = "/messages?before=" + notes[len(notes)-1].ID
	}
	return nil
}

// MessagesRead marks everything as read.
func (r *Room) MessagesRead(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return web.Redirect(w, q, "/signin?to=/messages")
	}
	if err := r.Outbox.MarkRead(v.ctx, "person:"+v.actor.ID); err != nil {
		return err
	}
	return web.Redirect(w, q, "/messages")
}
