package hotline_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/scenario/hotline"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

// police is the way to 110 as the desk knows it.
type police struct {
	got    []hotline.Transfer
	handed []hotline.Handed
}

func (p *police) May(actor access.Actor, f *casework.File) bool {
	return actor.Is(access.Dispatcher, access.CallTaker) && !f.Case.State.Ended()
}

func (p *police) Transfer(_ context.Context, t hotline.Transfer) error {
	if len(p.got) > 0 {
		return fault.New(fault.Conflict, "channel.police.again")
	}
	p.got = append(p.got, t)
	return nil
}

func (p *police) Transfers(context.Context, string) ([]hotline.Handed, error) { return p.handed, nil }

func TestACaseIsHandedTo110(t *testing.T) {
	t.Parallel()
	p := &police{}
	w := worldWith(t, p)
	f := w.receive(said(1))
	who := f.Case.Links[0].Request
	page := w.Get("desk", at(f, "")+"?act=police").Want(http.StatusOK, "转交110", "诉求人能看到是谁转交的")
	form := page.Form("form#act")
	w.Post("desk", at(f, "police"), form).Want(http.StatusUnprocessableEntity)
	form.Set("close", "yes")
	form.Set("request", "another")
	w.Post("desk", at(f, "police"), form).Want(http.StatusUnprocessableEntity)
	if len(p.got) != 0 {
		t.Fatalf("handed over: %+v", p.got)
	}
	form.Set("request", who)
	w.Post("desk", at(f, "police"), form).Leads("/desk/cases/").Want(http.StatusOK, "已转交110："+f.Case.Number)
	if len(p.got) != 1 || p.got[0].Case != f.Case.ID || p.got[0].Request != who || p.got[0].Version != f.Case.Version || !p.got[0].Decline || p.got[0].Actor.ID != "desk" {
		t.Errorf("handed over %+v", p.got)
	}
	w.Post("desk", at(f, "police"), form).Want(http.StatusConflict)
	p.handed = []hotline.Handed{{Request: who, At: worktest.Monday()}}
	w.Get("desk", at(f, "")).Want(http.StatusOK, "等待110回执")
	p.handed[0].Receipt, p.handed[0].ReceivedAt = "J000001", worktest.Monday()
	w.Get("desk", at(f, "")).Want(http.StatusOK, "编号 J000001")
}

func TestWithout110ThereIsNoButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.receive(said(1))
	if got := w.Get("desk", at(f, "")).Text("main"); got == "" || strings.Contains(got, "转交110") {
		t.Errorf("the page offers 110: %s", got)
	}
	w.Get("desk", at(f, "")+"?act=police").Want(http.StatusOK)
}

func TestWhoHasNoPhoneIsShownByTheirAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := said(1)
	in.Contact = person.Contact{Name: "张三", Email: "zhang@example.com"}
	w.Get("desk", at(w.receive(in), "")).Want(http.StatusOK, "z***@example.com")
	in = said(2)
	in.Contact = person.Contact{WeChat: "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}
	w.Get("desk", at(w.receive(in), "")).Want(http.StatusOK, "微信用户")
}
