package worktest

import (
	"testing"

	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// Lamp is what an invented requester says about a street lamp in 军门社区, by the phone 13900000001.
func Lamp() request.Intake {
	return request.Intake{
		Kind: "complaint", Words: "军门社区3号楼前路灯坏了三盏，晚上摔过人，我叫张三", Area: "350102004001", Channel: "web",
		Point: geo.Point{Lat: 26.0853, Lon: 119.2965}, Contact: person.Contact{Name: "张三", Phone: "13900000001"}, Publish: true,
	}
}

// Receive takes a request in from a guest.
func (h *House) Receive(in request.Intake) request.Receipt {
	h.Helper()
	r, err := h.Requests.Receive(h.Context(), Guest(), in)
	h.Must(err)
	return r
}

// Opened is a new case about Lamp.
func (h *House) Opened() *casework.File {
	h.Helper()
	return h.File(h.Receive(Lamp()).CaseID)
}

// File reads a case as the desk sees it.
func (h *House) File(id string) *casework.File {
	h.Helper()
	f, err := h.Cases.Get(h.Context(), Desk(), id)
	h.Must(err)
	return f
}

// Lead is the open lead order of a case; a case without one fails the test.
func (h *House) Lead(f *casework.File) casework.Order {
	h.Helper()
	o, ok := f.LeadOrder()
	if !ok {
		h.Fatalf("case %s in state %s has no lead order", f.Case.ID, f.Case.State)
	}
	return o
}

// Reply lets the lead of a case answer that all is done.
func (h *House) Reply(f *casework.File, by access.Actor) *casework.File {
	h.Helper()
	f, err := h.Cases.Reply(h.Context(), by, h.Lead(f).ID, casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: h.Clock.Now(), Means: "phone", Visited: true,
		Internal: "内部说明不公开", Public: "三盏路灯已修好。",
	})
	h.Must(err)
	return f
}

// LedBy is the code of the first duty on the spot that a department or district office leads.
func (c City) LedBy(t testing.TB, unit string) string {
	t.Helper()
	u, _ := c.Orgs.Get(unit)
	level := duty.CityLevel
	if u.Kind == org.Office {
		level = duty.DistrictLevel
	}
	for _, d := range c.Duties.All() {
		if d.OnSite && d.Lead.Dept == u.Dept && d.Lead.Level == level {
			return d.Code
		}
	}
	t.Fatalf("no duty on the spot is led by %s", unit)
	return ""
}

// Dispatched is a new case about Lamp that the desk has sent to a unit, with the reasons of a suggestion.
func (h *House) Dispatched(unit string, assisting ...string) *casework.File {
	h.Helper()
	f, code := h.Opened(), h.City.LedBy(h, unit)
	f, err := h.Cases.Dispatch(h.Context(), Desk(), casework.Dispatch{
		Case: f.Case.ID, Version: f.Case.Version, Duty: code, Lead: unit, Assisting: assisting, Instruction: "请先设警示",
		Explanation: []byte(`{"candidates":[{"duty":"` + code + `","score":0.93,"lead":"` + unit +
			`","reasons":[{"kind":"signal","key":"triage.reason.signal","args":[{"name":"Word","value":{"zh-Hans":"路灯"}}]}]}]}`),
	})
	h.Must(err)
	return f
}
