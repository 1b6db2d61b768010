package apikey

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Scopes of a key.
const (
	Report    = "report"      // hand in requests and read back one's own
	CasesRead = "cases.read"  // lists and cases, without a requester's words
	CasesAct  = "cases.write" // every action on a case
	WordsRead = "words.read"  // what requesters said; each read leaves a trail row
	RatesRead = "rates.read"  // rates and rankings
	Export    = "export"      // exports and the feed of all cases
	Webhooks  = "webhooks"    // being told of what happens
)

// Scopes lists every scope.
func Scopes() []string {
	return []string{Report, CasesRead, CasesAct, WordsRead, RatesRead, Export, Webhooks}
}

// Loop lists the scopes with which a handling centre's system leads cases: it hands in, reads, searches and acts.
func Loop() []string { return []string{Report, CasesRead, CasesAct, WordsRead} }

// Limits of a key that does not say its own.
const (
	DefaultPerSecond = 20.0
	DefaultBurst     = 100
)

// Key is what the house knows of another system's key; the secret is not in it.
type Key struct {
	ID        string
	Name      string // what the other system is called
	Unit      string // the post: unit, area code, roles
	Area      string
	Roles     []string
	Scopes    []string
	PerSecond float64 // calls a second, lasting
	Burst     int     // calls at once
	PerDay    int     // calls a day of the city; 0: no such limit
	Made      time.Time
	MadeBy    string    // id of the member of staff; "" for whoever ran the program's command
	Until     time.Time // zero: until further notice
	Revoked   time.Time // zero: not revoked
	RevokedBy string    // as MadeBy
}

// Holds tells whether the key opens anything at an instant.
func (k Key) Holds(at time.Time) bool {
	return k.Revoked.IsZero() && (k.Until.IsZero() || at.Before(k.Until))
}

// Has tells whether the key was given a scope.
func (k Key) Has(scope string) bool { return slices.Contains(k.Scopes, scope) }

// ActorID is how journals and trails name the key.
func (k Key) ActorID() string { return idPrefix + k.ID }

// KeyOf gives the key's id in an actor's id; ok is false for any other actor.
func KeyOf(actor string) (id string, ok bool) { return strings.CutPrefix(actor, idPrefix) }

const idPrefix = "key:"

// Actor is the key in its post. path is the path of the key's area.
func (k Key) Actor(path string) access.Actor {
	return access.Actor{Kind: access.Partner, ID: k.ActorID(), Unit: k.Unit, Area: path, Roles: k.Roles}
}

// New is a key to be made. Zero limits become the defaults.
type New struct {
	Name      string
	Unit      string
	Area      string
	Roles     []string
	Scopes    []string
	PerSecond float64
	Burst     int
	PerDay    int
	Until     time.Time
}

// check gives every wrong field at once. Whether unit and area exist is for the caller to say, who knows the pack.
func (n New) check(now time.Time) error {
	var wrong fault.Fields
	add := func(bad bool, field, key string, args ...any) {
		if bad {
			wrong = append(wrong, fault.Field(field, key, args...))
		}
	}
	add(strings.TrimSpace(n.Name) == "" || utf8.RuneCountInString(n.Name) > 60 || strings.ContainsFunc(n.Name, control), "name", "apikey.name")
	add(n.Unit == "", "unit", "apikey.unit")
	add(n.Area == "", "area", "apikey.area")
	add(len(n.Scopes) == 0, "scope", "apikey.no_scope")
	for _, s := range n.Scopes {
		add(!slices.Contains(Scopes(), s), "scope", "apikey.scope", "Scope", s)
	}
	for _, r := range n.Roles {
		add(!slices.Contains(access.Roles(), r), "role", "apikey.role", "Role", r)
	}
	add(n.PerSecond < 0 || n.Burst < 0 || n.PerDay < 0, "limit", "apikey.limit")
	add(!n.Until.IsZero() && !n.Until.After(now), "until", "apikey.until")
	return wrong.OrNil()
}

func control(r rune) bool { return r < ' ' || r == 0x7f }
