package open311

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// Strict old checkers compare content types letter by letter.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	for format, kind := range map[string]string{asJSON: "application/json", asXML: "text/xml"} {
		a := h.get("", "/open311/discovery."+format).want(http.StatusOK, -1)
		if got := a.header.Get("Content-Type"); got != kind {
			t.Errorf("%s: content type %q, want %q", format, got, kind)
		}
		for _, want := range []string{"http://example.com/open311/v2", "http://example.com/open311/test/v2", "GeoReport_v2", "production", "test", "text/xml", "application/json"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: %q is missing in %s", format, want, a.body)
			}
		}
		if strings.ContainsFunc(a.body, func(r rune) bool { return r > 127 }) == (format == asXML) {
			t.Errorf("%s: XML without a charset must be ASCII, JSON need not be: %s", format, a.body)
		}
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	for _, format := range formats() {
		a := h.get("", "/open311/v2/services."+format).want(http.StatusOK, len(h.room.Catalogue.All()))
		lamp := a.rows[0]
		if lamp["service_code"] != "street-lamp" || lamp["service_name"] != "路灯不亮" || lamp["metadata"] != "true" || lamp["type"] != Realtime || lamp["group"] == "" {
			t.Errorf("%s: %v", format, lamp)
		}
		for _, s := range h.room.Catalogue.All() {
			d := h.get("", "/open311/v2/services/"+s.Code+"."+format).want(http.StatusOK, -1)
			if !strings.Contains(d.body, s.Code) {
				t.Errorf("%s: the definition of %s is %s", format, s.Code, d.body)
			}
		}
	}
	q := httptest.NewRequest(http.MethodGet, "/open311/v2/services.json", nil)
	q.Header.Set("Accept-Language", "en")
	if a := h.do(q); a.rows[0]["service_name"] != "Street lamp out" || a.header.Get("Content-Language") != "en" {
		t.Errorf("in English: %v", a.rows[0])
	}
}

// Every refusal of reading has its code, in both formats and in the reader's language.
func TestRefusalsOfReading(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	scoped, _ := h.newKey("cases.read")
	tests := map[string]struct {
		method, path string
		status       int
		says         string
	}{
		"an unknown service":      {"GET", "/open311/v2/services/nothing.%", 404, "service_code"},
		"no ending":               {"GET", "/open311/v2/services/street-lamp", 404, ".xml"},
		"an unknown request":      {"GET", "/open311/v2/requests/FZ26112300000000.%", 404, "service_request_id"},
		"no number":               {"GET", "/open311/v2/requests/%00.%", 404, "service_request_id"},
		"an unknown token":        {"GET", "/open311/v2/tokens/abc.%", 404, "token"},
		"an unknown address":      {"GET", "/open311/v2/nothing.%", 404, ""},
		"a wrong method":          {"DELETE", "/open311/v2/requests.%", 405, ""},
		"a wrong key":             {"GET", "/open311/v2/requests.%?api_key=bk_wrong", 403, ""},
		"a key of other scope":    {"GET", "/open311/v2/requests.%?api_key=" + scoped, 403, "report"},
		"another city":            {"GET", "/open311/v2/requests.%?jurisdiction_id=chicago", 404, "jurisdiction_id"},
		"a wrong status":          {"GET", "/open311/v2/requests.%?status=lost", 400, "status"},
		"a wrong time":            {"GET", "/open311/v2/requests.%?start_date=yesterday", 400, "start_date"},
		"a place too long":        {"GET", "/open311/v2/requests.%?start_date=2026-01-01&end_date=2026-06-01&lat=26&long=119.3", 400, "end_date"},
		"a span turned round":     {"GET", "/open311/v2/requests.%?start_date=2026-06-01&end_date=2026-01-01", 400, "end_date"},
		"a page of nothing":       {"GET", "/open311/v2/requests.%?page=0", 400, "page"},
		"a page too deep":         {"GET", "/open311/v2/requests.%?page=100000", 400, "Link"},
		"a page too large":        {"GET", "/open311/v2/requests.%?page_size=1001", 400, "page_size"},
		"a cursor of nobody":      {"GET", "/open311/v2/requests.%?after=x", 400, "after"},
		"half a place":            {"GET", "/open311/v2/requests.%?lat=26", 400, "lat"},
		"a circle too wide":       {"GET", "/open311/v2/requests.%?lat=26&long=119&radius=90000", 400, "radius"},
		"a radius of no number":   {"GET", "/open311/v2/requests.%?lat=26&long=119&radius=NaN", 400, "radius"},
		"updates of a wrong time": {"GET", "/open311/v2/servicerequestupdates.%?start_date=x&end_date=y", 400, "end_date"},
	}
	for name, tt := range tests {
		for _, format := range formats() {
			q := httptest.NewRequest(tt.method, strings.ReplaceAll(tt.path, ".%", "."+format), nil)
			q.Header.Set("Accept-Language", "en")
			a := h.do(q)
			if a.status != tt.status || len(a.rows) == 0 || a.rows[0]["description"] == "" || !strings.Contains(a.body, tt.says) {
				t.Errorf("%s in %s: status %d: %s", name, format, a.status, a.body)
				continue
			}
			if code := a.rows[0]["code"]; code != map[int]string{400: "400", 403: "403", 404: "404", 405: "405"}[tt.status] {
				t.Errorf("%s in %s: code %s in the body", name, format, code)
			}
		}
	}
}

// Whose eyes see what: nobody learns of a request by guessing its number.
func TestSights(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		other, _ := h.newKey("report")
		number, f := h.replied()
		sees := func(key string) (one, list map[string]string) {
			a := h.get(key, "/open311/v2/requests/"+number+".json")
			if a.status == http.StatusOK {
				one = a.rows[0]
			}
			for _, row := range h.get(key, "/open311/v2/requests.xml").want(http.StatusOK, -1).rows {
				if row["service_request_id"] == number {
					list = row
				}
			}
			return one, list
		}
		for name, key := range map[string]string{"a stranger": "", "another key": other} {
			if one, list := sees(key); one != nil || list != nil {
				t.Errorf("%s sees a request that is not public: %v %v", name, one, list)
			}
		}
		one, list := sees(h.key)
		if one["status"] != "open" || one["status_notes"] != "三盏路灯已修好。" || list["service_code"] != "street-lamp" || list["agency_responsible"] == "" {
			t.Errorf("its own key sees %v and %v", one, list)
		}
		if one["description"] != "" || one["media_url"] != "" {
			t.Errorf("its own key reads words that are not public: %v", one)
		}
		h.show(f)
		for name, key := range map[string]string{"a stranger": "", "another key": other, "its own key": h.key} {
			one, list := sees(key)
			if one["address"] != "鼓楼区东街街道" || list["lat"] != "26.0853" || !strings.HasPrefix(one["description"], "路灯不亮") {
				t.Errorf("%s sees %v and %v of what is public", name, one, list)
			}
			for _, secret := range []string{"张三", "13900000001", "3号楼"} {
				if strings.Contains(one["description"], secret) {
					t.Errorf("%s reads %q: %s", name, secret, one["description"])
				}
			}
		}
		h.Must(h.Requests.WithdrawPublish(h.Context(), owner(h.head(number)), h.head(number).ID))
		h.Write(func(tx *db.Tx) error { return h.Cases.WithdrawConsentTx(tx, h.head(number).ID) })
		h.Drain()
		if one, list := sees(""); one != nil || list != nil {
			t.Errorf("consent was withdrawn and a stranger sees %v %v", one, list)
		}
		if one, _ := sees(h.key); one == nil || one["description"] != "" {
			t.Errorf("consent was withdrawn and the own key sees %v", one)
		}
	})
}

// A request that nobody handed in here is listed while it is public, under the service of its duty, and not a day longer.
func TestRequestsOfOtherChannels(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	f := h.Dispatched("350102.cgj")
	f, err := h.Cases.Sign(h.Context(), h.Cast["lamps"], h.Lead(f).ID)
	h.Must(err)
	f = h.Reply(f, h.Cast["lamps"])
	h.Drain()
	h.get("", "/open311/v2/requests.json").want(http.StatusOK, 0)
	f = h.show(f)
	row := h.get("", "/open311/v2/requests.json").want(http.StatusOK, 1).rows[0]
	if row["service_code"] == "" || row["service_request_id"] != f.Case.Number {
		t.Errorf("listed as %v", row)
	}
	if u := h.get("", "/open311/v2/servicerequestupdates.json").want(http.StatusOK, 1).rows[0]; u["description"] != "三盏路灯已修好。" {
		t.Errorf("the update says %v", u)
	}
	_, err = h.Cases.Unpublish(h.Context(), worktest.Desk(), f.Case.ID, "privacy")
	h.Must(err)
	h.Drain()
	h.get("", "/open311/v2/requests.json").want(http.StatusOK, 0)
	h.get("", "/open311/v2/servicerequestupdates.json").want(http.StatusOK, 0)
}

// What was published before the store knew this room is there after the first start, once.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	number, _ := h.published()
	h.Write(func(tx *db.Tx) error { return deleteRecord(tx, h.head(number).ID) })
	for range 2 {
		h.Must(h.room.CatchUp(h.Context()))
		h.get("", "/open311/v2/requests/"+number+".xml").want(http.StatusOK, 1)
	}
}

// A merged request stands as the case it came to.
func TestMergedRequest(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	number, head := h.reported()
	into := h.Dispatched("350102.cgj")
	f := h.File(head.CaseID)
	_, err := h.Cases.Merge(h.Context(), worktest.Desk(), f.Case.ID, into.Case.ID, "同一盏路灯")
	h.Must(err)
	h.Drain()
	row := h.get(h.key, "/open311/v2/requests/"+number+".json").want(http.StatusOK, 1).rows[0]
	if row["status"] != "open" || row["agency_responsible"] != "鼓楼区城市管理局" {
		t.Errorf("merged into a case in work and told as %v", row)
	}
}

// owner is the requester of a request, as citizens are known.
func owner(head request.Headline) access.Actor {
	return access.Actor{Kind: access.Citizen, ID: head.PersonID}
}

// The examples of docs/open311.md do what they say.
func TestExamplesOfTheDocument(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	text, err := os.ReadFile("../../../docs/open311.md")
	h.Must(err)
	seen := 0
	for _, line := range strings.Split(string(text), "\n") {
		example, ok := strings.CutPrefix(line, "curl ")
		if !ok {
			continue
		}
		seen++
		words := strings.Split(strings.ReplaceAll(example, "'", ""), " ")
		path := strings.TrimPrefix(words[0], "http://127.0.0.1:8080")
		form := url.Values{}
		for i := 1; i+1 < len(words) && words[i] == "-d"; i += 2 {
			name, value, _ := strings.Cut(words[i+1], "=")
			form.Add(name, value)
		}
		a := h.get("", path)
		if len(form) > 0 {
			a = h.post("", path, form)
		}
		if a.status >= 300 {
			t.Errorf("%s: status %d: %s", line, a.status, a.body)
		}
	}
	if seen < 5 {
		t.Errorf("%d examples", seen)
	}
}
