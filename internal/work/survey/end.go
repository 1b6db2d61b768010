package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Rule is why a survey was destroyed when it was.
type Rule string

// The rules.
const (
	ByDate   Rule = "date"     // its end came
	Early    Rule = "early"    // somebody ended it before
	Restored Rule = "restored" // it came back with an old backup, and was destroyed again
)

// Certificate says that what a survey gathered was destroyed. Everybody may read it; it leads to nobody.
type Certificate struct {
	Survey  string
	At      time.Time
	Rule    Rule
	Records int64 // people whose entries were removed
	Counts  []Count
}

// batch is how many surveys or entries are looked at in one go.
const batch = 200

// Tidy ends what has reached its end and destroys what has ended. It tells how many surveys were destroyed. It may be cut off and
// begin again.
func (s *Service) Tidy(ctx context.Context) (destroyed int, err error) {
	for {
		var due []Survey
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			due, err = selectDue(tx, clock.Ms(s.Clock.Now()), batch)
			return err
		})
		if err != nil {
			return destroyed, fmt.Errorf("list surveys that are over: %w", err)
		}
		var failed error
		for _, v := range due {
			done, err := s.finish(ctx, v)
			if err != nil {
				failed = errors.Join(failed, fmt.Errorf("end survey %s: %w", v.ID, err))
			}
			if done {
				destroyed++
			}
		}
		if failed != nil || len(due) < batch {
			return destroyed, failed
		}
	}
}

// finish lets time end one survey, and destroys it when it ran.
func (s *Service) finish(ctx context.Context, v Survey) (destroyed bool, err error) {
	if v.State != Ended {
		if v, err = s.timeEnds(ctx, v.ID); err != nil || v.State != Ended {
			return false, err
		}
	}
	t := newTally(v.Questions)
	// From here on nobody writes an entry of it, so it can be counted before the transaction that removes everything.
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { t = newTally(v.Questions); return s.count(tx, v, t) }); err != nil {
		return false, err
	}
	rule := ByDate
	if v.EndedBy != "" {
		rule = Early
	}
	return true, s.DB.Write(ctx, func(tx *db.Tx) error { return s.destroy(tx, v, rule, s.Clock.Now(), t) })
}

// timeEnds moves a survey whose end has come.
func (s *Service) timeEnds(ctx context.Context, id string) (v Survey, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if v, err = selectSurvey(tx, id); err != nil {
			return err
		}
		now := s.Clock.Now()
		switch {
		case now.Before(v.Ends): // it got more time meanwhile
			return nil
		case v.State == Proposed:
			v.State, v.Decided = Refused, now
		case v.State == Running:
			v.State, v.EndedAt = Ended, v.Ends
		default:
			return nil
		}
		return updateSurvey(tx, v)
	})
	return v, err
}

func (s *Service) count(tx *db.Tx, v Survey, t *tally) error {
	for after := ""; ; {
		list, err := s.in(tx).selectAll(v, after, batch)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, e := range list {
			t.add(e)
		}
		after = list[len(list)-1].ID
	}
}

// destroy removes rows, destroys the key, writes the rows of the trail that prove it, and keeps the certificate.
func (s *Service) destroy(tx *db.Tx, v Survey, rule Rule, at time.Time, t *tally) error {
	now, err := selectSurvey(tx, v.ID)
	if err != nil || now.State == Destroyed {
		return err
	}
	if err := s.tell(tx, v); err != nil {
		return err
	}
	records, err := deleteEntries(tx, v.ID)
	if err != nil {
		return fmt.Errorf("remove what it gathered: %w", err)
	}
	if err := s.People.Vault().Destroy(tx, v.key()); err != nil {
		return err
	}
	if err := insertCertificate(tx, Certificate{Survey: v.ID, At: at, Rule: rule, Records: records, Counts: t.rest()}); err != nil {
		return fmt.Errorf("keep its certificate: %w", err)
	}
	now.State = Destroyed
	if now.EndedAt.IsZero() {
		now.EndedAt = at
	}
	return updateSurvey(tx, now)
}

// tell writes that everything was destroyed: a row about the survey itself, whose receipt is the proof, and one for each person of the
// register who was in it.
func (s *Service) tell(tx *db.Tx, v Survey) error {
	by := trail.Reader{Actor: access.Program("survey"), Purpose: trail.ForSurveyEnd, Subject: v.ID}
	fields := []string{trail.Name, trail.Phone, trail.Address, trail.Answers}
	known := []string{v.key()}
	for after := ""; ; {
		list, err := s.in(tx).selectAll(v, after, batch)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return s.Trail.Look(tx, by, fields, known...)
		}
		for _, e := range list {
			if e.known() {
				known = append(known, e.subject)
			}
		}
		after = list[len(list)-1].ID
	}
}

// DestroyAgainTx destroys a survey that came back with an old backup. One that the backup did not know is marked, so that nothing can
// ever be gathered under its key.
func (s *Service) DestroyAgainTx(tx *db.Tx, id string, at time.Time) error {
	v, err := selectSurvey(tx, id)
	if fault.KindOf(err) == fault.NotFound {
		return s.People.Vault().Destroy(tx, KeyOf(id))
	}
	if err != nil {
		return err
	}
	t := newTally(v.Questions)
	if err := s.count(tx, v, t); err != nil {
		return err
	}
	return s.destroy(tx, v, Restored, at, t)
}
