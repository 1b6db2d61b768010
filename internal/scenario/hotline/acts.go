package hotline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// act is one thing that can be done to a case from a form of this room.
type act struct {
	action casework.Action
	do     func(*Room, visit, *casework.File, form) (*casework.File, error)
}

// acts names the forms as the addresses call them.
func acts() map[string]act {
	return map[string]act{
		"answer":    {casework.ActAnswer, (*Room).answer},
		"decline":   {casework.ActDecline, (*Room).decline},
		"dispatch":  {casework.ActDispatch, (*Room).dispatch},
		"other":     {casework.ActDispatch, (*Room).dispatch},
		"police":    {casework.ActDecline, (*Room).hand},
		"merge":     {casework.ActMerge, (*Room).merge},
		"unmerge":   {casework.ActMerge, (*Room).unmerge},
		"reassign":  {casework.ActReassign, (*Room).reassign},
		"assist":    {casework.ActAssist, (*Room).assist},
		"overrule":  {casework.ActOverrule, (*Room).overrule},
		"publish":   {casework.ActPublish, (*Room).publish},
		"unpublish": {casework.ActUnpublish, (*Room).unpublish},
		"decide":    {casework.ActDecide, (*Room).decide},
		"rule":      {casework.ActRule, (*Room).rule},
		"followup":  {casework.ActFollowUp, (*Room).followUp},
		"contest":   {casework.ActContest, (*Room).contest},
		"rework":    {casework.ActRework, (*Room).rework},
		"direct":    {casework.ActDirect, (*Room).direct},
	}
}

// Act does one thing to a case and goes on to the next one of the board, or
// shows the form again with what is wrong and all that was typed.
func (r *Room) Act(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	name := q.PathValue("act")
	a, ok := acts()[name]
	if !ok {
		return fault.New(fault.NotFound, "hotline.no_act")
	}
	typed, err := read(q, name)
	if !slices.Contains(boards(), typed.Board) {
		return fault.New(fault.NotFound, "hotline.no_act")
	}
	id := q.PathValue("id")
	f, got := r.Cases.Get(v.ctx, v.actor, id)
	if got != nil {
		return got
	}
	if err == nil && typed.Version != f.Case.Version {
		err = changed()
	}
	if err == nil {
		_, err = a.do(r, v, f, typed)
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, typed.back(id))
	case web.Again(err):
		return r.refused(w, q, v, id, typed, err)
	}
	return err
}

// refused shows the page a form came from again.
func (r *Room) refused(w http.ResponseWriter, q *http.Request, v visit, id string, typed form, failed error) error {
	if typed.Board == "" {
		return r.casePage(w, q, v, id, typed, failed)
	}
	b, err := r.board(v, typed.Board, typed.filters())
	if err != nil {
		return err
	}
	return r.show(w, q, v, b, id, typed, failed)
}

func changed() error { return fault.New(fault.Conflict, "casework.refuse.changed") }

// isChanged tells whether somebody else was faster.
func isChanged(err error) bool {
	f, ok := fault.As(err)
	return ok && f.Key == "casework.refuse.changed"
}

func (r *Room) answer(v visit, f *casework.File, in form) (*casework.File, error) {
	return r.Cases.Answer(v.ctx, v.actor, casework.Answering{
		Case: f.Case.ID, Version: in.Version, Public: in.Public, Article: in.Article, Duty: r.proposed(v, f.Case.ID),
	})
}

// proposed is the duty that was suggested first: an answer at the desk is kept under it.
func (r *Room) proposed(v visit, id string) string {
	of, err := r.Triage.Of(v.ctx, []string{id})
	if err != nil {
		return ""
	}
	return of[id].Duty
}

func (r *Room) decline(v visit, f *casework.File, in form) (*casework.File, error) {
	x, ok := r.City.Duties.Reason(in.Reason)
	if in.Reason != "" && !ok {
		return nil, fault.Field("reason", "casework.need.reason")
	}
	if ok && slices.Contains(x.Needs, "words") && in.Words == "" {
		return nil, fault.Field("words", "casework.need.words")
	}
	return r.Cases.Decline(v.ctx, v.actor, casework.Declining{Case: f.Case.ID, Version: in.Version, Reason: in.Reason, Words: in.Words})
}

func (r *Room) merge(v visit, f *casework.File, in form) (*casework.File, error) {
	into := in.Into
	if in.Number != "" {
		g, err := r.numbered(v, in.Number)
		if err != nil {
			return nil, fault.Field("number", "hotline.number_unknown")
		}
		into = g.Case.ID
	}
	if into == "" {
		return nil, fault.Field("into", "casework.need.into")
	}
	return r.Cases.Merge(v.ctx, v.actor, f.Case.ID, into, in.Words)
}

// numbered finds the case that the request of a number belongs to now.
func (r *Room) numbered(v visit, text string) (*casework.File, error) {
	number, err := r.Requests.ParseNumber(text)
	if err != nil {
		return nil, err
	}
	var id string
	err = r.DB.Read(v.ctx, func(tx *db.Tx) error {
		h, err := r.Requests.ByNumber(tx, number)
		id = h.ID
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := r.Cases.OfRequest(v.ctx, id)
	if err != nil {
		return nil, err
	}
	return r.Cases.Get(v.ctx, v.actor, f.Case.ID)
}

func (r *Room) unmerge(v visit, f *casework.File, in form) (*casework.File, error) {
	return r.Cases.Unmerge(v.ctx, v.actor, f.Case.ID, in.Request, in.Words)
}

func (r *Room) publish(v visit, f *casework.File, _ form) (*casework.File, error) {
	return r.Cases.Publish(v.ctx, v.actor, f.Case.ID)
}

func (r *Room) unpublish(v visit, f *casework.File, in form) (*casework.File, error) {
	if in.Words == "" {
		return nil, fault.Field("words", "casework.need.words")
	}
	return r.Cases.Unpublish(v.ctx, v.actor, f.Case.ID, in.Words)
}

func (r *Room) rework(v visit, f *casework.File, in form) (*casework.File, error) {
	return r.Cases.Rework(v.ctx, v.actor, f.Case.ID, in.Words)
}

func (r *Room) direct(v visit, f *casework.File, in form) (*casework.File, error) {
	if in.Close != "yes" && in.Close != "no" {
		return nil, fault.Field("close", "hotline.need.close")
	}
	return r.Cases.Direct(v.ctx, v.actor, casework.Directing{Case: f.Case.ID, Close: in.Close == "yes", Words: in.Words})
}

func (r *Room) contest(v visit, f *casework.File, in form) (*casework.File, error) {
	if !slices.Contains(f.Requests(), in.Request) {
		return nil, fault.Field("request", "casework.link.missing")
	}
	return r.remarked(v, in.Request, request.OnContest, in.Words, func(tx *db.Tx) (*casework.File, error) {
		return r.Cases.ContestTx(tx, v.actor, in.Request, in.Words)
	})
}

func (r *Room) overrule(v visit, f *casework.File, in form) (*casework.File, error) {
	if _, ok := f.Order(in.Order); !ok {
		return nil, fault.Field("order", "hotline.need.order")
	}
	return r.Cases.Overrule(v.ctx, v.actor, in.Order, in.Words)
}
