package consent

import (
	"context"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// State is how far an assessment is.
type State string

// States.
const (
	Draft    State = "draft"
	Approved State = "approved"
	Replaced State = "replaced"
)

// Assessment is what the handling for a purpose does to people and what is done about it (article 56).
type Assessment struct {
	ID        string
	Purpose   string
	Version   int // of the text
	State     State
	Rev       int    // counts changes of a draft: who approves says which they read
	Necessity string // lawful, legitimate, necessary: purpose and way of handling
	Risks     string // what it does to people's rights, and what may go wrong
	Measures  string // lawful, effective, fit for the risk
	Until     time.Time
	Written   Signed
	Approved  Signed // zero while it is a draft
	Replaced  time.Time
}

// Signed is who did something to an assessment.
type Signed struct {
	By, Unit string
	At       time.Time
}

// Holds tells whether it counts at an instant.
func (a Assessment) Holds(at time.Time) bool { return a.State == Approved && at.Before(a.Until) }

const (
	keptYears = 3    // article 56, paragraph 2
	wordsMost = 4000 // of one part
	wordsFew  = 20   // characters below which nothing was assessed
	mostYears = 3    // that one assessment may hold
	dayHours  = 24 * time.Hour
)

// Assess writes the draft of a purpose's assessment, or changes it; the text in force is assessed, or the one to come when
// version names it. Refusals: Forbidden; Invalid with every wrong field.
func (s *Service) Assess(ctx context.Context, actor access.Actor, in Assessment) (a Assessment, err error) {
	p, err := s.mayAssess(actor, access.ConsentAssess, in.Purpose)
	if err != nil {
		return a, err
	}
	if in.Version == 0 {
		t, _ := p.InForce(s.Clock.Now())
		in.Version = t.Version
	}
	if err := s.checkDraft(p, &in); err != nil {
		return a, err
	}
	now := s.Clock.Now()
	in.State, in.Rev, in.Written, in.Approved, in.Replaced = Draft, 1, Signed{actor.ID, actor.Unit, now}, Signed{}, time.Time{}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		in.ID = db.NewID(now)
		if err := upsertDraft(tx, in); err != nil {
			return err
		}
		a, err = selectDraft(tx, in.Purpose, in.Version)
		return err
	})
	if err != nil {
		return a, fmt.Errorf("write the assessment of purpose %s: %w", in.Purpose, err)
	}
	return a, nil
}

func (s *Service) checkDraft(p Purpose, in *Assessment) error {
	var wrong fault.Fields
	if _, ok := p.Version(in.Version); !ok {
		wrong = append(wrong, fault.Field("version", "consent.assess.version"))
	}
	for _, part := range []struct {
		field string
		words *string
	}{{"necessity", &in.Necessity}, {"risks", &in.Risks}, {"measures", &in.Measures}} {
		*part.words = strings.TrimSpace(*part.words)
		if n := len([]rune(*part.words)); n < wordsFew || n > wordsMost {
			wrong = append(wrong, fault.Field(part.field, "consent.assess.words", "Few", wordsFew, "Most", wordsMost))
		}
	}
	if now := s.Clock.Now(); !in.Until.After(now) || in.Until.After(now.AddDate(mostYears, 0, 0)) {
		wrong = append(wrong, fault.Field("until", "consent.assess.until", "Years", mostYears))
	}
	return wrong.OrNil()
}

// Approve puts a draft into force; the one before it is replaced. rev is what the approver read. Refusals: Forbidden, also for who
// wrote it; Conflict when it changed since or is no draft any more. Who approves twice changes nothing.
func (s *Service) Approve(ctx context.Context, actor access.Actor, id string, rev int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := selectAssessment(tx, id)
		if err != nil {
			return none(err, "read assessment "+id)
		}
		if _, err := s.mayAssess(actor, access.ConsentApprove, a.Purpose); err != nil {
			return err
		}
		now := s.Clock.Now()
		switch {
		case a.Written.By == actor.ID:
			return fault.New(fault.Forbidden, "consent.assess.own")
		case a.State == Approved && a.Approved.By == actor.ID && a.Rev == rev:
			return nil
		case a.State != Draft || a.Rev != rev:
			return fault.New(fault.Conflict, "consent.assess.changed")
		case !a.Until.After(now):
			return fault.New(fault.Conflict, "consent.assess.lapsed")
		}
		if err := replaceApproved(tx, a.Purpose, a.Version, now); err != nil {
			return fmt.Errorf("replace the assessment of purpose %s: %w", a.Purpose, err)
		}
		if err := approveDraft(tx, id, Signed{actor.ID, actor.Unit, now}); err != nil {
			return fmt.Errorf("approve assessment %s: %w", id, err)
		}
		return nil
	})
}

// mayAssess asks the policy about a purpose; it lies where its owner does.
func (s *Service) mayAssess(actor access.Actor, action, purpose string) (Purpose, error) {
	p, ok := s.Purposes.Get(purpose)
	if !ok {
		return p, fault.New(fault.NotFound, Unknown)
	}
	return p, s.Policy.Check(actor, action, p.Resource())
}

// Resource describes the purpose to the policies: it belongs to its owner's unit and area.
func (p Purpose) Resource() access.Resource {
	return access.Resource{Kind: "purpose", ID: p.ID, Unit: p.Owner, AreaPath: p.path}
}

// Assessments lists the assessments of a purpose, the newest first.
func (s *Service) Assessments(ctx context.Context, actor access.Actor, purpose string) (list []Assessment, err error) {
	if _, err := s.mayAssess(actor, access.ConsentRead, purpose); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectAssessments(tx, purpose)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the assessments of purpose %s: %w", purpose, err)
	}
	return list, nil
}

// KeptFor is how long an assessment stays after it ended.
func KeptFor() time.Duration { return time.Duration(keptYears*366) * dayHours }

// Tidy deletes assessments that ended longer ago than they must be kept: replaced ones, and those that ran out.
func (s *Service) Tidy(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return deleteAssessments(tx, clock.Ms(s.Clock.Now().Add(-KeptFor()))) })
	if err != nil {
		return fmt.Errorf("delete old assessments: %w", err)
	}
	return nil
}
