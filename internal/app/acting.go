package app

import (
	"context"
	"net/http"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/credential"
	"banyan/internal/register/identity"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
)

// actable names every page and act that somebody may come to while they act for another. What is not named here is not done for
// another, whatever a mandate says. Each act asks for its scope in its own transaction; this list only keeps the rest away.
func actable() map[string]bool {
	list := map[string]bool{}
	for _, pattern := range []string{
		"GET /{$}", "GET /search", "GET /public", "GET /public/{number}", "GET /privacy", "GET /privacy/purposes/{purpose}", "GET /map.geojson",
		"GET /trail/checkpoint", "GET /trail/key", "GET /trail/restart", "GET /trail/tile/{tile...}", "GET /trail/verify", "POST /trail/witness/add-checkpoint",
		"GET /report", "POST /report", "POST /report/suggest", "GET /report/areas", "GET /report/done/{number}", "GET /photos/{key}", "GET /photos/{key}/thumb",
		"GET /my", "GET /mine", "GET /mine/{id}", "GET /mine/{id}/words", "GET /mine/{id}/files/{key}",
		"POST /mine/{id}/confirm", "POST /mine/{id}/contest", "POST /mine/{id}/rate", "POST /mine/{id}/consent",
		"GET /messages", "GET /me/family/acting", "POST /me/family/leave", "POST /signout", "GET /dev", "GET /dev/outbox",
	} {
		list[pattern] = true
	}
	return list
}

// never says why something cannot be done for another.
func never(path string) string {
	for _, x := range []struct{ path, key string }{
		{"/me/erase", "erase"}, {"/me/data", "data"}, {"/me/apps", "apps"}, {"/oauth", "apps"}, {"/me/looks", "looks"}, {"/me/family", "onward"},
		{"/me/sessions", "signin"}, {"/me/keys", "signin"}, {"/me/passkeys", "signin"}, {"/me/sheet", "signin"}, {"/signin", "signin"}, {"/me/phone", "phone"}, {"/me/level", "level"}, {"/me/credentials", "credentials"}, {"/present", "credentials"}, {"/me/consents", "consents"}, {"/track", "track"},
		{"/messages/read", "read"},
	} {
		if path == x.path || strings.HasPrefix(path, x.path+"/") {
			return "mandate.never." + x.key
		}
	}
	if strings.HasPrefix(path, "/mine/") && strings.Contains(path, "/looks") {
		return "mandate.never.looks"
	}
	return "mandate.never.other"
}

// forAnother keeps somebody who acts for another to what may be done so, and a form to whom it was shown for: one that was opened while
// acting for somebody is not sent for the reader, or the other way about, because another page of the browser switched meanwhile.
func forAnother(pattern string, h web.Handler) web.Handler {
	may := actable()[pattern]
	checked := strings.HasPrefix(pattern, "POST /report") || strings.HasPrefix(pattern, "POST /mine/")
	return func(w http.ResponseWriter, r *http.Request) error {
		acting := web.VisitorOf(r).Acting
		switch {
		case acting != nil && pattern == "GET /me":
			return web.Redirect(w, r, "/me/family/acting")
		case acting != nil && !may:
			return fault.New(fault.Forbidden, never(r.URL.Path))
		case !checked:
			return h(w, r)
		}
		var f struct {
			Acting string `form:"acting" max:"40"`
		}
		if err := web.Decode(r, &f); err == nil && f.Acting != actingID(acting) {
			return fault.New(fault.Conflict, "mandate.refuse.switched")
		}
		return h(w, r) // a form that cannot be read is refused there
	}
}

func actingID(a *web.Acting) string {
	if a == nil {
		return ""
	}
	return a.Mandate
}

// acting finds for whom a citizen's session acts, and what that person is called; nil for themselves. Naming them is a look at them.
func (a *App) acting(ctx context.Context, s identity.Session) (out *web.Acting, err error) {
	var it mandate.Acting
	var ok bool
	err = a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		it, ok, err = a.Mandates.ActingTx(tx, s.ID, s.PersonID)
		return err
	})
	if err != nil || !ok {
		return nil, err
	}
	m := it.Mandate
	by := access.Actor{Kind: access.Citizen, ID: s.PersonID, Session: s.ID, For: m.Behalf()}
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		called, err := a.People.Called(tx, trail.Reader{Actor: by, Purpose: trail.ForMandate, Subject: m.ID}, m.Giver)
		out = &web.Acting{Mandate: m.ID, Person: m.Giver, As: m.Relation, Scopes: m.ScopeWords(), Name: called.Words(), Until: it.Until}
		return err
	})
	return out, err
}

// tellOfMandate leaves a person a note about a mandate, and a message by the best other way.
func (a *App) tellOfMandate(tx *db.Tx, person, key string, what mandate.Note) error {
	m := notify.Message{Key: "mandate:" + key, To: "person:" + person, Channel: notify.InApp, Template: "mandate.told." + string(what), Link: "/me/family"}
	if err := a.Outbox.Send(tx, m); err != nil {
		return err
	}
	return a.reach(tx, person, m)
}

// tellOfCredential leaves a person a note about a credential of theirs, and a message by the best other way.
func (a *App) tellOfCredential(tx *db.Tx, person, key string, what credential.Note) error {
	m := notify.Message{Key: "credential:" + key, To: "person:" + person, Channel: notify.InApp, Template: "credential.told." + string(what), Link: "/me/credentials"}
	if err := a.Outbox.Send(tx, m); err != nil {
		return err
	}
	return a.reach(tx, person, m)
}
