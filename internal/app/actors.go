package app

import (
	"context"
	"net/http"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
)

// postCookie keeps which of several posts somebody acts in; it is a wish, and
// what counts is whether the post is held.
const postCookie = "post"

// session finds who holds a token, for every request that carries one.
func (a *App) session(ctx context.Context, token string) (web.Visitor, bool) {
	s, ok := a.Identity.Lookup(ctx, token)
	if !ok {
		return web.Visitor{}, false
	}
	v := web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Staff: s.StaffID, Session: s.ID}
	if s.Kind == identity.Staff {
		p, err := a.Staff.Staff(ctx, s.StaffID)
		if err != nil || !p.Active {
			return web.Visitor{}, false
		}
		v.Name, v.Unit = p.Name, p.Unit
	}
	return v, true
}

// Actor is who asks, in the post they act in: a member of staff, a citizen, or
// a guest. Staff without a post may do nothing.
func (a *App) actor(r *http.Request) (access.Actor, error) {
	v := web.VisitorOf(r)
	switch {
	case v.Citizen():
		return access.Actor{Kind: access.Citizen, ID: v.Person, Session: v.Session}, nil
	case v.IsStaff():
		return a.staffActor(r, v)
	}
	return access.Actor{Kind: access.Guest}, nil
}

func (a *App) staffActor(r *http.Request, v web.Visitor) (access.Actor, error) {
	posts, err := a.Posts(r.Context(), v.Staff)
	if err != nil {
		return access.Actor{}, err
	}
	if len(posts) == 0 {
		return access.Actor{}, fault.New(fault.Forbidden, "app.no_post")
	}
	chosen := posts[0]
	if c, err := r.Cookie(postCookie); err == nil {
		if i := slices.IndexFunc(posts, func(p Seat) bool { return p.ID == c.Value }); i >= 0 {
			chosen = posts[i]
		}
	}
	return access.Actor{Kind: access.Staff, ID: v.Staff, Unit: chosen.Unit, Area: chosen.Path, Roles: chosen.Roles, Session: v.Session}, nil
}

// Seat is everything somebody may do at one unit: the roles of their posts
// there that reach the same area.
type Seat struct {
	ID    string // unit and area
	Unit  string
	Path  string
	Roles []string
}

// Posts gathers a member of staff's posts of today into seats.
func (a *App) Posts(ctx context.Context, staff string) ([]Seat, error) {
	posts, err := a.Staff.PostsOf(ctx, staff, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	var seats []Seat
	for _, p := range posts {
		seats = seat(seats, p, a.areaPath(p.Area))
	}
	return seats, nil
}

func seat(seats []Seat, p org.Post, path string) []Seat {
	id := p.Unit + "@" + p.Area
	i := slices.IndexFunc(seats, func(s Seat) bool { return s.ID == id })
	if i < 0 {
		seats = append(seats, Seat{ID: id, Unit: p.Unit, Path: path})
		i = len(seats) - 1
	}
	seats[i].Roles = append(seats[i].Roles, string(p.Role))
	return seats
}

func (a *App) areaPath(code string) string {
	at, _ := a.City.Areas.Get(code) // an area that left the pack is in nobody's reach
	return at.Path
}
