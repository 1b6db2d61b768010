package open311

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/apikey"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// Settings are the part of banyan.yaml about this door.
type Settings struct {
	Anonymous    bool     `yaml:"anonymous"`    // reports are taken without a key, slowly
	Publish      bool     `yaml:"publish"`      // the clients' terms make their users agree to publication; else only publish=true does
	Jurisdiction string   `yaml:"jurisdiction"` // jurisdiction_id beside the pack's name and the city's area code
	Contact      string   `yaml:"contact"`      // whom to write to about the API
	MediaHosts   []string `yaml:"media_hosts"`  // https hosts whose pictures are fetched from a media_url
}

// Deps is what the room stands on.
type Deps struct {
	DB        *db.DB
	Clock     clock.Clock
	Cases     *casework.Service
	Requests  *request.Service
	People    *person.Service
	Files     *blob.Store
	Keys      *apikey.Service
	Catalogue *Catalogue
	Settings  Settings
	Pack      string       // name of the pack, the city's jurisdiction_id
	Address   string       // the portal's public address, https://…; "" takes the request's host
	Fetch     *http.Client // for pictures; nil: one that follows nobody and waits ten seconds
}

// Room holds the handlers; app names their routes.
type Room struct {
	Deps
	realm string // public, or trial for the test endpoint
	test  *Room
	slow  func(*http.Request) time.Duration // how long a client without a key has to wait; nil: never
}

// New makes the room with its test endpoint.
func New(d Deps) *Room {
	if d.Fetch == nil {
		d.Fetch = fetcher()
	}
	return &Room{Deps: d, realm: public, test: &Room{Deps: d, realm: trial}}
}

// Test is the room's test endpoint.
func (r *Room) Test() *Room { return r.test }

// trialDays is how long the test endpoint remembers.
const trialDays = 7

// Tidy forgets old trials.
func (r *Room) Tidy(ctx context.Context) error {
	before := r.Clock.Now().AddDate(0, 0, -trialDays)
	for more := true; more; {
		err := r.DB.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = dropTrials(tx, before, 500)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget old trials: %w", err)
		}
	}
	return nil
}

// visit is one request to the room.
type visit struct {
	ctx    context.Context
	p      web.Page
	format string
	key    string // id of the client's key, or empty
	now    time.Time
}

func (v visit) lang() i18n.Lang { return v.p.Lang }

// visit reads who asks and in which format the answer goes. A key that is given must hold, wherever none is needed.
func (r *Room) visit(w http.ResponseWriter, q *http.Request) (visit, error) {
	v := visit{ctx: q.Context(), p: web.PageOf(q), format: formatOf(q.URL.Path), now: r.Clock.Now()}
	key, err := r.key(w, q)
	if err != nil {
		return v, err
	}
	v.key = key
	return v, r.jurisdiction(q.FormValue("jurisdiction_id"))
}

// key finds the id of the client's key. One in the Authorization header was found and counted on the way here; that of
// the parameter api_key is counted now.
func (r *Room) key(w http.ResponseWriter, q *http.Request) (string, error) {
	if who := web.VisitorOf(q); who.Program() {
		id, _ := apikey.KeyOf(who.Account)
		return id, scoped(who.May(apikey.Report))
	}
	secret := strings.TrimSpace(q.FormValue("api_key"))
	if secret == "" {
		return "", nil
	}
	key, err := r.Keys.Find(q.Context(), secret)
	if err != nil {
		return "", err
	}
	wait, err := r.Keys.Take(q.Context(), key)
	if err == nil && wait > 0 {
		err = tooMany(w, wait)
	}
	if err != nil {
		return "", err
	}
	return key.ID, scoped(key.Has(apikey.Report))
}

func scoped(has bool) error {
	if has {
		return nil
	}
	return fault.New(fault.Forbidden, "open311.wrong.scope")
}

// jurisdiction refuses the id of another city.
func (r *Room) jurisdiction(id string) error {
	switch id = strings.TrimSpace(id); id {
	case "", r.Pack, r.Cases.City.Areas.City().Code, r.Settings.Jurisdiction:
		return nil
	}
	return fault.New(fault.NotFound, "open311.wrong.jurisdiction")
}

// formatOf reads the ending of an address: .xml, else JSON.
func formatOf(path string) string {
	if strings.HasSuffix(path, "."+asXML) {
		return asXML
	}
	return asJSON
}

// named is the last part of an address without its ending.
func named(q *http.Request) string {
	name := q.PathValue("file")
	for _, ending := range []string{"." + asXML, "." + asJSON} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// addressed refuses an address without one of the two endings.
func addressed(q *http.Request) error {
	if strings.HasSuffix(q.URL.Path, "."+asXML) || strings.HasSuffix(q.URL.Path, "."+asJSON) {
		return nil
	}
	return fault.New(fault.NotFound, "open311.wrong.format")
}

// url is an absolute address of this server.
func (r *Room) url(q *http.Request, path string) string {
	if r.Address != "" {
		return strings.TrimSuffix(r.Address, "/") + path
	}
	if q.TLS != nil {
		return "https://" + q.Host + path
	}
	return "http://" + q.Host + path
}

// Strangers is how often one address may report without a key.
func Strangers() web.Rate { return web.Rate{PerSecond: 1.0 / 30, Burst: 20} }

// Slow sets how those are counted who report without a key. Only the handler knows, for a key may lie in the form.
func (r *Room) Slow(count func(*http.Request) time.Duration) { r.slow, r.test.slow = count, count }

// stranger counts a report without a key, where one is taken at all.
func (r *Room) stranger(w http.ResponseWriter, q *http.Request) error {
	if r.realm != trial && !r.Settings.Anonymous {
		return fault.New(fault.Forbidden, "open311.wrong.key")
	}
	if r.slow == nil {
		return nil
	}
	if wait := r.slow(q); wait > 0 {
		return tooMany(w, wait)
	}
	return nil
}
