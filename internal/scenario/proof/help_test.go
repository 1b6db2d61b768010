package proof_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/scenario/proof"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
	"banyan/web/ui"
)

const (
	password = "榕树下的路灯又亮了呀"
	phone    = "13900000001"
)

// world is one test's own city with the room in it.
type world struct {
	*roomtest.House
	identity *identity.Service
	codes    []string
	told     []string
	site     func(*http.Request) (identity.Site, bool)
	staff    string
	joined   []string // who became one with another
	done     []string // what the guarded act was given
}

// act is something grave: it keeps what it was given.
func (w *world) act(rw http.ResponseWriter, q *http.Request) error {
	if err := q.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	given := q.Form.Encode()
	if q.MultipartForm != nil {
		for name, files := range q.MultipartForm.File {
			given += "&" + name + "=" + files[0].Filename
		}
	}
	w.done = append(w.done, given)
	_, err := rw.Write([]byte("done"))
	return err
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{site: roomtest.Site}
	w.House = roomtest.Over(worktest.Fresh(t), w.visitor)
	var err error
	w.identity, err = identity.New(identity.Deps{
		DB: w.DB, Clock: w.Clock, People: w.People, Key: bytes.Repeat([]byte{9}, 32),
		Send: func(tx *db.Tx, _, code string) error {
			tx.AfterCommit(func() { w.codes = append(w.codes, code) })
			return nil
		},
		Tell: func(tx *db.Tx, _, _, what string) error {
			tx.AfterCommit(func() { w.told = append(w.told, what) })
			return nil
		},
	})
	w.Must(err)
	s, err := w.Staff.AddStaff(w.Context(), org.Staff{Name: "李四", Unit: "3501.12345", Account: "lisi", Active: true})
	w.Must(err)
	w.staff = s.ID
	_, err = w.identity.AddStaffAccount(w.Context(), identity.NewStaff{StaffID: s.ID, Login: "lisi", Password: password})
	w.Must(err)
	r := proof.New(proof.Deps{
		DB: w.DB, Web: w.Web, Clock: w.Clock, Identity: w.identity, People: w.People, Policy: w.City.Policy, Orgs: w.City.Orgs, Title: i18n.Text{Hans: "福州市"},
		Joined: func(_ *db.Tx, from, _ string) error {
			w.joined = append(w.joined, from)
			return nil
		},
		Actor: w.actor, Name: func(_ context.Context, id string) string { return "同事" + id },
		Site: func(q *http.Request) (identity.Site, bool) { return w.site(q) },
		Desk: func(q *http.Request, title, _ string) (ui.DeskView, error) {
			return ui.DeskView{Page: web.PageOf(q), Title: title, Room: "账号"}, nil
		},
	})
	routes := map[string]web.Handler{"POST /passkeys/options": r.Options}
	for _, root := range []string{"/me/passkeys", "/account/passkeys"} {
		routes["GET "+root], routes["GET "+root+"/new"], routes["POST "+root], routes["POST "+root+"/{id}/remove"] = r.Passkeys, r.NewPasskey, r.AddPasskey, r.RemovePasskey
	}
	for pattern, h := range map[string]web.Handler{
		"GET /me/phone": r.PhoneForm, "POST /me/phone": r.Phone, "POST /me/phone/code": r.PhoneCode, "GET /me/sheet": r.Sheet, "POST /me/sheet": r.MakeSheet, "POST /me/sheet/end": r.EndSheet, "GET /signin/paper": r.PaperForm, "POST /signin/paper": r.SignInPaper,
		"GET /desk/recovery": r.Recovery, "POST /desk/recovery": r.FindForRecovery, "POST /desk/recovery/ask": r.AskRecovery, "POST /desk/recovery/{id}": r.DecideRecovery,
	} {
		routes[pattern] = h
	}
	routes["POST /prove"], routes["GET /prove"] = r.Prove, r.ProveStart
	for kind, root := range map[identity.Kind]string{identity.Citizen: "/me", identity.Staff: "/desk"} {
		routes["POST "+root+"/act"] = r.Guard(kind, w.act, false)
		routes["GET "+root+"/page"] = r.Guard(kind, w.act, false)
		routes["GET "+root+"/file"] = r.Guard(kind, w.act, true)
	}
	w.Serve(routes)
	return w
}

// clerks are at the counter of a community, or elsewhere: their names are the tokens of their sessions.
func clerks() map[string]access.Actor {
	at := func(id, unit, role string) access.Actor {
		return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: "/3501/350102/350102004/350102004001/", Roles: []string{role}, Session: "session of " + id}
	}
	return map[string]access.Actor{
		"wang": at("wang", "350102004001.sq", access.Community), "chen": at("chen", "350102004001.sq", access.Community),
		"far": at("far", "350102004003.sq", access.Community), "taker": at("taker", "3501.12345", access.CallTaker),
	}
}

// actor is the clerk who asks, or a citizen, or nobody.
func (w *world) actor(q *http.Request) (access.Actor, error) {
	v := web.VisitorOf(q)
	if a, ok := clerks()[v.Staff]; ok {
		return a, nil
	}
	return access.Actor{Kind: access.Guest}, nil
}

// visitor finds who holds a session, as app does.
func (w *world) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	if a, ok := clerks()[token]; ok {
		return web.Visitor{Account: a.ID, Kind: "staff", Staff: a.ID, Unit: a.Unit, Name: "李四", Session: a.Session, Proved: w.Clock.Now()}, true
	}
	s, ok := w.identity.Lookup(ctx, token)
	return web.Visitor{Account: s.Account, Kind: string(s.Kind), Staff: s.StaffID, Person: s.PersonID, Session: s.ID, Proved: s.ProvedAt}, ok
}

// citizen is a browser in which a citizen has signed in.
func (w *world) citizen() *roomtest.Browser {
	w.Helper()
	w.Must(w.identity.StartCitizen(w.Context(), phone))
	token, err := w.identity.FinishCitizen(w.Context(), phone, w.codes[len(w.codes)-1], identity.Visit{})
	w.Must(err)
	return w.As(token)
}

// clerk is a browser in which the member of staff has signed in.
func (w *world) clerk() *roomtest.Browser {
	w.Helper()
	token, err := w.identity.SignInStaff(w.Context(), "lisi", password, "", identity.Visit{})
	w.Must(err)
	return w.As(token)
}

// device makes and uses one passkey in software.
type device struct {
	*world
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

func (w *world) device() *device {
	site, _ := roomtest.Site(nil)
	d := &device{world: w, rp: virtualwebauthn.RelyingParty{ID: site.Host, Name: site.Name, Origin: site.Origin}, auth: virtualwebauthn.NewAuthenticator()}
	const whole = 77 // bytes of a public key whose coordinates are written whole, as real devices do
	for d.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(d.key.Key.AttestationData()) != whole; {
		d.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return d
}

// made is the device's answer to a browser that wants a passkey made.
func (d *device) made(b *roomtest.Browser) string {
	d.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(b.Post("/passkeys/options", url.Values{"use": {"make"}, "name": {"手机"}}).Want(http.StatusOK).Body)
	d.Must(err)
	return virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.key, *asked)
}

// signIn hands in the device's answer at the citizens' door, whatever comes of it.
func (d *device) signIn(counter uint32) {
	d.Helper()
	site, _ := roomtest.Site(nil)
	options, token, err := d.identity.AskPasskey(d.Context(), site, identity.Session{})
	d.Must(err)
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	d.Must(err)
	d.key.Counter = counter
	p, err := d.identity.Account(d.Context(), d.account())
	d.Must(err)
	d.auth.Options.UserHandle = []byte(p.ID)
	_, _ = d.identity.SignInPasskey(d.Context(), site, identity.Citizen, token, virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *asked), identity.Visit{})
}

// account is the citizen's.
func (w *world) account() (id string) {
	w.Helper()
	w.Read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT id FROM identity_account WHERE kind = 'citizen'`).Scan(&id)
	})
	return id
}

// called gives the citizen a name, as a request does.
func (w *world) called(name string) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := w.People.Ensure(tx, person.Contact{Phone: phone, Name: name})
		return err
	})
}
