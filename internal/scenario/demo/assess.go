package demo

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/register/access"
	"banyan/internal/register/consent"
)

// Assessment is an invented assessment of a purpose, in force since before the first request.
type Assessment struct {
	Purpose   string `yaml:"purpose"`
	Necessity string `yaml:"necessity"`
	Risks     string `yaml:"risks"`
	Measures  string `yaml:"measures"`
	By        string `yaml:"by"`       // login of a data officer
	Approved  string `yaml:"approved"` // login of somebody else
}

// Assess puts the assessments of a file into force at an instant: without them a purpose that is risky does not go live.
func (p *Player) Assess(ctx context.Context, f File, at time.Time) error {
	p.Clock.Set(at)
	for _, x := range f.Assessments {
		if err := p.assess(ctx, f, x, at); err != nil {
			return fmt.Errorf("demo assessment of %s: %w", x.Purpose, err)
		}
	}
	return nil
}

func (p *Player) assess(ctx context.Context, f File, x Assessment, at time.Time) error {
	writer, err := p.post(ctx, f, x.By, access.Data)
	if err != nil {
		return err
	}
	reader, err := p.post(ctx, f, x.Approved, access.Supervisor)
	if err != nil {
		return err
	}
	a, err := p.Consents.Assess(ctx, writer, consent.Assessment{
		Purpose: x.Purpose, Necessity: x.Necessity, Risks: x.Risks, Measures: x.Measures, Until: at.AddDate(2, 0, 0),
	})
	if err != nil {
		return err
	}
	return p.Consents.Approve(ctx, reader, a.ID, a.Rev)
}

// post is a login of the file in one of its roles.
func (p *Player) post(ctx context.Context, f File, login, role string) (access.Actor, error) {
	s, err := p.Staff.ByAccount(ctx, login)
	if err != nil {
		return access.Actor{}, err
	}
	for _, one := range f.Staff {
		for _, post := range one.Posts {
			if one.Login == login && post.Role == role {
				by := p.as(post.Unit, role)
				by.ID = s.ID
				return by, nil
			}
		}
	}
	return access.Actor{}, fmt.Errorf("login %s has no post as %s", login, role)
}
