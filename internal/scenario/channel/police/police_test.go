package police_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/channel/channeltest"
	fake "banyan/internal/scenario/channel/fake/police"
	"banyan/internal/scenario/channel/police"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

const secret = "between 110 and us"

type house struct {
	*channeltest.House
	room *police.Room
	fake *fake.Server
	at   string
}

func each(t *testing.T, test func(h house)) {
	channeltest.Each(t, func(h *channeltest.House) {
		f := fake.New(secret)
		there := httptest.NewServer(f)
		h.Cleanup(there.Close)
		room := &police.Room{Desk: h.Desk, Settings: police.Settings{Secret: secret, URL: there.URL}, Policy: h.City.Policy, Areas: h.City.Areas}
		h.Desk.Outbox.Gateways[notify.Police] = room
		test(house{h, room, f, h.Open(map[string]web.Handler{"POST /gateway/110": room.In})})
	})
}

func (h house) post(body string, secret string, at time.Time) (int, string) {
	h.Helper()
	r, err := http.NewRequest(http.MethodPost, h.at+"/gateway/110", strings.NewReader(body))
	h.Must(err)
	r.Header.Set("Accept", "application/json")
	channel.Sign(r, secret, at, []byte(body))
	return h.Do(r)
}

func TestAMatterFrom110(t *testing.T) {
	each(t, func(h house) {
		body := `{"id":"J1","urgent":true,"name":"张三","phone":"13900000001","words":"井盖没了，有人差点掉下去","address":"八一七路12号","area":"350102","lat":26.0853,"lon":119.2965}`
		var numbers []string
		for n := range 2 {
			status, answer := h.post(body, secret, h.Clock.Now())
			var got struct {
				ID, Number string
				Repeated   bool
			}
			h.Must(json.Unmarshal([]byte(answer), &got))
			if status != http.StatusOK || got.ID != "J1" || got.Repeated != (n == 1) {
				h.Errorf("%d %s", status, answer)
			}
			numbers = append(numbers, got.Number)
		}
		heads, said := h.All()
		if len(heads) != 1 || numbers[0] != numbers[1] || numbers[0] != heads[0].Number || heads[0].Channel != "110" || heads[0].Area != "350102" || said[0].Address != "八一七路12号" {
			h.Fatalf("%v: %+v %+v", numbers, heads, said)
		}
		if f := h.File(heads[0].CaseID); !f.Case.Urgent || !f.Case.HasContact {
			h.Errorf("the case: %+v", f.Case)
		}
		if sent := h.Deliver(); len(sent) != 1 || sent[0].Address != "13900000001" || !strings.Contains(sent[0].Text, numbers[0]) {
			h.Errorf("sent %+v", sent)
		}
	})
}

func TestWhatOf110CannotBeKeptAsItIsStaysInTheWords(t *testing.T) {
	each(t, func(h house) {
		status, answer := h.post(`{"id":"J2","name":"张三","phone":"+1 202 555 0100","words":"噪声扰民","area":"999","lat":900}`, secret, h.Clock.Now())
		heads, said := h.All()
		if status != http.StatusOK || len(heads) != 1 || !heads[0].Anonymous || said[0].Words != "噪声扰民\n张三 +1 202 555 0100" || heads[0].Area != "3501" {
			h.Errorf("%d %s: %+v %+v", status, answer, heads, said)
		}
	})
}

func TestWhoIsNot110(t *testing.T) {
	each(t, func(h house) {
		good := `{"id":"J1","words":"噪声扰民"}`
		for name, status := range map[string]int{
			"another secret": first(h.post(good, "x", h.Clock.Now())),
			"too old":        first(h.post(good, secret, h.Clock.Now().Add(-10*time.Minute))),
		} {
			if status != http.StatusForbidden {
				h.Errorf("%s: %d", name, status)
			}
		}
		for _, garbage := range []string{"", "{", "null", "[]", `{"id":1}`, `{"id":"J","words":"` + "\x00" + `"}`, `{"id":"","words":"噪声扰民"}`, good + "x", strings.Repeat("{", 1000)} {
			if status, answer := h.post(garbage, secret, h.Clock.Now()); status != http.StatusUnprocessableEntity {
				h.Errorf("%.20q: %d %s", garbage, status, answer)
			}
		}
		if heads, _ := h.All(); len(heads) != 0 {
			h.Errorf("%d requests came in", len(heads))
		}
	})
}

func first(status int, _ string) int { return status }

func TestAMatterFor110(t *testing.T) {
	each(t, func(h house) {
		f := h.Opened()
		who := f.Case.Links[0].Request
		h.fake.Fail(http.StatusServiceUnavailable)
		h.Must(h.room.Transfer(h.Context(), worktest.Desk(), police.Transferring{Case: f.Case.ID, Version: f.Case.Version, Request: who, Decline: true}))
		if now := h.File(f.Case.ID).Case; now.State != casework.Declined || now.Decline.Reason != police.Reason {
			h.Errorf("the case is %s", now.State)
		}
		h.Deliver()
		if got := h.fake.Got(); len(got) != 0 {
			h.Fatalf("110 failed and got %v", got)
		}
		h.Clock.Set(h.Clock.Now().Add(time.Hour))
		h.Deliver()
		got := h.fake.Got()
		if len(got) != 1 || got[0]["phone"] != "13900000001" || got[0]["name"] != "张三" || got[0]["words"] == "" || got[0]["number"] != f.Case.Number || h.fake.Refused() != 0 {
			h.Fatalf("110 got %v", got)
		}
		list, err := h.room.OfCase(h.Context(), f.Case.ID)
		h.Must(err)
		if len(list) != 1 || list[0].Receipt != "J000001" || list[0].ReceivedAt.IsZero() {
			h.Errorf("kept %+v", list)
		}
		var person string
		h.Read(func(tx *db.Tx) error {
			head, err := h.Requests.Get(tx, who)
			person = head.PersonID
			return err
		})
		looks, err := h.Trail.ForPerson(h.Context(), person, "", 20)
		h.Must(err)
		seen := map[string]bool{}
		for _, l := range looks {
			if l.Purpose == trail.ForTransfer && l.Actor == worktest.Desk().ID && l.Subject == f.Case.ID {
				seen[strings.Join(l.Fields, "+")] = true
			}
		}
		if !seen["words+address"] || !seen["name+phone"] {
			h.Errorf("the requester sees %v of %+v", seen, looks)
		}
		err = h.room.Transfer(h.Context(), worktest.Desk(), police.Transferring{Case: f.Case.ID, Request: who})
		if fault.KindOf(err) != fault.Conflict {
			h.Errorf("a second time: %v", err)
		}
	})
}

func TestWhoMayHandOver(t *testing.T) {
	each(t, func(h house) {
		f := h.Opened()
		in := police.Transferring{Case: f.Case.ID, Request: f.Case.Links[0].Request}
		for _, who := range []access.Actor{worktest.Staff("s", "350102.cgj", access.Handler), worktest.Staff("g", "3501.12345", access.Arbiter), worktest.Guest()} {
			if err := h.room.Transfer(h.Context(), who, in); fault.KindOf(err) != fault.Forbidden {
				h.Errorf("%s %v: %v", who.Kind, who.Roles, err)
			}
		}
		h.Must(h.room.Transfer(h.Context(), worktest.Desk(), in))
		if now := h.File(f.Case.ID).Case.State; now != casework.Received {
			h.Errorf("a case that goes on here is %s", now)
		}
		other := h.Receive(worktest.Lamp())
		if err := h.room.Transfer(h.Context(), worktest.Desk(), police.Transferring{Case: f.Case.ID, Request: other.RequestID}); other.CaseID != f.Case.ID && fault.KindOf(err) != fault.NotFound {
			h.Errorf("a request of another case: %v", err)
		}
		h.fake.Fail(http.StatusBadRequest)
		h.Deliver()
		if failed, err := h.Desk.Outbox.Failures(h.Context(), 9); err != nil || len(failed) != 1 || bytes.Contains([]byte(failed[0].Error), []byte("1390")) {
			h.Errorf("failures %+v, %v", failed, err)
		}
	})
}
