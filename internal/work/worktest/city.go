package worktest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// City is packs/fuzhou with its registers and rules, shared by all tests of a process: do not
// change what it points to.
type City struct {
	casework.City
	Pack  *pack.Pack
	Terms request.Terms
	Rates *oversee.Rules
	Lists *triage.Lists
	Map   []byte // map.geojson

	Purposes *consent.Register

	Credentials *credential.Kinds
	Policy      *access.Policy
}

// Town gives the city of the tests.
func Town(t testing.TB) City {
	t.Helper()
	c, err := fuzhou()
	if err != nil {
		t.Fatalf("read packs/fuzhou: %v", err)
	}
	return c
}

var fuzhou = sync.OnceValues(func() (c City, err error) {
	root, err := top()
	if err != nil {
		return c, err
	}
	if c.Pack, err = pack.Load(os.DirFS(filepath.Join(root, "packs", "fuzhou")), nil); err != nil {
		return c, err
	}
	p := c.Pack
	c.City.Pack = p.Ref()
	for _, load := range []func() error{
		func() (err error) { c.Areas, err = area.New(p); return err },
		func() (err error) { c.Orgs, err = org.New(p, c.Areas); return err },
		func() (err error) { c.Profiles, err = calendar.LoadProfiles(p); return err },
		func() (err error) { c.Calendar, err = calendar.FromPack(p); return err },
		func() (err error) { c.Duties, err = duty.New(p, c.Areas, c.Orgs, c.Profiles.Has); return err },
		func() (err error) { c.Rules, err = casework.LoadRules(p); return err },
		func() (err error) { c.Terms, err = request.LoadTerms(p); return err },
		func() (err error) { c.Credentials, err = credential.Load(p, c.Areas); return err },
		func() (err error) { c.Purposes, err = consent.Load(p, c.Areas, c.Orgs); return err },
		func() (err error) { c.Rates, err = oversee.LoadRules(p); return err },
		func() (err error) { c.Lists, err = triage.NewLists(p, c.Areas, c.Orgs, c.Duties); return err },
		func() (err error) { c.Map, err = p.File("map.geojson"); return err },
		func() (err error) { c.Policy, err = access.New(); return err },
	} {
		if err := load(); err != nil {
			return c, err
		}
	}
	return c, nil
})

// top is the folder of the module, above the folder in which the test runs.
func top() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
