package sms_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/channel/channeltest"
	"banyan/internal/scenario/channel/sms"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

const secret = "between the gateway and us"

type house struct {
	*channeltest.House
	room *sms.Room
	at   string
}

func each(t *testing.T, s sms.Settings, test func(h house)) {
	channeltest.Each(t, func(h *channeltest.House) {
		room := &sms.Room{Desk: h.Desk, Settings: s}
		at := h.Open(map[string]web.Handler{"POST /gateway/sms": room.In, "POST /gateway/sms/receipts": room.Receipts})
		test(house{h, room, at})
	})
}

// post sends a signed body as the gateway does.
func (h house) post(path, kind, body string) (int, string) {
	h.Helper()
	r, err := http.NewRequest(http.MethodPost, h.at+path, strings.NewReader(body))
	h.Must(err)
	r.Header.Set("Content-Type", kind)
	channel.Sign(r, secret, h.Clock.Now(), []byte(body))
	return h.Do(r)
}

// text sends one text message.
func (h house) text(id, from, words string) {
	h.Helper()
	h.Clock.Set(h.Clock.Now().Add(time.Second))
	body, err := json.Marshal(map[string]string{"id": id, "from": from, "text": words})
	h.Must(err)
	if status, answer := h.post("/gateway/sms", "application/json", string(body)); status != http.StatusOK || answer != "ok" {
		h.Fatalf("the gateway is answered %d %s", status, answer)
	}
}

// last is the newest text message that left.
func (h house) last() string {
	h.Helper()
	sent := h.Deliver()
	if len(sent) == 0 {
		h.Fatal("nothing left the house")
	}
	return sent[0].Text
}

func TestATextMessageBecomesARequest(t *testing.T) {
	each(t, sms.Settings{Secret: secret}, func(h house) {
		for range 2 { // the gateway sends again
			h.text("m1", "+8613900000001", "八一七路12号门口的路灯不亮")
		}
		heads, said := h.All()
		if len(heads) != 1 || heads[0].Channel != "sms" || heads[0].Kind != channel.Kind || said[0].Words != "八一七路12号门口的路灯不亮" {
			h.Fatalf("requests: %+v", heads)
		}
		sent := h.Deliver()
		if len(sent) != 1 || sent[0].Address != "13900000001" || !strings.Contains(sent[0].Text, heads[0].Number) || len([]rune(sent[0].Text)) > 70 {
			h.Errorf("sent: %+v", sent)
		}
		h.text("m2", "13900000001", heads[0].Number)
		if got := h.last(); !strings.Contains(got, "已受理") {
			h.Errorf("state: %s", got)
		}
		h.text("m3", "13900000002", heads[0].Number)
		if got := h.last(); !strings.Contains(got, "没有找到") {
			h.Errorf("another's phone is told: %s", got)
		}
		h.text("m4", "13900000001", "关于"+heads[0].Number+"，隔壁一盏也不亮")
		if _, said := h.All(); len(said) != 1 || len(said[0].Remarks) != 1 {
			h.Errorf("what was added: %+v", said)
		}
		h.text("m5", "10690000123", "积分兑换")
		if heads, _ := h.All(); len(heads) != 1 {
			h.Errorf("a service number made a request")
		}
	})
}

func TestYesAndNoByTextMessage(t *testing.T) {
	for words, want := range map[string]casework.State{"解决了": casework.Closed, "没解决，还是不亮": casework.Contested} {
		t.Run(words, func(t *testing.T) {
			each(t, sms.Settings{Secret: secret}, func(h house) {
				f := h.Dispatched("350102.cgj")
				h.text("m0", "13900000001", words)
				if got := h.last(); !strings.Contains(got, "没有等您确认") {
					h.Errorf("before the reply: %s", got)
				}
				handler := worktest.Staff("s1", "350102.cgj", access.Handler)
				_, err := h.Cases.Sign(h.Context(), handler, h.Lead(f).ID)
				h.Must(err)
				f = h.House.House.Reply(h.File(f.Case.ID), handler)
				h.text("m1", "13900000002", words)
				if now := h.File(f.Case.ID).Case.State; now != casework.Replied {
					h.Fatalf("another's phone moved the case to %s", now)
				}
				h.text("m2", "13900000001", words)
				if now := h.File(f.Case.ID).Case.State; now != want {
					h.Errorf("state %s, want %s", now, want)
				}
				_, said := h.All()
				if n := len(said[0].Remarks); (n == 1) != (want == casework.Contested) {
					h.Errorf("%d remarks", n)
				}
			})
		})
	}
}

func TestPartsOfALongMessage(t *testing.T) {
	each(t, sms.Settings{Secret: secret}, func(h house) {
		part := func(id string, n int, words string) {
			h.Helper()
			body := fmt.Sprintf(`{"id":%q,"from":"13900000001","text":%q,"ref":"r1","part":%d,"parts":3}`, id, words, n)
			if status, answer := h.post("/gateway/sms", "application/json", body); status != http.StatusOK {
				h.Fatalf("%d %s", status, answer)
			}
		}
		part("p2", 2, "门口的")
		part("p1", 1, "八一七路")
		part("p1", 1, "八一七路")
		if heads, _ := h.All(); len(heads) != 0 {
			h.Fatal("two of three parts made a request")
		}
		part("p3", 3, "路灯不亮")
		if _, said := h.All(); len(said) != 1 || said[0].Words != "八一七路门口的路灯不亮" {
			h.Errorf("said %+v", said)
		}
		h.Clock.Set(h.Clock.Now().Add(time.Second))
		body := `{"id":"q1","from":"13900000001","text":"井盖松动","ref":"r2","part":1,"parts":2}`
		h.post("/gateway/sms", "application/json", body)
		h.Must(h.room.Work(h.Context()))
		if heads, _ := h.All(); len(heads) != 1 {
			h.Error("a part did not wait for the others")
		}
		h.Clock.Set(h.Clock.Now().Add(11 * time.Minute))
		h.Must(h.room.Work(h.Context()))
		if _, said := h.All(); len(said) != 2 || said[1].Words != "井盖松动" {
			h.Errorf("the part that came alone is lost: %+v", said)
		}
	})
}

func TestTwoMachinesStopAnsweringEachOther(t *testing.T) {
	each(t, sms.Settings{Secret: secret}, func(h house) {
		for n := range 25 {
			h.text(fmt.Sprint("auto", n), "13900000001", "您好，我现在不方便，稍后联系")
		}
		heads, said := h.All()
		if len(heads) != 20 || len(said[19].Remarks) != 5 {
			h.Errorf("%d requests, %d remarks on the last", len(heads), len(said[len(said)-1].Remarks))
		}
		if n := len(h.Deliver()); n != 20 {
			h.Errorf("%d answers", n)
		}
	})
}

func TestWhoIsNotTheGateway(t *testing.T) {
	each(t, sms.Settings{Secret: secret}, func(h house) {
		body := `{"id":"m1","from":"13900000001","text":"路灯不亮"}`
		for name, change := range map[string]func(r *http.Request){
			"without a signature": func(r *http.Request) { r.Header.Del(channel.HeaderSignature) },
			"another secret":      func(r *http.Request) { channel.Sign(r, "x", h.Clock.Now(), []byte(body)) },
			"an old one":          func(r *http.Request) { channel.Sign(r, secret, h.Clock.Now().Add(-6*time.Minute), []byte(body)) },
			"one of tomorrow":     func(r *http.Request) { channel.Sign(r, secret, h.Clock.Now().Add(6*time.Minute), []byte(body)) },
			"of another body":     func(r *http.Request) { channel.Sign(r, secret, h.Clock.Now(), []byte("{}")) },
			"no time":             func(r *http.Request) { r.Header.Set(channel.HeaderTime, "") },
		} {
			r, err := http.NewRequest(http.MethodPost, h.at+"/gateway/sms", strings.NewReader(body))
			h.Must(err)
			r.Header.Set("Content-Type", "application/json")
			channel.Sign(r, secret, h.Clock.Now(), []byte(body))
			change(r)
			if status, _ := h.Do(r); status != http.StatusForbidden {
				h.Errorf("%s: %d", name, status)
			}
		}
		for _, garbage := range []string{"", "{", "[]x", `[1]`, `{"id":1}`, `{"id":"a","from":"b","parts":99,"part":1,"ref":"r"}`, "\x00\xff", strings.Repeat("[", 10_000)} {
			if status, _ := h.post("/gateway/sms", "application/json", garbage); status >= 500 || status < 400 {
				h.Errorf("%.20q: %d", garbage, status)
			}
		}
		if heads, _ := h.All(); len(heads) != 0 {
			h.Errorf("%d requests came in", len(heads))
		}
	})
}

func TestAFormWithNamesOfItsOwn(t *testing.T) {
	s := sms.Settings{Token: "fixed", Answer: `{"code":0}`, Fields: sms.Form{ID: "msgid", From: "mobile", Text: "content", Token: "pwd", Status: "stat", Arrived: "0"}}
	each(t, s, func(h house) {
		send := func(path string, v url.Values) (int, string) {
			h.Helper()
			r, err := http.NewRequest(http.MethodPost, h.at+path, strings.NewReader(v.Encode()))
			h.Must(err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return h.Do(r)
		}
		v := url.Values{"msgid": {"7"}, "mobile": {"13900000001"}, "content": {"路灯不亮"}, "pwd": {"wrong"}}
		if status, _ := send("/gateway/sms", v); status != http.StatusForbidden {
			h.Errorf("a wrong token: %d", status)
		}
		v.Set("pwd", "fixed")
		if status, answer := send("/gateway/sms", v); status != http.StatusOK || answer != `{"code":0}` {
			h.Errorf("%d %s", status, answer)
		}
		sent := h.Deliver()
		if len(sent) != 1 {
			h.Fatalf("sent %+v", sent)
		}
		for _, stat := range []string{"0", "UNDELIV"} {
			if status, _ := send("/gateway/sms/receipts", url.Values{"msgid": {sent[0].Key}, "stat": {stat}, "pwd": {"fixed"}}); status != http.StatusOK {
				h.Errorf("receipt %s: %d", stat, status)
			}
			failed, err := h.Desk.Outbox.Failures(h.Context(), 10)
			h.Must(err)
			if (len(failed) == 1) != (stat != "0") {
				h.Errorf("after receipt %s: %+v", stat, failed)
			}
		}
	})
}

func FuzzMessages(f *testing.F) {
	f.Add("application/json", `{"id":"1","from":"13900000001","text":"灯"}`)
	f.Add("application/json", `{"list":[{"id":"1","from":"13900000001","text":"灯","ref":"r","part":1,"parts":2}]}`)
	f.Add("application/x-www-form-urlencoded", "id=1&from=13900000001&text=%E7%81%AF")
	f.Fuzz(func(t *testing.T, kind, body string) {
		for _, form := range []sms.Form{{}, {List: "list"}} {
			list, err := form.Messages(kind, []byte(body))
			if err != nil && len(list) > 0 {
				t.Error("messages came with an error")
			}
			for _, m := range list {
				if m.ID == "" || m.From == "" || m.Part < 1 || m.Part > m.Parts || channel.Clean(m.Text) != m.Text {
					t.Errorf("%+v", m)
				}
			}
			if _, err := form.Receipts(kind, []byte(body)); err == nil {
				continue
			}
		}
	})
}
