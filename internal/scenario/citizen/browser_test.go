package citizen_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/platform/web"
	"banyan/internal/scenario/roomtest"
)

// browser is one person's browser with its own cookies.
type browser struct {
	*house
	client *http.Client
	lang   string
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.Must(err)
	return &browser{house: h, client: &http.Client{Jar: jar}}
}

// carry gives the browser a session's token.
func (b *browser) carry(token string) *browser {
	at, err := url.Parse(b.server.URL)
	b.Must(err)
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: web.SessionCookie, Value: token}})
	return b
}

// signIn signs a citizen in by phone code, through the pages.
func (b *browser) signIn(phone string) answer {
	b.Helper()
	a := b.post("/signin", url.Values{"phone": {phone}, "to": {"/mine"}})
	code := ""
	for _, c := range b.codes {
		code = c
	}
	return b.post("/signin/code", fill(a, "form[action='/signin/code']", url.Values{"code": {code}}))
}

// answer is what came back.
type answer struct {
	*goquery.Document
	status int
	path   string
	body   string
}

func (b *browser) do(req *http.Request) answer {
	b.Helper()
	req.Header.Set("Accept", "text/html")
	if b.lang != "" {
		req.Header.Set("Accept-Language", b.lang)
	}
	res, err := b.client.Do(req)
	b.Must(err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	b.Must(err)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(raw))
	b.Must(err)
	if bytes.Contains(raw, []byte("[citizen.")) || bytes.Contains(raw, []byte("[ui.")) {
		b.Errorf("%s %s shows a message key", req.Method, req.URL.Path)
	}
	return answer{doc, res.StatusCode, res.Request.URL.Path, string(raw)}
}

func (b *browser) get(path string) answer {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, b.server.URL+path, nil)
	b.Must(err)
	return b.do(req)
}

func (b *browser) post(path string, values url.Values) answer {
	b.Helper()
	req, err := http.NewRequest(http.MethodPost, b.server.URL+path, strings.NewReader(values.Encode()))
	b.Must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

// fill reads the fields of a page's form as a browser would send them, with some of them typed anew.
func fill(a answer, form string, typed url.Values) url.Values {
	values := roomtest.Fields(a.Find(form))
	maps.Copy(values, typed)
	return values
}

// send posts the report's form with photos.
func (b *browser) send(values url.Values, photos ...[]byte) answer {
	b.Helper()
	body, kind := b.Multipart(values, "photos", photos...)
	req, err := http.NewRequest(http.MethodPost, b.server.URL+"/report", body)
	b.Must(err)
	req.Header.Set("Content-Type", kind)
	return b.do(req)
}

func photo(t *testing.T) []byte {
	t.Helper()
	var raw bytes.Buffer
	if err := jpeg.Encode(&raw, image.NewRGBA(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}
