package hotline

import (
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// matter is one case as the reader may know it.
type matter struct {
	visit
	file    *casework.File
	allowed []casework.Affordance
	heads   []request.Headline
	said    map[string]request.Said  // by request id
	masked  map[string]person.Hidden // by person id
	closed  bool                     // the words are not the reader's
}

// wordsMost is how many requests of one case are read at once: each leaves a
// row in its requester's trail.
const wordsMost = 3

// matter loads a case with the words of its first requests, for a purpose.
func (r *Room) matter(v visit, id, purpose string) (matter, error) {
	f, err := r.Cases.Get(v.ctx, v.actor, id)
	if err != nil {
		return matter{}, err
	}
	m := matter{visit: v, file: f, allowed: r.Cases.Allowed(v.actor, f)}
	res := resource(f)
	m.closed = !r.Policy.May(v.actor, access.RequestRead, res).Allow
	contact := r.Policy.May(v.actor, access.PersonContact, res).Allow
	ids := f.Requests()
	if len(ids) == 0 { // merged: the requests are elsewhere, the first link still names this one
		ids = []string{f.Case.Links[0].Request}
	}
	first := ids[:min(len(ids), wordsMost)]
	read := func(tx *db.Tx) (err error) {
		if m.heads, err = r.Requests.Headlines(tx, ids...); err != nil || m.closed {
			return err
		}
		reader := trail.Reader{Actor: v.actor, Purpose: purpose, Subject: f.Case.ID}
		said, err := r.Requests.Words(tx, reader, first...)
		if err != nil {
			return err
		}
		m.said = map[string]request.Said{}
		var people []string
		for _, one := range said {
			m.said[one.ID], people = one, append(people, one.PersonID)
		}
		if contact {
			m.masked, err = r.People.Masked(tx, reader, people...)
		}
		return err
	}
	if m.closed {
		return m, r.DB.Read(v.ctx, read)
	}
	return m, r.DB.Write(v.ctx, read)
}

// resource describes the case to the policy for reading what a requester said.
func resource(f *casework.File) access.Resource {
	res := access.Resource{Kind: "case", ID: f.Case.ID, Unit: f.Case.Lead, Units: f.Units(), AreaPath: f.Case.Path, State: string(f.Case.State)}
	for _, o := range f.Orders {
		switch o.State {
		case casework.Offered, casework.Signed, casework.Working, casework.Disputed:
			res.Open = append(res.Open, o.Unit)
		}
	}
	return res
}

// title is the redacted headline of the first request.
func (m matter) title() string {
	if len(m.heads) == 0 || m.heads[0].Text == "" {
		return m.file.Case.Number
	}
	return m.heads[0].Text
}

// may gives what the reader may do of one action now.
func (m matter) may(a casework.Action) (casework.Affordance, bool) {
	i := slices.IndexFunc(m.allowed, func(x casework.Affordance) bool { return x.Action == a })
	if i < 0 {
		return casework.Affordance{}, false
	}
	return m.allowed[i], true
}

// purposes are the reasons somebody in a post may look at a number for, as the
// requester reads them later.
func purposes(a access.Actor) []string {
	var out []string
	add := func(purpose string, roles ...string) {
		if a.Is(roles...) {
			out = append(out, purpose)
		}
	}
	add(trail.ForDispatch, access.Dispatcher)
	add(trail.ForIntake, access.CallTaker)
	add(trail.ForFollowUp, access.FollowUp)
	return out
}

// purposeOn is why a board's work reads the words.
func purposeOn(board string, a access.Actor) string {
	switch {
	case board == boardFollowUp:
		return trail.ForFollowUp
	case board == boardRulings || board == boardChanges:
		return trail.ForRuling
	case board == boardContested || !a.Is(access.Dispatcher, access.CallTaker):
		return trail.ForOversight
	case !a.Is(access.Dispatcher):
		return trail.ForIntake
	}
	return trail.ForDispatch
}
