package rate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// State of a rectification.
type State string

// States of a rectification.
const (
	Open      State = "open"
	Fixed     State = "fixed"
	Accepted  State = "accepted"
	Explained State = "explained"
)

// Rectification puts a bad rating right.
type Rectification struct {
	ID, Rating, Request, Case string
	Unit, Path                string
	State                     State
	OpenedAt, DueAt           time.Time
	Breached                  bool
	Back                      int // how often it was sent back
	Fixed, FixedBy            string
	FixedAt                   time.Time
	Ended, EndedBy            string    // the centre's last word, also why it was sent back
	EndedAt                   time.Time // zero until it ended
}

func (s *Service) open(tx *db.Tx, r Rating, path string) error {
	due, _ := s.Calendar.Due(r.At, s.Rectify)
	return addRectification(tx, Rectification{ID: db.NewID(r.At), Rating: r.ID, Request: r.Request, Case: r.Case, Unit: r.Unit, Path: path,
		State: Open, OpenedAt: r.At, DueAt: due})
}

// change loads a rectification, asks the policy and stores what decide made of it.
func (s *Service) change(ctx context.Context, actor access.Actor, id, action, fact string, decide func(*Rectification) error) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := getRectification(tx, id)
		if err != nil {
			return err
		}
		res := access.Resource{Kind: "order", ID: id, Unit: r.Unit, Units: []string{r.Unit}, AreaPath: r.Path, State: string(r.State)}
		if err := s.Policy.Check(actor, action, res); err != nil {
			return err
		}
		if err := decide(&r); err != nil {
			return err
		}
		if err := saveRectification(tx, r); err != nil {
			return err
		}
		return s.say(tx, fact, Said{Rating: r.Rating, Request: r.Request, Case: r.Case, Unit: r.Unit, State: r.State, At: s.Clock.Now()})
	})
	if err != nil {
		return fmt.Errorf("rectification %s: %w", id, err)
	}
	return nil
}

// Fix is the unit's account of how it put the bad rating right.
func (s *Service) Fix(ctx context.Context, actor access.Actor, id, words string) error {
	return s.change(ctx, actor, id, access.OrderReply, "rate.Fixed", func(r *Rectification) error {
		if r.State != Open {
			return fault.New(fault.Conflict, "rate.refuse.state")
		}
		if strings.TrimSpace(words) == "" {
			return fault.Field("words", "rate.need.words")
		}
		r.State, r.Fixed, r.FixedBy, r.FixedAt = Fixed, words, actor.ID, s.Clock.Now()
		return nil
	})
}

// Judge is the centre's word after asking the requester: accepted, or sent back
// once; a second time it is accepted or explained, not passed on for ever.
func (s *Service) Judge(ctx context.Context, actor access.Actor, id string, accept bool, words string) error {
	return s.change(ctx, actor, id, access.FollowUpDo, "rate.Ended", func(r *Rectification) error {
		switch {
		case r.State != Fixed:
			return fault.New(fault.Conflict, "rate.refuse.state")
		case strings.TrimSpace(words) == "":
			return fault.Field("words", "rate.need.words")
		case !accept && r.Back > 0:
			r.State = Explained
		case !accept:
			r.State, r.Back, r.Ended, r.EndedBy = Open, r.Back+1, words, actor.ID
			return nil
		default:
			r.State = Accepted
		}
		r.Ended, r.EndedBy, r.EndedAt = words, actor.ID, s.Clock.Now()
		return nil
	})
}

// Mine lists a unit's rectifications that are open, soonest due first.
func (s *Service) Mine(ctx context.Context, actor access.Actor, unit string, limit int) ([]Rectification, error) {
	if err := s.Policy.Check(actor, access.CaseList, access.Resource{Kind: "list", Unit: unit, Units: []string{unit}}); err != nil {
		return nil, err
	}
	return s.list(ctx, `WHERE unit = $1 AND state = 'open' ORDER BY due_at, id LIMIT $2`, unit, limit)
}

// ToJudge lists what waits for the centre, soonest due first.
func (s *Service) ToJudge(ctx context.Context, actor access.Actor, limit int) ([]Rectification, error) {
	if err := s.Policy.Check(actor, access.CaseList, access.Resource{Kind: "list", AreaPath: actor.Area}); err != nil {
		return nil, err
	}
	return s.list(ctx, `WHERE state = 'fixed' AND substr(path, 1, $1) = $2 ORDER BY due_at, id LIMIT $3`, len(actor.Area), actor.Area, limit)
}

func (s *Service) list(ctx context.Context, where string, args ...any) (out []Rectification, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listRectifications(tx, where, args...)
		return err
	})
	return out, err
}

// Scan marks rectifications that were not fixed in time and returns how many.
func (s *Service) Scan(ctx context.Context, limit int) (n int, err error) {
	now := s.Clock.Now()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		late, err := lateRectifications(tx, now, limit)
		n = len(late)
		for _, r := range late {
			r.Breached = true
			if err := saveRectification(tx, r); err != nil {
				return err
			}
			if err := s.say(tx, "rate.Overdue", Said{Rating: r.Rating, Request: r.Request, Case: r.Case, Unit: r.Unit, State: r.State, At: now}); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}
