package survey

import (
	"context"
	"fmt"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/org"
)

// Round is who asks in an area, and how far they are.
type Round struct {
	Survey string
	Area   string
	Path   string
	Staff  string
	Unit   string
	Vacant bool // whoever was sent holds no post there any more

	Total, Answered, Away, Declined int
}

// Open is how many were not asked yet.
func (r Round) Open() int { return r.Total - r.Answered - r.Away - r.Declined }

// Sending sends a member of staff on a round, with people to begin with.
type Sending struct {
	Form   string // id of the form: sent twice it is once
	Survey string
	Area   string
	Staff  string
	Unit   string
	People string // one a line: name, phone, address; see readPeople
}

// Send sends a member of staff through an area, or another one in their place, and notes people to be asked there. Whoever is sent
// must hold a post at the unit that lets them ask, and its area must hold the round's. It tells how many people came in.
func (s *Service) Send(ctx context.Context, actor access.Actor, in Sending) (n int, err error) {
	people, bad := readPeople(in.People)
	place, known := s.Areas.Get(in.Area)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.get(tx, actor, access.SurveyAssign, in.Survey)
		if err != nil {
			return err
		}
		if !v.RunsAt(s.Clock.Now()) {
			return over(v)
		}
		var wrong fault.Fields
		if bad != nil {
			wrong = append(wrong, bad)
		}
		asks, err := s.asks(tx, in.Staff, in.Unit, place.Path)
		if err != nil {
			return err
		}
		if !known || !strings.HasPrefix(place.Path, v.Path) || !asks {
			wrong = append(wrong, fault.Field("worker", "survey.worker"))
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
		now := s.Clock.Now()
		r := Round{Survey: v.ID, Area: place.Code, Path: place.Path, Staff: in.Staff, Unit: in.Unit}
		if err := upsertRound(tx, r, actor.ID, now); err != nil {
			return fmt.Errorf("send %s through %s in survey %s: %w", r.Staff, r.Area, v.ID, err)
		}
		n, err = s.addAll(tx, v, r.Area, in.Form, people)
		return err
	})
	return n, err
}

// asks tells whether somebody holds a post at a unit now that lets them ask in an area.
func (s *Service) asks(tx *db.Tx, staff, unit, path string) (bool, error) {
	posts, err := s.Staff.PostsOfTx(tx, staff, s.Clock.Now())
	if err != nil {
		return false, err
	}
	for _, p := range posts {
		reach, _ := s.Areas.Get(p.Area)
		asker := p.Role == org.Neighbour || p.Role == org.Caller || p.Role == org.Handler
		if asker && p.Unit == unit && reach.Path != "" && strings.HasPrefix(path, reach.Path) {
			return true, nil
		}
	}
	return false, nil
}

// Rounds tells how far each round of a survey is, for who may read it.
func (s *Service) Rounds(ctx context.Context, actor access.Actor, id string) (list []Round, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err := s.get(tx, actor, access.SurveyRead, id)
		if err != nil {
			return err
		}
		if list, err = selectRounds(tx, `survey_id = $1`, v.ID); err != nil {
			return err
		}
		for i, r := range list {
			asks, err := s.asks(tx, r.Staff, r.Unit, r.Path)
			if err != nil {
				return err
			}
			list[i].Vacant = !asks
		}
		return nil
	})
	return list, err
}

// Mine is a survey with the rounds on which somebody was sent.
type Mine struct {
	Survey Survey
	Rounds []Round
}

// Total and Open count over all of somebody's rounds in a survey.
func (m Mine) Total() (n int) {
	for _, r := range m.Rounds {
		n += r.Total
	}
	return n
}

// Open is how many are left to ask.
func (m Mine) Open() (n int) {
	for _, r := range m.Rounds {
		n += r.Open()
	}
	return n
}

// RoundsOf lists the running surveys in which an actor was sent round, in the post in which they act.
func (s *Service) RoundsOf(ctx context.Context, actor access.Actor) (list []Mine, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list = nil
		rounds, err := selectRounds(tx, `staff = $1`, actor.ID)
		if err != nil {
			return err
		}
		for _, r := range rounds {
			if s.mayAsk(actor, r) != nil {
				continue
			}
			if n := len(list); n > 0 && list[n-1].Survey.ID == r.Survey {
				list[n-1].Rounds = append(list[n-1].Rounds, r)
				continue
			}
			v, err := selectSurvey(tx, r.Survey)
			if err != nil {
				return err
			}
			if v.RunsAt(s.Clock.Now()) {
				list = append(list, Mine{Survey: v, Rounds: []Round{r}})
			}
		}
		return nil
	})
	return list, err
}

// mayAsk refuses who may not ask on a round: whoever was not sent themselves, or whose post has ended.
func (s *Service) mayAsk(actor access.Actor, r Round) error {
	if actor.Kind != access.Staff || actor.ID != r.Staff {
		return missing()
	}
	return s.Policy.Check(actor, access.SurveyAnswer, access.Resource{Kind: "survey", ID: r.Survey, Unit: r.Unit, AreaPath: r.Path})
}

// mine gives a running survey with the actor's rounds in it. NotFound for who was not sent; Conflict when it is over.
func (s *Service) mine(tx *db.Tx, actor access.Actor, id string) (Mine, error) {
	rounds, err := selectRounds(tx, `survey_id = $1 AND staff = $2`, id, actor.ID)
	if err != nil {
		return Mine{}, err
	}
	var m Mine
	var refused error
	for _, r := range rounds {
		if err := s.mayAsk(actor, r); err != nil {
			refused = err
			continue
		}
		m.Rounds = append(m.Rounds, r)
	}
	if m.Survey, err = selectSurvey(tx, id); err != nil {
		return Mine{}, err
	}
	switch {
	case m.Survey.State != Running && s.wasSent(actor, m.Survey):
		return m, over(m.Survey)
	case len(m.Rounds) == 0 && refused != nil:
		return Mine{}, refused
	case len(m.Rounds) == 0:
		return Mine{}, missing()
	case !m.Survey.RunsAt(s.Clock.Now()):
		return m, over(m.Survey)
	}
	return m, nil
}

// wasSent tells whether somebody may be told that a survey is over, when its rounds are gone with it: that much is public.
func (s *Service) wasSent(actor access.Actor, v Survey) bool {
	return actor.Kind == access.Staff && (v.State == Ended || v.State == Destroyed)
}
