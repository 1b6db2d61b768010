package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/duty"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
)

// stages are the states of a demo request in the order they are reached.
var stages = []string{"received", "dispatched", "signed", "called", "replied", "followup", "closed"}

// life lists what happens to one request: each step at its share of the time
// between its first word and now.
func (p *Player) life(r Request, now time.Time) []moment {
	span := time.Duration(r.MinutesAgo) * time.Minute
	var out []moment
	add := func(share float64, do func(context.Context, Request) error) {
		out = append(out, moment{at: now.Add(-span + time.Duration(share*float64(span))), do: func(ctx context.Context) error {
			if err := do(ctx, r); err != nil {
				return fmt.Errorf("demo request %s: %w", r.ID, err)
			}
			return nil
		}})
	}
	add(0, p.receive)
	switch r.State {
	case "answered":
		add(0.02, p.answer)
		return out
	case "declined":
		add(0.02, p.decline)
		return out
	}
	reached := slices.Index(stages, r.State)
	if r.State == "contested" {
		reached = slices.Index(stages, "replied")
	}
	if reached >= 1 {
		add(0.02, p.dispatch)
	}
	if reached >= 2 {
		add(0.05, p.sign)
		add(0.1, p.respond)
	}
	if r.Call != nil {
		add(0.15, p.call)
		add(0.3, p.checkIn)
	}
	if r.Ask != nil {
		add(0.5, p.ask)
	}
	if reached >= 4 {
		add(0.4, p.report)
		add(0.5, p.reply)
	}
	for i := range r.Attempts {
		add(0.6+0.05*float64(i), p.attempt)
	}
	if r.State == "closed" {
		add(0.75, p.followUp)
	}
	if r.Contest != "" {
		add(0.8, p.contest)
	}
	if r.Rating != nil {
		add(0.9, p.rating)
	}
	return out
}

func (p *Player) receive(ctx context.Context, r Request) error {
	in := request.Intake{
		ClientID: "demo-request-" + r.ID, Kind: r.Kind, Subject: r.Subject, Words: r.Words, Address: r.Address, Point: r.Point, Area: r.Area,
		Channel: r.Channel, Contact: r.Contact.contact(), Publish: r.Publish, JoinCase: p.cases[r.Joins],
	}
	got, err := p.Requests.Receive(ctx, access.Actor{Kind: access.Guest}, in)
	p.cases[r.ID] = got.CaseID
	return err
}

func (p *Player) file(ctx context.Context, r Request) (*casework.File, casework.Order, error) {
	f, err := p.Cases.Get(ctx, access.Program("demo"), p.cases[r.ID])
	if err != nil {
		return nil, casework.Order{}, err
	}
	lead, _ := f.LeadOrder()
	return f, lead, nil
}

func (p *Player) answer(ctx context.Context, r Request) error {
	_, err := p.Cases.Answer(ctx, p.desk(), casework.Answering{Case: p.cases[r.ID], Public: r.Answer, Duty: r.Duty})
	return err
}

func (p *Player) decline(ctx context.Context, r Request) error {
	_, err := p.Cases.Decline(ctx, p.desk(), casework.Declining{Case: p.cases[r.ID], Reason: r.Reason})
	return err
}

// dispatch follows the duty that the demo names, at the place it names.
func (p *Player) dispatch(ctx context.Context, r Request) error {
	d, ok := p.Duties.Get(r.Duty)
	if !ok {
		return fmt.Errorf("the pack has no duty %q", r.Duty)
	}
	to, err := p.Duties.Resolve(d, r.Area, duty.Facts{Text: r.Subject + r.Words, Kind: r.Kind})
	if err != nil {
		return err
	}
	_, err = p.Cases.Dispatch(ctx, p.desk(), casework.Dispatch{Case: p.cases[r.ID], Duty: r.Duty, Lead: to.Lead.ID})
	return err
}

func (p *Player) sign(ctx context.Context, r Request) error {
	_, lead, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	_, err = p.Cases.Sign(ctx, p.as(lead.Unit, access.Handler), lead.ID)
	return err
}

func (p *Player) respond(ctx context.Context, r Request) error {
	_, lead, err := p.file(ctx, r)
	if err != nil || r.Contact.Anonymous {
		return err
	}
	_, err = p.Cases.Respond(ctx, p.as(lead.Unit, access.Handler), lead.ID, "phone", "")
	return err
}

func (p *Player) call(ctx context.Context, r Request) error {
	_, err := p.Cases.Call(ctx, p.as(r.Call.By, access.Caller), casework.Calling{
		Case: p.cases[r.ID], Area: r.Area, Point: r.Point, Units: r.Call.Units, Words: r.Call.Words,
	})
	return err
}

// called lists the open orders of the units that came.
func (p *Player) called(ctx context.Context, r Request) ([]casework.Order, error) {
	f, _, err := p.file(ctx, r)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(f.Orders), func(o casework.Order) bool {
		return o.Role != casework.Called || !slices.Contains(r.Call.CheckedIn, o.Unit)
	}), nil
}

func (p *Player) checkIn(ctx context.Context, r Request) error {
	orders, err := p.called(ctx, r)
	for _, o := range orders {
		by := p.as(o.Unit, access.Handler)
		if _, err := p.Cases.Sign(ctx, by, o.ID); err != nil {
			return err
		}
		if _, err := p.Cases.CheckIn(ctx, by, casework.CheckingIn{Order: o.ID, Point: r.Point}); err != nil {
			return err
		}
	}
	return err
}

// report lets the called units end their part, so that the lead may reply.
func (p *Player) report(ctx context.Context, r Request) error {
	if r.Call == nil {
		return nil
	}
	f, _, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	for _, c := range f.Calls {
		if _, err := p.Cases.EndCall(ctx, p.as(c.Unit, access.Caller), c.ID, r.Call.Words); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) ask(ctx context.Context, r Request) error {
	_, lead, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	in := casework.Asking{Order: lead.ID, Kind: casework.ChangeKind(r.Ask.Kind), Reason: r.Ask.Reason, Words: r.Ask.Words, Proposed: r.Ask.Proposed,
		Extra: r.Ask.Extra, Plan: r.Ask.Plan}
	if r.Ask.ReviewDays > 0 {
		in.ReviewAt = p.Clock.Now().Add(time.Duration(r.Ask.ReviewDays) * 24 * time.Hour)
	}
	_, err = p.Cases.Ask(ctx, p.as(lead.Unit, access.Handler), in)
	return err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (p *Player) reply(ctx context.Context, r Request) error {
	_, lead, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	form := casework.Reply{True: yes(r.Reply.True), Ours: yes(r.Reply.Ours), Solved: yes(r.Reply.Solved), Public: r.Reply.Public,
		WhyNot: r.Reply.WhyNot, Next: r.Reply.Next, Visited: true}
	if r.Reply.Contacted != "" {
		form.Contacted, form.Means, form.ContactedAt = true, r.Reply.Contacted, p.Clock.Now()
	}
	_, err = p.Cases.Reply(ctx, p.as(lead.Unit, access.Handler), lead.ID, form)
	return err
}

func (p *Player) attempt(ctx context.Context, r Request) error {
	_, err := p.Cases.Attempt(ctx, p.desk(), p.cases[r.ID], "phone", false)
	return err
}

func (p *Player) followUp(ctx context.Context, r Request) error {
	if r.FollowUp == nil {
		return fmt.Errorf("a closed request needs what the requester said")
	}
	_, err := p.Cases.FollowUp(ctx, p.desk(), casework.FollowingUpWith{Case: p.cases[r.ID], Channel: "phone", Solved: yes(r.FollowUp.Solved), Satisfied: yes(r.FollowUp.Satisfied)})
	return err
}

func (p *Player) contest(ctx context.Context, r Request) error {
	f, _, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	who := f.Requests()[0]
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		if err := p.Requests.RemarkTx(tx, who, request.OnFollowUp, r.Contest); err != nil {
			return err
		}
		_, err := p.Cases.FollowUpTx(tx, p.desk(), casework.FollowingUpWith{Case: f.Case.ID, Request: who, Channel: "phone", Solved: "no", Satisfied: "no"})
		return err
	})
}

func (p *Player) rating(ctx context.Context, r Request) error {
	f, lead, err := p.file(ctx, r)
	if err != nil {
		return err
	}
	unit := lead.Unit
	for _, o := range f.Orders {
		if o.Role == casework.Lead && unit == "" {
			unit = o.Unit
		}
	}
	_, err = p.Rate.Give(ctx, p.desk(), rate.Giving{Request: f.Requests()[0], Case: f.Case.ID, Unit: unit, Units: f.Units(), Path: f.Case.Path,
		Level: rate.Level(r.Rating.Level), Reasons: r.Rating.Reasons, Channel: r.Channel})
	return err
}
