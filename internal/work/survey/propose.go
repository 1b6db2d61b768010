package survey

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

// MostDays is how long a survey runs at most, and how much longer when it is given more time.
const MostDays = 90

// Proposal is a survey somebody wants to make.
type Proposal struct {
	Form      string // id of the form: sent twice it is one survey
	Title     string
	Purpose   string
	Basis     string
	Area      string
	Last      string // the last day, 2026-11-27; it cannot be left out
	Questions []Question
}

// Propose keeps a proposal of the actor and their unit, for another unit's supervisor to approve. Invalid with every wrong field.
func (s *Service) Propose(ctx context.Context, actor access.Actor, in Proposal) (v Survey, err error) {
	now := s.Clock.Now()
	in.Title, in.Purpose, in.Basis = strings.TrimSpace(in.Title), strings.TrimSpace(in.Purpose), strings.TrimSpace(in.Basis)
	place, known := s.Areas.Get(in.Area)
	v = Survey{
		ID: db.NewID(now), Title: in.Title, Purpose: in.Purpose, Basis: in.Basis, Questions: in.Questions, Area: place.Code, Path: place.Path,
		Unit: actor.Unit, Staff: actor.ID, State: Proposed, Made: now, Version: 1, form: in.Form,
	}
	wrong := in.check()
	if !known {
		wrong = append(wrong, fault.Field("area", "survey.area"))
	}
	ends, bad := lastDay(in.Last, now, now)
	if bad != nil {
		wrong = append(wrong, bad)
	}
	if err := wrong.OrNil(); err != nil {
		return Survey{}, err
	}
	v.Ends = ends
	if err := s.May(actor, access.SurveyPropose, v); err != nil {
		return Survey{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		v, err = insertSurvey(tx, v)
		return err
	})
	if err == nil && (v.Staff != actor.ID || v.Unit != actor.Unit) {
		return Survey{}, fault.New(fault.Conflict, "survey.form")
	}
	return v, err
}

func (in Proposal) check() (wrong fault.Fields) {
	for _, f := range []struct {
		field, text string
		least, most int
	}{{"title", in.Title, 4, 60}, {"purpose", in.Purpose, 20, 500}, {"basis", in.Basis, 8, 300}} {
		if n := utf8.RuneCountInString(f.text); n < f.least || n > f.most {
			wrong = append(wrong, fault.Field(f.field, "survey."+f.field, "Least", f.least, "Most", f.most))
		}
	}
	if len(in.Questions) == 0 || len(in.Questions) > QuestionsMost {
		wrong = append(wrong, fault.Field("q0", "survey.questions", "Most", QuestionsMost))
	}
	for i, q := range in.Questions {
		wrong = append(wrong, q.check(i)...)
	}
	return wrong
}

// lastDay reads the last day of a survey as the instant after it. It must not be over, and at most MostDays after a day.
func lastDay(text string, now, from time.Time) (time.Time, *fault.Error) {
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(text), clock.City)
	ends := day.AddDate(0, 0, 1)
	if err != nil || !ends.After(now) || ends.After(startOf(from).AddDate(0, 0, MostDays+1)) {
		return time.Time{}, fault.Field("last", "survey.last", "Most", MostDays)
	}
	return ends, nil
}

func startOf(t time.Time) time.Time {
	y, m, d := t.In(clock.City).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, clock.City)
}

// Approve lets a proposal run. Forbidden for its owner and the owner's unit, and while surveys as such have not been assessed (see
// package consent); Conflict when it is no proposal any more.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string) error {
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		_, err := s.Consents.Live(tx, consent.ForSurvey)
		return err
	})
	if err != nil {
		return err
	}
	return s.change(ctx, actor, access.SurveyApprove, id, func(v *Survey, now time.Time) error {
		if v.State != Proposed {
			return fault.New(fault.Conflict, "survey.decided")
		}
		if !now.Before(v.Ends) {
			return fault.New(fault.Conflict, "survey.lapsed")
		}
		v.State, v.Decided, v.DecidedBy, v.DecidedUnit = Running, now, actor.ID, actor.Unit
		return nil
	})
}

// Refuse ends a proposal with a reason of 5 to 300 characters.
func (s *Service) Refuse(ctx context.Context, actor access.Actor, id, why string) error {
	return s.change(ctx, actor, access.SurveyApprove, id, func(v *Survey, now time.Time) error {
		if v.State != Proposed {
			return fault.New(fault.Conflict, "survey.decided")
		}
		v.State, v.Decided, v.DecidedBy, v.DecidedUnit, v.Decision = Refused, now, actor.ID, actor.Unit, why
		return reason("why", why)
	})
}

// Extend gives a running survey more time, once, with a reason: at most MostDays after its end.
func (s *Service) Extend(ctx context.Context, actor access.Actor, id, last, why string) error {
	return s.change(ctx, actor, access.SurveyApprove, id, func(v *Survey, now time.Time) error {
		switch {
		case !v.RunsAt(now):
			return over(*v)
		case !v.Extended.IsZero():
			return fault.New(fault.Conflict, "survey.extended")
		}
		ends, bad := lastDay(last, now, v.Ends.Add(-1))
		if bad == nil && !ends.After(v.Ends) {
			bad = fault.Field("last", "survey.last", "Most", MostDays)
		}
		if bad != nil {
			return bad
		}
		v.Ends, v.Extended, v.ExtendedBy, v.Extension = ends, now, actor.ID, why
		return reason("why", why)
	})
}

// End ends a running survey before its date, with a reason. What it gathered is destroyed within a minute.
func (s *Service) End(ctx context.Context, actor access.Actor, id, why string) error {
	return s.change(ctx, actor, access.SurveyEnd, id, func(v *Survey, now time.Time) error {
		if !v.RunsAt(now) {
			return over(*v)
		}
		v.State, v.EndedAt, v.EndedBy, v.Ending = Ended, now, actor.ID, why
		return reason("why", why)
	})
}

// over says why nothing can be done in a survey that does not run.
func over(v Survey) error {
	if v.State == Proposed || v.State == Refused {
		return fault.New(fault.Conflict, "survey.not_running")
	}
	return fault.New(fault.Conflict, "survey.over")
}

func reason(field, text string) error {
	if n := utf8.RuneCountInString(text); n < 5 || n > 300 {
		return fault.Field(field, "survey.why")
	}
	return nil
}

// change reads a survey, decides, and keeps it; of two at once one finds the survey as the other left it.
func (s *Service) change(ctx context.Context, actor access.Actor, action, id string, decide func(v *Survey, now time.Time) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.get(tx, actor, action, id)
		if err != nil {
			return err
		}
		if action == access.SurveyApprove && v.Staff == actor.ID {
			return fault.New(fault.Forbidden, "access.refuse.own_survey")
		}
		if err := decide(&v, s.Clock.Now()); err != nil {
			return err
		}
		if err := updateSurvey(tx, v); err != nil {
			return fmt.Errorf("change survey %s: %w", id, err)
		}
		return nil
	})
}
