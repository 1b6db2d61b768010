package oversee

import (
	"context"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Appeal is a unit's objection to a card or to one score line.
type Appeal struct {
	ID        string
	Unit      string
	Order     string // the card, or
	Case      string // the score line: case, journal entry and indicator
	Seq       int
	Indicator string
	Words     string
	State     string // asked, granted, refused
	AskedBy   string
	AskedAt   time.Time
	Decision  string
	DecidedBy string
	DecidedAt time.Time
}

// Appeal objects to a card (Order) or a score line (Case, Seq, Indicator) of
// the actor's own unit.
func (s *Service) Appeal(ctx context.Context, actor access.Actor, a Appeal) error {
	if err := s.Policy.Check(actor, access.OverseeAppeal, access.Resource{Kind: "unit", ID: actor.Unit, Unit: actor.Unit}); err != nil {
		return err
	}
	if strings.TrimSpace(a.Words) == "" {
		return fault.Field("words", "oversee.need.words")
	}
	if a.Order != "" {
		a.Case, a.Seq, a.Indicator = "", 0, "" // a card is objected to once, whatever else the form says
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.mayAppeal(tx, actor, a); err != nil {
			return err
		}
		now := s.Clock.Now()
		a.ID, a.Unit, a.State, a.AskedBy, a.AskedAt = db.NewID(now), actor.Unit, "asked", actor.ID, now
		if err := addAppeal(tx, a); err != nil {
			return err
		}
		return s.Facts.Say(tx, "oversee.Appealed", a.ID, now, map[string]string{"appeal": a.ID, "unit": a.Unit})
	})
}

// mayAppeal makes sure that what is objected to exists, is the unit's own and
// was not objected to before.
func (s *Service) mayAppeal(tx *db.Tx, actor access.Actor, a Appeal) error {
	if a.Order != "" {
		o, err := getOrder(tx, a.Order)
		if err != nil {
			return err
		}
		if o.Unit != actor.Unit || o.State == "withdrawn" {
			return fault.New(fault.NotFound, "oversee.order.missing")
		}
	} else if _, err := getEntry(tx, a.Case, a.Seq, actor.Unit, a.Indicator); err != nil {
		return err
	}
	before, err := appealed(tx, a, actor.Unit)
	if err == nil && before {
		return fault.New(fault.Conflict, "oversee.refuse.appealed")
	}
	return err
}

// DecideAppeal grants or refuses an appeal. A granted one withdraws the card or
// adds a line that takes the score back.
func (s *Service) DecideAppeal(ctx context.Context, actor access.Actor, id string, grant bool, words string) error {
	if strings.TrimSpace(words) == "" {
		return fault.Field("words", "oversee.need.words")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := getAppeal(tx, id)
		if err != nil {
			return err
		}
		res := s.unitResource(a.Unit)
		res.Units = []string{a.Unit}
		if err := s.Policy.Check(actor, access.OverseeDecide, res); err != nil {
			return err
		}
		if a.State != "asked" {
			return fault.New(fault.Conflict, "oversee.refuse.decided")
		}
		now := s.Clock.Now()
		a.State, a.Decision, a.DecidedBy, a.DecidedAt = "refused", words, actor.ID, now
		if grant {
			a.State = "granted"
			if err := takeBack(tx, a); err != nil {
				return err
			}
		}
		if err := saveAppeal(tx, a); err != nil {
			return err
		}
		return s.Facts.Say(tx, "oversee.AppealDecided", id, now, map[string]string{"appeal": id, "unit": a.Unit, "state": a.State})
	})
}

// takeBack undoes what a granted appeal objected to.
func takeBack(tx *db.Tx, a Appeal) error {
	if a.Order != "" {
		o, err := getOrder(tx, a.Order)
		if err != nil {
			return err
		}
		o.State = "withdrawn"
		return saveOrder(tx, o)
	}
	e, err := getEntry(tx, a.Case, a.Seq, a.Unit, a.Indicator)
	if err != nil {
		return err
	}
	e.Appeal, e.Counts, e.Good = a.ID, -e.Counts, -e.Good
	return addEntry(tx, e)
}

// Appeals lists the undecided appeals of the units in an actor's reach, oldest first, and with a unit that unit's own, newest first:
// at most limit, however many others there are.
func (s *Service) Appeals(ctx context.Context, actor access.Actor, unit string, limit int) (out []Appeal, err error) {
	res := access.Resource{Kind: "list", AreaPath: actor.Area}
	if unit != "" {
		res = s.unitResource(unit)
	}
	if err := s.Policy.Check(actor, access.ReportRead, res); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if unit != "" {
			out, err = appealsOf(tx, unit, limit)
		} else {
			out, err = s.asked(tx, actor, limit)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list appeals: %w", err)
	}
	return out, nil
}

// asked reads on until limit of the undecided appeals are of units that the actor may read about.
func (s *Service) asked(tx *db.Tx, actor access.Actor, limit int) (out []Appeal, err error) {
	for last := (Appeal{}); ; {
		some, err := undecided(tx, last, appealBatch)
		if err != nil || len(some) == 0 {
			return out, err
		}
		for _, a := range some {
			if s.Policy.May(actor, access.ReportRead, s.unitResource(a.Unit)).Allow {
				out = append(out, a)
			}
			if len(out) == limit {
				return out, nil
			}
		}
		last = some[len(some)-1]
	}
}

// appealBatch is how many undecided appeals are read at once.
const appealBatch = 200
