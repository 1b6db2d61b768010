package connect_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
)

// usages is an answer of findUsage with every field that the protocol (3.0.0-rc.3) has for what the city tells, and no other.
type usages struct {
	Total     int     `json:"totalUsages"`
	Returned  int     `json:"returnedUsages"`
	Responses []usage `json:"dataResponses"`
	Internal  []usage `json:"internalProcessings"`
}

type usage struct {
	At           time.Time `json:"logTime"`
	Purpose      string    `json:"purpose"`
	System       string    `json:"logSourceSystem"`
	Bulk         bool      `json:"bulkProcessing"`
	Basis        string    `json:"legalBasis"`
	Consent      string    `json:"consentReference"`
	ID           string    `json:"queryId"`
	Group        string    `json:"queryGroupId"`
	HiddenReason string    `json:"hiddenReason"`
	HiddenUntil  time.Time `json:"hiddenUntil"`
	Org          *org      `json:"initiatorOrg"`
	Target       *org      `json:"target"`
	Source       *org      `json:"source"`
}

type org struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// portal is an app that a person let in.
type portal struct {
	*house
	app     signon.App
	bearer  string
	subject string
	person  string
}

func newPortal(t *testing.T, scope string) portal {
	t.Helper()
	h := newHouse(t)
	a, secret := h.app("350102.cgj", "looks", "phone")
	b, person := h.citizen(phone)
	back := h.allow(b, wish(a, scope))
	status, tokens, _ := h.call("/oauth/token", basic(a, secret), form(back.Get("code")))
	if status != http.StatusOK {
		t.Fatalf("no token: %d %v", status, tokens)
	}
	subject, err := h.signon.Subject(a.Sector, person)
	h.Must(err)
	return portal{h, a, "Bearer " + tokens["access_token"].(string), subject, person}
}

// ask asks with the portal's token; more are further parameters.
func (p portal) ask(subject, asker, bearer string, more url.Values) (status int, out usages) {
	p.Helper()
	v := url.Values{"userCode": {subject}}
	for name, values := range more {
		v[name] = values
	}
	q := httptest.NewRequest(http.MethodGet, "/usage/v3/findUsage?"+v.Encode(), nil)
	q.Header.Set("X-Road-UserId", asker)
	q.Header.Set("Accept-Language", "en")
	if bearer != "" {
		q.Header.Set("Authorization", bearer)
	}
	w := httptest.NewRecorder()
	p.Handler.ServeHTTP(w, q)
	if w.Code == http.StatusOK {
		dec := json.NewDecoder(w.Body)
		dec.DisallowUnknownFields()
		p.Must(dec.Decode(&out))
	}
	return w.Code, out
}

func (p portal) find(more url.Values) usages {
	p.Helper()
	status, out := p.ask(p.subject, p.subject, p.bearer, more)
	if status != http.StatusOK {
		p.Fatalf("findUsage answers %d", status)
	}
	return out
}

func (p portal) seen(by access.Actor, purpose, subject string) {
	p.Helper()
	p.Write(func(tx *db.Tx) error {
		return p.Trail.Look(tx, trail.Reader{Actor: by, Purpose: purpose, Subject: subject}, []string{trail.Words}, p.person)
	})
	p.Clock.Advance(time.Second)
}

// Who used a person's data is told to a portal that the person allowed it, in the protocol's terms; the question itself is told, too.
func TestFindUsage(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "openid looks")
	p.seen(p.Cast["lamps"], trail.ForHandling, "c1")
	p.seen(access.Program("triage"), trail.ForIndex, "c1")
	p.seen(access.Actor{Kind: access.Citizen, ID: p.person}, trail.ForOwn, "c1")
	out := p.find(nil)
	if out.Total != 2 || out.Returned != 2 || len(out.Internal) != 1 || len(out.Responses) != 1 {
		t.Fatalf("told %+v", out)
	}
	work, asked := out.Internal[0], out.Responses[0]
	if work.Org == nil || work.Org.Type != "GOV" || work.Org.Name != p.City.Orgs.Name("350102.cgj", "en") || work.Source == nil || work.Purpose == "" || work.Basis == "" || work.Group != "c1" ||
		work.At.IsZero() || work.ID == "" || work.Bulk {
		t.Errorf("the unit's look: %+v", work)
	}
	if asked.Target == nil || asked.Consent == "" || asked.Purpose == "" {
		t.Errorf("the portal's own look: %+v", asked)
	}
	if again := p.find(nil); again.Total != 2 {
		t.Errorf("asked again within half an hour: %d rows", again.Total)
	}
	if all := p.find(url.Values{"includeBulkProcessing": {"true"}}); all.Total != 3 {
		t.Errorf("with what the program does by itself: %d rows", all.Total)
	}
	for name, tt := range map[string]struct {
		more            url.Values
		total, returned int
	}{
		"one kind":       {url.Values{"processingType": {"DATA_RESPONSE", "DATA_REQUEST"}}, 1, 1},
		"no rows of it":  {url.Values{"processingType": {"DATA_PROCESSING"}}, 0, 0},
		"another system": {url.Values{"logSourceSystems": {"Terviseportaal"}}, 0, 0},
		"this system":    {url.Values{"logSourceSystems": {"Banyan"}}, 2, 2},
		"a page":         {url.Values{"limit": {"1"}}, 2, 1},
		"the next page":  {url.Values{"limit": {"5"}, "offset": {"1"}}, 2, 1},
		"later":          {url.Values{"periodStart": {p.Clock.Now().Add(time.Hour).UTC().Format(time.RFC3339)}}, 0, 0},
		"earlier":        {url.Values{"periodEnd": {"2020-01-01T00:00:00Z"}}, 0, 0},
	} {
		if got := p.find(tt.more); got.Total != tt.total || got.Returned != tt.returned || len(got.Internal)+len(got.Responses) != tt.returned {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What the law has told later is told here as late as on the person's own page, with the rule.
func TestFindUsageTellsLate(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "openid looks")
	var d trail.Delay
	p.Write(func(tx *db.Tx) (err error) {
		d, err = p.Trail.AskDelay(tx, p.Cast["chief"], trail.Asking{
			Unit: "350102.cgj", Subjects: []string{"c1"}, Law: "《保守国家秘密法》第十三条", Reason: "正在调查，告知会妨碍调查", Until: p.Clock.Now().Add(5 * time.Minute),
		})
		if err != nil {
			return err
		}
		return p.Trail.DecideDelay(tx, p.Cast["gulou"], d.ID, true)
	})
	p.seen(p.Cast["lamps"], trail.ForHandling, "c1")
	if out := p.find(nil); len(out.Internal) != 0 || out.Total != 1 {
		t.Errorf("while it is held back: %+v", out)
	}
	p.Clock.Advance(6 * time.Minute)
	out := p.find(nil)
	if len(out.Internal) != 1 || out.Internal[0].HiddenReason != d.Law || !out.Internal[0].HiddenUntil.Equal(d.Ends) {
		t.Errorf("afterwards: %+v", out)
	}
}

// Nobody asks about another, without a token, with one that does not allow it, or after it was taken back; and what is wrong is told.
func TestFindUsageRefuses(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "openid looks")
	_, other := p.citizen("13900000002")
	theirs, err := p.signon.Subject(p.app.Sector, other)
	p.Must(err)
	for name, tt := range map[string]struct {
		subject, asker, bearer string
		more                   url.Values
		want                   int
	}{
		"no token":          {p.subject, p.subject, "", nil, 401},
		"a made-up token":   {p.subject, p.subject, "Bearer abc", nil, 401},
		"another's subject": {theirs, p.subject, p.bearer, nil, 403},
		"both another's":    {theirs, theirs, p.bearer, nil, 403},
		"another asker":     {p.subject, theirs, p.bearer, nil, 403},
		"no asker":          {p.subject, "", p.bearer, nil, 400},
		"a kind":            {p.subject, p.subject, p.bearer, url.Values{"processingType": {"ALL"}}, 400},
		"a limit":           {p.subject, p.subject, p.bearer, url.Values{"limit": {"0"}}, 400},
		"too much":          {p.subject, p.subject, p.bearer, url.Values{"limit": {strconv.Itoa(10_001)}}, 400},
		"an offset":         {p.subject, p.subject, p.bearer, url.Values{"offset": {"-1"}}, 400},
		"a time":            {p.subject, p.subject, p.bearer, url.Values{"periodStart": {"yesterday"}}, 400},
		"a flag":            {p.subject, p.subject, p.bearer, url.Values{"includeBulkProcessing": {"maybe"}}, 400},
	} {
		if status, _ := p.ask(tt.subject, tt.asker, tt.bearer, tt.more); status != tt.want {
			t.Errorf("%s: %d, want %d", name, status, tt.want)
		}
	}
	if n := len(p.looks(p.person)); n != 0 {
		t.Errorf("refused questions left %d rows", n)
	}
	p.Clock.Advance(time.Hour)
	if status, _ := p.ask(p.subject, p.subject, p.bearer, nil); status != http.StatusUnauthorized {
		t.Errorf("an old token: %d", status)
	}
	mute := newPortal(t, "openid phone")
	if status, _ := mute.ask(mute.subject, mute.subject, mute.bearer, nil); status != http.StatusForbidden {
		t.Errorf("without the scope: %d", status)
	}
	beat := httptest.NewRecorder()
	p.Handler.ServeHTTP(beat, httptest.NewRequest(http.MethodGet, "/usage/v3/heartbeat", nil))
	if beat.Code != http.StatusOK || beat.Body.String() != "{\"status\":\"OK\"}\n" && beat.Body.String() != `{"status":"OK"}` {
		t.Errorf("heartbeat %d %s", beat.Code, beat.Body)
	}
}
