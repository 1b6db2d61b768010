package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/backup"
	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/lease"
	"banyan/internal/platform/live"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/seal"
	"banyan/internal/platform/search"
	"banyan/internal/platform/vault"
	"banyan/internal/platform/webhook"
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
	"banyan/internal/scenario/api"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/feed"
	"banyan/internal/scenario/open311"
	"banyan/internal/work/casework"
	"banyan/internal/work/leak"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/survey"
	"banyan/internal/work/triage"
	"banyan/web"
)

// App is the whole house over one store.
type App struct {
	Config
	Settings Settings
	City     *City
	Catalog  *i18n.Catalog

	DB     *db.DB
	Facts  *fact.Log
	Files  *blob.Store
	Live   *live.Hub
	Outbox *notify.Outbox
	Dev    *notify.Dev // nil unless in development
	Packs  *pack.Store

	Policy   *access.Policy
	Staff    *org.Service
	Tree     *merkle.Log // of the trail
	Trail    *trail.Log
	Grants   *grant.Service
	Assure   *assure.Service
	People   *person.Service
	Identity *identity.Service
	Keys     *apikey.Service
	SignOn   *signon.Service
	Consents *consent.Service
	Mandates *mandate.Service

	Credentials *credential.Service

	Requests *request.Service
	Cases    *casework.Service
	Triage   *triage.Service
	Rate     *rate.Service
	Oversee  *oversee.Service
	Leak     *leak.Service
	Surveys  *survey.Service
	Answers  *api.Answers
	Open311  *open311.Room
	Hooks    *webhook.Service
	Feed     *feed.Room

	*process
	channels channels
	adopted  bool // rows from before the log are in it

	key []byte
}

// schemas lists every module's tables, lower floors first.
func schemas() []db.Schema {
	return []db.Schema{
		seal.Schema(), lease.Schema(), pack.Schema(), fact.Schema(), search.Schema(), notify.Schema(), backup.Schema(), webhook.Schema(), merkle.Schema(),
		org.Schema(), vault.Schema(), person.Schema(), identity.Schema(), trail.Schema(), grant.Schema(), apikey.Schema(), signon.Schema(), consent.Schema(), mandate.Schema(),
		credential.Schema(), assure.Schema(),
		request.Schema(), casework.Schema(), triage.Schema(), rate.Schema(), oversee.Schema(), leak.Schema(), survey.Schema(), channel.Schema(),
		api.Schema(),
		open311.Schema(), feed.Schema(),
	}
}

// openStore opens the store of a data folder and brings its schema up to date.
// A store made by a newer program is refused.
func openStore(ctx context.Context, c Config) (*db.DB, error) {
	d, err := db.Open(ctx, c.dsn(), db.Options{})
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	if err := c.whole(ctx, d); err != nil {
		_ = d.Close() // the refusal is the one to tell
		return nil, err
	}
	if err := c.backUpBeforeMigrating(ctx, d); err != nil {
		_ = d.Close() // the backup's error is the one to tell
		return nil, err
	}
	if err := d.Migrate(ctx, schemas()...); err != nil {
		_ = d.Close() // the migration's error is the one to tell
		return nil, fmt.Errorf("bring the store's schema up to date: %w", err)
	}
	return d, nil
}

// Open builds the house over a data folder that init has set up. Close it.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{Config: c.withDefaults()}
	var err error
	if a.Settings, err = a.readSettings(); err != nil {
		return nil, err
	}
	if a.key, err = a.secret(); err != nil {
		return nil, err
	}
	if a.DB, err = openStore(ctx, a.Config); err != nil {
		return nil, err
	}
	a.process = newProcess(a.DB, a.Settings, a.Log)
	if err = seal.Check(ctx, a.DB, a.key); err == nil {
		err = a.build(ctx)
	}
	if err != nil {
		_ = a.DB.Close() // the building's error is the one to tell
		return nil, err
	}
	return a, nil
}

// build makes the services, floor by floor.
func (a *App) build(ctx context.Context) error {
	a.Packs = pack.NewStore(a.DB, a.Clock)
	p, err := a.Packs.Current(ctx)
	if err != nil {
		return fmt.Errorf("read the installed pack: %w", err)
	}
	if a.City, err = a.readCity(p); err != nil {
		return fmt.Errorf("load pack %s: %w", p.Ref(), err)
	}
	if a.Catalog, err = i18n.Load(web.Messages); err != nil {
		return fmt.Errorf("load the messages: %w", err)
	}
	if err := a.platform(); err != nil {
		return err
	}
	if err := a.register(); err != nil {
		return err
	}
	if err := errors.Join(a.Consents.Sync(ctx), a.adoptKeys(ctx)); err != nil {
		return err
	}
	if err := a.work(ctx); err != nil {
		return err
	}
	a.openDoor()
	if err := a.feeds(); err != nil {
		return err
	}
	if err := a.openChannels(); err != nil {
		return err
	}
	a.react()
	return nil
}

func (a *App) platform() error {
	if a.Files == nil { // else they are the last house's
		files, err := blob.Open(a.place(a.Settings))
		if err != nil {
			return fmt.Errorf("open the files: %w", err)
		}
		a.Files, a.Live = files, live.New(live.Options{})
	}
	a.Facts = fact.New(a.DB, clock.System{}, a.Log)
	a.Outbox = notify.New(notify.Config{
		DB: a.DB, Clock: clock.System{}, Logger: a.Log, Catalog: a.Catalog, Gateways: a.gateways(), Resolve: a.resolve,
	})
	return nil
}

func (a *App) register() (err error) {
	if a.Policy, err = access.New(); err != nil {
		return fmt.Errorf("load the policies: %w", err)
	}
	a.Staff = org.NewService(a.DB, a.Clock, a.City.Orgs)
	if a.Tree, err = a.tree(); err != nil {
		return err
	}
	if a.Grants, err = grant.New(a.DB, a.Clock); err != nil {
		return err
	}
	a.Trail = trail.New(a.DB, a.Clock, a.Tree, a.Grants)
	a.Trail.Limit(a.Settings.Trail.limits())
	a.Keys = apikey.NewService(a.DB, a.Clock)
	if a.People, err = person.New(a.DB, a.Clock, a.Trail, a.key); err != nil {
		return fmt.Errorf("open the register of people: %w", err)
	}
	a.People.Use(a.Settings.suite())
	a.Identity, err = identity.New(identity.Deps{DB: a.DB, Clock: a.Clock, People: a.People, Key: a.key, Send: a.sendCode, Tell: a.tellOfSignIn, Ended: a.signedOut})
	if err != nil {
		return err
	}
	a.Consents = consent.New(consent.Deps{DB: a.DB, Clock: a.Clock, Trail: a.Trail, Policy: a.Policy, Purposes: a.City.Purposes, Same: a.People.Same})
	if a.SignOn, err = signon.New(a.DB, a.Clock, a.key); err != nil {
		return err
	}
	a.Mandates, err = mandate.New(mandate.Deps{DB: a.DB, Clock: a.Clock, Serves: a.Staff.ServesTx, Key: a.key, Tell: a.tellOfMandate})
	if err != nil {
		return err
	}
	a.Assure = assure.New(assure.Deps{DB: a.DB, Clock: a.Clock, Same: a.People.Same, Tell: a.tellOfProof})
	a.Credentials, err = credential.New(credential.Deps{
		DB: a.DB, Clock: a.Clock, Trail: a.Trail, Vault: a.People.Vault(), Policy: a.Policy, Kinds: a.City.Credentials, Key: a.key, Tell: a.tellOfCredential,
	})
	return err
}

func (a *App) work(ctx context.Context) (err error) {
	a.Cases, err = casework.New(casework.Deps{DB: a.DB, Facts: a.Facts, Clock: a.Clock, Policy: a.Policy, City: a.City.casework(), Consents: a.Consents})
	if err != nil {
		return fmt.Errorf("start casework: %w", err)
	}
	a.Requests = request.New(request.Deps{
		DB: a.DB, Clock: a.Clock, Facts: a.Facts, Trail: a.Trail, People: a.People, Policy: a.Policy, Consents: a.Consents,
	}, a.City.request(), opener{a.Cases})
	a.Triage = triage.New(triage.Deps{DB: a.DB, Clock: a.Clock, Lists: a.City.Lists, Model: triage.ModelPath(a.Data), Log: a.Log})
	if err := a.Triage.Reload(ctx); err != nil {
		return fmt.Errorf("load the classifier: %w", err)
	}
	a.Surveys = survey.New(survey.Deps{DB: a.DB, Clock: a.Clock, Trail: a.Trail, People: a.People, Policy: a.Policy, Staff: a.Staff, Areas: a.City.Areas, Consents: a.Consents})
	a.Leak = leak.New(leak.Deps{
		DB: a.DB, Clock: a.Clock, People: a.People, Trail: a.Trail, Policy: a.Policy, Also: []person.Source{a.Surveys.Unknown}, City: a.City.Areas.City().Path,
		Key: a.key, Check: request.CheckDigit,
	})
	a.Answers = api.NewAnswers(a.DB, a.Clock)
	a.Rate = rate.New(rate.Deps{DB: a.DB, Facts: a.Facts, Clock: a.Clock, Policy: a.Policy, Calendar: a.City.Calendar, Rectify: a.City.rectify()})
	a.Oversee = oversee.New(oversee.Deps{
		DB: a.DB, Facts: a.Facts, Clock: a.Clock, Policy: a.Policy, Calendar: a.City.Calendar, Areas: a.City.Areas, Orgs: a.City.Orgs, Rules: a.City.Rates,
	})
	return nil
}

// Close lets open screens go and closes the store.
func (a *App) Close() error {
	a.Live.Close()
	return a.DB.Close()
}

// tick lets time act: due cases, watched cases, rectifications.
func (a *App) tick(ctx context.Context) error {
	const most = 500
	for {
		n, errCases := a.Cases.Scan(ctx, most)
		m, errOverdue := a.Oversee.Scan(ctx, most)
		k, errRatings := a.Rate.Scan(ctx, most)
		if err := errors.Join(errCases, errOverdue, errRatings); err != nil {
			return fmt.Errorf("let time act: %w", err)
		}
		if n+m+k == 0 {
			return nil
		}
	}
}

// tickEvery is how often a running program lets time act. Due times are
// columns; a late look makes nothing late but the mark.
const tickEvery = 5 * time.Second
