package credential_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/credential"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
)

const (
	issuer = "https://12345.example"
	granny = "p-granny"
	other  = "p-other"
)

var (
	clerk   = access.Actor{Kind: access.Staff, ID: "s-clerk", Unit: "350102004001.sq", Area: "/3501/350102/350102004/350102004001/", Roles: []string{access.Community}}
	canteen = access.Actor{Kind: access.Staff, ID: "s-canteen", Unit: "350102.mzj", Area: "/3501/350102/", Roles: []string{access.Handler}}
	self    = access.Actor{Kind: access.Citizen, ID: granny}
	guest   = access.Actor{Kind: access.Guest}
)

// house is one test's service on one engine.
type house struct {
	*testing.T
	*credential.Service
	db    *db.DB
	clock *clock.Manual

	mu    sync.Mutex
	notes map[string]credential.Note
}

// city reads the pack's kinds once.
var city = sync.OnceValues(func() (*credential.Kinds, error) {
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		return nil, err
	}
	areas, err := area.New(p)
	if err != nil {
		return nil, err
	}
	return credential.Load(p, areas)
})

// each runs a test on every engine.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	schemas := []db.Schema{vault.Schema(), merkle.Schema(), trail.Schema(), credential.Schema()}
	dbtest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := &house{T: t, db: d, clock: clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)), notes: map[string]credential.Note{}}
		kinds, err := city()
		h.Must(err)
		policy, err := access.New()
		h.Must(err)
		key := bytes.Repeat([]byte{8}, 32)
		v, err := vault.New(key, h.clock)
		h.Must(err)
		h.Service, err = credential.New(credential.Deps{
			DB: d, Clock: h.clock, Trail: trail.New(d, h.clock, trailtest.Tree(t, d, h.clock), trailtest.Open{}), Vault: v, Policy: policy, Kinds: kinds, Key: key, Tell: h.tell,
		})
		h.Must(err)
		test(h)
	})
}

func (h *house) tell(tx *db.Tx, person, key string, what credential.Note) error {
	tx.AfterCommit(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.notes[person+" "+key] = what
	})
	return nil
}

func (h *house) told() (list []credential.Note) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.notes {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

func (h *house) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func senior(form string) credential.Giving {
	return credential.Giving{Form: form, Person: granny, Kind: "senior", Facts: credential.Facts{"age_over_60": true, "age_over_70": true}, Evidence: "id_card", Seen: true}
}

func (h *house) issue(g credential.Giving) (c credential.Credential, err error) {
	h.Helper()
	err = h.db.Write(h.Context(), func(tx *db.Tx) error {
		c, err = h.IssueTx(tx, clerk, g)
		return err
	})
	return c, err
}

func (h *house) issued(g credential.Giving) credential.Credential {
	h.Helper()
	c, err := h.issue(g)
	h.Must(err)
	return c
}

// device is a browser with a key.
type device struct {
	key  *ecdsa.PrivateKey
	text string // the credential
}

func (h *house) device() *device {
	h.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	h.Must(err)
	return &device{key: key}
}

// claim puts a credential on a device.
func (h *house) claim(d *device, by access.Actor, id string) error {
	h.Helper()
	nonce, err := h.Nonce(h.Context(), by, id)
	if err != nil {
		return err
	}
	proof, err := sdjwt.Prove(d.key, issuer, nonce, h.clock.Now())
	h.Must(err)
	d.text, err = h.Claim(h.Context(), by, issuer, id, nonce, proof)
	return err
}

func (h *house) claimed(id string) *device {
	h.Helper()
	d := h.device()
	h.Must(h.claim(d, self, id))
	return d
}

// ask asks for the canteen to be shown claims.
func (h *house) ask(by access.Actor, claims ...string) (secret string, a credential.Ask) {
	h.Helper()
	secret, a, err := h.Begin(h.Context(), by, credential.Ask{Kind: "senior", Claims: claims, Name: "门卫"})
	h.Must(err)
	return secret, a
}

// show is what a device shows in answer.
func (h *house) show(d *device, a credential.Ask, claims ...string) string {
	h.Helper()
	text, err := sdjwt.Present(d.text, claims, d.key, a.Audience(issuer), a.Nonce, h.clock.Now())
	h.Must(err)
	return text
}

func (h *house) list(of string) (list []credential.Credential) {
	h.Helper()
	h.Must(h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		list, err = h.Of(tx, trail.Reader{Actor: self, Purpose: trail.ForOwn}, of)
		return err
	}))
	return list
}
