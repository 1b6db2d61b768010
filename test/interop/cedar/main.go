// Command cedar asks Banyan's policies random questions and writes the policies, the questions and the answers for another engine
// of Cedar to compare: one JSON value a line.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"banyan/internal/register/access"
)

type line struct {
	access.Asked
	Allow bool     `json:"allow"`
	IDs   []string `json:"ids"`
}

func main() {
	n := flag.Int("n", 40_000, "how many questions")
	seed := flag.Uint64("seed", 1, "of the questions")
	flag.Parse()
	if err := run(*n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n int, seed uint64) error {
	policy, err := access.New()
	if err != nil {
		return err
	}
	text, err := access.Policies()
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]string{"policies": text}); err != nil {
		return err
	}
	draw := drawer{rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // questions, not secrets
	for range n {
		actor, action := draw.actor(), pick(draw, access.Actions())
		res := draw.resource(actor, action)
		d := policy.May(actor, action, res)
		if err := out.Encode(line{access.Ask(actor, action, res), d.Allow, append([]string{}, d.PolicyIDs...)}); err != nil {
			return err
		}
	}
	return nil
}

type drawer struct{ *rand.Rand }

func pick[T any](d drawer, of []T) T { return of[d.IntN(len(of))] }

func some[T any](d drawer, of []T) (list []T) {
	for _, one := range of {
		if d.IntN(3) == 0 {
			list = append(list, one)
		}
	}
	return list
}

// Few names, so that they meet: own and foreign, inside and outside, and nothing at all.
var (
	units  = []string{"350102.cgj", "350102.other", "350103.cgj", "3501.12345", ""}
	areas  = []string{"/3501/", "/3501/350102/", "/3501/350103/", "/3501/350102/350102001/", ""}
	people = []string{"p1", "p2", ""}
	kinds  = []string{"request", "case", "order", "call", "change", "person", "unit", "list"}
	scopes = []string{"follow", "rate", "report"}
	states = []string{"received", "offered", "signed", "working", "replied", "closed", "answered", "contested", "disputed", "open", ""}
)

func (d drawer) actor() access.Actor {
	a := access.Actor{Kind: pick(d, []access.Kind{access.Staff, access.Staff, access.Partner, access.Citizen, access.Citizen, access.Guest, access.System}), ID: pick(d, people)}
	if a.Kind == access.Staff || a.Kind == access.Partner {
		a.Unit, a.Area = pick(d, units), pick(d, areas)
		a.Roles = slices.Compact([]string{pick(d, access.Roles()), pick(d, access.Roles())})
	}
	if d.IntN(2) == 0 { // acts for somebody
		a.For = access.Behalf{Person: pick(d, people), Scope: some(d, scopes)}
	}
	return a
}

// resource is anything at all; every other time it belongs to whose things the actor deals with.
func (d drawer) resource(a access.Actor, action string) access.Resource {
	r := access.Resource{
		Kind: pick(d, kinds), Unit: pick(d, units), Units: some(d, units[:4]), Open: some(d, units[:4]), AreaPath: pick(d, areas), Owner: pick(d, people), State: pick(d, states),
	}
	if d.IntN(2) == 0 || action == access.RequestConsent && d.IntN(4) > 0 {
		r.Owner = a.Whose()
	}
	if action == access.RequestConsent { // its state is what is done with the consent
		r.State = pick(d, []string{"give", "withdraw"})
	}
	return r
}
