package wallet_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/scenario/wallet"
)

const (
	issuer  = "https://12345.example"
	granny  = "0591-87654321"
	formOne = "01ARZ3NDEKTSV4RRFFQ6900001"
)

// house is one test's own city with the room in it: a community's counter (grid), a canteen's unit (lamps), and two citizens.
type house struct {
	*roomtest.House
	id string // of granny
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{House: roomtest.New(t)}
	h.Write(func(tx *db.Tx) (err error) {
		h.id, err = h.People.Ensure(tx, person.Contact{Phone: granny, Name: "陈阿婆"})
		return err
	})
	h.Cast["granny"] = access.Actor{Kind: access.Citizen, ID: h.id, Session: "session"}
	r := wallet.New(wallet.Deps{
		DB: h.DB, Clock: h.Clock, Credentials: h.Credentials, People: h.People, Policy: h.City.Policy, Orgs: h.City.Orgs,
		Title: i18n.Text{Hans: "福州市"}, Address: issuer, Actor: h.Actor,
	})
	h.Serve(map[string]web.Handler{
		"GET /.well-known/jwt-vc-issuer": r.Issuer, "GET /credentials/types/{kind}": r.Type, "GET /credentials/status/{list}": r.Status,
		"GET /me/credentials": r.Mine, "GET /me/credentials/{id}/device": r.Device, "POST /me/credentials/{id}/nonce": r.Nonce, "POST /me/credentials/{id}/claim": r.Claim, "POST /me/credentials/{id}/end": r.End,
		"GET /present": r.EnterForm, "POST /present": r.Enter, "GET /present/{code}": r.Present, "POST /present/{code}": r.Show,
		"GET /verify": r.Verify, "POST /verify": r.Begin, "POST /verify/paper": r.Paper, "GET /verify/{ask}": r.Asked, "POST /verify/{ask}": r.Answer,
		"GET /desk/credentials": r.Give, "POST /desk/credentials": r.GiveSend, "POST /desk/credentials/{id}/sheet": r.Sheet,
		"GET /desk/verify": r.VerifyDesk, "POST /desk/verify": r.BeginDesk, "POST /desk/verify/paper": r.PaperDesk, "GET /desk/verify/{ask}": r.AskedDesk, "POST /desk/verify/{ask}": r.AnswerDesk,
	})
	return h
}

// over60 is what the clerk writes.
func over60(change url.Values) url.Values {
	f := url.Values{"do": {"give"}, "form_id": {formOne}, "phone": {granny}, "kind": {"senior"}, "facts": {"age_over_60", "age_over_70"}, "evidence": {"id_card"}, "seen": {"1"}}
	for k, v := range change {
		f[k] = v
	}
	return f
}

// given is the id of a credential that the counter gave.
func (h *house) given() (id string) {
	h.Helper()
	h.Post("grid", "/desk/credentials", over60(nil)).Want(200, "已开具")
	return h.one()
}

// one is the id of granny's only credential.
func (h *house) one() (id string) {
	h.Helper()
	h.Write(func(tx *db.Tx) error {
		list, err := h.Credentials.Of(tx, trail.Reader{Actor: h.Cast["granny"], Purpose: trail.ForOwn}, h.id)
		if err == nil && len(list) != 1 {
			h.Fatalf("%d credentials", len(list))
		}
		id = list[0].ID
		return err
	})
	return id
}

func (h *house) call(who, path string, form url.Values) (out map[string]string, status int) {
	h.Helper()
	a := h.Post(who, path, form)
	_ = json.Unmarshal([]byte(a.Body), &out) // a refusal may be a page
	return out, a.Status
}

// claimed puts a credential on a device and gives what the device then shows.
func (h *house) claimed(id string) (show func(code string, names ...string) string) {
	h.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	h.Must(err)
	asked, status := h.call("granny", "/me/credentials/"+id+"/nonce", nil)
	if status != 200 {
		h.Fatalf("%d %v", status, asked)
	}
	proof, err := sdjwt.Prove(key, issuer, asked["nonce"], h.Clock.Now())
	h.Must(err)
	got, status := h.call("granny", "/me/credentials/"+id+"/claim", url.Values{"nonce": {asked["nonce"]}, "proof": {proof}})
	if status != 200 {
		h.Fatalf("%d %v", status, got)
	}
	return func(code string, names ...string) string {
		h.Helper()
		a, err := h.Credentials.Asked(h.Context(), code)
		h.Must(err)
		text, err := sdjwt.Present(got["credential"], names, key, a.Audience(issuer), a.Nonce, h.Clock.Now())
		h.Must(err)
		return text
	}
}

// ask has somebody ask for over 60 and gives the address of their page and the code on it.
func (h *house) ask(who, base string) (page, code string) {
	h.Helper()
	a := h.Post(who, base, url.Values{"want": {"senior age_over_60"}, "name": {"公园门口"}})
	return a.To, strings.ReplaceAll(a.Leads(base+"/").Text(".panel-number"), " ", "")
}

// printed is the code of a fresh sheet with over 60 on it.
func (h *house) printed(id string) (text string) {
	h.Helper()
	h.Write(func(tx *db.Tx) (err error) {
		_, text, err = h.Credentials.PrintTx(tx, h.Cast["grid"], issuer, id, "陈**", []string{"age_over_60"})
		return err
	})
	return issuer + "/verify#" + text
}
