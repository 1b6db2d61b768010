package roomtest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
)

// Program is another system with a key.
type Program struct {
	*House
	Secret string
	Lang   string // what it asks to be answered in; "" says nothing
}

// Program is another system in the post of one of the Cast; without scopes its key has them all.
func (h *House) Program(who string, scopes ...string) *Program {
	return &Program{House: h, Secret: h.Key(who, scopes...)}
}

// Partner is the actor of an operation, as app wires it.
func (h *House) Partner(ctx context.Context) access.Actor {
	v := web.PageIn(ctx).Visitor
	return access.Actor{Kind: access.Partner, ID: v.Account, Unit: v.Unit, Area: v.Area, Roles: v.Roles}
}

// Reply is what a program gets.
type Reply struct {
	*Program
	Status int
	Header http.Header
	Body   []byte
}

// Call sends JSON; nil sends no body. headers are name, value pairs.
func (p *Program) Call(method, path string, body any, headers ...string) Reply {
	p.Helper()
	var sent []byte
	if body != nil {
		var err error
		sent, err = json.Marshal(body)
		p.Must(err)
		headers = append([]string{"Content-Type", "application/json"}, headers...)
	}
	return p.Send(method, path, sent, headers...)
}

// Send sends bytes as they are.
func (p *Program) Send(method, path string, body []byte, headers ...string) Reply {
	p.Helper()
	q := httptest.NewRequest(method, path, bytes.NewReader(body))
	if p.Secret != "" {
		q.Header.Set("Authorization", "Bearer "+p.Secret)
	}
	if p.Lang != "" {
		q.Header.Set("Accept-Language", p.Lang)
	}
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	p.Handler.ServeHTTP(rec, q)
	return Reply{Program: p, Status: rec.Code, Header: rec.Header(), Body: rec.Body.Bytes()}
}

// Want fails the test unless the reply has the status and holds the words.
func (r Reply) Want(status int, words ...string) Reply {
	r.Helper()
	if r.Status != status {
		r.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	for _, w := range words {
		if !strings.Contains(string(r.Body), w) {
			r.Errorf("the reply does not hold %q: %s", w, r.Body)
		}
	}
	return r
}

// Into reads the reply.
func (r Reply) Into(v any) Reply {
	r.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		r.Fatalf("%v in %s", err, r.Body)
	}
	return r
}

// Problem reads a refusal.
func (r Reply) Problem() (d web.Detail) {
	r.Helper()
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
		r.Fatalf("a refusal of type %q: %s", kind, r.Body)
	}
	r.Into(&d)
	return d
}
