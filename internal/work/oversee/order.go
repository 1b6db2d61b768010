package oversee

import (
	"context"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Level of an order from above.
type Level string

// Levels, mildest first.
const (
	Reminder  Level = "reminder"
	Oversight Level = "oversight"
	Yellow    Level = "yellow"
	Red       Level = "red"
)

// Order is an order from above on a case: 催办, 督办, 黄牌, 红牌.
type Order struct {
	ID         string
	Case       string
	Number     string
	Unit       string
	Path       string
	Level      Level
	Rule       string // rule version and name, or "hand" when a supervisor issued it
	Why        string // a message key, or the supervisor's words
	State      string // open, answered, withdrawn (after an appeal)
	By         string
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredAt time.Time
}

// issued is the body of the fact oversee.Issued.
type issued struct {
	Order string `json:"order"`
	Case  string `json:"case"`
	Unit  string `json:"unit"`
	Level Level  `json:"level"`
}

// issue writes an order and says so. A reminder needs no answer.
func (s *Service) issue(tx *db.Tx, by access.Actor, o Order, now time.Time) error {
	o.ID, o.By, o.At, o.State = db.NewID(now), by.ID, now, "open"
	if o.Level == Reminder {
		o.State = "answered"
	}
	if err := addOrder(tx, o); err != nil {
		return err
	}
	return s.Facts.Say(tx, "oversee.Issued", o.ID, now, issued{Order: o.ID, Case: o.Case, Unit: o.Unit, Level: o.Level})
}

// RemindTx writes the automatic reminder before or after a due time.
func (s *Service) RemindTx(tx *db.Tx, o Overdue) error {
	return s.issue(tx, access.Program("oversee"), Order{
		Case: o.Case, Number: o.Number, Unit: o.Unit, Path: o.Path, Level: Reminder, Rule: s.Rules.at(o.At).Version.Version + "/reminder", Why: "oversee.why.due_soon",
	}, o.At)
}

// Issuing is an order that a supervisor gives by hand.
type Issuing struct {
	Case, Number, Unit, Path string
	Units                    []string // every unit of the case: none of them may oversee it
	Level                    Level
	Words                    string
}

// Issue gives an order by hand. Nobody oversees a case of the own unit.
func (s *Service) Issue(ctx context.Context, actor access.Actor, in Issuing) error {
	res := access.Resource{Kind: "case", ID: in.Case, Unit: in.Unit, Units: in.Units, AreaPath: in.Path}
	if err := s.Policy.Check(actor, access.OverseeIssue, res); err != nil {
		return err
	}
	switch {
	case in.Level != Reminder && in.Level != Oversight && in.Level != Yellow && in.Level != Red:
		return fault.Field("level", "oversee.need.level")
	case strings.TrimSpace(in.Words) == "":
		return fault.Field("words", "oversee.need.words")
	case in.Unit == "":
		return fault.New(fault.Conflict, "oversee.refuse.no_unit")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.issue(tx, actor, Order{Case: in.Case, Number: in.Number, Unit: in.Unit, Path: in.Path, Level: in.Level, Rule: "hand", Why: in.Words}, s.Clock.Now())
	})
}

// Answer is the unit's explanation of what it does about an order.
func (s *Service) Answer(ctx context.Context, actor access.Actor, id, words string) error {
	if strings.TrimSpace(words) == "" {
		return fault.Field("words", "oversee.need.words")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := getOrder(tx, id)
		if err != nil {
			return err
		}
		if err := s.Policy.Check(actor, access.OverseeAppeal, access.Resource{Kind: "order", ID: id, Unit: o.Unit, AreaPath: o.Path}); err != nil {
			return err
		}
		if o.State != "open" {
			return fault.New(fault.Conflict, "oversee.refuse.answered")
		}
		now := s.Clock.Now()
		o.State, o.Answer, o.AnsweredBy, o.AnsweredAt = "answered", words, actor.ID, now
		if err := saveOrder(tx, o); err != nil {
			return err
		}
		return s.Facts.Say(tx, "oversee.Answered", id, now, issued{Order: id, Case: o.Case, Unit: o.Unit, Level: o.Level})
	})
}

// OrdersOf lists the orders on a unit, newest first.
func (s *Service) OrdersOf(ctx context.Context, actor access.Actor, unit string, limit int) ([]Order, error) {
	if err := s.mayList(actor, s.unitResource(unit)); err != nil {
		return nil, err
	}
	return s.orders(ctx, `WHERE unit = $1 ORDER BY at DESC, id DESC LIMIT $2`, unit, limit)
}

// mayList refuses whoever may not read reports, or reads reports but no cases: an order names its case.
func (s *Service) mayList(actor access.Actor, of access.Resource) error {
	if err := s.Policy.Check(actor, access.ReportRead, of); err != nil {
		return err
	}
	return s.Policy.Check(actor, access.CaseList, of)
}

// OrdersOn lists the orders on a case, oldest first. Who may read the case may
// read them.
func (s *Service) OrdersOn(ctx context.Context, id string) ([]Order, error) {
	return s.orders(ctx, `WHERE case_id = $1 ORDER BY at, id`, id)
}

// OpenOrders lists what waits for an answer in an actor's area, oldest first.
func (s *Service) OpenOrders(ctx context.Context, actor access.Actor, limit int) ([]Order, error) {
	if err := s.mayList(actor, access.Resource{Kind: "list", AreaPath: actor.Area}); err != nil {
		return nil, err
	}
	return s.orders(ctx, `WHERE state = 'open' AND substr(path, 1, $1) = $2 ORDER BY at, id LIMIT $3`, len(actor.Area), actor.Area, limit)
}

func (s *Service) orders(ctx context.Context, where string, args ...any) (out []Order, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listOrders(tx, where, args...)
		return err
	})
	return out, err
}

func (s *Service) unitResource(unit string) access.Resource {
	u, _ := s.Orgs.Get(unit) // an unknown unit is in nobody's reach
	a, _ := s.Areas.Get(u.Area)
	return access.Resource{Kind: "unit", ID: unit, Unit: unit, AreaPath: a.Path}
}
