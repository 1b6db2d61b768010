package api_test

import "testing"

// What was said when somebody was asked stands with the one whose word counts, not with the first of the case.
func TestWordsStandWithTheVerdict(t *testing.T) {
	each(t, func(h *house) {
		desk, lamps, asker := h.Program("desk"), h.Program("lamps"), h.Program("asker")
		var first, second got
		desk.Call("POST", root+"/requests", lamp("name", nil, "phone", nil, "anonymous", true)).Want(201).Into(&first)
		desk.Call("POST", root+"/requests", lamp("join", first.Case)).Want(201).Into(&second)
		if second.Case != first.Case {
			t.Fatalf("joined %s, want %s", second.Case, first.Case)
		}
		c := "/cases/" + first.Case
		lead := do(desk, c+"/dispatch", object{"duty": h.City.LedBy(t, "350102.cgj"), "lead": "350102.cgj"}).order(t, "350102.cgj")
		do(lamps, "/orders/"+lead+"/sign", nil)
		do(lamps, "/orders/"+lead+"/reply", replyForm())
		do(asker, c+"/follow-up", object{"channel": "phone", "solved": "yes", "words": "亮了"})
		var said struct {
			Requests []struct {
				Request string
				Later   []struct{ Words string }
			}
		}
		desk.Call("GET", root+c+"/words?purpose=followup", nil).Want(200).Into(&said)
		for _, one := range said.Requests {
			want := 0
			if one.Request == second.Request {
				want = 1
			}
			if len(one.Later) != want {
				t.Errorf("request %s has later words %v, want %d", one.Request, one.Later, want)
			}
		}
	})
}
