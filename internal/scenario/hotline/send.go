package hotline

import (
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/duty"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// dispatch sends a case to the picked candidate, or to the duty and unit typed
// instead of it.
func (r *Room) dispatch(v visit, f *casework.File, in form) (*casework.File, error) {
	m := matter{visit: v, file: f}
	s, err := r.suggestion(m)
	if err != nil {
		return nil, err
	}
	d, lead, wrong := r.target(v, f, in)
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	for _, c := range s.Candidates {
		if lead == "" && c.Duty == d.Code {
			lead = c.Lead
		}
	}
	if lead == "" {
		if lead, err = r.leadOf(d, f); err != nil {
			return nil, err
		}
	}
	assisting := slices.Clone(in.Assisting)
	more, err := r.unitNamed("more", in.More, f.Case.Area)
	if err != nil {
		return nil, err
	}
	if more != "" {
		assisting = append(assisting, more)
	}
	slices.Sort(assisting)
	assisting = slices.DeleteFunc(slices.Compact(assisting), func(id string) bool { return id == lead && id != more })
	return r.Cases.Dispatch(v.ctx, v.actor, casework.Dispatch{
		Case: f.Case.ID, Version: in.Version, Duty: d.Code, Lead: lead, Assisting: assisting, Instruction: in.Instruction, Urgent: in.Urgent,
		Explanation: explanation(s, d.Code, lead),
	})
}

// target is the duty and the unit that were chosen; a unit left empty follows
// from the duty and the place.
func (r *Room) target(v visit, f *casework.File, in form) (d duty.Duty, lead string, wrong fault.Fields) {
	typed, ok, err := r.dutyNamed(v, "duty", in.Duty)
	wrong = append(wrong, fault.FieldsOf(err)...)
	if !ok && err == nil {
		if typed, ok = r.City.Duties.Get(in.Pick); !ok {
			wrong = append(wrong, fault.Field("duty", "casework.need.duty"))
		}
	}
	lead, err = r.unitNamed("unit", in.Unit, f.Case.Area)
	return typed, lead, append(wrong, fault.FieldsOf(err)...)
}

func (r *Room) leadOf(d duty.Duty, f *casework.File) (string, error) {
	got, err := r.City.Duties.Resolve(d, f.Case.Area, duty.Facts{Kind: f.Case.Kind, Urgent: f.Case.Urgent})
	if got.Lead.ID == "" {
		if err != nil && fault.KindOf(err) == fault.Internal {
			return "", err
		}
		return "", fault.Field("unit", "casework.need.unit")
	}
	return got.Lead.ID, nil
}

func (r *Room) reassign(v visit, f *casework.File, in form) (*casework.File, error) {
	unit, err := r.unitNamed("unit", in.Unit, f.Case.Area)
	if err != nil {
		return nil, err
	}
	return r.Cases.Reassign(v.ctx, v.actor, casework.Reassigning{Case: f.Case.ID, Version: in.Version, Lead: unit, Words: in.Words})
}

func (r *Room) assist(v visit, f *casework.File, in form) (*casework.File, error) {
	unit, err := r.unitNamed("unit", in.Unit, f.Case.Area)
	if err != nil {
		return nil, err
	}
	return r.Cases.Assist(v.ctx, v.actor, casework.Assist{Case: f.Case.ID, Unit: unit, Instruction: in.Instruction})
}

// decide grants or refuses what a unit asked for.
func (r *Room) decide(v visit, f *casework.File, in form) (*casework.File, error) {
	if _, ok := f.Change(in.Change); !ok {
		return nil, fault.New(fault.NotFound, "casework.change.missing")
	}
	if in.Grant != "yes" && in.Grant != "no" {
		return nil, fault.Field("grant", "hotline.need.grant")
	}
	unit, err := r.unitNamed("unit", in.Unit, f.Case.Area)
	if err != nil {
		return nil, err
	}
	return r.Cases.Decide(v.ctx, v.actor, casework.Deciding{Change: in.Change, Grant: in.Grant == "yes", Words: in.Words, Unit: unit, Decline: in.Decline})
}

// rule ends a dispute: one of the units in it, or any other one.
func (r *Room) rule(v visit, f *casework.File, in form) (*casework.File, error) {
	if _, ok := f.Change(in.Change); !ok {
		return nil, fault.New(fault.NotFound, "casework.change.missing")
	}
	unit := in.Pick
	if in.Unit != "" {
		var err error
		if unit, err = r.unitNamed("unit", in.Unit, f.Case.Area); err != nil {
			return nil, err
		}
	}
	return r.Cases.Rule(v.ctx, v.actor, casework.RulingOn{Change: in.Change, Unit: unit, Why: in.Words})
}

// remarked does a step and keeps what the requester said with it, both or
// neither.
func (r *Room) remarked(v visit, id, occasion, words string, step func(*db.Tx) (*casework.File, error)) (f *casework.File, err error) {
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		if f, err = step(tx); err != nil {
			return err
		}
		return r.Requests.RemarkTx(tx, id, occasion, words)
	})
	return f, err
}

// followUp keeps a try that reached nobody or came at a bad time, or the
// requester's word.
func (r *Room) followUp(v visit, f *casework.File, in form) (*casework.File, error) {
	if in.Channel == "" {
		return nil, fault.Field("channel", "casework.need.channel")
	}
	switch in.Reached {
	case "no":
		return r.Cases.Attempt(v.ctx, v.actor, f.Case.ID, in.Channel, false)
	case "later":
		return r.Cases.Attempt(v.ctx, v.actor, f.Case.ID, in.Channel, true)
	case "yes":
		satisfied := in.Satisfied
		if satisfied != "yes" && satisfied != "no" {
			satisfied = ""
		}
		who := in.Request
		if who == "" && len(f.Requests()) > 0 {
			who = f.Requests()[0]
		}
		return r.remarked(v, who, request.OnFollowUp, in.Words, func(tx *db.Tx) (*casework.File, error) {
			return r.Cases.FollowUpTx(tx, v.actor, casework.FollowingUpWith{
				Case: f.Case.ID, Request: who, Channel: in.Channel, Solved: in.Solved, Satisfied: satisfied,
			})
		})
	}
	return nil, fault.Field("reached", "hotline.need.reached")
}
