package open311

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// What an update does: a pure decision over what it wishes and whose word it is.
func TestDid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                string
		wish                wish
		state               casework.State
		speaks, mute, words bool
		want                string
	}{
		{"a comment", comment, casework.Working, true, false, true, didRemark},
		{"nothing", comment, casework.Working, true, false, false, didNothing},
		{"a comment on an answer", comment, casework.Replied, true, false, true, didRemark},
		{"reopened by the requester", reopen, casework.Replied, true, false, true, didContest},
		{"reopened by somebody else", reopen, casework.Replied, false, false, true, didRemark},
		{"reopened for nobody known", reopen, casework.Answered, false, true, true, didContest},
		{"reopened without a word", reopen, casework.Replied, true, false, false, didNothing},
		{"reopened when all is over", reopen, casework.Closed, true, false, true, didRemark},
		{"reopened while in work", reopen, casework.Working, true, false, true, didRemark},
		{"settled by the requester", settle, casework.FollowingUp, true, false, false, didConfirm},
		{"settled by somebody else", settle, casework.FollowingUp, false, false, true, didRemark},
		{"settled for nobody known", settle, casework.Replied, false, true, false, didNothing},
		{"settled before an answer", settle, casework.Working, true, false, true, didRemark},
	}
	for _, tt := range tests {
		if got := did(tt.wish, tt.state, tt.speaks, tt.mute, tt.words); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// FixMyStreet says OPEN with every comment; only on a closed request does it mean more.
func TestWishOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status string
		open   bool
		want   wish
	}{
		{"OPEN", true, comment}, {"OPEN", false, reopen}, {"REOPEN", true, reopen}, {"FIXED", true, settle}, {"CLOSED", true, settle},
		{"", true, comment}, {"IN_PROGRESS", false, comment}, {"LOST", true, unknown}, {"open", true, unknown},
	} {
		if got := wishOf(tt.status, tt.open); got != tt.want {
			t.Errorf("%q, open %v: %d, want %d", tt.status, tt.open, got, tt.want)
		}
	}
}

// The client hears of each step that matters to a requester, once, in its window of time.
func TestUpdatesOut(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		other, _ := h.newKey("report")
		number, f := h.replied()
		f, err := h.Cases.FollowUp(h.Context(), h.Cast["asker"], casework.FollowingUpWith{Case: f.Case.ID, Channel: "phone", Solved: "yes", Satisfied: "yes"})
		h.Must(err)
		h.Drain()
		const path = "/open311/v2/servicerequestupdates."
		for _, format := range formats() {
			rows := h.get(h.key, path+format).want(http.StatusOK, 3).rows
			for i, want := range []struct{ status, says string }{{"open", "鼓楼区城市管理局"}, {"open", "三盏路灯已修好。"}, {"closed", "三盏路灯已修好。"}} {
				if rows[i]["service_request_id"] != number || rows[i]["status"] != want.status || !strings.Contains(rows[i]["description"], want.says) {
					t.Errorf("%s: update %d is %v, want %v", format, i, rows[i], want)
				}
			}
			h.get("", path+format).want(http.StatusOK, 0)
			h.get(other, path+format).want(http.StatusOK, 0)
		}
		now := h.Clock.Now()
		span := func(from, to time.Time) string {
			return "?" + url.Values{"start_date": {from.UTC().Format(time.RFC3339)}, "end_date": {to.UTC().Format(time.RFC3339)}}.Encode()
		}
		h.get(h.key, path+"xml"+span(now.Add(-2*time.Hour), now)).want(http.StatusOK, 3)
		h.get(h.key, path+"xml"+span(now.Add(-2*time.Hour), now.Add(-time.Hour))).want(http.StatusOK, 0)
		h.Write(func(tx *db.Tx) error { // the same facts again, late
			return h.room.FoldTx(tx, casework.Happened{Case: f.Case.ID, Seq: 2, At: now, Action: casework.ActDispatch})
		})
		h.get(h.key, path+"xml").want(http.StatusOK, 3)
		page := h.get(h.key, path+"json?page_size=2").want(http.StatusOK, 2)
		next, _, _ := strings.Cut(strings.TrimPrefix(page.header.Get("Link"), "<"), ">")
		if strings.Contains(next, h.key) {
			t.Errorf("the next page's address holds the key: %s", next)
		}
		h.get(h.key, next).want(http.StatusOK, 1)
	})
}

// An update that a client sends is kept with the request once, whoever sends it again.
func TestUpdatesIn(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		number, head := h.reported()
		const path = "/open311/v2/servicerequestupdates."
		form := url.Values{
			"service_request_id": {number}, "update_id": {"501"}, "status": {"OPEN"}, "updated_datetime": {"2026-11-23T01:00:00Z"},
			"description": {"第二天又灭了 <b>"}, "phone": {"13900000001"}, "first_name": {"三"}, "last_name": {"张"}, "media_url": {"https://fixmystreet.example/p.jpg"},
		}
		for _, format := range formats() {
			a := h.post(h.key, path+format, form)
			if a.status != map[string]int{asJSON: 201, asXML: 200}[format] || a.rows[0]["update_id"] == "" || a.rows[0]["service_notice"] == "" {
				t.Errorf("%s: status %d: %s", format, a.status, a.body)
			}
		}
		said := h.words(head.ID)
		if len(said.Remarks) != 1 || said.Remarks[0].Occasion != request.OnUpdate || said.Remarks[0].Words != "第二天又灭了 <b>\n图片：https://fixmystreet.example/p.jpg" {
			t.Errorf("remarks are %+v", said.Remarks)
		}
		h.get(h.key, path+"json").want(http.StatusOK, 0) // a client does not hear itself
	})
}

func TestRefusalsOfUpdates(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	other, _ := h.newKey("report")
	hidden, head := h.reported()
	shown, _ := h.published("description", "另一盏路灯")
	tests := map[string]struct {
		key    string
		form   url.Values
		status int
		says   string
	}{
		"no key":                 {"", url.Values{"service_request_id": {hidden}, "description": {"x y"}}, 403, "api_key"},
		"no request":             {h.key, url.Values{"description": {"x y"}}, 400, "service_request_id"},
		"an unknown request":     {h.key, url.Values{"service_request_id": {"FZ26112300000000"}, "description": {"x y"}}, 404, ""},
		"a hidden one of others": {other, url.Values{"service_request_id": {hidden}, "description": {"x y"}}, 404, ""},
		"a public one of others": {other, url.Values{"service_request_id": {shown}, "description": {"x y"}}, 403, ""},
		"no word and no status":  {h.key, url.Values{"service_request_id": {hidden}}, 400, "description"},
		"an unknown status":      {h.key, url.Values{"service_request_id": {hidden}, "description": {"x y"}, "status": {"LOST"}}, 400, "status"},
		"a time of no form":      {h.key, url.Values{"service_request_id": {hidden}, "description": {"x y"}, "updated_datetime": {"noon"}}, 400, "updated_datetime"},
		"a huge text":            {h.key, url.Values{"service_request_id": {hidden}, "description": {strings.Repeat("灯", 3000)}}, 400, "description"},
		"control characters":     {h.key, url.Values{"service_request_id": {hidden}, "description": {"a\x01b"}}, 400, "description"},
		"another city":           {h.key, url.Values{"service_request_id": {hidden}, "description": {"x y"}, "jurisdiction_id": {"x"}}, 404, "jurisdiction_id"},
	}
	for name, tt := range tests {
		for _, format := range formats() {
			a := h.post(tt.key, "/open311/v2/servicerequestupdates."+format, tt.form)
			if a.status != tt.status || len(a.rows) == 0 || !strings.Contains(a.body, tt.says) {
				t.Errorf("%s in %s: status %d, want %d: %s", name, format, a.status, tt.status, a.body)
			}
		}
	}
	if said := h.words(head.ID); len(said.Remarks) > 0 {
		t.Errorf("refused updates left %+v", said.Remarks)
	}
}

// A requester contests and confirms through the client; somebody else only leaves a remark.
func TestTheRequestersWord(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	tests := map[string]struct {
		report []string // of the report
		update []string
		state  casework.State
		remark string
	}{
		"contested":               {nil, []string{"status", "REOPEN", "phone", "139 0000 0001"}, casework.Contested, request.OnContest},
		"contested by another":    {nil, []string{"status", "REOPEN", "phone", "13900000002"}, casework.Replied, request.OnUpdate},
		"contested by e-mail":     {[]string{"phone", "", "email", "zhang.san@example.com"}, []string{"status", "REOPEN", "email", "Zhang.San@example.com"}, casework.Contested, request.OnContest},
		"contested for nobody":    {[]string{"phone", ""}, []string{"status", "REOPEN"}, casework.Contested, request.OnContest},
		"a comment on the answer": {nil, []string{"status", "OPEN", "phone", "13900000001"}, casework.Replied, request.OnUpdate},
		"confirmed":               {nil, []string{"status", "FIXED", "phone", "13900000001"}, casework.Closed, request.OnUpdate},
		"confirmed by another":    {nil, []string{"status", "FIXED", "phone", "13900000002"}, casework.Replied, request.OnUpdate},
		"confirmed for nobody":    {[]string{"phone", ""}, []string{"status", "CLOSED"}, casework.Replied, request.OnUpdate},
	}
	for name, tt := range tests {
		number, f := h.replied(append([]string{"description", name + "的路灯"}, tt.report...)...)
		form := but(url.Values{"service_request_id": {number}, "description": {"还是不亮"}, "update_id": {name}}, tt.update...)
		h.post(h.key, "/open311/v2/servicerequestupdates.json", form).want(http.StatusCreated, 1)
		h.post(h.key, "/open311/v2/servicerequestupdates.json", form).want(http.StatusOK, 1)
		said := h.words(h.head(number).ID)
		if got := h.File(f.Case.ID).Case.State; got != tt.state || len(said.Remarks) != 1 || said.Remarks[0].Occasion != tt.remark {
			t.Errorf("%s: state %s with remarks %+v", name, got, said.Remarks)
		}
	}
}

// An answer at the desk is closed for the client; OPEN takes it back while the city's time to contest runs.
func TestReopeningAnAnswer(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	for name, tt := range map[string]struct {
		wait  time.Duration
		state casework.State
	}{"in time": {time.Hour, casework.Received}, "too late": {60 * 24 * time.Hour, casework.Answered}} {
		number, head := h.reported("description", name+"，路灯归谁管")
		f := h.File(head.CaseID)
		_, err := h.Cases.Answer(h.Context(), worktest.Desk(), casework.Answering{Case: f.Case.ID, Version: f.Case.Version, Public: "归照明中心管。"})
		h.Must(err)
		h.Drain()
		if row := h.get(h.key, "/open311/v2/requests/"+number+".json").want(http.StatusOK, 1).rows[0]; row["status"] != "closed" || row["status_notes"] != "归照明中心管。" {
			t.Errorf("%s: answered and told as %v", name, row)
		}
		h.Clock.Advance(tt.wait)
		h.post(h.key, "/open311/v2/servicerequestupdates.json", url.Values{
			"service_request_id": {number}, "description": {"照明中心说不归他们"}, "status": {"OPEN"}, "phone": {"13900000001"},
		}).want(http.StatusCreated, 1)
		if got := h.File(f.Case.ID).Case.State; got != tt.state {
			t.Errorf("%s: the case is %s, want %s", name, got, tt.state)
		}
		if said := h.words(head.ID); len(said.Remarks) != 1 {
			t.Errorf("%s: remarks %+v", name, said.Remarks)
		}
		h.Drain()
	}
}
