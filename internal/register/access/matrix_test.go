package access_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"banyan/internal/register/access"
)

var update = flag.Bool("update", false, "write docs/permissions.md anew")

const matrixFile = "../../../docs/permissions.md"

// near says where a thing lies, seen from the actor.
type near struct {
	letter string
	of     func(a access.Actor) access.Resource
}

// nears are the places of the matrix for posts.
func nears() []near {
	inside, outside := "/3501/350102/350102001/", "/3501/350103/350103001/"
	at := func(path string, units ...string) access.Resource {
		return access.Resource{Kind: "call", Unit: units[0], Units: units, Open: units, AreaPath: path, Owner: "p2", State: "working"}
	}
	return []near{
		{"U", func(a access.Actor) access.Resource { return at(inside, a.Unit) }},
		{"A", func(access.Actor) access.Resource { return at(inside, "350102.other") }},
		{"X", func(a access.Actor) access.Resource { return at(outside, a.Unit) }},
		{"F", func(access.Actor) access.Resource { return at(outside, "350103.other") }},
	}
}

// things are the places of the matrix for people.
func things() []near {
	of := func(owner string) access.Resource {
		return access.Resource{Kind: "case", Unit: "350102.cgj", Units: []string{"350102.cgj"}, AreaPath: "/3501/350102/350102001/", Owner: owner, State: "working"}
	}
	return []near{
		{"O", func(a access.Actor) access.Resource { return of(a.ID) }},
		{"S", func(access.Actor) access.Resource { return of("somebody") }},
	}
}

// matrix writes every action against every role and kind of actor, as the policies answer.
func matrix(p *access.Policy) string {
	var b strings.Builder
	b.WriteString(`# Who may do what

Made from the policies in internal/register/access/policies by ` + "`go test ./internal/register/access -run TestPermissions -update`" + `; the same
test compares them. What a policy does not permit is refused.

For posts: **U** a thing of the own unit in the own area, **A** of another unit in the own area, **X** of the own unit in a foreign
area, **F** of another unit in a foreign area. For people: **O** their own thing, **S** somebody else's. A key of another system has
the rights of its post. The things are at work; a few policies also look at the state of a case, see the policies.

A right is not all: grave acts also ask whoever has it for a fresh proof of who they are, [listed here](trust.md#who-is-at-the-screen).

Cedar's own engine gives the same answers for the same reasons: ` + "`test/interop/cedar`" + ` asks both forty thousand random questions.

Each of these lists shows exactly what the answers allow, row by row. Tests compare it with the policies for random viewers in random stores, most of them below the pages:

| list | pages and operations | test |
| --- | --- | --- |
| cases of a place or unit, a unit's orders, found by words | ` + "`/desk/queue`, `/desk/followup`, `/desk/contested`, `/desk/cases`, `/brain/cases`, `/work`, `/calls`" + `; API: cases, orders, snapshot | ` + "`internal/work/casework/allowset_test.go`" + ` |
| changes and tables of cases | ` + "`/exports/cases.csv`" + `; API: feed, exports | ` + "`internal/scenario/feed/allowset_test.go`" + ` |
| orders from above, appeals | ` + "`/supervise`, `/oversight`" + `; API: oversight, appeals | ` + "`internal/work/oversee/allowset_test.go`" + ` |
| bad ratings to put right | ` + "`/rectifications`, `/rectify`" + `; API: rectifications | ` + "`internal/work/rate/allowset_test.go`" + ` |
| alarms about looks, tracing | ` + "`/supervise/looks`, `/supervise/leaks`" + ` | ` + "`internal/scenario/brain/allowset_test.go`" + ` |
| surveys | ` + "`/desk/surveys`" + ` | ` + "`internal/work/survey/allowset_test.go`" + ` |
| purposes and their assessments | ` + "`/desk/purposes`" + ` | ` + "`internal/scenario/trust/allowset_test.go`" + ` |
| own requests | ` + "`/mine`" + ` | ` + "`internal/scenario/citizen/allowset_test.go`" + ` |
| Open311 requests and updates | ` + "`/open311/v2/requests.json`, `/open311/v2/servicerequestupdates.json`" + ` | ` + "`internal/scenario/open311/allowset_test.go`" + ` |

Who may read about a unit reads all orders from above on it, wherever their cases lie. Live signals follow the same rules
(` + "`internal/app/live.go`" + `), and ` + "`test/attack`" + ` tries another's things by id, key, search and signal.

`)
	roles := access.Roles()
	fmt.Fprintf(&b, "| action | %s | citizen | guest | system |\n|%s\n", strings.Join(roles, " | "), strings.Repeat(" --- |", len(roles)+4))
	for _, action := range access.Actions() {
		fmt.Fprintf(&b, "| `%s` |", action)
		for _, role := range roles {
			b.WriteString(" " + cell(p, access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj", Area: "/3501/350102/", Roles: []string{role}}, action, nears()) + " |")
		}
		for _, kind := range []access.Kind{access.Citizen, access.Guest, access.System} {
			b.WriteString(" " + cell(p, access.Actor{Kind: kind, ID: "p1"}, action, things()) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func cell(p *access.Policy, a access.Actor, action string, where []near) string {
	letters := ""
	for _, n := range where {
		if p.May(a, action, n.of(a)).Allow {
			letters += n.letter
		}
	}
	if letters == "" {
		return "·"
	}
	return letters
}

// The table of permissions in the docs is what the policies say, without a hole.
func TestPermissions(t *testing.T) {
	t.Parallel()
	p, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	want := matrix(p)
	if *update {
		if err := os.WriteFile(matrixFile, []byte(want), 0o644); err != nil { //nolint:gosec // a page of the docs
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/permissions.md is not what the policies say; see its first lines\n%s", want)
	}
}
