package trust_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/scenario/trust"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
	"banyan/web/ui"
)

func newHouse(t *testing.T) *roomtest.House {
	t.Helper()
	h := roomtest.New(t)
	r := &trust.Room{
		DB: h.DB, Clock: h.Clock, Tree: h.Tree, Title: h.City.Pack.Title, Policy: h.City.Policy, Consents: h.Consents, Grants: h.Grants, Trail: h.Trail, Keys: h.Keys, Requests: h.Requests,
		Areas: h.City.Areas, Orgs: h.City.Orgs, Keeps: func(string) time.Duration { return 9 * 24 * time.Hour },
		Name: func(_ context.Context, id string) string { return id }, Actor: h.Actor, Also: func(web.Page, access.Actor) []ui.NavGroup { return nil },
	}
	h.Serve(map[string]web.Handler{
		"GET /privacy": r.Privacy, "GET /privacy/purposes/{purpose}": r.Purpose,
		"GET /desk/purposes": r.Purposes, "GET /desk/purposes/{purpose}": r.PurposeDesk,
		"POST /desk/purposes/{purpose}/assess": r.Assess, "POST /desk/purposes/{purpose}/approve": r.Approve,
		"GET /desk/delays": r.Delays, "POST /desk/delays": r.AskDelay, "POST /desk/delays/{delay}": r.DecideDelay,
		"GET /desk/grants": r.GrantList, "POST /desk/grants": r.Give, "POST /desk/grants/{grant}/end": r.EndGrant,
		"GET /desk/consents/{request}": r.Ask, "POST /desk/consents/{request}": r.Answer,
	})
	return h
}

// The register says of every purpose what, why, on which basis and until when, in three languages, and the periods of the program.
func TestPrivacyIsTheRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for lang, words := range map[string][]string{
		"zh-Hans": {"办理诉求", "第十三条第一款第三项", "第二十五条", "9天", "每一步都发消息"}, "zh-Hant": {"辦理訴求", "9天"},
		"en": {"Taking in and handling requests", "article 13.1.3", "9 days", "Made public (article 25)"},
	} {
		a := h.Browser().In(lang).Get("/privacy").Want(http.StatusOK, words...)
		if n := a.Doc().Find(".card").Length(); n < len(h.City.Purposes.All()) {
			t.Errorf("%s: %d cards", lang, n)
		}
	}
	h.Get("", "/privacy/purposes/publish").Want(http.StatusOK, "第 1 版", "现行", "我同意公开", "收不回来")
	h.Get("", "/privacy/purposes/handling").Want(http.StatusOK, "国办发〔2020〕53号", "公安机关", "9天")
	h.Get("", "/privacy/purposes/advertising").Want(http.StatusNotFound)
	lapse(h, consent.ForPublish)
	h.Get("", "/privacy").Want(http.StatusOK, "评估未批准，暂不开放")
}

// An assessment is written by one and approved by another; who may do what is the policies'.
func TestAssessmentAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lapse(h, consent.ForPublish)
	h.Get("officer", "/desk/purposes").Want(http.StatusOK, "评估未批准", "向社会公开", "12345热线")
	for _, who := range []string{"taker", "lamps", "caller", "citizen", "gulou"} { // gulou supervises a district, the purposes are the city's
		h.Get(who, "/desk/purposes/publish").Want(http.StatusForbidden)
		h.Post(who, "/desk/purposes/publish/assess", url.Values{"version": {"1"}}).Want(http.StatusForbidden)
	}
	page := h.Get("officer", "/desk/purposes/publish").Want(http.StatusOK, "影响评估")
	form := page.Form("form[action$='/assess']")
	form.Set("necessity", "太短")
	h.Post("officer", "/desk/purposes/publish/assess", form).Want(http.StatusUnprocessableEntity, "20 到 4,000")
	for _, part := range []string{"necessity", "risks", "measures"} {
		form.Set(part, strings.Repeat("写明"+part+"的情况。", 5))
	}
	h.Post("officer", "/desk/purposes/publish/assess", form).Want(http.StatusSeeOther)
	own := h.Get("officer", "/desk/purposes/publish").Want(http.StatusOK, "草稿", "自己写的评估不能自己批准")
	if own.Doc().Find("form[action$='/approve']").Length() != 0 {
		t.Error("the writer sees a button to approve")
	}
	chief := h.Get("chief", "/desk/purposes/publish").Want(http.StatusOK, "草稿")
	approval := chief.Form("form[action$='/approve']")
	h.Post("officer", "/desk/purposes/publish/approve", approval).Want(http.StatusForbidden)
	h.Post("gulou", "/desk/purposes/publish/approve", approval).Want(http.StatusForbidden)
	form.Set("risks", strings.Repeat("又想到一种风险。", 5))
	h.Post("officer", "/desk/purposes/publish/assess", form).Want(http.StatusSeeOther)
	h.Post("chief", "/desk/purposes/publish/approve", approval).Want(http.StatusConflict, "刚被改过")
	approval = h.Get("chief", "/desk/purposes/publish").Form("form[action$='/approve']")
	h.Post("chief", "/desk/purposes/publish/approve", approval).Want(http.StatusSeeOther)
	h.Post("chief", "/desk/purposes/publish/approve", approval).Want(http.StatusSeeOther)
	h.Get("officer", "/desk/purposes").Want(http.StatusOK, "可用")
	h.Post("chief", "/desk/purposes/publish/approve", url.Values{"id": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "rev": {"1"}}).Want(http.StatusNotFound)
}

// On the phone the text is read out, the answer noted with who noted it, and the person finds the row in their trail.
func TestTheCentreNotesAnAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got, err := h.Requests.Receive(t.Context(), worktest.Guest(), request.Intake{
		Kind: "help", Words: "路灯坏了三盏，夜里很黑。", Area: "350102004", Channel: "web", Contact: person.Contact{Phone: "13900000001"},
	})
	h.Must(err)
	to := "/desk/consents/" + got.RequestID
	for who, status := range map[string]int{"taker": 200, "asker": 200, "lamps": 403, "officer": 403, "chief": 403, "citizen": 403, "taijiang": 403} {
		h.Get(who, to).Want(status)
		if status == http.StatusForbidden {
			h.Post(who, to, url.Values{"purpose": {"steps"}, "version": {"1"}, "way": {"phone"}, "agrees": {"1"}}).Want(status)
		}
	}
	h.Get("taker", "/desk/consents/01ARZ3NDEKTSV4RRFFQ69G5FAV").Want(http.StatusNotFound)
	page := h.Get("taker", to).Want(http.StatusOK, "念给对方听", "我同意公开这件诉求", "每一步都发消息")
	if strings.Contains(page.Body, "13900000001") || strings.Contains(page.Body, "夜里很黑") {
		t.Error("the page says more than the number")
	}
	h.Post("taker", to, url.Values{"purpose": {"steps"}, "version": {"1"}, "way": {"letter"}, "agrees": {"1"}}).Want(http.StatusUnprocessableEntity)
	h.Post("taker", to, url.Values{"purpose": {"steps"}, "version": {"9"}, "way": {"phone"}, "agrees": {"1"}}).Want(http.StatusConflict)
	for range 2 {
		h.Post("taker", to, url.Values{"purpose": {"steps"}, "version": {"1"}, "way": {"phone"}, "agrees": {"1"}}).Want(http.StatusSeeOther)
		h.Post("asker", to, url.Values{"purpose": {"publish"}, "version": {"1"}, "way": {"counter"}, "agrees": {"1"}}).Want(http.StatusSeeOther)
	}
	var who string
	var list []consent.Consent
	h.Read(func(tx *db.Tx) error {
		head, err := h.Requests.Get(tx, got.RequestID)
		if err != nil {
			return err
		}
		who = head.PersonID
		list, err = h.Consents.Of(tx, who)
		return err
	})
	if len(list) != 2 {
		t.Fatalf("noted %+v", list)
	}
	for _, c := range list {
		want := map[string]consent.Way{"steps": consent.Phone, "publish": consent.Counter}[c.Purpose]
		if c.Given.Way != want || c.Given.Kind != access.Staff {
			t.Errorf("%s was noted as %+v", c.Purpose, c.Given)
		}
	}
	h.Post("asker", to, url.Values{"purpose": {"steps"}, "way": {"phone"}}).Want(http.StatusSeeOther)
	h.Post("asker", to, url.Values{"purpose": {"publish"}, "way": {"phone"}}).Want(http.StatusSeeOther)
	h.Read(func(tx *db.Tx) error {
		if err := h.Consents.Need(tx, who, consent.ForSteps); !consent.Refused(err) {
			t.Errorf("after taking it back: %v", err)
		}
		head, err := h.Requests.Get(tx, got.RequestID)
		if head.Publish {
			t.Error("still public")
		}
		return err
	})
	looks, err := h.Trail.ForPerson(t.Context(), who, "", 20)
	h.Must(err)
	count := map[string]int{}
	for _, l := range looks {
		count[l.Purpose]++
	}
	if count[trail.ForConsent] != 2 || count[trail.ForWithdrawal] != 2 {
		t.Errorf("the trail has %v", count)
	}
}

// A request of nobody known has nobody who could take a consent back.
func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got, err := h.Requests.Receive(t.Context(), worktest.Guest(), request.Intake{
		Kind: "report", Words: "有人往河里倒东西，在桥下。", Area: "350102004", Channel: "web", Contact: person.Contact{Anonymous: true},
	})
	h.Must(err)
	h.Get("taker", "/desk/consents/"+got.RequestID).Want(http.StatusNotFound)
}

// lapse ends the assessment of a purpose, as its last day does.
func lapse(h *roomtest.House, purpose string) {
	h.Helper()
	h.Must(h.DB.Write(h.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE consent_assessment SET until_at = 1 WHERE purpose = $1`, purpose)
		return err
	}))
}
