package app

import (
	"context"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/org"
)

// MakeKey makes another system's key and gives its secret. What is not said becomes a key for the whole loop in a post
// at the city's handling centre: whoever may run this command may do all of it anyway. The page for administrators
// proposes less.
func MakeKey(ctx context.Context, c Config, n apikey.New) (k apikey.Key, secret string, err error) {
	err = within(ctx, c, func(a *App) (err error) {
		if n, err = a.City.post(n); err != nil {
			return err
		}
		k, secret, err = a.Keys.Create(ctx, "", n)
		return err
	})
	return k, secret, err
}

// Keys lists the keys of other systems, newest first.
func Keys(ctx context.Context, c Config) (list []apikey.Key, err error) {
	err = within(ctx, c, func(a *App) (err error) {
		list, err = a.Keys.List(ctx)
		return err
	})
	return list, err
}

// RevokeKey ends a key; a running program obeys within seconds.
func RevokeKey(ctx context.Context, c Config, id string) error {
	return within(ctx, c, func(a *App) error { return a.Keys.Revoke(ctx, "", id) })
}

// within opens the house for one use.
func within(ctx context.Context, c Config, do func(a *App) error) error {
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return do(a)
}

// post fills in where a key acts, and refuses a unit or an area that the pack does not have.
func (c *City) post(n apikey.New) (apikey.New, error) {
	if n.Unit == "" {
		centre, _ := c.Orgs.Centre(c.Areas.City().Code) // a pack without one makes a key without a unit, which is refused
		n.Unit = centre.ID
	}
	u, ok := c.Orgs.Get(n.Unit)
	if !ok {
		return n, fault.Field("unit", "apikey.unit")
	}
	if n.Area == "" {
		n.Area = u.Area
	}
	if _, ok := c.Areas.Get(n.Area); !ok {
		return n, fault.Field("area", "apikey.area")
	}
	if len(n.Roles) == 0 {
		n.Roles = rolesAt(u.Kind)
	}
	if len(n.Scopes) == 0 {
		n.Scopes = apikey.Loop()
	}
	return n, nil
}

// rolesAt are the roles that do a unit's own work.
func rolesAt(k org.Kind) []string {
	switch k {
	case org.Centre:
		return []string{access.CallTaker, access.Dispatcher, access.FollowUp}
	case org.Subdistrict:
		return []string{access.Caller, access.Handler}
	case org.Community:
		return []string{access.Community}
	default:
		return []string{access.Handler}
	}
}
