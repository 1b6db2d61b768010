package attack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/consent"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// prey is one citizen's matter that nobody else may get at: its ids, and what of it would give it away.
type prey struct {
	*house
	phone, photo   string
	owner          *browser
	file           *casework.File
	request, order string
	title          string
	tells          map[string]string
}

// quarry makes a matter in 鼓楼 that two units work on, that was looked at, and that is not public.
func (h *house) quarry(phone string) *prey {
	h.Helper()
	f := h.lampCase(phone)
	p := &prey{house: h, phone: phone, file: f, request: f.Requests()[0], order: orderOf(f, "350102.cgj").ID, photo: h.photoOf(f), owner: h.citizen(phone)}
	h.staff("dispatcher").get("/desk/cases/" + f.Case.ID)
	p.title = h.head(f.Case.Number).Text
	p.tells = map[string]string{"words": "秘密的话", "address": "密道三巷", "phone": phone, "number": f.Case.Number}
	return p
}

// hides holds that an answer gives nothing of the matter away. What the asker wrote into the address may come back.
func (p *prey) hides(who, path string, a answer) {
	p.Helper()
	if a.Code >= 500 {
		p.Errorf("%s %s: %d", who, path, a.Code)
	}
	tells := map[string]string{"case": p.file.Case.ID, "request": p.request, "order": p.order, "photo": p.photo}
	for what, text := range p.tells {
		tells[what] = text
	}
	asked, err := url.PathUnescape(path)
	if err != nil {
		p.Fatal(err)
	}
	for what, text := range tells {
		if !strings.Contains(asked, text) && a.says(text) {
			p.Errorf("%s %s (%d) gives the %s away", who, path, a.Code, what)
		}
	}
}

// key makes a key with every scope in a post, and gives a way to ask with it.
func (h *house) key(unit, area string, roles ...string) func(method, path, body string) answer {
	h.Helper()
	_, secret, err := h.Keys.Create(h.Context(), "", apikey.New{Name: "other " + unit, Unit: unit, Area: area, Roles: roles, Scopes: apikey.Scopes(), PerSecond: 1000, Burst: 1000})
	if err != nil {
		h.Fatal(err)
	}
	b := h.browser()
	return func(method, path, body string) answer {
		q := b.request(method, path, "application/json", []byte(body))
		q.Header.Set("Authorization", "Bearer "+secret)
		q.Header.Set("Accept", "application/json")
		return b.send(q)
	}
}

// TestAnothersThingsByEveryPage opens every page with every id of a matter as those who have no part in it.
func TestAnothersThingsByEveryPage(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000061")
	looks, err := h.Trail.ForPerson(t.Context(), h.head(p.file.Case.Number).PersonID, "", 10)
	if err != nil || len(looks) == 0 {
		t.Fatal("nobody looked", err)
	}
	consents := p.agrees()
	s := &scan{house: h, known: map[string][]string{
		"purpose": {"publish", "steps"}, "row": {consents[0].Given.Row},
		"id": {p.file.Case.ID, p.request, p.order, consents[0].ID}, "case": {p.file.Case.ID}, "order": {p.order}, "request": {p.request}, "number": {p.file.Case.Number}, "key": {p.photo},
		"look": {looks[0].ID}, "code": {"350102"}, "unit": {"350102.cgj"}, "act": {"phone", "reply"},
	}}
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	for who, b := range map[string]*browser{
		"a stranger": h.browser(), "another citizen": h.citizen("13900000062"), "another county": h.staff("lianjiang"), "another unit": h.staff("gulou-market"),
		"data": h.staff("data"), "admin": h.staff("admin"),
	} {
		for _, path := range append(searches(p), "/exports/cases.csv", "/messages", "/me/data") {
			p.hides(who, path, b.get(path))
		}
		for _, pattern := range routes {
			method, path, _ := strings.Cut(pattern, " ")
			if method != http.MethodGet || path == "/live" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/assets/") {
				continue
			}
			for _, one := range s.paths(path) {
				p.hides(who, one, b.get(one))
				pages++
			}
		}
	}
	if pages < 500 {
		t.Errorf("only %d pages were opened", pages)
	}
}

// agrees has the owner agree to messages at every step, and gives what they agreed to.
func (p *prey) agrees() (list []consent.Consent) {
	p.Helper()
	p.owner.post("/me/consents/steps", url.Values{"grant": {"1"}, "version": {"1"}})
	p.read(func(tx *db.Tx) (err error) {
		list, err = p.Consents.Of(tx, p.head(p.file.Case.Number).PersonID)
		return err
	})
	if len(list) == 0 || !list[0].Holds() {
		p.Fatalf("the owner could not agree: %+v", list)
	}
	return list
}

// TestAnothersConsent holds that nobody else reads, gives or takes back what somebody agreed to.
func TestAnothersConsent(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000063")
	c, public := p.agrees()[0], h.head(p.file.Case.Number).Publish
	for who, b := range map[string]*browser{
		"a stranger": h.browser(), "another citizen": h.citizen("13900000064"), "another unit": h.staff("gulou-market"), "a unit at work": h.staff("gulou-city"), "data": h.staff("data"), "another county": h.staff("lianjiang"),
	} {
		for _, path := range []string{"/me/consents/" + c.ID, "/me/consents/" + c.ID + "/receipt", "/me/consents/" + c.ID + "/proof/" + c.Given.Row, "/desk/consents/" + p.request} {
			p.hides(who, path, b.get(path))
		}
		b.post("/me/consents/steps", url.Values{})
		b.post("/me/consents/publish", url.Values{"matter": {p.request}, "grant": {"1"}, "version": {"1"}})
		b.post("/me/consents/publish", url.Values{"matter": {p.request}})
		b.post("/desk/consents/"+p.request, url.Values{"purpose": {"steps"}, "way": {"phone"}})
		b.post("/desk/consents/"+p.request, url.Values{"purpose": {"publish"}, "way": {"phone"}, "agrees": {"1"}, "version": {"1"}})
		if h.head(p.file.Case.Number).Publish != public {
			t.Fatalf("%s changed whether it may be public", who)
		}
	}
	h.read(func(tx *db.Tx) error {
		if err := h.Consents.Need(tx, h.head(p.file.Case.Number).PersonID, consent.ForSteps); err != nil {
			t.Errorf("somebody took it back: %v", err)
		}
		return nil
	})
	if a := p.owner.get("/me/consents/" + c.ID); a.Code != http.StatusOK {
		t.Errorf("the owner gets %d", a.Code)
	}
}

// searches are the ways to feel for a matter by what it holds.
func searches(p *prey) (paths []string) {
	for _, word := range []string{"秘密的话", "密道三巷", "路灯不亮", p.phone, p.file.Case.Number} {
		for _, path := range []string{"/search?q=", "/desk/cases?q=", "/public?q=", "/brain/cases?q="} {
			paths = append(paths, path+url.QueryEscape(word))
		}
	}
	return append(paths, "/supervise?view=orders", "/supervise?view=overdue", "/supervise?view=appeals", "/brain/cases?list=open&area=350102", "/brain/cases?list=open&area=3501",
		"/desk/queue?case="+p.file.Case.ID, "/calls?view=open", "/calls?view=past", "/work?view=done", "/oversight?view=scores", "/rates/350102.cgj",
		"/open311/v2/requests.json", "/open311/v2/requests.json?service_request_id="+p.file.Case.Number)
}

// TestAnothersThingsByKey asks every operation of the API with the ids of a matter and with keys whose posts have no part in it.
func TestAnothersThingsByKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000063")
	h.above(p)
	appeal := p.tells["appeal"]
	s := &scan{house: h, known: map[string][]string{
		"id": {p.file.Case.ID, p.request, p.order}, "number": {p.file.Case.Number}, "key": {p.photo}, "webhook": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "delivery": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"},
	}}
	routes, err := h.Routes()
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for who, ask := range map[string]func(method, path, body string) answer{
		"a county's key": h.key("350122.zx", "350122", access.CallTaker, access.Dispatcher, access.FollowUp, access.Arbiter, access.Supervisor, access.Brain),
		"a unit's key":   h.key("350102.scjg", "350102", access.Handler), "a data key": h.key("3501.sjj", "3501", access.Data), "an admin key": h.key("3501.12345", "3501", access.Admin),
	} {
		if p.tells["appeal"] = appeal; who == "a data key" {
			delete(p.tells, "appeal") // it reads the reports of the city, and what units say to them: report.read
		}
		lists := []string{
			"/api/v1/cases?q=" + url.QueryEscape("路灯"), "/api/v1/cases?area=350102", "/api/v1/cases?unit=350102.cgj", "/api/v1/orders?unit=350102.cgj", "/api/v1/oversight?unit=350102.cgj",
			"/api/v1/appeals?unit=350102.cgj", "/api/v1/rectifications?unit=350102.cgj", "/api/v1/exports/cases.csv?area=350102", "/api/v1/exports/cases.csv?unit=350102.cgj",
		}
		for _, path := range lists {
			p.hides(who, path, ask(http.MethodGet, path, ""))
		}
		for _, pattern := range routes {
			method, path, _ := strings.Cut(pattern, " ")
			if !strings.HasPrefix(path, "/api/") {
				continue
			}
			for _, one := range s.paths(path) {
				a := ask(method, one, `{"words":"x","public":"x","unit":"350122.zx","reason":"x","result":"x","grant":true}`)
				p.hides(who, method+" "+one, a)
				if strings.Contains(path, "{id}") && a.Code < 300 {
					t.Errorf("%s %s %s: %d", who, method, one, a.Code)
				}
				asked++
			}
		}
	}
	if got := h.file(p.file.Case.Number); got.Case.Version != p.file.Case.Version {
		t.Errorf("a foreign key moved the case from version %d to %d", p.file.Case.Version, got.Case.Version)
	}
	if n := h.looks(h.head(p.file.Case.Number).PersonID, trail.Phone); n != 0 {
		t.Errorf("%d refused looks left rows as if they had happened", n)
	}
	if asked < 400 {
		t.Errorf("only %d operations were tried", asked)
	}
}

// above gives the matter's unit an order from above, to which it objects in words of its own.
func (h *house) above(p *prey) {
	h.Helper()
	chief := access.Actor{Kind: access.Staff, ID: "chief", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.Supervisor}}
	unit := access.Actor{Kind: access.Staff, ID: "head", Unit: "350102.cgj", Area: "/3501/350102/", Roles: []string{access.Handler}}
	f := p.file
	err := h.Oversee.Issue(h.Context(), chief, oversee.Issuing{Case: f.Case.ID, Number: f.Case.Number, Unit: f.Case.Lead, Path: f.Case.Path, Units: f.Units(), Level: oversee.Yellow, Words: "密令一号"})
	if err != nil {
		h.Fatal(err)
	}
	orders, err := h.Oversee.OrdersOn(h.Context(), f.Case.ID)
	if err == nil {
		err = h.Oversee.Appeal(h.Context(), unit, oversee.Appeal{Order: orders[0].ID, Words: "密令二号"})
	}
	if err != nil {
		h.Fatal(err)
	}
	h.settle()
	p.tells["order from above"], p.tells["appeal"] = "密令一号", "密令二号"
	if a := h.key("350102.zx", "350102", access.Supervisor)(http.MethodGet, "/api/v1/appeals", ""); !a.says("密令二号") {
		h.Fatalf("whoever oversees the unit does not see the appeal: %d %s", a.Code, a.Body)
	}
}

// TestAnothersFileUnderOnesOwn names a stranger's photo in a matter of one's own, which one may open.
func TestAnothersFileUnderOnesOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000064")
	mine := h.quarry("13900000065")
	for who, test := range map[string]struct {
		b    *browser
		path string
	}{
		"owner of another": {mine.owner, "/mine/" + mine.request + "/files/" + p.photo}, "owner of another, alone": {mine.owner, "/photos/" + p.photo}, "small": {mine.owner, "/photos/" + p.photo + "/thumb"},
		"a draft's mark": {mine.owner, "/photos/" + p.photo + "?draft=" + url.QueryEscape(strings.Repeat("A", 43))}, "another unit": {h.staff("gulou-market"), "/work/files/" + mine.file.Case.ID + "/" + p.photo},
		"the unit, under another case": {h.staff("gulou-city"), "/work/files/" + mine.file.Case.ID + "/" + p.photo},
	} {
		if a := test.b.get(test.path); a.Code < 300 || a.says("\xff\xd8") {
			t.Errorf("%s GET %s: %d", who, test.path, a.Code)
		}
	}
	ask := h.key("350102.cgj", "350102", access.Handler)
	if a := ask(http.MethodGet, "/api/v1/cases/"+mine.file.Case.ID+"/files/"+p.photo, ""); a.Code < 400 || a.says("\xff\xd8") {
		t.Errorf("a key gets the photo under another case: %d", a.Code)
	}
	a := ask(http.MethodPost, "/api/v1/requests", `{"kind":"complaint","words":"路灯坏了","area":"350102004001","anonymous":true,"photos":["`+p.photo+`"]}`)
	if a.Code < 400 || a.Code >= 500 {
		t.Errorf("a key hands in a request with a stranger's photo: %d %s", a.Code, a.Body)
	}
	forged := h.browser().post("/report", reportForm(url.Values{"kept": {p.photo + ":image/jpeg:9~" + strings.Repeat("A", 43)}, "phone": {"13900000066"}}))
	if forged.Code != http.StatusUnprocessableEntity {
		t.Errorf("a report with a forged list of photos: %d to %s", forged.Code, forged.to)
	}
}

// TestAnothersCaseIsNotJoined: naming somebody's case in a report of one's own does not make one a requester of it.
func TestAnothersCaseIsNotJoined(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000067")
	number := h.citizen("13900000068").report(url.Values{"join": {p.file.Case.ID}, "phone": {"13900000068"}})
	if h.file(number).Case.ID == p.file.Case.ID {
		t.Error("a report joined a case that is not public")
	}
	a := h.key("350122.zx", "350122", access.Dispatcher)(http.MethodPost, "/api/v1/requests",
		`{"kind":"complaint","words":"路灯坏了","area":"350102004001","anonymous":true,"join":"`+p.file.Case.ID+`"}`)
	var got struct{ Case string }
	if err := json.Unmarshal(a.Body.Bytes(), &got); err != nil || a.Code != http.StatusCreated || got.Case == p.file.Case.ID || got.Case == "" {
		t.Errorf("a foreign key's request: %d %s", a.Code, a.Body)
	}
	if got := h.file(p.file.Case.Number); !slices.Equal(got.Requests(), p.file.Requests()) {
		t.Errorf("the case has the requests %v, had %v", got.Requests(), p.file.Requests())
	}
}

// TestAnothersReceiptsMessagesSessions: the proof of a look, what the city told somebody, and where they are signed in are theirs.
func TestAnothersReceiptsMessagesSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000069")
	other := h.quarry("13900000070").owner
	looks, err := h.Trail.ForPerson(t.Context(), h.head(p.file.Case.Number).PersonID, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(looks, func(l trail.Look) bool { return l.Kind == access.Staff })
	if i < 0 {
		t.Fatal("no member of staff looked")
	}
	if _, err := h.Tree.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := "/me/looks/" + looks[i].ID
	p.owner.get(look+"/receipt").wants(p.owner, http.StatusOK)
	for _, path := range []string{look + "/receipt", look + "/object", "/mine/" + p.request + "/looks/" + looks[i].ID + "/receipt"} {
		if a := other.get(path); a.Code != http.StatusNotFound && a.to != "/track?why=proof" {
			t.Errorf("another citizen GET %s: %d", path, a.Code)
		}
	}
	if a := other.post(look+"/object", url.Values{"words": {"不是我的"}}); a.Code != http.StatusNotFound {
		t.Errorf("another citizen objects to the look: %d to %s", a.Code, a.to)
	}
	if a := p.owner.get("/messages"); !a.says("/mine/" + p.request) {
		t.Error("the owner was told nothing; the next lines would prove nothing")
	}
	if a := other.get("/messages"); a.says("/mine/"+p.request) || a.says(p.file.Case.Number) {
		t.Error("another citizen reads what the owner was told")
	}
	before := strings.Count(p.owner.get("/messages").Body.String(), "新")
	other.post("/messages/read", nil).wants(other, http.StatusSeeOther)
	if after := strings.Count(p.owner.get("/messages").Body.String(), "新"); after != before {
		t.Errorf("another citizen marked the owner's messages as read: %d, were %d", after, before)
	}
	h.anothersSession(p, other)
}

// anothersSession tries to end a citizen's and a member of staff's session by its id.
func (h *house) anothersSession(p *prey, other *browser) {
	h.Helper()
	h.clock.Advance(2 * time.Minute) // one code a minute
	second := h.citizen(p.phone)
	session := between(second.get("/me").Body.String(), `action="/me/sessions/`, `/end"`)
	if session == "" {
		h.Fatal("the owner sees no other session")
	}
	other.post("/me/sessions/"+session+"/end", nil)
	h.staff("gulou-market").post("/account/sessions/"+session+"/revoke", nil)
	for _, b := range []*browser{p.owner, second} {
		if a := b.get("/me/data"); a.Code != http.StatusOK {
			h.Errorf("somebody else ended the owner's session: %d to %s", a.Code, a.to)
		}
	}
}

// TestAnothersWebhook: an endpoint, its secret and what was sent to it belong to one key.
func TestAnothersWebhook(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner, other := h.key("3501.12345", "3501", access.Dispatcher), h.key("3501.12345", "3501", access.Dispatcher)
	a := owner(http.MethodPost, "/api/v1/webhooks", `{"url":"https://hooks.example.org/a","types":["case.*"]}`)
	var made struct{ ID string }
	if err := json.Unmarshal(a.Body.Bytes(), &made); err != nil || made.ID == "" {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	at := "/api/v1/webhooks/" + made.ID
	for _, ask := range [][3]string{
		{"GET", at, ""}, {"PATCH", at, `{"enabled":false}`}, {"DELETE", at, ""}, {"GET", at + "/secret", ""}, {"POST", at + "/rotate", `{"overlap_hours":0}`}, {"POST", at + "/ping", ""},
		{"GET", at + "/deliveries", ""}, {"POST", at + "/replay", `{"since":"2026-01-01T00:00:00Z"}`},
	} {
		if a := other(ask[0], ask[1], ask[2]); a.Code != http.StatusNotFound || a.says("hooks.example.org") || a.says("whsec_") {
			t.Errorf("another key %s %s: %d %s", ask[0], ask[1], a.Code, a.Body)
		}
	}
	if a := other(http.MethodGet, "/api/v1/webhooks", ""); a.says(made.ID) {
		t.Error("another key lists the endpoint")
	}
	if a := owner(http.MethodGet, at, ""); a.Code != http.StatusOK || !a.says(`"enabled":true`) {
		t.Errorf("the endpoint was changed: %d %s", a.Code, a.Body)
	}
}
