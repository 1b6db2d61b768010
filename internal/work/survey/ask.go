package survey

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// reader is an actor who looks for the sake of a survey.
func reader(actor access.Actor, survey string) trail.Reader {
	return trail.Reader{Actor: actor, Purpose: trail.ForSurvey, Subject: survey}
}

// PageMost is how many people a list shows at once.
const PageMost = 20

// Walk lists whom an actor was sent to in a running survey, masked: those not asked yet, or those who were. after is the id of the
// last one of the page before. Each has a row in the trail; turning the pages of the same list over again within half an hour adds none.
func (s *Service) Walk(ctx context.Context, actor access.Actor, id string, done bool, after string) (m Mine, rows []Row, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if m, err = s.mine(tx, actor, id); err != nil {
			return err
		}
		list, err := s.in(tx).selectEntries(m.Survey, areasOf(m.Rounds), done, after, PageMost)
		if err != nil {
			return err
		}
		rows, err = s.masked(tx, actor, m.Survey, list, true)
		return err
	})
	return m, rows, err
}

// Residents lists the people of an area of a running survey, masked, for who may read it; "" is everywhere.
func (s *Service) Residents(ctx context.Context, actor access.Actor, id, area, after string) (v Survey, rows []Row, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if v, err = s.get(tx, actor, access.SurveyRead, id); err != nil {
			return err
		}
		if !v.RunsAt(s.Clock.Now()) {
			return over(v)
		}
		list, err := s.in(tx).selectPeople(v, area, after, PageMost)
		if err != nil {
			return err
		}
		rows, err = s.masked(tx, actor, v, list, false)
		return err
	})
	return v, rows, err
}

// masked masks entries for a viewer and writes that they saw them.
func (s *Service) masked(tx *db.Tx, actor access.Actor, v Survey, list []Entry, goes bool) ([]Row, error) {
	rows, subjects, fields := make([]Row, len(list)), make([]string, len(list)), []string{trail.Masked}
	if goes {
		fields = append(fields, trail.Address)
	}
	for i, e := range list {
		h := s.People.MaskedFor(actor.ID, e.subject, e.Who.Name, e.Who.Phone)
		rows[i] = Row{ID: e.ID, Area: e.Area, Name: h.Name, Phone: h.Phone, Outcome: e.Outcome, Done: e.Done}
		if goes {
			rows[i].Place = place(e.Who.Address)
		}
		subjects[i] = e.subject
	}
	slices.Sort(subjects)
	return rows, s.Trail.LookList(tx, reader(actor, v.ID), fields, slices.Compact(subjects)...)
}

func areasOf(rounds []Round) (codes []string) {
	for _, r := range rounds {
		codes = append(codes, r.Area)
	}
	return codes
}

// Next gives the id of the first one not asked yet after another on the actor's rounds, "" when all were. It shows nobody.
func (s *Service) Next(ctx context.Context, actor access.Actor, id, after string) (entry string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		m, err := s.mine(tx, actor, id)
		if err != nil {
			return err
		}
		entry, err = selectNext(tx, id, areasOf(m.Rounds), after)
		if err == nil && entry == "" && after != "" {
			entry, err = selectNext(tx, id, areasOf(m.Rounds), "")
		}
		return err
	})
	return entry, err
}

// Entry gives somebody whom the actor was sent to, whole, and writes that the actor saw them. NotFound for anybody else.
func (s *Service) Entry(ctx context.Context, actor access.Actor, id, entry string) (m Mine, e Entry, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if m, e, err = s.entry(tx, actor, id, entry); err != nil {
			return err
		}
		fields := []string{trail.Name, trail.Address}
		if e.Who.Phone != "" {
			fields = append(fields, trail.Phone)
		}
		if e.Outcome == Answered {
			fields = append(fields, trail.Answers)
		}
		return s.Trail.Look(tx, reader(actor, id), fields, e.subject)
	})
	return m, e, err
}

func (s *Service) entry(tx *db.Tx, actor access.Actor, id, entry string) (Mine, Entry, error) {
	m, err := s.mine(tx, actor, id)
	if err != nil {
		return m, Entry{}, err
	}
	e, err := s.in(tx).selectEntry(m.Survey, entry)
	if err == nil && !slices.Contains(areasOf(m.Rounds), e.Area) {
		err = missing()
	}
	return m, e, err
}

// Answer keeps what somebody answered. Conflict when another wrote it meanwhile, or when the survey is over: then nothing of it is
// kept, and the sentence says so. The same form sent twice is one answer.
func (s *Service) Answer(ctx context.Context, actor access.Actor, in Answering) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		m, e, err := s.entry(tx, actor, in.Survey, in.Entry)
		if err != nil {
			return err
		}
		if in.Form != "" && e.doneForm == in.Form {
			return nil
		}
		if e.Version != in.Version {
			return fault.New(fault.Conflict, "survey.faster")
		}
		given, err := in.check(m.Survey.Questions)
		if err != nil {
			return err
		}
		e.Outcome, e.Told, e.Answers = in.Outcome, given.Told, given.Answers
		e.Done, e.DoneBy, e.doneForm = s.Clock.Now(), actor.ID, in.Form
		if err := s.in(tx).updateEntry(m.Survey, e); err != nil {
			return fmt.Errorf("keep what was answered in survey %s: %w", m.Survey.ID, err)
		}
		return nil
	})
}

// Add notes somebody the asker met who was not on the list, on one of their rounds, and gives the id. The same form sent twice is
// one person.
func (s *Service) Add(ctx context.Context, actor access.Actor, id, area, form string, w Who) (entry string, err error) {
	w, bad := w.check()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		wrong := slices.Clone(bad)
		m, err := s.mine(tx, actor, id)
		if err != nil {
			return err
		}
		if !slices.Contains(areasOf(m.Rounds), area) {
			wrong = append(wrong, fault.Field("area", "survey.area"))
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
		if _, err := s.addAll(tx, m.Survey, area, form, []Who{w}); err != nil {
			return err
		}
		entry, err = selectByForm(tx, id, form)
		return err
	})
	return entry, err
}

// addAll notes people; lines of a form that came before are left as they are.
func (s *Service) addAll(tx *db.Tx, v Survey, area, form string, people []Who) (n int, err error) {
	now := s.Clock.Now()
	for i, w := range people {
		// Ids keep the order of the lines: neighbours stand beside each other on a list.
		e := Entry{ID: db.NewID(now.Add(time.Duration(i) * time.Millisecond)), Survey: v.ID, Area: area, Who: w, Version: 1, form: form, line: i, made: now}
		e.subject = e.ID
		if w.Phone != "" {
			e.phone = s.People.Index(w.Phone)
			id, known, err := s.People.Find(tx, w.Phone)
			if err != nil {
				return n, err
			}
			if known {
				e.subject = id
			}
		}
		fresh, err := s.in(tx).insertEntry(v, e)
		if err != nil {
			return n, fmt.Errorf("note somebody in survey %s: %w", v.ID, err)
		}
		if fresh {
			n++
		}
	}
	return n, nil
}
