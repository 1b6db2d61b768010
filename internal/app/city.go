package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/consent"
	"banyan/internal/register/credential"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/scenario/demo"
	"banyan/internal/scenario/open311"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// City is a pack read into the registers that the house refers to. It never
// changes; another version of the pack is another City.
type City struct {
	Pack     *pack.Pack
	Areas    *area.Register
	Orgs     *org.Register
	Duties   *duty.Register
	Calendar *calendar.Calendar
	Profiles *calendar.Profiles
	Terms    request.Terms
	Loop     casework.Rules
	Rates    *oversee.Rules
	Lists    *triage.Lists
	Services *open311.Catalogue
	Purposes *consent.Register

	Credentials *credential.Kinds
	Map         []byte // map.geojson, the schematic map; empty when the pack has none
}

// LoadCity reads every section of a pack. All that is wrong comes back at once
// as pack.Problems.
func LoadCity(p *pack.Pack) (*City, error) {
	c := &City{Pack: p}
	var ps pack.Problems
	keep := func(err error) bool {
		ps = append(ps, pack.AsProblems(err)...)
		return err == nil
	}
	var err error
	c.Areas, err = area.New(p)
	placed := keep(err)
	c.Profiles, err = calendar.LoadProfiles(p)
	timed := keep(err)
	c.Calendar, err = calendar.FromPack(p)
	keep(err)
	c.Terms, err = request.LoadTerms(p)
	keep(err)
	c.Loop, err = casework.LoadRules(p)
	keep(err)
	c.Rates, err = oversee.LoadRules(p)
	keep(err)
	if c.Map, err = p.File("map.geojson"); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	keep(err)
	if placed {
		c.Credentials, err = credential.Load(p, c.Areas)
		keep(err)
	}
	if placed && timed {
		if c.Orgs, err = org.New(p, c.Areas); keep(err) {
			if c.Duties, err = duty.New(p, c.Areas, c.Orgs, c.Profiles.Has); keep(err) {
				c.Lists, err = triage.NewLists(p, c.Areas, c.Orgs, c.Duties)
				keep(err)
				c.Services, err = open311.Load(p, c.Duties)
				keep(err)
			}
			c.Purposes, err = consent.Load(p, c.Areas, c.Orgs)
			keep(err)
			ps = append(ps, keptAsSaid(c.Purposes)...)
		}
	}
	return c, ps.Err()
}

// casework is the part of the city that the loop needs.
func (c *City) casework() casework.City {
	return casework.City{
		Areas: c.Areas, Orgs: c.Orgs, Duties: c.Duties, Calendar: c.Calendar, Profiles: c.Profiles, Rules: c.Loop, Pack: c.Pack.Ref(),
	}
}

// request is the part of the city that taking in needs. A word of urgency only
// marks the request: the desk asks and decides.
func (c *City) request() request.City {
	words := c.Loop.UrgentWords
	return request.City{Prefix: c.Loop.NumberPrefix, Terms: c.Terms, Areas: c.Areas, Urgent: func(text string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}}
}

// ReadPack reads a pack from its folder; the packs it extends lie beside it.
func ReadPack(dir string) (*pack.Pack, error) {
	if _, err := os.Stat(filepath.Join(dir, "pack.yaml")); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no pack: it has no pack.yaml", dir)
	}
	dir = filepath.Clean(dir)
	return pack.Load(os.DirFS(dir), func(name string) (fs.FS, error) {
		base := filepath.Join(filepath.Dir(dir), name)
		if _, err := os.Stat(base); err != nil {
			return nil, fmt.Errorf("pack %s, which %s extends, is not beside it: %w", name, filepath.Base(dir), err)
		}
		return os.DirFS(base), nil
	})
}

// CheckPack loads a pack wholly and runs its given/expect examples.
func CheckPack(p *pack.Pack, at time.Time) pack.Problems {
	c, err := LoadCity(p)
	ps := pack.AsProblems(err)
	ps = append(ps, calendar.Check(p)...)
	if p.Has("demo") {
		_, err := demo.Load(p)
		ps = append(ps, pack.AsProblems(err)...)
	}
	if c.Purposes != nil {
		ps = append(ps, consent.CheckExamples(p, c.Purposes)...)
	}
	if c.Lists != nil {
		ps = append(ps, triage.CheckExamples(p, c.Lists, at)...)
	}
	return unique(ps)
}

// unique drops problems that two checks found alike.
func unique(ps pack.Problems) pack.Problems {
	seen := map[pack.Problem]bool{}
	var out pack.Problems
	for _, p := range ps {
		if !seen[p] {
			out, seen[p] = append(out, p), true
		}
	}
	return out
}

// rectify is how long a unit has to put a bad rating right: the same for all,
// by the default profile.
func (c *City) rectify() calendar.Limit {
	p, _ := c.Profiles.Get(c.Loop.DefaultProfile) // casework.New refuses a pack without it
	return p.Rectify
}
