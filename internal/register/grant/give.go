package grant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Bounds of what may be given.
const (
	MostDays  = 366     // of a grant; then it is given anew
	MostDaily = 100_000 // looks a day
	mostCases = 50
)

// Giving is a grant to be given.
type Giving struct {
	Holder  string
	Uses    []string
	Fields  []string
	Area    string // path
	Cases   []string
	Purpose string
	Law     string
	Reason  string
	Daily   int
	Until   time.Time
}

// check gives every wrong field at once. Whether holder, area and purpose exist is for the caller to say, who knows the city.
func (n Giving) check(now time.Time) error {
	var wrong fault.Fields
	add := func(bad bool, field, key string, args ...any) {
		if bad {
			wrong = append(wrong, fault.Field(field, key, args...))
		}
	}
	add(n.Holder == "", "holder", "grant.need.holder")
	add(len(n.Uses) == 0 || !within(n.Uses, GivenUses()), "uses", "grant.need.uses")
	add(len(n.Fields) == 0 || !within(n.Fields, GivenFields()), "fields", "grant.need.fields")
	add(n.Area == "", "area", "grant.need.area")
	add(len(n.Cases) > mostCases, "cases", "grant.need.cases", "Most", mostCases)
	add(n.Purpose == "", "purpose", "grant.need.purpose")
	add(!between(n.Law, 4, 200), "law", "grant.need.law")
	add(!between(n.Reason, 5, 300), "reason", "grant.need.reason")
	add(n.Daily < 1 || n.Daily > MostDaily, "daily", "grant.need.daily", "Most", MostDaily)
	add(!n.Until.After(now) || n.Until.After(now.AddDate(0, 0, MostDays)), "until", "grant.need.until", "Days", MostDays)
	return wrong.OrNil()
}

func between(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Give gives a grant. Invalid with every wrong field; Forbidden to whoever would hold it: nobody gives themselves.
func (s *Service) Give(ctx context.Context, by access.Actor, n Giving) (g Grant, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		g, err = s.GiveTx(tx, by, n)
		return err
	})
	return g, err
}

// GiveTx is Give inside a transaction.
func (s *Service) GiveTx(tx *db.Tx, by access.Actor, n Giving) (Grant, error) {
	now := s.clock.Now()
	n.Law, n.Reason = strings.Join(strings.Fields(n.Law), " "), strings.Join(strings.Fields(n.Reason), " ")
	if err := n.check(now); err != nil {
		return Grant{}, err
	}
	if by.Kind == access.Staff && (n.Holder == by.ID || n.Holder == UnitHolder(by.Unit)) {
		return Grant{}, fault.New(fault.Forbidden, "grant.refuse.oneself")
	}
	g := Grant{
		ID: db.NewID(now), Holder: n.Holder, Uses: sorted(n.Uses), Fields: sorted(n.Fields), Area: n.Area, Cases: sorted(n.Cases), Purpose: n.Purpose,
		Law: n.Law, Reason: n.Reason, Daily: n.Daily, From: clock.FromMs(clock.Ms(now)), Until: n.Until, By: giver(by),
	}
	if err := insertGrant(tx, g); err != nil {
		return Grant{}, fmt.Errorf("give a grant to %s: %w", n.Holder, err)
	}
	return g, nil
}

// End ends a grant now, for whatever reads next. NotFound; Conflict when it had ended.
func (s *Service) End(ctx context.Context, by access.Actor, id string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		g, err := selectGrant(tx, id)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if !g.Ended.IsZero() || !now.Before(g.Until) {
			return fault.New(fault.Conflict, "grant.refuse.ended")
		}
		return endGrant(tx, id, giver(by), now)
	})
}

// giver is how a grant names who gave it.
func giver(by access.Actor) string {
	if by.Kind == access.Staff {
		return by.ID
	}
	return ""
}

func sorted(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
