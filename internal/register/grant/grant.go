package grant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/trail"
)

// Grant is what somebody gave to a key, a member of staff or a unit.
type Grant struct {
	ID      string
	Holder  string   // actor id of a key or a member of staff, or a unit: UnitHolder
	Uses    []string // purposes of the trail, without their prefix
	Fields  []string // names of package trail
	Area    string   // path; the holder's post must lie inside
	Cases   []string // ids of the only cases or requests it is for; none: all that the policies allow
	Purpose string   // a purpose of the city's register
	Law     string   // the rule it rests on, as its giver cites it
	Reason  string   // what it is needed for
	Daily   int      // most looks at people a day of the city
	From    time.Time
	Until   time.Time
	By      string // staff id; "" for whoever ran the program's command, or for the program's upgrade
	Ended   time.Time
	EndedBy string
}

// UnitHolder is how a grant names a whole unit.
func UnitHolder(unit string) string { return "unit:" + unit }

// Holds tells whether the grant covers anything at an instant.
func (g Grant) Holds(at time.Time) bool {
	return g.Ended.IsZero() && !at.Before(g.From) && at.Before(g.Until)
}

// usePrefix is what the trail's purposes begin with.
const usePrefix = "trail.purpose."

// Uses lists what a grant may be used for: the trail's purposes without their prefix. Notes of somebody's word are no looks.
func Uses() (list []string) {
	for _, p := range trail.Purposes() {
		if p != trail.ForConsent && p != trail.ForWithdrawal {
			list = append(list, strings.TrimPrefix(p, usePrefix))
		}
	}
	return list
}

// Given is what may be given: reading for a matter, by a post. What is somebody's own or the program's cannot be.
func GivenUses() []string {
	return []string{"intake", "dispatch", "handling", "call", "followup", "ruling", "oversight"}
}

// GivenFields are the fields that may be given.
func GivenFields() []string {
	return []string{trail.Name, trail.Phone, trail.Words, trail.Address, trail.Photos, trail.Masked}
}

// Service keeps grants and covers reads by them.
type Service struct {
	db       *db.DB
	clock    clock.Clock
	standing []standing
}

// New makes the register over a store that has its schema.
func New(d *db.DB, c clock.Clock) (*Service, error) {
	list, err := loadStanding(standingFile)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, clock: c, standing: list}, nil
}

// Cover finds the grant by which an actor reads fields for a purpose of the trail in a matter: a standing one, or one that was given
// and holds now. Forbidden when there is none. It is the gate of package trail.
func (s *Service) Cover(tx *db.Tx, r trail.Reader, fields []string) (trail.Cover, error) {
	use := strings.TrimPrefix(r.Purpose, usePrefix)
	for _, one := range s.standing {
		if one.covers(r.Actor, use, fields) {
			return trail.Cover{Grant: one.ID}, nil
		}
	}
	if !r.Actor.Posted() {
		return trail.Cover{}, none()
	}
	list, err := selectHolding(tx, []string{r.Actor.ID, UnitHolder(r.Actor.Unit)}, s.clock.Now())
	if err != nil {
		return trail.Cover{}, fmt.Errorf("look for a grant of %s: %w", r.Actor.ID, err)
	}
	for _, g := range list {
		if g.covers(r, use, fields) {
			return trail.Cover{Grant: g.ID, Daily: g.Daily}, nil
		}
	}
	return trail.Cover{}, none()
}

func none() error { return fault.New(fault.Forbidden, "grant.none") }

func (g Grant) covers(r trail.Reader, use string, fields []string) bool {
	return slices.Contains(g.Uses, use) && within(fields, g.Fields) &&
		strings.HasPrefix(r.Actor.Area, g.Area) && (len(g.Cases) == 0 || slices.Contains(g.Cases, r.Subject))
}

// Of gives the purpose of the city's register under which a row of the trail was read, and the grant itself when it was given and not
// standing. Both are zero for rows from before there were grants.
func (s *Service) Of(ctx context.Context, id string) (purpose string, g Grant, err error) {
	if i := slices.IndexFunc(s.standing, func(one standing) bool { return one.ID == id }); i >= 0 {
		return s.standing[i].Purpose, g, nil
	}
	if id == "" {
		return "", g, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		g, err = selectGrant(tx, id)
		return err
	})
	if err != nil {
		return "", g, fmt.Errorf("read grant %s: %w", id, err)
	}
	return g.Purpose, g, nil
}

// List gives every grant that was given, newest first.
func (s *Service) List(ctx context.Context) (list []Grant, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectGrants(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the grants: %w", err)
	}
	return list, nil
}

// Purposes lists the purposes of the city's register that standing grants rest on.
func (s *Service) Purposes() (list []string) {
	for _, one := range s.standing {
		if !slices.Contains(list, one.Purpose) {
			list = append(list, one.Purpose)
		}
	}
	return list
}
