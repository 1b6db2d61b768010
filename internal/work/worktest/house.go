package worktest

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/search"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/assure"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/grant"
	"banyan/internal/register/identity"
	"banyan/internal/register/mandate"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
	"banyan/internal/register/trail/trailtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/leak"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/survey"
	"banyan/internal/work/triage"
)

// Monday is the morning on which every house begins: 23 November 2026, 9 o'clock, a week without holidays.
func Monday() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City) }

// House is one test's own city hall.
type House struct {
	*testing.T
	City     City
	DB       *db.DB
	Clock    *clock.Manual
	Facts    *fact.Log
	Tree     *merkle.Log // of the trail
	Trail    *trail.Log
	Grants   *grant.Service
	Assure   *assure.Service
	People   *person.Service
	Staff    *org.Service
	Keys     *apikey.Service
	Consents *consent.Service
	Mandates *mandate.Service
	Told     *Told

	Credentials *credential.Service

	Requests *request.Service
	Cases    *casework.Service
	Oversee  *oversee.Service
	Rate     *rate.Service
	Surveys  *survey.Service
}

// Schemas are the tables of a house, lower floors first.
func Schemas() []db.Schema {
	return []db.Schema{
		fact.Schema(), search.Schema(), notify.Schema(),
		org.Schema(), vault.Schema(), person.Schema(), identity.Schema(), merkle.Schema(), trail.Schema(), grant.Schema(), apikey.Schema(), signon.Schema(), consent.Schema(), mandate.Schema(),
		credential.Schema(), assure.Schema(),
		request.Schema(), casework.Schema(), triage.Schema(), rate.Schema(), oversee.Schema(), leak.Schema(), survey.Schema(),
	}
}

// Each runs a test on every engine there is, each time in a fresh house.
func Each(t *testing.T, test func(h *House)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, Schemas(), func(t *testing.T, d *db.DB) { test(New(t, d, Town(t))) })
}

// Fresh is a house on SQLite alone, for tests of what stands above the store.
func Fresh(t *testing.T) *House {
	t.Helper()
	return In(t, Town(t))
}

// In is a fresh house on SQLite in a city whose rules a test has changed.
func In(t *testing.T, c City) *House {
	t.Helper()
	return New(t, dbtest.OpenSQLite(t, Schemas()...), c)
}

// New puts the services over a store with the tables of Schemas, under the rules of a city.
func New(t *testing.T, d *db.DB, c City) *House {
	t.Helper()
	h := &House{T: t, City: c, DB: d, Clock: clock.NewManual(Monday())}
	h.Facts = fact.New(d, h.Clock, quiet())
	h.Tree = trailtest.Tree(t, d, h.Clock)
	h.Keys = apikey.NewService(d, h.Clock)
	h.Staff = org.NewService(d, h.Clock, c.Orgs)
	h.Told = &Told{}
	var err error
	h.Grants, err = grant.New(d, h.Clock)
	h.Must(err)
	h.Trail = trail.New(d, h.Clock, h.Tree, h.Grants)
	h.Mandates, err = mandate.New(mandate.Deps{DB: d, Clock: h.Clock, Serves: h.Staff.ServesTx, Key: bytes.Repeat([]byte{8}, 32), Tell: h.Told.tell})
	h.Must(err)
	h.People, err = person.New(d, h.Clock, h.Trail, bytes.Repeat([]byte{7}, 32))
	h.Must(err)
	h.Credentials, err = credential.New(credential.Deps{
		DB: d, Clock: h.Clock, Trail: h.Trail, Vault: h.People.Vault(), Policy: c.Policy, Kinds: c.Credentials, Key: bytes.Repeat([]byte{9}, 32), Tell: h.Told.tellCredential,
	})
	h.Must(err)
	h.Assure = assure.New(assure.Deps{DB: d, Clock: h.Clock, Same: h.People.Same, Tell: func(*db.Tx, string, string, string) error { return nil }})
	h.Consents = consent.New(consent.Deps{DB: d, Clock: h.Clock, Trail: h.Trail, Policy: c.Policy, Purposes: c.Purposes, Same: h.People.Same})
	h.assess()
	h.Cases, err = casework.New(casework.Deps{DB: d, Facts: h.Facts, Clock: h.Clock, Policy: c.Policy, City: c.City, Consents: h.Consents})
	h.Must(err)
	h.Requests = request.New(request.Deps{DB: d, Clock: h.Clock, Facts: h.Facts, Trail: h.Trail, People: h.People, Policy: c.Policy, Consents: h.Consents},
		request.City{Prefix: c.Rules.NumberPrefix, Terms: c.Terms, Areas: c.Areas, Urgent: c.urgent}, opener{h.Cases})
	profile, _ := c.Profiles.Get(c.Rules.DefaultProfile) // casework.New refuses a city without it
	h.Rate = rate.New(rate.Deps{DB: d, Facts: h.Facts, Clock: h.Clock, Policy: c.Policy, Calendar: c.Calendar, Rectify: profile.Rectify})
	h.Oversee = oversee.New(oversee.Deps{
		DB: d, Facts: h.Facts, Clock: h.Clock, Policy: c.Policy, Calendar: c.Calendar, Areas: c.Areas, Orgs: c.Orgs, Rules: c.Rates,
	})
	h.Surveys = survey.New(survey.Deps{DB: d, Clock: h.Clock, Trail: h.Trail, People: h.People, Policy: c.Policy, Staff: h.Staff, Areas: c.Areas, Consents: h.Consents})
	return h
}

// assess puts an assessment of every risky purpose into force, so that a city hall may do what its pack says.
func (h *House) assess() {
	h.Helper()
	h.Must(h.Consents.Sync(h.Context()))
	writer, reader := Staff("assessor", "3501.sjj", access.Data), Staff("approver", "3501.12345", access.Supervisor)
	for _, p := range h.City.Purposes.All() {
		text, inForce := p.InForce(h.Clock.Now())
		if !inForce || !text.Risky() {
			continue
		}
		a, err := h.Consents.Assess(h.Context(), writer, consent.Assessment{
			Purpose: p.ID, Necessity: strings.Repeat("为了试验，写明必要。", 3), Risks: strings.Repeat("为了试验，写明风险。", 3), Measures: strings.Repeat("为了试验，写明措施。", 3),
			Until: h.Clock.Now().AddDate(2, 0, 0),
		})
		h.Must(err)
		h.Must(h.Consents.Approve(h.Context(), reader, a.ID, a.Rev))
	}
}

// Triage makes the service that suggests duties, without a classifier: by the duty list alone.
func (h *House) Triage() *triage.Service {
	return triage.New(triage.Deps{DB: h.DB, Clock: h.Clock, Lists: h.City.Lists, Log: quiet()})
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (c City) urgent(text string) bool {
	for _, w := range c.Rules.UrgentWords {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// opener opens cases for requests, as the program wires it.
type opener struct{ cases *casework.Service }

func (o opener) Open(in request.Opening) (request.Opened, error) {
	opening := casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Point: in.Point,
		Anonymous: in.Anonymous, HasContact: in.HasContact, Consent: in.Publish, Urgent: in.Urgent,
	}
	if in.JoinCase != "" {
		return request.Opened{Tx: func(tx *db.Tx) (string, error) {
			return in.JoinCase, o.cases.JoinTx(tx, in.Actor, in.JoinCase, opening)
		}}, nil
	}
	c, err := o.cases.PrepareOpen(in.Actor, opening)
	return request.Opened{Case: c.Case, Tx: func(tx *db.Tx) (string, error) { return c.Case, c.Tx(tx) }}, err
}

// Must fails the test on an error.
func (h *House) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// Write changes the store in one transaction.
func (h *House) Write(do func(tx *db.Tx) error) {
	h.Helper()
	h.Must(h.DB.Write(h.Context(), do))
}

// Read looks at the store.
func (h *House) Read(do func(tx *db.Tx) error) {
	h.Helper()
	h.Must(h.DB.Read(h.Context(), do))
}

// Drain lets the reactions run until none is left.
func (h *House) Drain() {
	h.Helper()
	h.Must(h.Facts.Drain(h.Context()))
}

// LetRead gives another system the grant that it needs to read personal data in an area.
func (h *House) LetRead(holder, area string) {
	h.Helper()
	_, err := h.Grants.Give(h.Context(), Staff("officer", "3501.sjj", access.Data), grant.Giving{
		Holder: holder, Uses: grant.GivenUses(), Fields: grant.GivenFields(), Area: area, Purpose: "handling", Law: "《民法典》第一千零三十五条", Reason: "联通办件系统", Daily: 1000,
		Until: h.Clock.Now().AddDate(0, 3, 0),
	})
	h.Must(err)
}
