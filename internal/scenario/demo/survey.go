package demo

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/register/access"
	"banyan/internal/work/survey"
)

// Survey is one invented survey.
type Survey struct {
	Title     string     `yaml:"title"`
	Purpose   string     `yaml:"purpose"`
	Basis     string     `yaml:"basis"`
	Area      string     `yaml:"area"`
	Questions []Question `yaml:"questions"`
	Owner     string     `yaml:"owner"`    // login
	Approver  string     `yaml:"approver"` // login; empty: it waits
	Worker    string     `yaml:"worker"`   // login
	Round     string     `yaml:"round"`    // the area through which the worker was sent
	People    string     `yaml:"people"`
	Answers   [][]string `yaml:"answers"` // of the first of them
	DaysAgo   int        `yaml:"days_ago"`
	Days      int        `yaml:"days"` // how long it runs
}

// Question is one thing an invented survey asks.
type Question struct {
	Text      string   `yaml:"text"`
	Kind      string   `yaml:"kind"`
	Options   []string `yaml:"options"`
	Sensitive bool     `yaml:"sensitive"`
}

// surveyed lists what happens to a survey: it is proposed and walked on its day, and time ends it.
func (p *Player) surveyed(i int, s Survey, now time.Time) []moment {
	made := now.AddDate(0, 0, -s.DaysAgo)
	told := func(do func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			if err := do(ctx); err != nil {
				return fmt.Errorf("demo survey %s: %w", s.Title, err)
			}
			return nil
		}
	}
	all := []moment{{made, told(func(ctx context.Context) error { return p.walk(ctx, fmt.Sprint("demo-survey-", i), s) })}}
	if ended := made.AddDate(0, 0, s.Days+1); ended.Before(now) {
		all = append(all, moment{ended, told(p.EndSurveys)})
	}
	return all
}

func (p *Player) walk(ctx context.Context, form string, s Survey) error {
	owner, err := p.login(ctx, s.Owner)
	if err != nil {
		return err
	}
	in := survey.Proposal{
		Form: form, Title: s.Title, Purpose: s.Purpose, Basis: s.Basis, Area: s.Area, Last: p.Clock.Now().In(clock.City).AddDate(0, 0, s.Days).Format(time.DateOnly),
	}
	for _, q := range s.Questions {
		in.Questions = append(in.Questions, survey.Question{Text: q.Text, Kind: survey.Kind(q.Kind), Options: q.Options, Sensitive: q.Sensitive})
	}
	v, err := p.Surveys.Propose(ctx, owner, in)
	if err != nil || s.Approver == "" {
		return err
	}
	chief, err := p.login(ctx, s.Approver)
	if err != nil {
		return err
	}
	worker, err := p.login(ctx, s.Worker)
	if err != nil {
		return err
	}
	if err := p.Surveys.Approve(ctx, chief, v.ID); err != nil {
		return err
	}
	if _, err := p.Surveys.Send(ctx, owner, survey.Sending{Form: form, Survey: v.ID, Area: s.Round, Staff: worker.ID, Unit: worker.Unit, People: s.People}); err != nil {
		return err
	}
	for i, answers := range s.Answers {
		entry, err := p.Surveys.Next(ctx, worker, v.ID, "")
		if err != nil {
			return err
		}
		if err := p.Surveys.Answer(ctx, worker, survey.Answering{
			Survey: v.ID, Entry: entry, Form: fmt.Sprint(form, "-", i), Version: 1, Outcome: survey.Answered, Told: true, Answers: answers,
		}); err != nil {
			return err
		}
	}
	return nil
}

// login is a member of the demo's staff in their first post.
func (p *Player) login(ctx context.Context, name string) (access.Actor, error) {
	s, err := p.Staff.ByAccount(ctx, name)
	if err != nil {
		return access.Actor{}, fmt.Errorf("login %s: %w", name, err)
	}
	posts, err := p.Staff.PostsOf(ctx, s.ID, p.Clock.Now())
	if err != nil || len(posts) == 0 {
		return access.Actor{}, fmt.Errorf("login %s has %d posts: %w", name, len(posts), err)
	}
	place, _ := p.Areas.Get(posts[0].Area)
	actor := access.Actor{Kind: access.Staff, ID: s.ID, Unit: posts[0].Unit, Area: place.Path}
	for _, post := range posts {
		if post.Unit == actor.Unit {
			actor.Roles = append(actor.Roles, string(post.Role))
		}
	}
	return actor, nil
}
