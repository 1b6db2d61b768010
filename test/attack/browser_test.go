package attack

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/oklog/ulid/v2"

	"banyan/internal/platform/db"
	"banyan/internal/scenario/demo"
)

const site = "http://city.test"

// browser is somebody with cookies of their own who follows no redirect.
type browser struct {
	*house
	jar  *cookiejar.Jar
	addr string
	lang string
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &browser{house: h, jar: jar, addr: "203.0.113.9:4711", lang: "zh-CN"}
}

// staff is the browser of a demo login, signed in once.
func (h *house) staff(login string) *browser {
	h.Helper()
	if b := h.in[login]; b != nil {
		return b
	}
	h.in[login] = h.signIn(login)
	return h.in[login]
}

// signIn is a fresh browser with a demo login signed in.
func (h *house) signIn(login string) *browser {
	h.Helper()
	b := h.browser()
	b.post("/staff/signin", url.Values{"login": {login}, "password": {demo.Password}}).wants(b, http.StatusSeeOther)
	return b
}

// citizen is a browser signed in with a phone.
func (h *house) citizen(phone string) *browser {
	h.Helper()
	b := h.browser()
	b.post("/signin", url.Values{"phone": {phone}}).wants(b, http.StatusOK)
	b.post("/signin/code", url.Values{"phone": {phone}, "code": {h.code()}}).wants(b, http.StatusSeeOther)
	return b
}

// code is the newest sign-in code on its way.
func (h *house) code() string {
	h.Helper()
	var args string
	h.read(func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT args FROM notify_outbox WHERE template = 'app.code' ORDER BY id DESC LIMIT 1`).Scan(&args)
	})
	var list []struct{ Text string }
	if err := json.Unmarshal([]byte(args), &list); err != nil || len(list) == 0 {
		h.Fatalf("no code in %s: %v", args, err)
	}
	return list[0].Text
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.send(b.request(http.MethodGet, path, "", nil))
}

func (b *browser) post(path string, form url.Values) answer {
	b.Helper()
	return b.send(b.request(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode())))
}

// upload is one file of a form.
type upload struct {
	field, name, kind string
	body              []byte
}

func (b *browser) postFiles(path string, form url.Values, files ...upload) answer {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v) // a buffer takes everything
		}
	}
	for _, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="` + f.field + `"; filename="` + f.name + `"`}, "Content-Type": {f.kind},
		})
		if err != nil {
			b.Fatal(err)
		}
		_, _ = part.Write(f.body)
	}
	_ = w.Close()
	return b.send(b.request(http.MethodPost, path, w.FormDataContentType(), body.Bytes()))
}

func (b *browser) request(method, path, kind string, body []byte) *http.Request {
	b.Helper()
	q, err := http.NewRequestWithContext(b.Context(), method, site+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	q.RemoteAddr = b.addr
	q.RequestURI = q.URL.RequestURI()
	if kind != "" {
		q.Header.Set("Content-Type", kind)
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Language", b.lang)
	return q
}

func (b *browser) send(q *http.Request) answer {
	b.Helper()
	for _, c := range b.jar.Cookies(q.URL) {
		q.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, q)
	res := w.Result()
	b.jar.SetCookies(q.URL, res.Cookies())
	return answer{ResponseRecorder: w, to: res.Header.Get("Location")}
}

// cookie is the value of one of the browser's cookies.
func (b *browser) cookie(name string) string {
	u, _ := url.Parse(site) // a constant
	for _, c := range b.jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) setCookie(name, value string) {
	u, _ := url.Parse(site) // a constant
	b.jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// wants fails the test unless the answer has one of the statuses.
func (a answer) wants(b *browser, statuses ...int) answer {
	b.Helper()
	for _, s := range statuses {
		if a.Code == s {
			return a
		}
	}
	b.Fatalf("answer is %d to %q, want %v:\n%.2000s", a.Code, a.to, statuses, a.Body.String())
	return a
}

// says tells whether the answer holds a text, whole.
func (a answer) says(text string) bool {
	return strings.Contains(a.Body.String(), text) || strings.Contains(strings.Join(a.Header()["Location"], ""), text)
}

func formID() string { return ulid.Make().String() }

// report sends a whole report in one form and gives its number.
func (b *browser) report(change url.Values) string {
	b.Helper()
	to := b.post("/report", reportForm(change)).wants(b, http.StatusSeeOther).to
	return strings.TrimPrefix(to, "/report/done/")
}

// reportForm is a whole report with some fields changed.
func reportForm(change url.Values) url.Values {
	f := url.Values{
		"step": {"check"}, "go": {"send"}, "form_id": {formID()}, "district": {"350102"}, "subdistrict": {"350102004"}, "address": {"牌坊往东二十米"},
		"words": {"牌坊下的路灯灭了三天，请来修。"}, "kind": {"help"}, "seen": {"1"}, "duty": {"none"}, "phone": {"13900000081"}, "name": {"张三"}, "publish": {"1"},
	}
	for k, v := range change {
		f[k] = v
	}
	return f
}
