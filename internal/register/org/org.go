package org

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema is the tables org_staff and org_post.
func Schema() db.Schema { return db.Schema{Module: "org", Files: schemaFiles} }

// Service keeps staff and their posts.
type Service struct {
	db    *db.DB
	clock clock.Clock
	units *Register
}

// NewService makes the service over a migrated database.
func NewService(d *db.DB, c clock.Clock, units *Register) *Service {
	return &Service{db: d, clock: c, units: units}
}

// AddStaff takes a person into a unit. ID may be empty: then one is made. An account already in use is
// fault.Conflict.
func (s *Service) AddStaff(ctx context.Context, p Staff) (Staff, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		p, err = s.AddStaffTx(tx, p)
		return err
	})
	return p, err
}

// AddStaffTx is AddStaff inside the caller's transaction.
func (s *Service) AddStaffTx(tx *db.Tx, p Staff) (Staff, error) {
	if err := s.units.checkStaff(p); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = db.NewID(s.clock.Now())
	}
	p.Active = true
	if p.Account != "" {
		if _, err := staffByAccount(tx, p.Account); !errors.Is(err, sql.ErrNoRows) {
			return p, taken(err)
		}
	}
	err := insertStaff(tx, p)
	if db.IsUnique(err) {
		return p, taken(err)
	}
	return p, wrap("add staff", p.ID, err)
}

// taken makes the refusal of an account or id in use; err may be nil.
func taken(err error) error { return fault.New(fault.Conflict, "org.error.taken").Wrap(err) }

// SetAccount gives a person the login of module identity; "" takes it away.
func (s *Service) SetAccount(ctx context.Context, staff, account string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := s.one(tx, staff)
		if err != nil {
			return err
		}
		p.Account = account
		err = updateStaff(tx, p)
		if db.IsUnique(err) {
			return taken(err)
		}
		return wrap("set the account of staff", staff, err)
	})
}

// Leave ends all posts of a person and their work for the city. by is who says so.
func (s *Service) Leave(ctx context.Context, staff, by string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := s.one(tx, staff)
		if err != nil {
			return err
		}
		p.Active = false
		if err := updateStaff(tx, p); err != nil {
			return wrap("let staff leave", staff, err)
		}
		return wrap("end the posts of staff", staff, endPosts(tx, staff, s.clock.Now(), by))
	})
}

// AddPost gives a role. Unit and Area may be empty: then they are those of the staff and of the unit. From
// may be zero: now. The same role twice at one time is fault.Conflict, as is a person who has left.
func (s *Service) AddPost(ctx context.Context, p Post) (Post, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		p, err = s.AddPostTx(tx, p)
		return err
	})
	return p, err
}

// AddPostTx is AddPost inside the caller's transaction.
func (s *Service) AddPostTx(tx *db.Tx, p Post) (Post, error) {
	staff, err := s.one(tx, p.Staff)
	if err != nil {
		return p, err
	}
	held, err := postsOf(tx, p.Staff)
	if err != nil {
		return p, wrap("read the posts of staff", p.Staff, err)
	}
	if p.From.IsZero() {
		p.From = s.clock.Now()
	}
	if p, err = s.units.checkPost(staff, p, held); err != nil {
		return p, err
	}
	p.ID = db.NewID(s.clock.Now())
	return p, wrap("add a post of staff", p.Staff, insertPost(tx, p))
}

// EndPost ends a post now; one that has already ended is fault.Conflict. by is who says so.
func (s *Service) EndPost(ctx context.Context, post, by string) error {
	now := s.clock.Now()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := postByID(tx, post)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "org.error.no_post")
		}
		if err != nil {
			return wrap("read post", post, err)
		}
		if !p.To.IsZero() && !p.To.After(now) {
			return fault.New(fault.Conflict, "org.error.ended")
		}
		return wrap("end post", post, endPost(tx, p, now, by))
	})
}

// Staff gives a person; an unknown id is fault.NotFound.
func (s *Service) Staff(ctx context.Context, id string) (p Staff, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = s.one(tx, id)
		return err
	})
	return p, err
}

// ByAccount gives the person with that login; none is fault.NotFound.
func (s *Service) ByAccount(ctx context.Context, account string) (p Staff, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err = staffByAccount(tx, account)
		return missing("read staff by account", account, err)
	})
	return p, err
}

// StaffOf lists the people who work in a unit now, by name.
func (s *Service) StaffOf(ctx context.Context, unit string) (list []Staff, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err = staffOf(tx, unit)
		return wrap("list the staff of unit", unit, err)
	})
	return list, err
}

// MustWork makes sure that somebody works in a unit now. Invalid on staff for anybody else.
func (s *Service) MustWork(ctx context.Context, id, unit string) error {
	list, err := s.StaffOf(ctx, unit)
	if err == nil && !slices.ContainsFunc(list, func(p Staff) bool { return p.ID == id }) {
		err = fault.Field("staff", "org.staff_elsewhere")
	}
	return err
}

// PostsOf lists the posts a person holds at an instant, oldest first.
func (s *Service) PostsOf(ctx context.Context, staff string, at time.Time) (list []Post, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err = s.PostsOfTx(tx, staff, at)
		return err
	})
	return list, err
}

// PostsOfTx is PostsOf inside the caller's transaction.
func (s *Service) PostsOfTx(tx *db.Tx, staff string, at time.Time) ([]Post, error) {
	all, err := postsOf(tx, staff)
	if err != nil {
		return nil, wrap("read the posts of staff", staff, err)
	}
	return validAt(all, at), nil
}

// ServesTx tells whether somebody has a post at a unit at an instant in which people are served, at a counter or on the phone.
func (s *Service) ServesTx(tx *db.Tx, staff, unit string, at time.Time) (bool, error) {
	posts, err := s.PostsOfTx(tx, staff, at)
	return slices.ContainsFunc(posts, func(p Post) bool { return p.Unit == unit && (p.Role == CallTaker || p.Role == Neighbour) }), err
}

// Holders lists the posts of a role at a unit that are held at an instant: who can be reached there.
func (s *Service) Holders(ctx context.Context, unit string, role Role, at time.Time) (list []Post, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := postsAt(tx, unit, role)
		list = validAt(all, at)
		return wrap("list the posts at unit", unit, err)
	})
	return list, err
}

// History lists every post a person ever held, oldest first.
func (s *Service) History(ctx context.Context, staff string) (list []Post, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err = postsOf(tx, staff)
		return wrap("read the posts of staff", staff, err)
	})
	return list, err
}

func (s *Service) one(tx *db.Tx, id string) (Staff, error) {
	p, err := staffByID(tx, id)
	return p, missing("read staff", id, err)
}

func validAt(all []Post, at time.Time) []Post {
	var held []Post
	for _, p := range all {
		if p.ValidAt(at) {
			held = append(held, p)
		}
	}
	return held
}

// missing turns no rows into the refusal a person reads.
func missing(doing, id string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "org.error.no_staff").Wrap(err)
	}
	return wrap(doing, id, err)
}

func wrap(doing, id string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, id, err)
}
