package attack

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/survey"
)

// scan goes through every route of the site as somebody, with the ids of one matter.
type scan struct {
	*house
	person  string
	known   map[string][]string // values of a path's parts, by name
	secrets map[string]string
	seen    map[string]bool // routes that showed something
}

// rows counts the trail of the requester.
func (s *scan) rows() (n int) {
	s.Helper()
	s.read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM trail_look WHERE person_id = $1`, s.person).Scan(&n)
	})
	return n
}

// part is a value in a pattern's path.
var part = regexp.MustCompile(`\{([a-z]+)(\.\.\.|\$)?\}`)

// paths fills the parts of a pattern's path: with every combination of what is known by their names.
func (s *scan) paths(path string) []string {
	m := part.FindStringSubmatchIndex(path)
	if m == nil {
		return []string{path}
	}
	values := s.known[path[m[2]:m[3]]]
	if strings.HasSuffix(path[m[0]:m[1]], "$}") {
		values = []string{""}
	}
	if len(values) == 0 {
		values = []string{"x"}
	}
	var all []string
	for _, v := range values {
		all = append(all, s.paths(path[:m[0]]+url.PathEscape(v)+path[m[1]:])...)
	}
	return all
}

// try asks one route and holds that what it shows of the person has a new row in the trail.
func (s *scan) try(who string, masked string, pattern string, send func(method, path string) answer) {
	s.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	if slices.Contains([]string{"POST /signout", "GET /live", "POST /account/sessions/others"}, pattern) || strings.HasPrefix(path, "/account/posts") {
		return // would end the scan's own session, never ends, or changes the post
	}
	for _, p := range s.paths(path) {
		before := s.rows()
		a := send(method, p)
		s.clock.Advance(200 * time.Millisecond) // nobody is refused for asking too often
		body := a.Body.String()
		for what, secret := range s.secrets {
			if !strings.Contains(body, secret) {
				continue
			}
			s.seen[pattern] = true
			if s.rows() <= before {
				s.Errorf("%s as %s (%d) shows the %s and leaves no row", method+" "+p, who, a.Code, what)
			}
		}
		if masked != "" && strings.Contains(body, masked) {
			s.seen[pattern] = true
			if s.rows() <= before {
				s.Errorf("%s as %s shows the masked phone and leaves no row", method+" "+p, who)
			}
		}
	}
}

// TestNoRouteShowsAPersonWithoutARow walks every route of the site as every role, the requester, a stranger and another system's
// key, and holds that whatever shows a name, phone, address or words of somebody, whole or masked, left a row in their trail.
func TestNoRouteShowsAPersonWithoutARow(t *testing.T) {
	t.Parallel()
	h := open(t)
	secret := secrets() // lists show the beginning of the words without names and numbers; the secret stands behind it
	number := h.browser().report(url.Values{"phone": {secret["phone"]}, "name": {secret["name"]}, "address": {secret["address"]}, "words": {
		"我叫" + secret["name"] + "，电话" + secret["phone"] + "，路灯不亮，请来修理，晚上看不清台阶，已经好几天了，老人孩子走路都很危险。" + secret["words"]}})
	f := h.file(number)
	head := h.head(number)
	desk := access.Actor{Kind: access.Staff, ID: "desk", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.CallTaker, access.Dispatcher, access.FollowUp}}
	f, err := h.Cases.Dispatch(t.Context(), desk, casework.Dispatch{Case: f.Case.ID, Version: f.Case.Version, Duty: h.lampDuty(), Lead: "350102.cgj", Assisting: []string{"350102.jsj"}})
	if err != nil {
		t.Fatal(err)
	}
	h.settle()
	s := &scan{house: h, person: head.PersonID, secrets: secret, seen: map[string]bool{}}
	order := orderOf(f, "350102.cgj").ID
	s.known = map[string][]string{
		"id": {f.Case.ID, head.ID, order}, "case": {f.Case.ID}, "order": {order}, "request": {head.ID}, "number": {number}, "code": {"350102"}, "unit": {"350102.cgj"},
		"purpose": {"publish"}, "act": {"phone", "dispatch", "answer", "reply", "return"},
	}
	id, entry := h.survey(secret)
	s.known["id"], s.known["entry"] = append(s.known["id"], id), []string{entry}
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(routes) // GET before POST: what changes something comes last
	extra := []string{"GET /desk/cases?q=" + number, "GET /desk/queue?case=" + f.Case.ID, "GET /work/orders/" + order + "?case=" + f.Case.ID, "GET /search?q=" + url.QueryEscape("路灯")}
	visitors := map[string]func() *browser{
		"the requester": func() *browser { return h.citizen(secret["phone"]) }, "another citizen": func() *browser { return h.citizen("13900000095") }, "a stranger": h.browser,
	}
	masks := map[string]string{}
	for _, login := range []string{"calltaker", "dispatcher", "followup", "arbiter", "inspector", "brain", "data", "admin", "gulou-city", "gulou-housing", "dongjie", "junmen"} {
		visitors[login] = func() *browser { return h.signIn(login) }
		masks[login] = h.masked(login, s.person, secret["phone"])
	}
	for who, come := range visitors {
		b := come() // now: a session that nobody uses ends
		for _, pattern := range append(slices.Clone(extra), routes...) {
			if strings.Contains(pattern, " /api/") {
				continue
			}
			s.try(who, masks[who], pattern, func(method, path string) answer {
				if method == http.MethodGet {
					return b.get(path)
				}
				form := url.Values{"purpose": {"trail.purpose.dispatch"}, "request": {head.ID}, "do": {"look"}}
				if path == "/desk/call" && slices.Contains([]string{"calltaker", "dispatcher"}, who) {
					form.Set("phone", secret["phone"]) // elsewhere what was typed would be shown again
				}
				return b.post(path, form)
			})
		}
	}
	_, key, err := h.Keys.Create(t.Context(), "", apikey.New{Name: "scan", Unit: "3501.12345", Area: "3501", Roles: desk.Roles, Scopes: apikey.Scopes(), PerSecond: 1000, Burst: 1000})
	if err != nil {
		t.Fatal(err)
	}
	api := h.browser()
	for _, pattern := range append([]string{"GET /api/v1/cases?q=" + url.QueryEscape("路灯")}, routes...) {
		if !strings.Contains(pattern, " /api/") {
			continue
		}
		s.try("another system", "", pattern, func(method, path string) answer {
			q := api.request(method, path, "application/json", []byte(`{}`))
			q.Header.Set("Authorization", "Bearer "+key)
			q.Header.Set("Accept", "application/json")
			return api.send(q)
		})
	}
	if n := len(s.seen); n < 8 || len(routes) < 150 {
		t.Errorf("the scan saw something on %d of %d routes only: %v", n, len(routes), s.seen)
	}
	for _, pattern := range []string{"GET /rounds/{id}", "GET /rounds/{id}/people/{entry}", "GET /desk/surveys/{id}/people"} {
		if !s.seen[pattern] {
			t.Errorf("%s showed nothing of the person to anybody: the survey is not scanned", pattern)
		}
	}
	t.Logf("%d routes, %d of them showed something of the person: %v", len(routes), len(s.seen), s.seen)
}

// survey puts the requester into a survey that runs in the demo city, on the round of "junmen".
func (h *house) survey(secret map[string]string) (id, entry string) {
	h.Helper()
	list, err := h.Surveys.Public(h.Context(), 9)
	if err != nil {
		h.Fatal(err)
	}
	worker, err := h.Staff.ByAccount(h.Context(), "junmen")
	if err != nil {
		h.Fatal(err)
	}
	asks := access.Actor{Kind: access.Staff, ID: worker.ID, Unit: worker.Unit, Area: "/3501/350102/350102004/350102004001/", Roles: []string{access.Community}}
	for _, v := range list {
		if v.State != survey.Running {
			continue
		}
		entry, err := h.Surveys.Add(h.Context(), asks, v.ID, "350102004001", "attack", survey.Who{Name: secret["name"], Phone: person.Phone(secret["phone"]), Address: secret["address"]})
		if err != nil {
			h.Fatal(err)
		}
		return v.ID, entry
	}
	h.Fatal("no survey runs in the demo city")
	return "", ""
}

// masked is a phone as a demo login sees it.
func (h *house) masked(login, who, phone string) string {
	h.Helper()
	viewer, err := h.Staff.ByAccount(h.Context(), login)
	if err != nil {
		h.Fatal(err)
	}
	return person.Phone(phone).MaskedBy(h.People.Mark(viewer.ID, who))
}
