package hotline

import (
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// callerView is who calls and what they said before.
type callerView struct {
	Name    string
	Unknown bool
	Rows    []earlier
	More    int
}

// earlier is one request of the caller, with what can be done about it now.
type earlier struct {
	Row     ui.Row
	Contest string // address of the form to contest by phone
	Case    string // to say the same matter again
	Join    string // its label
}

// earlierMost is how many earlier requests a call-taker sees.
const earlierMost = 8

// caller finds the person of a number, with a row in their trail. A number that
// cannot be one yet, or that nobody has, gives no name.
func (r *Room) caller(v visit, phone string) (*callerView, error) {
	number, err := person.ParsePhone(phone)
	if err != nil || r.Policy.Check(v.actor, access.PersonContact, access.Resource{Kind: "person", AreaPath: v.actor.Area}) != nil {
		return nil, nil // half a number is no mistake yet; Receive refuses a wrong one
	}
	var p person.Person
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		p, err = r.People.ByPhone(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForIntake}, string(number))
		return err
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return &callerView{Unknown: true}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &callerView{Name: p.Name}
	heads, err := r.Requests.OfPerson(v.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out.More = max(len(heads)-earlierMost, 0)
	for _, h := range heads[:min(len(heads), earlierMost)] {
		f, err := r.Cases.OfRequest(v.ctx, h.ID)
		if err != nil {
			return nil, err
		}
		if !r.Policy.May(v.actor, access.CaseRead, resource(f)).Allow {
			out.More++ // a matter of another area: that there is one, and nothing of it
			continue
		}
		out.Rows = append(out.Rows, r.earlier(v, f, h.ID, h.Text))
	}
	return out, nil
}

func (r *Room) earlier(v visit, f *casework.File, requestID, title string) earlier {
	row := rowOf(f)
	e := earlier{Row: r.row(v, row, title)}
	e.Row.Href = caseHref(row.ID)
	e.Row.Sub = strings.Join([]string{row.Number, r.place(v, row.Area), v.p.Lang.Stamp(row.OpenedAt, v.now)}, " · ")
	if row.State == casework.Received {
		e.Row.Chips = append(e.Row.Chips, stateChip(v, row.State))
	}
	m := matter{visit: v, file: f, allowed: r.Cases.Allowed(v.actor, f)}
	if _, ok := m.may(casework.ActContest); ok {
		e.Contest = caseHref(row.ID) + "?act=contest&request=" + requestID
	}
	if !row.State.Ended() {
		e.Case, e.Join = row.ID, v.p.T("hotline.call.again", "Number", row.Number)
	}
	return e
}
