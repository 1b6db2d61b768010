package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/sync/errgroup"

	"banyan/internal/register/area"
)

// form lets citizens report over HTTP as a browser without script does: the empty form, every step, the page at the
// end. One operation is one whole report. The client's processor time does not count.
func form(ctx context.Context, s *setup) (report, error) {
	c, cases, err := s.filled(ctx)
	if err != nil {
		return report{}, err
	}
	city, err := cityOf(ctx, c)
	if err != nil {
		return report{}, err
	}
	v, err := s.serve(ctx, c)
	if err != nil {
		return report{}, err
	}
	m := &citizens{v: v, areas: city.Areas.All(area.Community)}
	callers := min(s.callers, 8) // a citizen takes minutes for a form: more would only wait for each other
	if err := m.run(ctx, callers, 3*time.Second); err != nil {
		return report{}, err // the first ones warm up what every process makes once
	}
	m.done, m.all = 0, nil
	before, err := v.cpu(ctx)
	if err != nil {
		return report{}, err
	}
	begun := time.Now()
	if err := m.run(ctx, callers, time.Duration(s.seconds)*time.Second); err != nil {
		return report{}, err
	}
	took := time.Since(begun)
	after, err := v.cpu(ctx)
	return report{
		Bench: "form", Engine: s.engine, N: m.done, Callers: callers, Cases: cases, PerS: float64(m.done) / took.Seconds(),
		P50: m.all.ms(0.5), P99: m.all.ms(0.99), CPU: micros(after-before, m.done), RSS: v.rss(),
	}, err
}

// citizens report one after the other.
type citizens struct {
	v     *server
	areas []area.Area
	n     atomic.Int64

	mu      sync.Mutex
	done    int
	all     latencies
	numbers []string // acknowledged
}

func (m *citizens) run(ctx context.Context, callers int, d time.Duration) error {
	end := time.Now().Add(d)
	g, ctx := errgroup.WithContext(ctx)
	for range callers {
		g.Go(func() error {
			for time.Now().Before(end) {
				if err := m.one(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func (m *citizens) one(ctx context.Context) error {
	begun := time.Now()
	b, err := m.v.browser(int(m.n.Add(1)))
	if err != nil {
		return err
	}
	number, err := b.report(ctx, m.areas)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done, m.all, m.numbers = m.done+1, append(m.all, time.Since(begun)), append(m.numbers, number)
	return nil
}

// browser is one citizen's, with an address of their own and without script.
type browser struct {
	*server
	jar     http.CookieJar
	address string
	n       int
	page    *goquery.Document
}

func (v *server) browser(n int) (*browser, error) {
	jar, err := cookiejar.New(nil)
	return &browser{server: v, jar: jar, n: n, address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)}, err
}

// busyError says that the program asked to try again later.
var errBusy = errors.New("busy, try again")

// report fills in the whole form and gives the number.
func (b *browser) report(ctx context.Context, areas []area.Area) (string, error) {
	in := said(areas, b.n)
	r := rand.New(rand.NewPCG(uint64(b.n), 11)) //nolint:gosec // invented people
	if err := b.get(ctx, "/report"); err != nil {
		return "", err
	}
	for range 8 {
		step := b.page.Find(`input[name=step]`).AttrOr("value", "")
		values := b.typed()
		switch step {
		case "place":
			values.Set("lat", fmt.Sprintf("%.5f", in.Point.Lat))
			values.Set("lon", fmt.Sprintf("%.5f", in.Point.Lon))
			values.Set("district", in.Area[:6])
			values.Set("address", in.Address)
		case "words":
			values.Set("words", in.Words)
			values.Set("kind", "complaint")
			values.Del("join")
		case "contact":
			values.Set("phone", in.Contact.Phone)
			values.Set("name", "张三")
			if r.IntN(3) > 0 {
				values.Set("publish", "1")
			}
		case "check":
			values.Set("go", "send")
		default:
			return "", fmt.Errorf("a form without a step: %s", strings.Join(strings.Fields(b.page.Find("main").Text()), " "))
		}
		to, err := b.post(ctx, "/report", values)
		if err != nil {
			return "", err
		}
		if to != "" {
			return strings.TrimPrefix(to, "/report/done/"), b.get(ctx, to)
		}
	}
	return "", fmt.Errorf("the form does not end: %s", strings.Join(strings.Fields(b.page.Find("main").Text()), " "))
}

// typed is what the form on the page would send as it is.
func (b *browser) typed() url.Values {
	values := url.Values{}
	form := b.page.Find("form").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.Find("input[name=step]").Length() > 0 }).First()
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), in.AttrOr("type", "")
		_, checked := in.Attr("checked")
		switch {
		case kind == "file", (kind == "checkbox" || kind == "radio") && !checked:
		case goquery.NodeName(in) == "select":
			values.Add(name, in.Find("option[selected]").AttrOr("value", ""))
		case goquery.NodeName(in) == "textarea":
			values.Add(name, in.Text())
		default:
			values.Add(name, in.AttrOr("value", ""))
		}
	})
	return values
}

func (b *browser) get(ctx context.Context, path string) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return err
	}
	_, err = b.send(q)
	return err
}

// post sends a form and gives where it leads, or "" when a page came back.
func (b *browser) post(ctx context.Context, path string, values url.Values) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+path, strings.NewReader(values.Encode()))
	if err != nil {
		return "", err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(q)
}

func (b *browser) send(q *http.Request) (to string, err error) {
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Language", "zh-CN")
	q.Header.Set("X-Forwarded-For", b.address)
	for _, c := range b.jar.Cookies(q.URL) {
		q.AddCookie(c)
	}
	res, err := b.client.Do(q)
	if err != nil {
		return "", err
	}
	text, err := drainBody(res)
	if err != nil {
		return "", err
	}
	b.jar.SetCookies(q.URL, res.Cookies())
	switch {
	case res.StatusCode == http.StatusServiceUnavailable, res.StatusCode == http.StatusTooManyRequests:
		return "", errBusy
	case res.StatusCode == http.StatusSeeOther:
		return res.Header.Get("Location"), nil
	case res.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s %s: %s\n%s", q.Method, q.URL.Path, res.Status, text)
	}
	b.page, err = goquery.NewDocumentFromReader(bytes.NewReader(text))
	return "", err
}
