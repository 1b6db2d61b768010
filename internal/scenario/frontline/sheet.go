package frontline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// sheet is one order of the reader's unit with its case.
type sheet struct {
	visit
	file    *casework.File
	order   casework.Order
	allowed []casework.Affordance
}

// sheet loads the order in the path. An order of another unit is not found.
func (r *Room) sheet(q *http.Request) (sheet, error) {
	v, err := r.visit(q)
	if err != nil {
		return sheet{}, err
	}
	id, caseID := q.PathValue("id"), q.URL.Query().Get("case")
	if caseID == "" {
		if caseID, err = r.caseOf(v, id); err != nil {
			return sheet{}, err
		}
	}
	f, err := r.Cases.Get(v.ctx, v.actor, caseID)
	if err != nil {
		return sheet{}, err
	}
	o, ok := f.Order(id)
	if !ok || o.Unit != v.actor.Unit {
		return sheet{}, noOrder()
	}
	return sheet{visit: v, file: f, order: o, allowed: r.Cases.Allowed(v.actor, f)}, nil
}

func noOrder() error { return fault.New(fault.NotFound, "frontline.no_order") }

// caseOf finds the case of one of the unit's orders, for links that name only
// the order.
func (r *Room) caseOf(v visit, order string) (string, error) {
	for _, owing := range []bool{true, false} {
		rows, err := r.Cases.OrdersOf(v.ctx, v.actor, v.actor.Unit, owing, ordersMost)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(rows, func(row casework.Row) bool { return row.Order == order }); i >= 0 {
			return rows[i].ID, nil
		}
	}
	return "", noOrder()
}

// may tells whether the reader may do this to the order now. Asking for help is
// done to the case, from its lead order.
func (s sheet) may(a casework.Action) bool {
	return slices.ContainsFunc(s.allowed, func(x casework.Affordance) bool {
		if a == casework.ActAssist {
			return x.Action == a && s.order.Role == casework.Lead && s.order.Unit == s.file.Case.Lead
		}
		if a == casework.ActCheckIn && s.order.CheckIn != nil {
			return false // a unit checks in once
		}
		return x.Action == a && x.Order == s.order.ID && x.Call == "" && x.Change == ""
	})
}

func (s sheet) href(act string) string { return orderHref(s.file.Case.ID, s.order.ID, act) }

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

// heard is what the requests of a case say, as far as the reader may know.
type heard struct {
	Heads  []request.Headline
	Said   map[string]request.Said // by request id; empty when the words are not the reader's
	Closed bool                    // the reader may not read the words
}

// title is the redacted headline of the first request.
func (h heard) title(f *casework.File) string {
	if len(h.Heads) == 0 || h.Heads[0].Text == "" {
		return f.Case.Number
	}
	return h.Heads[0].Text
}

// hear reads headlines, and the words when the policy lets the actor: then the
// trail has a row with the purpose.
func (r *Room) hear(v visit, f *casework.File, purpose string) (heard, error) {
	h := heard{}
	allowed := r.Policy.May(v.actor, access.RequestRead, resource(f)).Allow
	read := func(tx *db.Tx) (err error) {
		h = heard{Said: map[string]request.Said{}, Closed: !allowed}
		if h.Heads, err = r.Requests.Headlines(tx, f.Requests()...); err != nil || !allowed {
			return err
		}
		said, err := r.Requests.Words(tx, trail.Reader{Actor: v.actor, Purpose: purpose, Subject: f.Case.ID}, f.Requests()...)
		for _, one := range said {
			h.Said[one.ID] = one
		}
		return err
	}
	var err error
	if allowed {
		err = r.DB.Write(v.ctx, read)
	} else {
		err = r.DB.Read(v.ctx, read)
	}
	return h, err
}

// heads reads the headlines only: what forms need.
func (r *Room) heads(v visit, f *casework.File) (h heard, err error) {
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		h.Heads, err = r.Requests.Headlines(tx, f.Requests()...)
		return err
	})
	return h, err
}

// purpose is why the actor reads a case: the caller calls, a unit works on it, anybody else oversees it.
func purpose(o casework.Order, v visit) string {
	if !v.actor.Is(unitRoles()...) {
		return trail.ForOversight
	}
	if o.Role == casework.Called || o.ID == "" && v.actor.Is(access.Caller) {
		return trail.ForCall
	}
	return trail.ForHandling
}

// unitRoles are those that handle matters for their unit. Anybody else who may read an order's words oversees it.
func unitRoles() []string { return []string{access.Handler, access.Caller, access.Community} }
