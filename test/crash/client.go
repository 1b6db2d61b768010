package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// client is one browser. The program's addresses change with every life; cookies stay.
type client struct {
	http *http.Client
	from string               // its own address, told by a proxy
	base func() (base string) // where the program is now
}

// errRefused is an answer that is no acknowledgement; what was sent is settled.
var errRefused = errors.New("refused")

func newClient(number int, base func() string) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // without options there is nothing to refuse
	}
	return &client{
		http: &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		from: fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255), base: base,
	}
}

// do sends a request. The error is errRefused for an answer from 400, anything else when there was none.
func (c *client) do(ctx context.Context, method, path, kind string, body []byte) (where, page string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base()+path, bytes.NewReader(body))
	if err != nil {
		return "", "", err
	}
	r.Header.Set("X-Forwarded-For", c.from)
	r.Header.Set("Accept-Language", "en")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return "", "", err
	}
	text, err := io.ReadAll(answer.Body)
	err = errors.Join(err, answer.Body.Close())
	switch {
	case answer.StatusCode == http.StatusTooManyRequests, answer.StatusCode == http.StatusServiceUnavailable, answer.StatusCode >= 500:
		return "", "", fmt.Errorf("%s %s: try again later (%d)", method, path, answer.StatusCode)
	case answer.StatusCode >= 400:
		return "", "", fmt.Errorf("%s %s: %d: %w", method, path, answer.StatusCode, errRefused)
	case err != nil && answer.StatusCode == http.StatusOK:
		return "", "", err
	}
	return answer.Header.Get("Location"), string(text), nil
}

func (c *client) get(ctx context.Context, path string) (page string, err error) {
	where, page, err := c.do(ctx, http.MethodGet, path, "", nil)
	if err == nil && where != "" {
		return "", fmt.Errorf("GET %s leads to %s", path, where)
	}
	return page, err
}

func (c *client) post(ctx context.Context, path string, form url.Values) (where string, err error) {
	where, _, err = c.do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
	return where, err
}

// upload sends a form with one photo and gives the page.
func (c *client) upload(ctx context.Context, path string, form url.Values, photo []byte) (page string, err error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name := range form {
		if err := w.WriteField(name, form.Get(name)); err != nil {
			return "", err
		}
	}
	part, err := w.CreateFormFile("photos", "photo.jpg")
	if err == nil {
		_, err = part.Write(photo)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	_, page, err = c.do(ctx, http.MethodPost, path, w.FormDataContentType(), body.Bytes())
	return page, err
}

// signIn opens a staff session, unless there is one.
func (c *client) signIn(ctx context.Context, login string) error {
	where, err := c.post(ctx, "/staff/signin", url.Values{"login": {login}, "password": {"banyan-demo"}})
	if err == nil && !strings.HasPrefix(where, "/desk") {
		return fmt.Errorf("sign in %s: led to %q", login, where)
	}
	return err
}

// between gives every text between two marks.
func between(page, before, after string) (found []string) {
	for {
		_, rest, ok := strings.Cut(page, before)
		if !ok {
			return found
		}
		text, rest, ok := strings.Cut(rest, after)
		if !ok {
			return found
		}
		found, page = append(found, text), rest
	}
}

// addresses hands out where the program is: one life after another, or several in turn.
type addresses struct {
	list atomic.Pointer[[]string]
	turn atomic.Uint64
}

func (a *addresses) set(bases ...string) { a.list.Store(&bases) }

func (a *addresses) next() string {
	list := a.list.Load()
	if list == nil || len(*list) == 0 {
		return "http://127.0.0.1:1" // nobody is there
	}
	return (*list)[a.turn.Add(1)%uint64(len(*list))]
}
