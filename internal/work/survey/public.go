package survey

import (
	"context"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// Public lists what everybody may know: which surveys run or ran, newest first.
func (s *Service) Public(ctx context.Context, limit int) (list []Survey, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = selectPublic(tx, limit)
		return err
	})
	return list, err
}

// PublicOne gives a survey that was approved with its certificate, which is nil until it is destroyed. NotFound for any other.
func (s *Service) PublicOne(ctx context.Context, id string) (v Survey, c *Certificate, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if v, err = selectSurvey(tx, id); err != nil {
			return err
		}
		if v.State == Proposed || v.State == Refused {
			return missing()
		}
		one, ok, err := selectCertificate(tx, id)
		if c = nil; ok {
			c = &one
		}
		return err
	})
	return v, c, err
}

// Proof gives the receipt of the row that says a survey was destroyed. NotFound before it is in the log, which takes a second.
func (s *Service) Proof(ctx context.Context, id string) ([]byte, error) {
	if _, c, err := s.PublicOne(ctx, id); err != nil || c == nil {
		if err == nil {
			err = missing()
		}
		return nil, err
	}
	subject := []string{KeyOf(id)}
	rows, err := s.Trail.ForPersons(ctx, subject, "", 20)
	if err != nil {
		return nil, err
	}
	for _, l := range rows {
		if l.Purpose == trail.ForSurveyEnd {
			return s.Trail.Receipt(ctx, l.ID, subject)
		}
	}
	return nil, fault.New(fault.NotFound, "trail.no_receipt")
}

// Asked is somebody in a running survey, for themselves.
type Asked struct {
	Survey Survey
	Entry  Entry
}

// Of lists the running surveys in which somebody is, without what they answered. It shows nothing that they did not tell, and no row is
// written: whoever calls it gives it to nobody else.
func (s *Service) Of(tx *db.Tx, ids []string) ([]Survey, error) {
	asked, err := s.of(tx, ids)
	var list []Survey
	for _, a := range asked {
		if !slices.ContainsFunc(list, func(v Survey) bool { return v.ID == a.Survey.ID }) {
			list = append(list, a.Survey)
		}
	}
	return list, err
}

// AnswersOf gives what is kept of somebody in running surveys, and writes that r saw it.
func (s *Service) AnswersOf(tx *db.Tx, r trail.Reader, ids []string) ([]Asked, error) {
	asked, err := s.of(tx, ids)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return asked, s.Trail.Look(tx, r, []string{trail.Name, trail.Phone, trail.Address, trail.Answers}, ids[0])
}

func (s *Service) of(tx *db.Tx, ids []string) (asked []Asked, err error) {
	phones, err := s.indexes(tx, ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	list, err := s.in(tx).selectOf(ids, phones)
	for _, e := range list {
		if err != nil {
			return nil, err
		}
		var v Survey
		if v, err = selectSurvey(tx, e.Survey); v.RunsAt(s.Clock.Now()) {
			asked = append(asked, Asked{v, e})
		}
	}
	return asked, err
}

// indexes are the blind indexes of somebody's phone, one for each suite; the first of the ids is the one that has it.
func (s *Service) indexes(tx *db.Tx, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.People.IndexesOf(tx, ids[0])
}

// SubjectsOf gives the ids under which the trail knows somebody in running surveys, beside those of the register: they may have been
// written down before the register knew them.
func (s *Service) SubjectsOf(tx *db.Tx, ids []string) (more []string, err error) {
	asked, err := s.of(tx, ids)
	for _, a := range asked {
		if !slices.Contains(ids, a.Entry.subject) {
			more = append(more, a.Entry.subject)
		}
	}
	return more, err
}

// EraseTx takes somebody out of every survey, before the register forgets their phone.
func (s *Service) EraseTx(tx *db.Tx, ids ...string) error {
	phones, err := s.indexes(tx, ids)
	if err != nil {
		return err
	}
	return deleteOf(tx, ids, phones)
}

// Unknown gives, behind an id, people of running surveys who are not in the register, for a list to be compared with. It is a
// person.Source: what it gives is compared and never shown.
func (s *Service) Unknown(tx *db.Tx, after string, limit int) (people []person.Person, err error) {
	list, err := s.in(tx).selectUnknown(after, limit)
	for _, e := range list {
		people = append(people, person.Person{ID: e.ID, Name: e.Who.Name, Phone: e.Who.Phone})
	}
	return people, err
}

// MayPropose tells whether a post may propose surveys in its own area.
func (s *Service) MayPropose(actor access.Actor) bool {
	return s.May(actor, access.SurveyPropose, Survey{Unit: actor.Unit, Path: actor.Area}) == nil
}
