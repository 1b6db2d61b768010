package open311

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// words are what the house keeps of a report.
func (h *house) words(id string) (said request.Said) {
	h.Helper()
	h.Write(func(tx *db.Tx) error {
		list, err := h.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex}, id)
		if err == nil {
			said = list[0]
		}
		return err
	})
	return said
}

// Whatever is wrong with a report is told with its code, and nothing is kept of it.
func TestRefusalsOfReports(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	scoped, _ := h.newKey("cases.read")
	tests := map[string]struct {
		key    string
		form   url.Values
		status int
		says   string
	}{
		"no key":                       {"", lamp(), 403, "api_key"},
		"a wrong key":                  {"bk_wrong", lamp(), 403, ""},
		"a key of another scope":       {scoped, lamp(), 403, "密钥"},
		"no service":                   {h.key, but(lamp(), "service_code", ""), 400, "service_code"},
		"an unknown service":           {h.key, but(lamp(), "service_code", "x"), 404, "service_code"},
		"another city":                 {h.key, but(lamp(), "jurisdiction_id", "chicago"), 404, "jurisdiction_id"},
		"no place":                     {h.key, but(lamp(), "lat", "", "long", ""), 400, "address_string"},
		"half a place":                 {h.key, but(lamp(), "long", ""), 400, "lat"},
		"a place of no numbers":        {h.key, but(lamp(), "lat", "here"), 400, "lat"},
		"a place elsewhere":            {h.key, but(lamp(), "lat", "51.5", "long", "-0.12"), 400, "lat"},
		"no required answer":           {h.key, but(lamp(), "attribute[FAULT]", ""), 400, "attribute[FAULT]"},
		"an answer not in the list":    {h.key, but(lamp(), "attribute[FAULT]", "dark"), 400, "attribute[FAULT]"},
		"a number of letters":          {h.key, but(lamp(), "attribute[LAMPS]", "three"), 400, "attribute[LAMPS]"},
		"a string of two lines":        {h.key, but(lamp(), "attribute[POLE]", "1\n2"), 400, "attribute[POLE]"},
		"a time of no form":            {h.key, url.Values{"service_code": {"flooding"}, "lat": {"26.0853"}, "long": {"119.2965"}, "attribute[SINCE]": {"noon"}}, 400, "attribute[SINCE]"},
		"two answers where one goes":   {h.key, with(lamp(), "attribute[FAULT][]", "out", "day"), 400, "attribute[FAULT]"},
		"a huge description":           {h.key, but(lamp(), "description", strings.Repeat("灯", 6000)), 400, "description"},
		"answers beside full words":    {h.key, but(lamp(), "description", strings.Repeat("灯", 4999)), 400, "words"},
		"a huge answer":                {h.key, but(lamp(), "attribute[POLE]", strings.Repeat("1", 300)), 400, "attribute[POLE]"},
		"control characters":           {h.key, but(lamp(), "description", "灯\x00坏了"), 400, "description"},
		"no UTF-8":                     {h.key, but(lamp(), "description", "灯\xff\xfe坏了"), 400, "description"},
		"control characters unasked":   {h.key, but(lamp(), "attribute[\x01]", "x"), 400, "attribute"},
		"no contact where one must be": {h.key, url.Values{"service_code": {"wages"}, "lat": {"26.0853"}, "long": {"119.2965"}, "description": {"三个月没有发工资"}}, 400, "phone"},
		"a contact nobody can use":     {h.key, url.Values{"service_code": {"wages"}, "lat": {"26.0853"}, "long": {"119.2965"}, "description": {"三个月没有发工资"}, "phone": {"+44 20 7946 0000"}}, 400, "phone"},
	}
	for name, tt := range tests {
		for _, base := range []string{"/open311/v2", "/open311/test/v2"} {
			for _, format := range formats() {
				a := h.post(tt.key, base+"/requests."+format, tt.form)
				if name == "no key" && base != "/open311/v2" {
					continue // the test endpoint may be tried without one
				}
				if a.status != tt.status || len(a.rows) == 0 || a.rows[0]["description"] == "" || !strings.Contains(a.body, tt.says) {
					t.Errorf("%s at %s in %s: status %d, want %d about %q: %s", name, base, format, a.status, tt.status, tt.says, a.body)
				}
			}
		}
	}
	h.get(h.key, "/open311/v2/requests.json").want(http.StatusOK, 0)
	if n := count(h, "request"); n != 0 {
		t.Errorf("%d requests are kept of refused reports", n)
	}
}

func with(form url.Values, field string, values ...string) url.Values {
	form = clone(form)
	form[field] = values
	return form
}

// count tells how many requests there are: with no case, none of them.
func count(h *house, _ string) int {
	h.Helper()
	n, _, err := h.Cases.Opened(h.Context(), h.Clock.Now().AddDate(-1, 0, 0), h.Clock.Now().AddDate(1, 0, 0))
	h.Must(err)
	return n
}

// A report becomes a request as people read it, with its contact, its place and its pictures.
func TestReport(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		form := but(lamp(), "attribute[POLE]", "闽-0001", "attribute[uprn]", "100", "description", "第一行\r\n第二行 <b> & \"灯\"", "address_string", "八一七北路口")
		a := h.upload(h.key, "/open311/v2/requests.xml", form, h.Picture(), h.Picture()).want(http.StatusCreated, 1)
		head := h.head(a.rows[0]["service_request_id"])
		said := h.words(head.ID)
		if want := "第一行\n第二行 <b> & \"灯\"\n怎么了：不亮\n灯杆编号：闽-0001\nuprn：100"; said.Words != want {
			t.Errorf("words are %q, want %q", said.Words, want)
		}
		if said.Address != "八一七北路口" || len(said.Photos) != 2 || said.Photos[0].Type != "image/png" {
			t.Errorf("said %+v", said)
		}
		if head.Channel != Channel || head.Kind != "complaint" || head.Area != "350102004" || head.Anonymous || !head.Publish || head.Point.Lat != 26.0853 {
			t.Errorf("headline %+v", head)
		}
		h.Write(func(tx *db.Tx) error {
			p, err := h.People.Contact(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForNotice}, head.PersonID)
			if p.Name != "张三" || p.Phone != "13900000001" {
				t.Errorf("the requester is %+v", p)
			}
			return err
		})
	})
}

// Who can be reached and who cannot; consent is the requester's alone.
func TestContactAndConsent(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	tests := map[string]struct {
		form      []string
		anonymous bool
		publish   bool
	}{
		"a phone":                    {nil, false, true},
		"an e-mail address alone":    {[]string{"phone", "", "email", "zhang.san@example.com"}, false, true},
		"a phone of another country": {[]string{"phone", "+44 20 7946 0000"}, true, true},
		"both, the phone unusable":   {[]string{"phone", "12", "email", "li.si@example.com"}, false, true},
		"nothing":                    {[]string{"phone", "", "first_name", ""}, true, true},
		"no word of publication":     {[]string{"publish", ""}, false, false},
		"no publication":             {[]string{"publish", "false"}, false, false},
	}
	for name, tt := range tests {
		form := but(lamp(), append([]string{"description", name + "，路灯坏了"}, tt.form...)...)
		a := h.post(h.key, "/open311/v2/requests.json", form).want(http.StatusCreated, 1)
		head := h.head(a.rows[0]["service_request_id"])
		if head.Anonymous != tt.anonymous || head.Publish != tt.publish {
			t.Errorf("%s: %+v", name, head)
		}
		if tt.anonymous != (a.rows[0]["service_notice"] != "") {
			t.Errorf("%s: the notice says %q", name, a.rows[0]["service_notice"])
		}
	}
}

func TestPublishByTheClientsTerms(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{Publish: true})
	if _, head := h.reported("publish", ""); !head.Publish {
		t.Error("the terms make users agree, and the request does not")
	}
	if _, head := h.reported("publish", "no", "description", "不同意公开"); head.Publish {
		t.Error("a requester who says no is published")
	}
}

// The same report is one, by the client's id or by what it says; another key's is another.
func TestReportTwice(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		other, _ := h.newKey("report")
		send := func(key string, form url.Values, status int) string {
			h.Helper()
			return h.post(key, "/open311/v2/requests.json", form).want(status, 1).rows[0]["service_request_id"]
		}
		first := send(h.key, lamp(), 201)
		if again := send(h.key, lamp(), 200); again != first {
			t.Errorf("the same form gave %s and %s", first, again)
		}
		own := but(lamp(), "client_request_id", "abc/1 的")
		second := send(h.key, own, 201)
		if again := send(h.key, but(own, "description", "换了说法"), 200); again != second || second == first {
			t.Errorf("the client's id gave %s, then %s; the form without it %s", second, again, first)
		}
		if third := send(other, own, 201); third == second {
			t.Error("two clients with the same id of their own got one request")
		}
		if third := send(h.key, but(lamp(), "attribute[fixmystreet_id]", "7"), 201); third == first {
			t.Error("FixMyStreet's id did not count")
		}
		if n := count(h, "request"); n != 4 {
			t.Errorf("%d cases, want 4", n)
		}
	})
}

// Places: an area's code, a name in the address, and what is only said.
func TestPlaces(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	tests := map[string]struct {
		form    []string
		area    string
		address string
	}{
		"a point":              {nil, "350102004", ""},
		"an area's code":       {[]string{"lat", "", "long", "", "address_id", "350102004"}, "350102004", ""},
		"a name":               {[]string{"lat", "", "long", "", "address_string", "鼓楼区东街街道口"}, "350102004", "鼓楼区东街街道口"},
		"an unknown code":      {[]string{"address_id", "UPRN 7"}, "350102004", "UPRN 7"},
		"FixMyStreet's no pin": {[]string{"lat", "", "long", "", "address_id", "#NOTPINPOINTED#", "address_string", "某处"}, "3501", "某处"},
	}
	for name, tt := range tests {
		_, head := h.reported(append([]string{"description", name + "的路灯"}, tt.form...)...)
		if said := h.words(head.ID); head.Area != tt.area || said.Address != tt.address {
			t.Errorf("%s: area %s, address %q", name, head.Area, said.Address)
		}
	}
}

// A token is exchanged for the number by whoever holds it; a black box gives neither.
func TestTokens(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	for _, base := range []string{"/open311/v2", "/open311/test/v2"} {
		form := but(lamp(), "service_code", "suggestion")
		a := h.post(h.key, base+"/requests.xml", form).want(http.StatusCreated, 1).rows[0]
		if a["token"] == "" || a["service_request_id"] != "" {
			t.Fatalf("%s: a batch service answers %v", base, a)
		}
		if again := h.post(h.key, base+"/requests.json", form).want(http.StatusOK, 1).rows[0]; again["token"] != a["token"] {
			t.Errorf("%s: the same report has the tokens %s and %s", base, a["token"], again["token"])
		}
		for _, format := range formats() {
			got := h.get("", base+"/tokens/"+a["token"]+"."+format).want(http.StatusOK, 1).rows[0]
			if got["token"] != a["token"] || got["service_request_id"] == "" {
				t.Errorf("%s: the token gives %v", base, got)
			}
		}
		other := map[string]string{"/open311/v2": "/open311/test/v2", "/open311/test/v2": "/open311/v2"}[base]
		h.get("", other+"/tokens/"+a["token"]+".json").want(http.StatusNotFound, 1)
		black := h.post(h.key, base+"/requests.json", but(lamp(), "service_code", "irregularity")).want(http.StatusCreated, 1).rows[0]
		if black["token"] != "" || black["service_request_id"] != "" {
			t.Errorf("%s: a black box answers %v", base, black)
		}
	}
}

// The test endpoint checks alike, makes nothing, and forgets.
func TestTrials(t *testing.T) {
	each(t, Settings{}, func(h *house) {
		const at = "/open311/test/v2/requests.json"
		a := h.upload(h.key, at, lamp(), h.Picture()).want(http.StatusCreated, 1).rows[0]
		id := a["service_request_id"]
		if !strings.HasPrefix(id, "TEST") || a["service_notice"] == "" {
			t.Errorf("a trial answers %v", a)
		}
		h.post(h.key, at, lamp()).want(http.StatusOK, 1)
		h.post("", at, but(lamp(), "description", "试试看")).want(http.StatusCreated, 1)
		h.get("", at).want(http.StatusOK, 2)
		row := h.get("", "/open311/test/v2/requests/"+id+".json").want(http.StatusOK, 1).rows[0]
		if row["service_code"] != "street-lamp" || row["description"] != "" || row["address"] == "" {
			t.Errorf("a trial is told as %v", row)
		}
		h.get(h.key, "/open311/v2/requests/"+id+".json").want(http.StatusNotFound, 1)
		h.get(h.key, "/open311/test/v2/servicerequestupdates.json").want(http.StatusOK, 2)
		said := h.post(h.key, "/open311/test/v2/servicerequestupdates.json", url.Values{"service_request_id": {id}, "description": {"还没有修"}, "status": {"OPEN"}})
		said.want(http.StatusCreated, 1)
		h.post(h.key, "/open311/v2/servicerequestupdates.json", url.Values{"service_request_id": {id}, "description": {"x"}}).want(http.StatusNotFound, 1)
		if n := count(h, "request"); n != 0 {
			t.Errorf("trials opened %d cases", n)
		}
		h.Read(func(tx *db.Tx) error {
			_, known, err := h.People.Find(tx, "13900000001")
			if known {
				t.Error("a trial left a person behind")
			}
			return err
		})
		h.Clock.Advance(8 * 24 * 3600 * 1e9)
		h.Must(h.room.Tidy(h.Context()))
		h.get("", "/open311/test/v2/requests/"+id+".json").want(http.StatusNotFound, 1)
		h.get(h.key, "/open311/test/v2/servicerequestupdates.json").want(http.StatusOK, 0)
	})
}

// Without a key a report is taken only where the city says so, and slowly.
func TestReportsWithoutAKey(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{Anonymous: true})
	number := h.post("", "/open311/v2/requests.json", lamp()).want(http.StatusCreated, 1).rows[0]["service_request_id"]
	h.get("", "/open311/v2/requests/"+number+".json").want(http.StatusNotFound, 1)
	h.get(h.key, "/open311/v2/requests/"+number+".json").want(http.StatusNotFound, 1)
	var last got
	for range Strangers().Burst {
		last = h.post("", "/open311/v2/requests.json", lamp())
	}
	if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" || last.rows[0]["code"] != "429" {
		t.Errorf("status %d: %s", last.status, last.body)
	}
	h.post(h.key, "/open311/v2/requests.json", lamp()).want(http.StatusCreated, 1)
	h.post("", "/open311/v2/servicerequestupdates.json", url.Values{"service_request_id": {number}, "description": {"x"}}).want(http.StatusForbidden, 1)
}

// Clients without a key share no numbering: the same id of two clients is two reports, the same report twice is one.
func TestIDsOfClientsWithoutAKey(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{Anonymous: true})
	one, other := but(lamp(), "client_request_id", "1"), but(lamp(), "client_request_id", "1", "description", "井盖松动，车过时响")
	first := h.post("", "/open311/v2/requests.json", one).want(http.StatusCreated, 1).rows[0]["service_request_id"]
	again := h.post("", "/open311/v2/requests.json", one).want(http.StatusOK, 1).rows[0]["service_request_id"]
	second := h.post("", "/open311/v2/requests.json", other).want(http.StatusCreated, 1).rows[0]["service_request_id"]
	third := h.post("", "/open311/v2/requests.json", but(one, "client_request_id", "2")).want(http.StatusCreated, 1).rows[0]["service_request_id"]
	if again != first || second == first || third == first {
		t.Errorf("numbers %s, again %s, another's %s, another id %s", first, again, second, third)
	}
}

// A key in the header is a key as well, and its scope counts.
func TestBearer(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	for scope, status := range map[string]int{"report": http.StatusCreated, "cases.read": http.StatusForbidden} {
		q := httptest.NewRequest(http.MethodPost, "/open311/v2/requests.json", strings.NewReader(lamp().Encode()))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Authorization", "Bearer "+h.Key("desk", scope))
		h.do(q).want(status, 1)
	}
}

// Files that are no pictures, or hide too much in too little, are refused with the report.
func TestPhotoBombs(t *testing.T) {
	t.Parallel()
	h := open(t, Settings{})
	bomb := h.Picture()
	at := bytes.Index(bomb, []byte("IHDR"))
	copy(bomb[at+4:], []byte{0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00}) // 65536 by 65536 points
	for name, file := range map[string][]byte{
		"a bomb": bomb, "a page": []byte("<html><script>"), "a torn picture": h.Picture()[:40], "a program": []byte("\x7fELF\x02\x01\x01"),
	} {
		for _, base := range []string{"/open311/v2", "/open311/test/v2"} {
			a := h.upload(h.key, base+"/requests.xml", lamp(), file)
			if a.status != http.StatusBadRequest || !strings.Contains(a.body, "photo1") {
				t.Errorf("%s at %s: status %d: %s", name, base, a.status, a.body)
			}
		}
	}
	h.upload(h.key, "/open311/v2/requests.xml", lamp(), slices.Repeat([][]byte{h.Picture()}, 9)...).want(http.StatusCreated, 1)
	many := append(slices.Repeat([][]byte{h.Picture()}, 9), h.Picture())
	h.upload(h.key, "/open311/v2/requests.xml", but(lamp(), "description", "十张照片"), many...).want(http.StatusBadRequest, 1)
}

// Only hosts the city trusts are asked for a picture; every other address stays with the words and is asked for nothing.
func TestMediaAddresses(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	picture := []byte{}
	serve := func(w http.ResponseWriter, q *http.Request) {
		asked[q.URL.Path]++
		switch q.URL.Path {
		case "/lamp.png":
			_, _ = w.Write(picture)
		case "/away":
			http.Redirect(w, q, "/lamp.png", http.StatusFound)
		default:
			_, _ = w.Write([]byte("<html>"))
		}
	}
	trusted, stranger := httptest.NewTLSServer(http.HandlerFunc(serve)), httptest.NewTLSServer(http.HandlerFunc(serve))
	t.Cleanup(trusted.Close)
	t.Cleanup(stranger.Close)
	host := strings.TrimPrefix(trusted.URL, "https://")
	h := open(t, Settings{MediaHosts: []string{host}})
	picture = h.Picture()
	client := trusted.Client()
	client.CheckRedirect = fetcher().CheckRedirect
	h.room.Fetch = client
	tests := map[string]struct {
		address string
		photos  int
		asked   string
	}{
		"a trusted host":     {trusted.URL + "/lamp.png", 1, "/lamp.png"},
		"no picture":         {trusted.URL + "/page", 0, "/page"},
		"a way elsewhere":    {trusted.URL + "/away", 0, "/away"},
		"another host":       {stranger.URL + "/other.png", 0, ""},
		"no TLS":             {"http://" + host + "/plain.png", 0, ""},
		"a user in it":       {"https://a@" + host + "/user.png", 0, ""},
		"the cloud's secret": {"http://169.254.169.254/latest/meta-data", 0, ""},
		"a file":             {"file:///etc/passwd", 0, ""},
	}
	for name, tt := range tests {
		clear(asked)
		_, head := h.reported("description", name+"的路灯", "media_url", tt.address)
		said := h.words(head.ID)
		if len(said.Photos) != tt.photos || (tt.photos == 0) != strings.Contains(said.Words, tt.address) {
			t.Errorf("%s: %d photos, words %q", name, len(said.Photos), said.Words)
		}
		if tt.asked == "" && len(asked) > 0 || tt.asked != "" && (len(asked) != 1 || asked[tt.asked] != 1) {
			t.Errorf("%s: asked for %v", name, asked)
		}
	}
}
