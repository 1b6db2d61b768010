package behalf_test

import (
	"net/url"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/scenario/behalf"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
)

const (
	junmen        = "350102004001.sq"
	grannyPhone   = "0591-87654321" // a landline
	daughterPhone = "13900000002"
)

// house is one test's own city with the room in it: a community's counter, a call-taker, and two families.
type house struct {
	*roomtest.House
	ids map[string]string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{House: roomtest.New(t), ids: map[string]string{}}
	h.clerk("clerk", junmen, org.Neighbour)
	h.clerk("colleague", junmen, org.Neighbour)
	h.clerk("taker", "3501.12345", org.CallTaker)
	h.clerk("elsewhere", "350102004003.sq", org.Neighbour)
	h.person("daughter", daughterPhone, "陈小乙")
	h.person("stranger", "13900000003", "")
	r := behalf.New(behalf.Deps{
		DB: h.DB, Clock: h.Clock, Mandates: h.Mandates, People: h.People, Policy: h.City.Policy, Trail: h.Trail, Staff: h.Staff, Orgs: h.City.Orgs,
		Cases: h.Cases, Requests: h.Requests, Title: i18n.Text{Hans: "福州市"}, Actor: h.Actor,
	})
	h.Serve(map[string]web.Handler{
		"GET /me/family": r.Family, "POST /me/family": r.Give, "GET /me/family/new": r.GiveForm, "GET /me/family/enter": r.EnterForm, "POST /me/family/enter": r.Enter,
		"GET /me/family/acting": r.Acting, "POST /me/family/leave": r.Leave, "GET /me/family/{id}": r.One,
		"POST /me/family/{id}/accept": r.Accept, "POST /me/family/{id}/end": r.End, "POST /me/family/{id}/act": r.Act,
		"GET /desk/mandates": r.Desk, "POST /desk/mandates": r.DeskSend, "GET /desk/mandates/{id}": r.DeskAct, "GET /desk/mandates/{id}/slip": r.Slip,
		"POST /desk/mandates/{id}/report": r.DeskReport, "POST /desk/mandates/{id}/laydown": r.DeskLayDown,
	})
	return h
}

// clerk is somebody with a real post; their name is the token of a session.
func (h *house) clerk(name, unit string, role org.Role) {
	h.Helper()
	s, err := h.Staff.AddStaff(h.Context(), org.Staff{Name: "李四" + name, Unit: unit, Active: true})
	h.Must(err)
	_, err = h.Staff.AddPost(h.Context(), org.Post{Staff: s.ID, Role: role, GivenBy: "system"})
	h.Must(err)
	h.Cast[name], h.ids[name] = worktest.Staff(s.ID, unit, string(role)), s.ID
}

// person is a citizen with a phone, signed in under a name.
func (h *house) person(name, phone, called string) {
	h.Helper()
	h.Write(func(tx *db.Tx) error {
		id, err := h.People.Ensure(tx, person.Contact{Phone: phone, Name: called})
		h.Cast[name], h.ids[name] = access.Actor{Kind: access.Citizen, ID: id, Session: "session of " + name}, id
		return err
	})
}

// idOf is the person of a phone.
func (h *house) idOf(phone string) (id string) {
	h.Helper()
	p, err := person.ParsePhone(phone)
	h.Must(err)
	h.Read(func(tx *db.Tx) (err error) {
		id, _, err = h.People.Find(tx, p)
		return err
	})
	return id
}

func (h *house) givenBy(id string) (list []mandate.Mandate) {
	h.Helper()
	h.Read(func(tx *db.Tx) (err error) {
		list, err = h.Mandates.GivenBy(tx, id)
		return err
	})
	return list
}

// paper is what a clerk writes down for granny, who stands here, in favour of her daughter.
func paper(change url.Values) url.Values {
	f := url.Values{
		"do": {"note"}, "form_id": {"01ARZ3NDEKTSV4RRFFQ6900100"}, "phone": {grannyPhone}, "name": {"陈阿婆"}, "way": {"paper"}, "holder": {"relative"}, "relation": {"child"},
		"their": {daughterPhone}, "their_name": {"别的名字"}, "scope": {"report", "follow"}, "days": {"90"}, "seen": {"1"},
	}
	for k, v := range change {
		f[k] = v
	}
	return f
}
