package citizen_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/person"
	"banyan/internal/register/signon"
	"banyan/internal/scenario/citizen"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// house is one test's own city with the room in it, behind a listening server.
type house struct {
	*roomtest.House
	outbox   *notify.Outbox
	identity *identity.Service
	signon   *signon.Service
	room     *citizen.Room
	server   *httptest.Server
	codes    map[string]string        // person -> code that was sent
	stale    map[string]access.Behalf // person -> for whom their session still says they act
}

func newHouse(t *testing.T) *house {
	t.Helper()
	city := worktest.Town(t)
	city.Rules.PublishAfter = "replied" // so that an open case can be public too
	h := &house{codes: map[string]string{}, stale: map[string]access.Behalf{}}
	h.House = roomtest.Over(worktest.In(t, city), h.visitor)
	var err error
	h.identity, err = identity.New(identity.Deps{DB: h.DB, Clock: h.Clock, People: h.People, Key: bytes.Repeat([]byte{5}, 32), Send: func(_ *db.Tx, person, code string) error {
		h.codes[person] = code
		return nil
	}})
	h.Must(err)
	h.outbox = notify.New(notify.Config{DB: h.DB, Clock: h.Clock, Logger: slog.New(slog.DiscardHandler), Catalog: h.Catalog})
	files, err := blob.Open(t.TempDir())
	h.Must(err)
	h.signon, err = signon.New(h.DB, h.Clock, bytes.Repeat([]byte{7}, 32))
	h.Must(err)
	h.room = citizen.New(citizen.Deps{
		Grants: h.Grants, Purposes: h.City.Purposes, Assure: h.Assure,
		DB: h.DB, Web: h.Web, Cases: h.Cases, Requests: h.Requests, People: h.People, Trail: h.Trail, Outbox: h.outbox, Files: files,
		Triage: h.Triage(), Rates: h.Rate, Identity: h.identity, SignOn: h.signon, Credentials: h.Credentials, Surveys: h.Surveys, Mandates: h.Mandates, Title: city.Pack.Title, Shapes: "/shapes", Key: bytes.Repeat([]byte{9}, 32),
		Actor: h.actor, Site: roomtest.Site,
	})
	h.serve()
	return h
}

// serve puts the room behind the real middleware, with the routes that app gives it.
func (h *house) serve() {
	h.Web.Handle("GET /shapes", func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write(h.City.Map)
		return err
	})
	h.Serve(routes(h.room))
	h.server = httptest.NewServer(h.Handler)
	h.Cleanup(h.server.Close)
}

func routes(r *citizen.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /{$}": r.Home, "GET /search": r.Search,
		"GET /report": r.ReportStart, "POST /report": r.Report, "POST /report/suggest": r.ReportSuggest, "GET /report/areas": r.ReportAreas,
		"GET /report/done/{number}": r.ReportDone,
		"GET /photos/{key}":         r.Photo, "GET /photos/{key}/thumb": r.PhotoThumb,
		"GET /track": r.TrackStart, "POST /track": r.Track,
		"GET /my": r.My, "GET /mine": r.Mine, "GET /mine/{id}": r.MineOne, "GET /mine/{id}/words": r.MineWords, "GET /mine/{id}/looks": r.MineLooks(),
		"GET /mine/{id}/looks/{look}/receipt": r.MineReceipt(), "GET /mine/{id}/looks/{look}/object": r.MineObjectForm(), "POST /mine/{id}/looks/{look}/object": r.MineObject(),
		"GET /me/looks/{look}/receipt": r.MyReceipt(), "GET /me/looks/{look}/object": r.MyObjectForm(), "POST /me/looks/{look}/object": r.MyObject(),
		"GET /mine/{id}/files/{key}": r.MineFile,
		"POST /mine/{id}/confirm":    r.MineConfirm, "POST /mine/{id}/contest": r.MineContest, "POST /mine/{id}/rate": r.MineRate, "POST /mine/{id}/consent": r.MineConsent,
		"GET /signin": r.SignInStart, "POST /signin": r.SignIn, "GET /signin/code": r.SignInCodeStart, "POST /signin/code": r.SignInCode,
		"GET /me/consents": r.Consents, "POST /me/consents/{purpose}": r.SayConsent, "GET /me/consents/{id}": r.ConsentReceipt, "GET /me/consents/{id}/receipt": r.ConsentFile, "GET /me/consents/{id}/proof/{row}": r.ConsentProof,
		"GET /me": r.Me, "GET /me/data": r.MyData, "GET /me/erase": r.EraseForm, "POST /me/erase": r.Erase,
		"GET /erasure/{token}": r.Erasure, "GET /erasure/{token}/proof": r.ErasureProof, "GET /me/looks": r.MyLooks(), "POST /me/sessions/{id}/end": r.MeEndSession,
		"GET /messages": r.Messages, "POST /messages/read": r.MessagesRead,
		"GET /public": r.Public, "GET /public/{number}": r.PublicOne,
	}
}

// visitor finds who holds a session's token, as app does; "staff.<unit>" is a member of staff.
func (h *house) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	if unit, ok := strings.CutPrefix(token, "staff."); ok {
		return web.Visitor{Account: "staff", Kind: "staff", Staff: "staff-" + unit, Unit: unit, Session: "s"}, true
	}
	s, ok := h.identity.Lookup(ctx, token)
	return web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Session: s.ID}, ok
}

func (h *house) actor(r *http.Request) (access.Actor, error) {
	switch v := web.VisitorOf(r); v.Kind {
	case "citizen":
		return access.Actor{Kind: access.Citizen, ID: v.Person, Session: v.Session, For: h.stale[v.Person]}, nil
	case "staff":
		return access.Actor{Kind: access.Staff, ID: v.Staff, Unit: v.Unit, Session: v.Session}, nil
	default:
		return access.Actor{Kind: access.Guest}, nil
	}
}

func desk() access.Actor {
	return worktest.Staff("staff-3501.12345", "3501.12345", access.CallTaker, access.Dispatcher, access.FollowUp, access.Supervisor)
}

func lamps() access.Actor { return worktest.Staff("staff-3501.zmzx", "3501.zmzx", access.Handler) }

// lamp is a request about a street lamp by the phone 13900000001.
func (h *house) lamp(change func(*request.Intake)) request.Receipt {
	h.Helper()
	in := request.Intake{
		Kind: "help", Words: "东街口公交站往南二十米，路灯坏了三盏，我叫张三，电话13900000001", Area: "350102004", Channel: "web",
		Contact: person.Contact{Name: "张三", Phone: "13900000001"}, Publish: true,
	}
	if change != nil {
		change(&in)
	}
	got, err := h.Requests.Receive(h.Context(), access.Actor{Kind: access.Guest}, in)
	h.Must(err)
	return got
}

// reply lets a unit deal with the case of a request up to its reply.
func (h *house) reply(r request.Receipt) *casework.File {
	h.Helper()
	f, err := h.Cases.Dispatch(h.Context(), desk(), casework.Dispatch{Case: r.CaseID, Duty: h.City.LedBy(h, lamps().Unit), Lead: lamps().Unit})
	h.Must(err)
	_, err = h.Cases.Sign(h.Context(), lamps(), h.Lead(f).ID)
	h.Must(err)
	h.Clock.Advance(10 * time.Minute)
	return h.Reply(f, lamps())
}

func (h *house) head(id string) (head request.Headline) {
	h.Helper()
	h.Must(h.DB.Read(h.Context(), func(tx *db.Tx) (err error) {
		head, err = h.Requests.Get(tx, id)
		return err
	}))
	return head
}
