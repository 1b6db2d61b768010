package casework_test

import (
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// house is one test's own world: a store, a clock that stands at a Monday
// morning, and the loop over the Fuzhou pack.
type house struct {
	*worktest.House
	cases *casework.Service
	clock *clock.Manual
	facts *fact.Log
	db    *db.DB
	n     int
}

// each runs a test on every engine there is, each time in a fresh house.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	worktest.Each(t, func(h *worktest.House) {
		test(&house{House: h, cases: h.Cases, clock: h.Clock, facts: h.Facts, db: h.DB})
	})
}

// The people of the tests, each in one post.
var (
	desk      = worktest.Staff("desk", "3501.12345", access.CallTaker, access.Dispatcher)
	caller    = worktest.Staff("caller", "350102004.jd", access.Caller)
	lamps     = worktest.Staff("lamps", "3501.zmzx", access.Handler)
	streets   = worktest.Staff("streets", "350102.cgj", access.Handler)
	builders  = worktest.Staff("builders", "350102.jsj", access.Handler)
	asker     = worktest.Staff("asker", "3501.12345", access.FollowUp)
	arbiter   = worktest.Staff("arbiter", "3501.12345", access.Arbiter)
	chief     = worktest.Staff("chief", "3501.12345", access.Supervisor)
	requester = access.Actor{Kind: access.Citizen, ID: "p1"}
)

// ok fails the test on an error and hands the file on.
func (h *house) ok(f *casework.File, err error) *casework.File {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return f
}

// open opens a case in 东街街道 for a new request.
func (h *house) open() *casework.File {
	h.Helper()
	h.n++
	var id string
	err := h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		id, err = h.cases.OpenTx(tx, desk, casework.Opening{
			Request: request(h.n), Number: "FZ" + request(h.n), Kind: "complaint", Channel: "phone", Area: "350102004", HasContact: true, Consent: true,
		})
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return h.ok(h.cases.Get(h.Context(), desk, id))
}

func request(n int) string { return "r" + string(rune('0'+n)) }

// dispatch gives a case to the lamp centre under the street lamp duty.
func (h *house) dispatch(f *casework.File, assisting ...string) *casework.File {
	h.Helper()
	return h.ok(h.cases.Dispatch(h.Context(), desk, casework.Dispatch{
		Case: f.Case.ID, Version: f.Case.Version, Duty: lampDuty(h), Lead: "3501.zmzx", Assisting: assisting, Explanation: []byte(`{"why":"test"}`),
	}))
}

// lampDuty is a duty that the lamp centre leads.
func lampDuty(h *house) string { return h.City.LedBy(h, lamps.Unit) }
