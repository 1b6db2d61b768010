package api_test

import (
	"testing"

	"banyan/internal/register/apikey"
)

// A request joins what its system may know of: a public case, or one its post may read. Anything else is left alone,
// and so says nothing of whether it is there.
func TestWhatMayBeJoined(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		var first, again got
		desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&first)
		desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&again)
		hidden, public := first.Case, again.Case
		h.Cases.City.Rules.PublishAfter = "reply" // so that an open case can be public
		lead := do(desk, "/cases/"+public+"/dispatch", object{"duty": h.City.LedBy(t, "350102.cgj"), "lead": "350102.cgj"}).order(t, "350102.cgj")
		do(h.Program("lamps"), "/orders/"+lead+"/sign", nil)
		do(h.Program("lamps"), "/orders/"+lead+"/reply", replyForm())
		do(desk, "/cases/"+public+"/publish", nil)
		for _, tt := range []struct {
			name, who string
			scopes    []string
			join      string
			joins     bool
		}{
			{"a hidden case, without the scope", "desk", []string{apikey.Report}, hidden, false},
			{"a hidden case of another district", "cangshan", []string{apikey.Report, apikey.CasesRead}, hidden, false},
			{"a hidden case it may read", "gulou", []string{apikey.Report, apikey.CasesRead}, hidden, true},
			{"a public case", "cangshan", []string{apikey.Report}, public, true},
			{"a case that is not there", "desk", []string{apikey.Report, apikey.CasesRead}, "nowhere", false},
		} {
			var r got
			h.Program(tt.who, tt.scopes...).Call("POST", root+"/requests", lamp("join", tt.join)).Want(201).Into(&r)
			if joined := r.Case == tt.join; joined != tt.joins {
				t.Errorf("%s: joined %v, want %v", tt.name, joined, tt.joins)
			}
		}
	})
}
