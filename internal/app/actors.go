package app

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/scenario/account"
)

// postCookie keeps which of several posts somebody acts in; it is a wish, and
// what counts is whether the post is held.
const postCookie = "post"

// seatLife is how long a browser remembers the post: a working day.
const seatLife = 12 * time.Hour

// session finds who holds a token, for every request that carries one.
func (a *App) session(ctx context.Context, token string) (web.Visitor, bool) {
	s, ok := a.Identity.Lookup(ctx, token)
	if !ok {
		return web.Visitor{}, false
	}
	v := web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Staff: s.StaffID, Session: s.ID, Proved: s.ProvedAt}
	var err error
	if s.Kind == identity.Staff {
		p, err := a.Staff.Staff(ctx, s.StaffID)
		if err != nil || !p.Active {
			return web.Visitor{}, false
		}
		v.Name, v.Unit = p.Name, p.Unit
		return v, true
	}
	if v.Acting, err = a.acting(ctx, s); err != nil {
		a.Log.ErrorContext(ctx, "for whom a session acts", "err", err)
		return web.Visitor{}, false // better signed out than taken for oneself
	}
	return v, true
}

// Actor is who asks, in the post they act in: a member of staff, a citizen, or
// a guest. Staff without a post may do nothing.
func (a *App) actor(r *http.Request) (access.Actor, error) {
	v := web.VisitorOf(r)
	switch {
	case v.Citizen():
		actor := access.Actor{Kind: access.Citizen, ID: v.Person, Session: v.Session}
		if x := v.Acting; x != nil {
			actor.For = access.Behalf{Person: x.Person, Mandate: x.Mandate, As: x.As, Scope: x.Scopes}
		}
		return actor, nil
	case v.IsStaff():
		return a.staffActor(r, v)
	case v.Program():
		return partner(v), nil
	}
	return access.Actor{Kind: access.Guest}, nil
}

func (a *App) staffActor(r *http.Request, v web.Visitor) (access.Actor, error) {
	posts, err := a.seats(r.Context(), v.Staff)
	if err != nil {
		return access.Actor{}, err
	}
	if len(posts) == 0 {
		return access.Actor{}, fault.New(fault.Forbidden, "app.no_post")
	}
	chosen := posts[0]
	if c, err := r.Cookie(postCookie); err == nil {
		if i := slices.IndexFunc(posts, func(p account.Seat) bool { return p.ID == c.Value }); i >= 0 {
			chosen = posts[i]
		}
	}
	return access.Actor{Kind: access.Staff, ID: v.Staff, Unit: chosen.Unit, Area: chosen.Path, Roles: chosen.Roles, Session: v.Session}, nil
}

// seats gathers a member of staff's posts of today: the roles held at one unit
// over one area are one seat.
func (a *App) seats(ctx context.Context, staff string) ([]account.Seat, error) {
	posts, err := a.Staff.PostsOf(ctx, staff, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	var seats []account.Seat
	for _, p := range posts {
		seats = seat(seats, p, a.areaPath(p.Area))
	}
	return seats, nil
}

func seat(seats []account.Seat, p org.Post, path string) []account.Seat {
	id := p.Unit + "@" + p.Area
	i := slices.IndexFunc(seats, func(s account.Seat) bool { return s.ID == id })
	if i < 0 {
		seats = append(seats, account.Seat{ID: id, Unit: p.Unit, Path: path})
		i = len(seats) - 1
	}
	seats[i].Roles = append(seats[i].Roles, string(p.Role))
	return seats
}

func (a *App) areaPath(code string) string {
	at, _ := a.City.Areas.Get(code) // an area that left the pack is in nobody's reach
	return at.Path
}

// staffOnly sends whoever is not signed in as staff to the sign-in page, and
// back to where they wanted to go. A form that came too late goes to ended.
func staffOnly(ended web.Handler, list map[string]web.Handler) map[string]web.Handler {
	for pattern, h := range list {
		list[pattern] = func(w http.ResponseWriter, r *http.Request) error {
			if web.VisitorOf(r).IsStaff() {
				return h(w, r)
			}
			if r.Method != http.MethodGet {
				return ended(w, r)
			}
			return web.Redirect(w, r, "/staff/signin?to="+url.QueryEscape(r.URL.Path))
		}
	}
	return list
}
