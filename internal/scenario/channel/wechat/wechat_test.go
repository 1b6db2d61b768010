package wechat_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel/channeltest"
	fake "banyan/internal/scenario/channel/fake/wechat"
	"banyan/internal/scenario/channel/wechat"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

const (
	openid = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
	aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

type house struct {
	*channeltest.House
	room *wechat.Room
	fake *fake.Server
	at   string
	id   *identity.Service
	code *string // the last sign-in code that was sent
	n    *int
}

func each(t *testing.T, test func(h house)) {
	channeltest.Each(t, func(c *channeltest.House) {
		h := house{House: c, fake: fake.New("wx1", "s1", "t1", aesKey), code: new(string), n: new(int)}
		there := httptest.NewServer(h.fake)
		h.Cleanup(there.Close)
		var err error
		h.id, err = identity.New(identity.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Key: bytes.Repeat([]byte{7}, 32), Send: func(_ *db.Tx, _, code string) error {
			*h.code = code
			return nil
		}})
		h.Must(err)
		h.room = h.make(there.URL)
		h.at = h.Open(map[string]web.Handler{"GET /gateway/wechat": h.room.Hello, "POST /gateway/wechat": h.room.In}) + "/gateway/wechat"
		h.Desk.Outbox.Gateways[notify.WeChat] = h.room
		test(h)
	})
}

func (h house) make(api string) *wechat.Room {
	s := wechat.Settings{AppID: "wx1", Secret: "s1", Token: "t1", AESKey: aesKey, API: api}
	s.Template.ID, s.Template.Title, s.Template.Text = "tpl", "character_string1", "thing2"
	room, err := wechat.New(h.Desk, s, h.id, "https://city.example", bytes.Repeat([]byte{7}, 32))
	h.Must(err)
	return room
}

// says sends a message of a user and gives the words of the answer.
func (h house) says(from, kind, fields string) string {
	h.Helper()
	h.Clock.Set(h.Clock.Now().Add(time.Second))
	*h.n++
	return h.again(fmt.Sprintf("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[%s]]></MsgType>%s<MsgId>%d</MsgId></xml>", from, h.Clock.Now().Unix(), kind, fields, *h.n))
}

func (h house) again(message string) string {
	h.Helper()
	status, body := h.Do(h.fake.Call(h.at, message, h.Clock.Now()))
	if status != http.StatusOK {
		h.Fatalf("%d %s", status, body)
	}
	if body == "success" {
		return ""
	}
	if h.fake.AESKey != "" {
		var e struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }
		h.Must(xml.Unmarshal([]byte(body), &e))
		if e.MsgSignature != fake.Sign("t1", e.TimeStamp, e.Nonce, e.Encrypt) {
			h.Errorf("the answer is not signed: %s", body)
		}
		var err error
		body, err = h.fake.Unseal(e.Encrypt)
		h.Must(err)
	}
	var a struct{ ToUserName, FromUserName, MsgType, Content string }
	h.Must(xml.Unmarshal([]byte(body), &a))
	if a.FromUserName != "gh_1" || a.MsgType != "text" {
		h.Errorf("the answer: %s", body)
	}
	return a.Content
}

func text(words string) string { return "<Content><![CDATA[" + words + "]]></Content>" }

func TestAChatBecomesOneRequest(t *testing.T) {
	each(t, func(h house) {
		h.fake.Serve("m1", h.Picture())
		if got := h.says(openid, "event", "<Event>subscribe</Event>"); !strings.Contains(got, "完成") {
			h.Errorf("welcome: %s", got)
		}
		h.says(openid, "text", text("八一七路12号门口的路灯不亮"))
		h.says(openid, "image", "<MediaId>m1</MediaId><PicUrl>x</PicUrl>")
		h.says(openid, "location", "<Location_X>26.08235</Location_X><Location_Y>119.30123</Location_Y><Label>福州市鼓楼区八一七路12号</Label>")
		h.says(openid, "voice", "<MediaId>v</MediaId><Recognition>晚上很黑</Recognition>")
		if got := h.says(openid, "text", text("完成")); !strings.Contains(got, "图片") {
			h.Errorf("while the picture is coming: %s", got)
		}
		h.Must(h.room.Work(h.Context()))
		heads, said := h.All()
		if len(heads) != 1 || heads[0].Channel != "wechat" || heads[0].Area[:6] != "350102" || len(said[0].Photos) != 1 ||
			said[0].Words != "八一七路12号门口的路灯不亮\n晚上很黑" || said[0].Address != "福州市鼓楼区八一七路12号" {
			h.Fatalf("%+v %+v", heads, said)
		}
		h.Deliver()
		sent := h.fake.Sent()
		if len(sent) != 1 || sent[0].To != openid || !strings.Contains(sent[0].Data["character_string1"]["value"], heads[0].Number) || len([]rune(sent[0].Data["thing2"]["value"])) > 20 {
			h.Errorf("sent %+v", sent)
		}
		if got := h.says(openid, "text", text("查询 "+heads[0].Number)); !strings.Contains(got, "已受理") {
			h.Errorf("state: %s", got)
		}
		if got := h.says("o6_another_user_of_theirs", "text", text(heads[0].Number)); !strings.Contains(got, "没有找到") {
			h.Errorf("another is told: %s", got)
		}
	})
}

func TestAMessageSentAgainIsTakenOnce(t *testing.T) {
	each(t, func(h house) {
		message := "<xml><ToUserName>gh_1</ToUserName><FromUserName>" + openid + "</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>" + text("路灯不亮") + "<MsgId>99</MsgId></xml>"
		if first, second := h.again(message), h.again(message); first == "" || second != "" {
			h.Errorf("answers %q and %q", first, second)
		}
		if got := h.says(openid, "text", text("完成")); !strings.Contains(got, "FZ") {
			h.Errorf("receipt: %s", got)
		}
		if _, said := h.All(); len(said) != 1 || said[0].Words != "路灯不亮" {
			h.Errorf("%+v", said)
		}
	})
}

func TestAPauseEndsAReport(t *testing.T) {
	each(t, func(h house) {
		h.says(openid, "text", text("路灯不亮"))
		h.says(openid, "image", "<MediaId>gone</MediaId>")
		h.Must(h.room.Work(h.Context()))
		if heads, _ := h.All(); len(heads) != 0 {
			h.Fatal("it was handed in at once")
		}
		h.Clock.Set(h.Clock.Now().Add(11 * time.Minute))
		h.Must(h.room.Work(h.Context()))
		if _, said := h.All(); len(said) != 1 || said[0].Words != "路灯不亮\n（有一张图片没有取到）" {
			h.Errorf("%+v", said)
		}
		h.says(openid, "text", text("写错了的话"))
		h.says(openid, "text", text("取消"))
		h.Clock.Set(h.Clock.Now().Add(11 * time.Minute))
		h.Must(h.room.Work(h.Context()))
		if heads, _ := h.All(); len(heads) != 1 {
			h.Error("what was taken back was handed in")
		}
		if got := h.says(openid, "text", text("完成")); !strings.Contains(got, "还没有内容") {
			h.Errorf("nothing to hand in: %s", got)
		}
	})
}

func TestOnlyAProvenPhoneMakesOnePerson(t *testing.T) {
	each(t, func(h house) {
		web := h.Receive(worktest.Lamp()) // by the phone 13900000001
		h.says(openid, "text", text("井盖松动"))
		h.says(openid, "text", text("完成"))
		if got := h.says(openid, "text", text(web.Number)); !strings.Contains(got, "没有找到") {
			h.Errorf("before the proof: %s", got)
		}
		if got := h.says(openid, "text", text("绑定 13900000001")); !strings.Contains(got, "139****0001") {
			h.Errorf("asked for a code: %s", got)
		}
		wrong := "000000"
		if *h.code == wrong {
			wrong = "000001"
		}
		if got := h.says(openid, "text", text(wrong)); !strings.Contains(got, "不对") {
			h.Errorf("a wrong code: %s", got)
		}
		if got := h.says(openid, "text", text(web.Number)); !strings.Contains(got, "没有找到") {
			h.Errorf("after a wrong code: %s", got)
		}
		if got := h.says(openid, "text", text(*h.code)); !strings.Contains(got, "绑定成功") {
			h.Fatalf("the right code: %s", got)
		}
		if got := h.says(openid, "text", text(web.Number)); !strings.Contains(got, "已受理") {
			h.Errorf("after the proof: %s", got)
		}
		heads, _ := h.All()
		if len(heads) != 2 || heads[0].PersonID != heads[1].PersonID {
			h.Errorf("two persons: %+v", heads)
		}
		if got := h.says(openid, "text", text("绑定 13900000002")); !strings.Contains(got, "已经绑定") {
			h.Errorf("a second phone: %s", got)
		}
	})
}

func TestYesByWeChat(t *testing.T) {
	each(t, func(h house) {
		h.says(openid, "text", text("路灯不亮"))
		h.says(openid, "text", text("完成"))
		heads, _ := h.All()
		f, err := h.Cases.Dispatch(h.Context(), worktest.Desk(), casework.Dispatch{Case: heads[0].CaseID, Duty: h.City.LedBy(h.T, "350102.cgj"), Lead: "350102.cgj"})
		h.Must(err)
		handler := worktest.Staff("s1", "350102.cgj", access.Handler)
		f, err = h.Cases.Sign(h.Context(), handler, h.Lead(f).ID)
		h.Must(err)
		h.House.House.Reply(f, handler)
		if got := h.says(openid, "text", text(heads[0].Number)); !strings.Contains(got, "已有办理结果") || strings.Count(got, "\n") == 0 {
			h.Errorf("the answer is not told: %s", got)
		}
		h.says(openid, "text", text("解决了"))
		if now := h.File(heads[0].CaseID).Case.State; now != casework.Closed {
			h.Errorf("state %s", now)
		}
	})
}

func TestWhoIsNotThePlatform(t *testing.T) {
	each(t, func(h house) {
		message := "<xml><FromUserName>" + openid + "</FromUserName><MsgType>text</MsgType>" + text("路灯不亮") + "<MsgId>1</MsgId></xml>"
		for name, r := range map[string]*http.Request{
			"another token": fake.New("wx1", "s1", "other", aesKey).Call(h.at, message, h.Clock.Now()),
			"too old":       h.fake.Call(h.at, message, h.Clock.Now().Add(-time.Hour)),
			"hello":         fake.New("wx1", "s1", "other", aesKey).Hello(h.at, "x", h.Clock.Now()),
		} {
			if status, _ := h.Do(r); status != http.StatusForbidden {
				h.Errorf("%s: %d", name, status)
			}
		}
		if status, _ := h.Do(fake.New("wx2", "s1", "t1", aesKey).Call(h.at, message, h.Clock.Now())); status != http.StatusForbidden {
			h.Errorf("another account: %d", status)
		}
		if status, _ := h.Do(fake.New("wx1", "s1", "t1", "").Call(h.at, message, h.Clock.Now())); status < 400 || status >= 500 {
			h.Errorf("a plain message: %d", status)
		}
		seen := h.fake.Call(h.at, message, h.Clock.Now())
		forged := "<xml><Encrypt>" + h.fake.Seal(strings.Replace(message, "路灯不亮", "解决了", 1)) + "</Encrypt></xml>"
		for _, body := range []string{message, forged} {
			q, err := http.NewRequest(http.MethodPost, seen.URL.String(), strings.NewReader(body))
			h.Must(err)
			if status, _ := h.Do(q); status != http.StatusForbidden {
				h.Errorf("another body under a seen address: %d", status)
			}
		}
		for _, garbage := range []string{"", "<", "<xml></xml>", "<xml><MsgType>text</MsgType></xml>", "\x00", `<?xml version="1.0" encoding="gbk"?><xml></xml>`,
			`<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>`} {
			if status, _ := h.Do(h.fake.Call(h.at, garbage, h.Clock.Now())); status < 400 || status >= 500 {
				h.Errorf("%q: %d", garbage, status)
			}
		}
		if status, echo := h.Do(h.fake.Hello(h.at, "8123", h.Clock.Now())); status != http.StatusOK || echo != "8123" {
			h.Errorf("hello: %d %s", status, echo)
		}
	})
}

// All processes share one token; a spent one is renewed once, and what is refused for good is not tried again.
func TestTheAccessTokenIsRenewedOnce(t *testing.T) {
	each(t, func(h house) {
		api := httptest.NewServer(h.fake)
		h.Cleanup(api.Close)
		var all sync.WaitGroup
		send := func(key string) error {
			return h.make(api.URL).Send(h.Context(), notify.Envelope{Key: key, Address: openid, Title: "t", Text: strings.Repeat("字", 30), Link: "/mine/1"})
		}
		errs := make([]error, 6)
		for i := range errs {
			all.Go(func() { errs[i] = send(fmt.Sprint(i)) })
		}
		all.Wait()
		for _, err := range errs {
			h.Must(err)
		}
		if n := h.fake.Tokens(); n != 1 {
			h.Errorf("%d tokens were asked for", n)
		}
		if got := h.fake.Sent()[0]; got.URL != "https://city.example/mine/1" || got.Data["thing2"]["value"] != strings.Repeat("字", 19)+"…" {
			h.Errorf("sent %+v", got)
		}
		h.fake.Answer(42001)
		h.Must(send("spent"))
		if n := h.fake.Tokens(); n != 2 {
			h.Errorf("after a spent token %d were asked for", n)
		}
		h.fake.Answer(43004)
		var no notify.Refused
		if err := send("no follower"); !asRefused(err, &no) || strings.Contains(err.Error(), openid) {
			h.Errorf("a user who does not follow: %v", err)
		}
		h.fake.Answer(-1)
		if err := send("busy"); err == nil || asRefused(err, &no) {
			h.Errorf("a busy platform: %v", err)
		}
		h.Clock.Set(h.Clock.Now().Add(3 * time.Hour))
		h.Must(send("later"))
		if n := h.fake.Tokens(); n != 3 {
			h.Errorf("after three hours %d were asked for", n)
		}
		h.Read(func(tx *db.Tx) error {
			var kept string
			err := tx.QueryRow("SELECT sealed FROM channel_token").Scan(&kept)
			if strings.Contains(kept, "token-") {
				h.Error("the token lies open in the store")
			}
			return err
		})
	})
}

func asRefused(err error, no *notify.Refused) bool {
	r, ok := err.(notify.Refused)
	*no = r
	return ok
}

func TestChatsLeaveNoPersonalDataOutsideItsRooms(t *testing.T) {
	each(t, func(h house) {
		h.says(openid, "text", text("路灯不亮"))
		h.says(openid, "text", text("绑定 13900000001"))
		h.Read(func(tx *db.Tx) error {
			rows, err := db.Column(tx, "SELECT person_id || proving FROM channel_talk UNION ALL SELECT source || hash FROM channel_taken")
			for _, row := range rows {
				for _, secret := range []string{openid, "13900000001", "路灯"} {
					if strings.Contains(row, secret) {
						h.Errorf("%s lies in %s", secret, row)
					}
				}
			}
			return err
		})
		var kinds []person.Kind
		h.Read(func(tx *db.Tx) error {
			id, _, err := h.People.FindWeChat(tx, openid)
			if err == nil {
				kinds, err = h.People.Reach(tx, id)
			}
			return err
		})
		if len(kinds) != 1 || kinds[0] != person.WeChatKind {
			h.Errorf("reach %v", kinds)
		}
	})
}

func TestWorkEndsWithItsContext(t *testing.T) {
	each(t, func(h house) {
		ctx, stop := context.WithCancel(h.Context())
		stop()
		if err := h.room.Work(ctx); err == nil {
			h.Error("work went on")
		}
	})
}
