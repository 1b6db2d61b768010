package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"banyan/internal/platform/i18n"
)

// Visitor is who asks, as the session says; the zero Visitor is a stranger.
type Visitor struct {
	Account string // account id; rate limits key on it
	Kind    string // "", "citizen", "staff" or "partner": another system with a key
	Person  string // person id of a citizen
	Staff   string // staff id
	Unit    string // unit id of a staff member or a partner
	Name    string // a staff member's or a partner's name; never a citizen's
	Session string // session id for the trail; not the token

	Proved time.Time // when the session's owner last proved who they are

	Area   string   // of a partner: path of the area its post reaches
	Roles  []string // of a partner: roles of its post
	Scopes []string // of a partner: what its key may be used for

	Acting *Acting // for whom a citizen acts; nil for themselves
}

// Acting says for whom somebody acts, for the line on every page that says so.
type Acting struct {
	Mandate string   // by what right: its id
	Person  string   // who allowed it
	As      string   // what the visitor is to that person: the last part of a message key
	Scopes  []string // what it allows
	Name    string   // the person's, masked
	Until   time.Time
}

// Citizen tells whether a citizen is signed in.
func (v Visitor) Citizen() bool { return v.Kind == "citizen" }

// IsStaff tells whether a staff member is signed in.
func (v Visitor) IsStaff() bool { return v.Kind == "staff" }

// Program tells whether another system asks with its key.
func (v Visitor) Program() bool { return v.Kind == "partner" }

// May tells whether the key of a program was given a scope.
func (v Visitor) May(scope string) bool { return v.Program() && slices.Contains(v.Scopes, scope) }

// Page is what a page knows of its request: who reads, in which language and look. The Title is the page's own.
type Page struct {
	Title   string
	Lang    i18n.Lang
	Look    Look
	Visitor Visitor
	Path    string // path of the request without query
	Query   string // raw query of the request, for links that keep a list's state
	Ref     string // request id
	Live    string // topics of the live connection, joined by commas; "" for none

	catalog *i18n.Catalog
}

// NewPage makes a page outside of a request, for tests and for documents.
func NewPage(catalog *i18n.Catalog, lang i18n.Lang, look Look) Page {
	return Page{Lang: lang, Look: look, Path: "/", catalog: catalog}
}

// T returns the message key in the reader's language with args name, value, ….
func (p Page) T(key string, args ...any) string {
	if p.catalog == nil {
		return "[" + key + "]"
	}
	return p.catalog.T(p.Lang, key, args...)
}

type pageKey struct{}

// WithPage puts p into ctx, where the design system's components find language and look.
func WithPage(ctx context.Context, p Page) context.Context {
	return context.WithValue(ctx, pageKey{}, p)
}

// PageIn returns the page of ctx; without one, an empty page in the source language.
func PageIn(ctx context.Context) Page {
	if p, ok := ctx.Value(pageKey{}).(Page); ok {
		return p
	}
	return Page{Lang: i18n.ZhHans}
}

// PageOf returns the page of the request.
func PageOf(r *http.Request) Page { return PageIn(r.Context()) }

// VisitorOf returns who asks.
func VisitorOf(r *http.Request) Visitor { return PageOf(r).Visitor }
