package attack

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/register/access"
	"banyan/internal/work/casework"
)

// TestAnothersRequest tries every way into a request that is somebody else's.
func TestAnothersRequest(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.browser()
	number := owner.report(url.Values{"words": {"秘密的话：楼上漏水。"}, "phone": {"13900000082"}})
	id := h.head(number).ID
	owner.get("/mine/"+id+"/words").wants(owner, http.StatusOK)

	other := h.browser()
	mine := other.report(url.Values{"phone": {"13900000083"}})
	for _, path := range []string{"/mine/" + id, "/mine/" + id + "/words", "/mine/" + id + "/looks", "/mine/" + id + "/files/x.jpg"} {
		for who, b := range map[string]*browser{"stranger": h.browser(), "owner of another": other, "citizen": h.citizen("13900000083")} {
			if a := b.get(path); a.Code != http.StatusSeeOther || a.to != "/track?why=proof" || a.says("秘密") {
				t.Errorf("%s GET %s: %d to %s", who, path, a.Code, a.to)
			}
			h.clock.Advance(2 * time.Minute) // one code a minute
		}
	}
	for _, act := range []string{"confirm", "contest", "rate", "consent"} {
		if a := other.post("/mine/"+id+"/"+act, url.Values{"words": {"不是我的"}, "level": {"1"}}); a.to != "/track?why=proof" {
			t.Errorf("POST %s: %d to %s", act, a.Code, a.to)
		}
	}
	if a := other.post("/track", url.Values{"number": {number}, "phone": {"13900000083"}}); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("wrong phone: %d to %s", a.Code, a.to)
	}
	if a := other.get("/report/done/" + number); a.says("/mine/" + id) {
		t.Error("the confirmation leads a stranger to the request")
	}
	if mine == number {
		t.Error("two requests have one number")
	}
}

// TestProof forges and reuses the cookie that proves one request.
func TestProof(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.browser()
	number := owner.report(nil)
	id := h.head(number).ID
	good := owner.cookie("proof")
	draft := owner.postFiles("/report", url.Values{"step": {"place"}, "form_id": {formID()}}, upload{"photos", "a.jpg", "image/jpeg", picture(t)})
	other := h.head(h.browser().report(url.Values{"phone": {"13900000084"}})).ID

	for name, value := range map[string]string{
		"empty": "", "no signature": id + "~sender~9999999999.", "other request": other + good[len(id):], "longer life": id + "~sender~9999999999" + good[len(good)-44:],
		"signature of a draft": id + "~sender~9999999999." + between(draft.Body.String(), "?draft=", `"`),
		"signature of photos":  id + "~sender~9999999999." + between(draft.Body.String(), "~", `"`),
	} {
		b := h.browser()
		b.setCookie("proof", value)
		for _, one := range []string{id, other} {
			if a := b.get("/mine/" + one); a.Code != http.StatusSeeOther {
				t.Errorf("%s: %d", name, a.Code)
			}
		}
	}
	b := h.browser()
	b.setCookie("proof", good)
	b.get("/mine/"+id).wants(b, http.StatusOK)
	h.clock.Advance(31 * time.Minute)
	if a := b.get("/mine/" + id); a.Code != http.StatusSeeOther {
		t.Errorf("after half an hour: %d", a.Code)
	}
}

// TestNumberAloneProvesLittle: the number of a published case is known to all, so an anonymous requester who has
// nothing else may see the progress and no more, signed in as somebody or not.
func TestNumberAloneProvesLittle(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.browser().report(url.Values{"kind": {"complaint"}, "anonymous": {"1"}, "phone": {""}, "name": {""}, "words": {"秘密的话：楼上漏水。"}, "publish": {"1"}})
	h.publish(number)
	id := h.head(number).ID
	for who, b := range map[string]*browser{"stranger": h.browser(), "citizen": h.citizen("13900000085")} {
		b.post("/track", url.Values{"number": {number}}).wants(b, http.StatusSeeOther)
		b.get("/mine/"+id).wants(b, http.StatusOK)
		for _, path := range []string{"/words", "/looks"} {
			if a := b.get("/mine/" + id + path); a.Code != http.StatusForbidden || a.says("秘密") {
				t.Errorf("%s GET %s: %d", who, path, a.Code)
			}
		}
		for _, act := range []string{"confirm", "contest", "rate", "consent"} {
			if a := b.post("/mine/"+id+"/"+act, url.Values{"words": {"不是我的"}, "level": {"1"}}); a.Code != http.StatusForbidden {
				t.Errorf("%s POST %s: %d to %s", who, act, a.Code, a.to)
			}
		}
	}
}

// publish answers a case at the desk and publishes it.
func (h *house) publish(number string) {
	h.Helper()
	f := h.file(number)
	desk := access.Actor{Kind: access.Staff, ID: "desk", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.CallTaker, access.Dispatcher}}
	if _, err := h.Cases.Answer(h.Context(), desk, casework.Answering{Case: f.Case.ID, Public: "已经答复。"}); err != nil {
		h.Fatal(err)
	}
	h.settle()
	if f = h.file(number); !f.Case.Published {
		if _, err := h.Cases.Publish(h.Context(), desk, f.Case.ID); err != nil {
			h.Fatal(err)
		}
	}
}

// TestSharedBrowser: whoever signs out leaves nothing to the next one.
func TestSharedBrowser(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.citizen("13900000086")
	id := h.head(b.report(url.Values{"phone": {"13900000086"}})).ID
	b.post("/signout", nil).wants(b, http.StatusSeeOther)
	if a := b.get("/mine/" + id); a.Code != http.StatusSeeOther {
		t.Errorf("after signing out the request is open: %d", a.Code)
	}
}
