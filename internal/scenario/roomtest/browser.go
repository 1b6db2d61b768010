package roomtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/platform/web"
)

// Browser is one person's browser: it keeps cookies between requests and follows no redirect.
type Browser struct {
	*House
	Lang    string // what it asks for, "zh-Hans" to begin with
	Cookies map[string]string
}

// Browser is a browser in which nobody has signed in.
func (h *House) Browser() *Browser {
	return &Browser{House: h, Lang: "zh-Hans", Cookies: map[string]string{}}
}

// As is a browser with one of the Cast in it; "" is nobody.
func (h *House) As(who string) *Browser {
	b := h.Browser()
	if who != "" {
		b.Cookies[web.SessionCookie] = who
	}
	return b
}

// In makes the browser ask for a language.
func (b *Browser) In(lang string) *Browser {
	b.Lang = lang
	return b
}

// Get reads a page as one of the Cast.
func (h *House) Get(who, path string) Answer {
	h.Helper()
	return h.As(who).Get(path)
}

// Post sends a form as one of the Cast.
func (h *House) Post(who, path string, form url.Values) Answer {
	h.Helper()
	return h.As(who).Post(path, form)
}

// Get reads a page.
func (b *Browser) Get(path string) Answer {
	b.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Answer {
	b.Helper()
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do(q)
}

// unsaid is what a page shows where no catalogue has its message.
var unsaid = regexp.MustCompile(`\[[a-z0-9_]+(\.[a-z0-9_]+)+\]`)

// Do sends any request. A page on which a message is missing fails the test.
func (b *Browser) Do(q *http.Request) Answer {
	b.Helper()
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Language", b.Lang)
	q.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	for name, value := range b.Cookies {
		q.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.Handler.ServeHTTP(rec, q)
	for _, c := range rec.Result().Cookies() {
		if b.Cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		}
	}
	a := Answer{Browser: b, Status: rec.Code, To: rec.Header().Get("Location"), Then: rec.Header().Get("Refresh"), Body: rec.Body.String()}
	a.page = sync.OnceValues(func() (*goquery.Document, error) { return goquery.NewDocumentFromReader(strings.NewReader(a.Body)) })
	if key := unsaid.FindString(a.Body); key != "" {
		b.Errorf("%s %s: the message %s is missing", q.Method, q.URL.Path, key)
	}
	return a
}
