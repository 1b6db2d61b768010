package citizen_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

func TestMyDataIsWholeAndMine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine := h.lamp(nil)
	h.lamp(func(in *request.Intake) {
		in.ClientID, in.Contact.Phone, in.Words = "other-request", "13900000002", "别人说的话不该在里面"
	})
	person := h.head(mine.RequestID).PersonID
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := h.People.Contact(tx, trail.Reader{Actor: desk(), Purpose: trail.ForDispatch, Subject: mine.CaseID}, person)
		return err
	}))
	app, _, err := h.signon.Register(t.Context(), "s1", signon.NewApp{Name: "长者食堂", Unit: "350102.cgj", Redirects: []string{"https://a.example"}, Days: 9})
	h.Must(err)
	ask, err := h.signon.Begin(t.Context(), app, signon.Ask{Redirect: "https://a.example", Scopes: []string{"openid"}, Challenge: "c"})
	h.Must(err)
	_, err = h.signon.Allow(t.Context(), ask.ID, signon.Who{Person: person})
	h.Must(err)
	h.Must(h.DB.Write(t.Context(), func(tx *db.Tx) error {
		for form, whose := range map[string]string{"a": person, "b": "somebody-else"} {
			_, err := h.Credentials.IssueTx(tx, worktest.Staff("grid", "350102004001.sq", access.Community), credential.Giving{
				Form: form, Person: whose, Kind: "senior", Facts: credential.Facts{"age_over_60": true}, Evidence: "id_card", Seen: true,
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	if a := h.browser().get("/me/data"); a.path != "/signin" {
		t.Errorf("a stranger gets %s", a.path)
	}
	b := h.browser()
	b.signIn("13900000001")
	var got struct {
		Person   struct{ ID, Name, Phone string }
		Requests []struct {
			Number, Words string
			Public        bool
		}
		Looks []struct {
			Purpose string
			Fields  []string
		}
		Sessions []struct{ Device string }
		Apps     []struct {
			Name   string
			Scopes []string
		}
		Consents    []consent.Receipt
		Credentials []struct {
			Kind, Evidence, State string
			Facts                 map[string]any
		}
	}
	a := b.get("/me/data")
	if a.status != http.StatusOK {
		t.Fatalf("status %d", a.status)
	}
	h.Must(json.Unmarshal([]byte(a.body), &got))
	if got.Person.ID != person || got.Person.Name != "张三" || got.Person.Phone != "13900000001" || len(got.Sessions) != 1 {
		t.Errorf("person %+v, sessions %+v", got.Person, got.Sessions)
	}
	if len(got.Requests) != 1 || got.Requests[0].Number != mine.Number || !got.Requests[0].Public || got.Requests[0].Words == "" {
		t.Errorf("requests %+v", got.Requests)
	}
	if len(got.Looks) != 1 || !slices.Equal(got.Looks[0].Fields, []string{trail.Name, trail.Phone}) {
		t.Errorf("looks %+v, want that of the desk", got.Looks)
	}
	if len(got.Credentials) != 1 || got.Credentials[0].Facts["age_over_60"] != true || got.Credentials[0].State != "waiting" || got.Credentials[0].Evidence != "id_card" {
		t.Errorf("credentials %+v", got.Credentials)
	}
	if len(got.Apps) != 1 || got.Apps[0].Name != "长者食堂" || !slices.Equal(got.Apps[0].Scopes, []string{"openid"}) {
		t.Errorf("apps %+v", got.Apps)
	}
	if len(got.Consents) != 1 || got.Consents[0].Processing.Purposes[0].Purpose != consent.ForPublish || got.Consents[0].Processing.Purposes[0].Matter != mine.RequestID {
		t.Errorf("consents %+v", got.Consents)
	}
	rows, err := h.Trail.ForPerson(t.Context(), person, "", 9)
	h.Must(err)
	if !slices.ContainsFunc(rows, func(l trail.Look) bool { return l.Purpose == trail.ForOwn && slices.Contains(l.Fields, trail.Words) }) {
		t.Errorf("the download left no row: %+v", rows)
	}
}
