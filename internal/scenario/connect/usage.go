package connect

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
)

// FindUsage tells a portal that a person signed in to who used the person's data: Estonia's data tracker (Andmejälgija, findUsage 3.0 over
// REST). The person is named by the subject by which the portal knows them, and the portal shows the access token that they gave it with the
// scope looks: so nobody can ask about a person who did not allow it, and guessing subjects opens nothing. What the person's own page
// does not show is not told here.
func (r *Room) FindUsage(w http.ResponseWriter, q *http.Request) error {
	token, ok := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return challenge(w, "")
	}
	secret, subject, ok := r.opened(token)
	if !ok {
		return challenge(w, invalidToken)
	}
	in, wrong := usageAsked(q)
	if wrong != "" {
		return usageRefused(w, http.StatusBadRequest, wrong)
	}
	if in.person != subject || in.asker != subject {
		return usageRefused(w, http.StatusForbidden, "userCode and X-Road-UserId must be the subject of the token")
	}
	persons, err := r.usageOf(q.Context(), secret, subject)
	switch {
	case errors.Is(err, signon.ErrRefused):
		return challenge(w, invalidToken)
	case errors.Is(err, errScope):
		return usageRefused(w, http.StatusForbidden, err.Error())
	case err != nil:
		return err
	}
	out, err := r.usages(q.Context(), web.PageOf(q), in, persons)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.JSON(w, http.StatusOK, out)
}

// Heartbeat says whether FindUsage can be asked.
func (r *Room) Heartbeat(w http.ResponseWriter, q *http.Request) error {
	if err := r.DB.Read(q.Context(), func(*db.Tx) error { return nil }); err != nil {
		return web.JSON(w, http.StatusInternalServerError, usageError{Code: "store", Message: "the store does not answer"})
	}
	return web.JSON(w, http.StatusOK, map[string]string{"status": "OK"})
}

var errScope = errors.New("the person did not allow the scope looks")

// usageOf opens a token, writes that its app looked, and gives the ids by which the person was known.
func (r *Room) usageOf(ctx context.Context, secret, subject string) (persons []string, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := r.accessTx(tx, secret)
		if err != nil {
			return err
		}
		if known, err := r.SignOn.Subject(t.App.Sector, t.Grant.Person); err != nil || known != subject {
			return errors.Join(err, signon.ErrRefused)
		}
		if !slices.Contains(t.Scopes, signon.Looks) {
			return errScope
		}
		if persons, err = r.People.Same(tx, t.Grant.Person); err != nil {
			return err
		}
		return r.Trail.LookAgain(tx, handsTo(t), trail.Looks, t.Grant.Person)
	})
	return persons, err
}

// usagePage is how many rows are read at once.
const usagePage = 500

// usages reads every row of the person that the question is about and gives the page that it asks for, newest first.
func (r *Room) usages(ctx context.Context, p web.Page, in usageQuery, persons []string) (usageAnswer, error) {
	var out usageAnswer
	before := ""
	for {
		rows, err := r.Trail.ForPersons(ctx, persons, before, usagePage)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		for _, l := range rows {
			kind := usageKind(l, persons)
			if kind == "" || !in.wants(kind, l) {
				continue
			}
			if out.Total++; out.Total <= in.offset || out.Returned == in.limit {
				continue
			}
			one, err := r.usage(ctx, p, l)
			if err != nil {
				return out, err
			}
			out.add(kind, one, r.city(p.Lang))
		}
		before = rows[len(rows)-1].ID
	}
}

// usageKind tells what sort of usage a row is: an answer to another system, or work of the city's own; "" for the person's own looks.
func usageKind(l trail.Look, persons []string) string {
	switch {
	case l.Kind == access.Guest, l.Kind == access.Citizen && slices.Contains(persons, l.Actor):
		return ""
	case l.Kind == access.Partner:
		return dataResponse
	}
	return internalProcessing
}

// city is the organisation whose data it is.
func (r *Room) city(lang i18n.Lang) usageOrg {
	return usageOrg{Type: government, Name: r.Title.In(lang)}
}

// usage is a row in the terms of the protocol. Who of a unit's staff it was is not told, as on the person's own page.
func (r *Room) usage(ctx context.Context, p web.Page, l trail.Look) (usage, error) {
	fields := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		fields[i] = p.T("trail.field." + f)
	}
	u := usage{
		At: l.At.UTC().Format(time.RFC3339), Purpose: p.T(l.Purpose) + " · " + strings.Join(fields, p.T("citizen.and")), System: usageSystem, Bulk: l.Kind == access.System,
		ID: l.ID, Group: l.Subject, Org: r.city(p.Lang),
	}
	if l.Unit != "" {
		u.Org.Name = r.Orgs.Name(l.Unit, p.Lang)
	}
	if l.Delayed != nil {
		u.HiddenReason, u.HiddenUntil = l.Delayed.Law, l.Delayed.Ends.UTC().Format(time.RFC3339)
	}
	if l.Purpose == trail.ForSignOn {
		u.Consent = l.Subject
	}
	purpose, g, err := r.Grants.Of(ctx, l.Grant)
	if err != nil {
		return u, err
	}
	u.Basis = g.Law
	if one, ok := r.Consents.Purposes.Get(purpose); ok && u.Basis == "" {
		u.Basis = one.Name.In(p.Lang)
		if text, ok := one.InForce(l.At); ok && text.Law != nil {
			u.Basis += " · " + text.Law.In(p.Lang)
		}
	}
	return u, nil
}
