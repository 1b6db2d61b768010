package attack

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// follow opens a stream of signals in a server of the test's own, and gives its status and lines.
func (b *browser) follow(srv *httptest.Server, topics ...string) (int, *bufio.Scanner) {
	b.Helper()
	ctx, leave := context.WithCancel(b.Context())
	b.Cleanup(leave)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/live?topics="+url.QueryEscape(strings.Join(topics, ",")), nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range b.jar.Cookies(&url.URL{Scheme: "http", Host: "city.test", Path: "/"}) {
		q.AddCookie(c)
	}
	res, err := srv.Client().Do(q)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	if res.StatusCode == http.StatusOK {
		lines.Scan() // it has joined
	}
	return res.StatusCode, lines
}

// signal is the next signal of a stream.
func signal(lines *bufio.Scanner) string {
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return data
		}
	}
	return "the stream ended"
}

// TestAnothersSignals: that something moved in a case, a unit or a queue is told to those who may see it there.
func TestAnothersSignals(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.quarry("13900000071")
	srv := httptest.NewServer(h.site)
	t.Cleanup(srv.Close)
	t.Cleanup(h.Live.Close) // before the server waits for its streams
	of, unit, queue := "case:"+p.file.Case.ID, "unit:350102.cgj", "queue:received"
	for _, test := range []struct {
		login string
		may   []string
		not   []string
	}{
		{"dispatcher", []string{of, queue}, []string{"brain", "unit:350122.cgj", "case:none", "other", ""}},
		{"gulou-city", []string{of, unit}, []string{queue, "brain", "unit:350102.jsj"}},
		{"brain", []string{of, "brain", queue}, nil},
		{"gulou-market", nil, []string{of, unit, queue, "brain"}},
		{"lianjiang", []string{queue}, []string{of, unit}},
		{"data", nil, []string{of, unit, queue, "brain"}},
		{"admin", nil, []string{of, unit, queue, "brain"}},
	} {
		b := h.staff(test.login)
		for _, topic := range test.not {
			if code, _ := b.follow(srv, topic); code != http.StatusForbidden {
				t.Errorf("%s follows %q: %d", test.login, topic, code)
			}
		}
		for _, topic := range test.may {
			code, lines := b.follow(srv, append([]string{topic}, test.not...)...)
			if code != http.StatusOK {
				t.Errorf("%s may not follow %s: %d", test.login, topic, code)
				continue
			}
			for _, other := range test.not {
				h.Live.Publish(other, "changed")
			}
			if h.Live.Publish(topic, "changed"); !strings.Contains(signal(lines), `"`+topic+`"`) {
				t.Errorf("%s asked for %s and is told of something else first", test.login, topic)
			}
		}
	}
	for who, b := range map[string]*browser{"a stranger": h.browser(), "the requester": p.owner} {
		if code, _ := b.follow(srv, of); code != http.StatusForbidden {
			t.Errorf("%s follows the case: %d", who, code)
		}
	}
}
