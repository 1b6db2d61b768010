package app

import (
	"cmp"
	"context"
	"strings"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/grant"
)

// GiveGrant gives a key (its id, or as key:ID), a unit (unit:ID) or a member of staff (their id) leave to read personal data. area is the
// code of the area it is for; "" is that of the key or the unit, or the city.
func GiveGrant(ctx context.Context, c Config, n grant.Giving, area string) (g grant.Grant, err error) {
	err = within(ctx, c, func(a *App) error {
		if n.Holder, area, err = a.grantee(ctx, n.Holder, area); err != nil {
			return err
		}
		at, ok := a.City.Areas.Get(area)
		if !ok {
			return fault.Field("area", "grant.need.area")
		}
		if _, ok := a.City.Purposes.Get(n.Purpose); !ok {
			return fault.Field("purpose", "grant.need.purpose")
		}
		n.Area = at.Path
		g, err = a.Grants.Give(ctx, access.Program("command"), n)
		return err
	})
	return g, err
}

// grantee finds whom a grant is for, and their area when none is said.
func (a *App) grantee(ctx context.Context, holder, area string) (id, code string, err error) {
	if unit, ok := strings.CutPrefix(holder, grant.UnitHolder("")); ok {
		u, known := a.City.Orgs.Get(unit)
		if !known {
			return "", "", fault.Field("to", "grant.need.unit")
		}
		return holder, cmp.Or(area, u.Area), nil
	}
	if s, err := a.Staff.Staff(ctx, holder); err == nil {
		return s.ID, cmp.Or(area, a.City.Areas.City().Code), nil
	}
	k, err := a.Keys.Get(ctx, strings.TrimPrefix(holder, "key:"))
	if err != nil {
		return "", "", err
	}
	return k.ActorID(), cmp.Or(area, k.Area), nil
}

// Grants lists what was given, newest first.
func Grants(ctx context.Context, c Config) (list []grant.Grant, err error) {
	err = within(ctx, c, func(a *App) error {
		list, err = a.Grants.List(ctx)
		return err
	})
	return list, err
}

// EndGrant ends a grant, for whatever reads next.
func EndGrant(ctx context.Context, c Config, id string) error {
	return within(ctx, c, func(a *App) error { return a.Grants.End(ctx, access.Program("command"), id) })
}

// adoptedFor is how long a key from before there were grants goes on reading: until then a data officer gives it a grant with its reason.
const adoptedFor = 90

// adoptKeys gives keys from before there were grants one that says so and ends, so that an upgrade stops nobody at night.
func (a *App) adoptKeys(ctx context.Context) error {
	return a.Grants.Adopt(ctx, func() (list []grant.Giving, err error) {
		keys, err := a.Keys.List(ctx)
		for _, k := range keys {
			if k.Holds(a.Clock.Now()) && k.Has(apikey.WordsRead) {
				list = append(list, a.grantOfOld(k))
			}
		}
		return list, err
	})
}

func (a *App) grantOfOld(k apikey.Key) grant.Giving {
	at, ok := a.City.Areas.Get(k.Area)
	if !ok { // an area no longer in the pack reaches nothing
		at.Path = "/" + k.Area + "/"
	}
	until := a.Clock.Now().AddDate(0, 0, adoptedFor)
	if !k.Until.IsZero() && k.Until.Before(until) {
		until = k.Until
	}
	return grant.Giving{
		Holder: k.ActorID(), Uses: grant.GivenUses(), Fields: grant.GivenFields(), Area: at.Path, Purpose: handlingPurpose, Daily: grant.MostDaily, Until: until.Truncate(time.Millisecond),
		Law: "授权制度实施前已开通，到期前须补办", Reason: "系统升级前已在使用",
	}
}

// handlingPurpose is the purpose of the city's register for which keys read until then.
const handlingPurpose = "handling"
