package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/consent"
	"banyan/internal/register/duty"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/survey"
)

// Password is the one password of all demo logins. It is public, and so is
// everything a demo store holds; init makes such a store only when asked to.
const Password = "banyan-demo"

// Player plays a File. Its services run on Clock.
type Player struct {
	DB       *db.DB
	Clock    *clock.Manual
	Areas    *area.Register
	Orgs     *org.Register
	Duties   *duty.Register
	Staff    *org.Service
	Identity *identity.Service
	Requests *request.Service
	Consents *consent.Service
	Cases    *casework.Service
	Rate     *rate.Service
	Surveys  *survey.Service
	Tick     func(context.Context) error // lets due times act
	Settle   func(context.Context) error // lets reactions catch up

	EndSurveys func(context.Context) error // lets surveys end whose time has come

	cases map[string]string // demo id -> case id
}

// AddStaff makes the logins of a file with their posts. Those that exist stay.
func (p *Player) AddStaff(ctx context.Context, f File, since time.Time) error {
	for _, st := range f.Staff {
		if len(st.Posts) == 0 {
			return fmt.Errorf("demo staff %s has no post", st.Login)
		}
		made, err := p.Staff.AddStaff(ctx, org.Staff{Name: st.Name.Hans, Unit: st.Posts[0].Unit, Account: st.Login, Active: true})
		if fault.KindOf(err) == fault.Conflict {
			continue // a store may have an administrator, or a demo that was cut off here
		}
		if err != nil {
			return fmt.Errorf("demo staff %s: %w", st.Login, err)
		}
		for _, post := range st.Posts {
			if _, err := p.Staff.AddPost(ctx, org.Post{Staff: made.ID, Role: org.Role(post.Role), Unit: post.Unit, From: since, GivenBy: "system"}); err != nil {
				return fmt.Errorf("demo staff %s as %s of %s: %w", st.Login, post.Role, post.Unit, err)
			}
		}
		if _, err := p.Identity.AddStaffAccount(ctx, identity.NewStaff{StaffID: made.ID, Login: st.Login, Password: Password}); err != nil {
			return fmt.Errorf("demo login %s: %w", st.Login, err)
		}
	}
	return nil
}

// moment is one thing that happens at one time.
type moment struct {
	at time.Time
	do func(context.Context) error
}

// Play lets the requests of a file happen until now, oldest first.
func (p *Player) Play(ctx context.Context, f File, now time.Time) error {
	p.cases = map[string]string{}
	var all []moment
	for _, r := range f.Requests {
		all = append(all, p.life(r, now)...)
	}
	for i, s := range f.Surveys {
		all = append(all, p.surveyed(i, s, now)...)
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	var at time.Time
	for _, m := range all {
		if at.IsZero() {
			at = m.at
		}
		for step := at.Add(time.Hour); step.Before(m.at); step = step.Add(time.Hour) {
			p.Clock.Set(step)
			if err := p.Tick(ctx); err != nil {
				return err
			}
			at = step
		}
		p.Clock.Set(m.at)
		if err := m.do(ctx); err != nil {
			return err
		}
		if err := p.Settle(ctx); err != nil {
			return err
		}
	}
	p.Clock.Set(now)
	if err := p.Tick(ctx); err != nil {
		return err
	}
	return p.Settle(ctx)
}

// as is somebody in a post at a unit: another person at every unit, for nobody
// judges work they did in another post.
func (p *Player) as(unit string, roles ...string) access.Actor {
	u, _ := p.Orgs.Get(unit) // the pack's loader knows every unit of the demo
	a, _ := p.Areas.Get(u.Area)
	return access.Actor{Kind: access.Staff, ID: "demo-" + unit, Unit: unit, Area: a.Path, Roles: roles}
}

func (p *Player) desk() access.Actor {
	return p.as(p.Areas.City().Code+".12345", access.CallTaker, access.Dispatcher, access.FollowUp)
}

// contact is the requester as taken in.
func (c Contact) contact() person.Contact {
	return person.Contact{Name: c.Name, Phone: c.Phone, Anonymous: c.Anonymous}
}
