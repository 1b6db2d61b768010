package citizen_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/register/access"
	"banyan/internal/work/request"
)

// How many worlds /mine is compared in, and how many requests each has: more than one page for some.
const (
	worldStores     = 20
	peopleOfStore   = 50
	requestsOfStore = 120
)

// TestMineIsTheAllowSet compares /mine, page by page, and what a person's requests are by id, with what Cedar allows request by request:
// the own ones, and the one that this browser has proven besides.
func TestMineIsTheAllowSet(t *testing.T) {
	t.Parallel()
	for store := range worldStores {
		t.Run(fmt.Sprint(store), func(t *testing.T) {
			t.Parallel()
			newHouse(t).compareMine(rand.New(rand.NewPCG(uint64(store), 29))) //nolint:gosec // a world, not a secret
		})
	}
}

func (h *house) compareMine(r *rand.Rand) {
	h.Helper()
	phone := func(i int) string { return fmt.Sprintf("1390000%04d", i) }
	said := map[int][]request.Receipt{}
	owner := map[string]string{}
	for i := range requestsOfStore {
		who := r.IntN(peopleOfStore)
		if r.IntN(2) == 0 {
			who = 0 // one of them says much: more than a page
		}
		got := h.lamp(func(in *request.Intake) { in.ClientID, in.Contact.Phone = fmt.Sprintf("client-%04d", i), phone(who) })
		said[who] = append(said[who], got)
		owner[got.RequestID] = h.head(got.RequestID).PersonID
	}
	for who := range peopleOfStore {
		clear(h.codes)
		b := h.browser()
		if a := b.signIn(phone(who)); a.path != "/mine" {
			h.Fatalf("signing in leads to %s", a.path)
		}
		var person string
		for id := range h.codes {
			person = id
		}
		proven := ""
		if other := said[(who+1)%peopleOfStore]; r.IntN(2) == 0 && len(other) > 0 {
			proven = other[0].RequestID
			b.post("/track", url.Values{"number": {other[0].Number}, "phone": {phone((who + 1) % peopleOfStore)}})
		}
		h.mineIs(b, access.Actor{Kind: access.Citizen, ID: person}, proven, owner)
	}
}

// mineIs compares the list of a browser in which somebody is signed in.
func (h *house) mineIs(b *browser, who access.Actor, proven string, owner map[string]string) {
	h.Helper()
	var want []string
	for id, person := range owner {
		if id == proven || h.City.Policy.May(who, access.RequestRead, access.Resource{Kind: "request", ID: id, Owner: person}).Allow {
			want = append(want, id)
		}
	}
	var got []string
	for path := "/mine"; path != ""; {
		page := b.get(path)
		path = ""
		page.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
			href := s.AttrOr("href", "")
			if id, ok := strings.CutPrefix(href, "/mine/"); ok {
				got = append(got, id)
			}
			if strings.HasPrefix(href, "/mine?from=") {
				path = href
			}
		})
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.Errorf("/mine of %s, who has proven %q: %d requests, Cedar allows %d: %v, %v", who.ID, proven, len(got), len(want), got, want)
	}
}
