package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"banyan/internal/scenario/roomtest"
)

// operation is what the tests need to know of one operation of the document.
type operation struct {
	method, path, id string
	scopes           []string
	responses        map[string]json.RawMessage
}

// document reads the document as another system does.
func (h *house) document() (doc map[string]any, ops []operation) {
	h.Helper()
	raw := h.nobody().Send(http.MethodGet, root+"/openapi.json", nil).Want(http.StatusOK).Body
	h.Must(json.Unmarshal(raw, &doc))
	var read struct {
		Paths map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
			Responses   map[string]json.RawMessage
		}
	}
	h.Must(json.Unmarshal(raw, &read))
	for path, methods := range read.Paths {
		for method, op := range methods {
			o := operation{method: strings.ToUpper(method), path: path, id: op.OperationID, responses: op.Responses}
			for _, alternative := range op.Security {
				o.scopes = append(o.scopes, alternative["key"]...)
			}
			ops = append(ops, o)
		}
	}
	slices.SortFunc(ops, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return doc, ops
}

// nobody is a program without a key.
func (h *house) nobody() *roomtest.Program { return &roomtest.Program{House: h.House} }

// address is the operation's with ids that lead nowhere.
func (o operation) address() string {
	return root + strings.NewReplacer("{id}", "01M82YNFM0R66RDPASCBZCYFCB", "{number}", "FZ261123-0000-0", "{key}", "a.jpg").Replace(o.path)
}

func TestNothingWithoutAKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, ops := h.document()
	if len(ops) < 50 {
		t.Fatalf("the document has %d operations", len(ops))
	}
	nobody, wrong, report := h.nobody(), h.Program("nobody"), h.Program("desk", "export")
	for _, o := range ops {
		if len(o.scopes) == 0 {
			t.Errorf("%s asks for no scope", o.id)
			continue
		}
		if r := nobody.Call(o.method, o.address(), nil).Want(401); r.Problem().Code != "web.error.key" || r.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s without a key: %s", o.id, r.Body)
		}
		if d := report.Call(o.method, o.address(), nil).Want(403).Problem(); d.Code != "web.error.scope" {
			t.Errorf("%s without its scope: %+v", o.id, d)
		}
		for _, status := range []string{"400", "401", "403", "404", "422", "429", "500", "503"} {
			if o.responses[status] == nil {
				t.Errorf("%s does not tell of %s", o.id, status)
			}
		}
	}
	wrong.Call(http.MethodGet, root+"/cases", nil).Want(401, "apikey.refused")
	h.Program("desk").Call(http.MethodGet, root+"/nowhere", nil).Want(404, "web.error.not_found")
	h.Program("desk").Call(http.MethodDelete, root+"/cases", nil).Want(405, "web.error.method")
}

// Every reference leads somewhere, every operation has a name of its own, and nothing of huma's own shows.
func TestDocument(t *testing.T) {
	t.Parallel()
	h := open(t)
	doc, ops := h.document()
	if doc["openapi"] != "3.1.0" {
		t.Errorf("version %v", doc["openapi"])
	}
	var look func(at string, v any)
	look = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && !leads(doc, ref) {
				t.Errorf("%s: %s leads nowhere", at, ref)
			}
			for name, one := range v {
				look(at+"/"+name, one)
			}
		case []any:
			for _, one := range v {
				look(at, one)
			}
		}
	}
	look("", doc)
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	if schemas["Problem"] == nil || schemas["ErrorModel"] != nil {
		t.Error("refusals are not our problems")
	}
	seen := map[string]bool{}
	for _, o := range ops {
		if o.id == "" || seen[o.id] {
			t.Errorf("%s %s has the name %q", o.method, o.path, o.id)
		}
		seen[o.id] = true
	}
}

func leads(doc map[string]any, ref string) bool {
	var at any = doc
	for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(map[string]any)
		if !ok {
			return false
		}
		at = m[name]
	}
	return at != nil
}

// The same call from many at once makes one request.
func TestTheSameCallAtOnce(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk")
		var mu sync.Mutex
		numbers, running := map[string]bool{}, 0
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				r := desk.Call(http.MethodPost, root+"/requests", lamp(), "Idempotency-Key", "once")
				mu.Lock()
				defer mu.Unlock()
				if r.Status == http.StatusConflict {
					running++
					return
				}
				var one got
				if err := json.Unmarshal(r.Body, &one); err != nil || r.Status != http.StatusCreated {
					t.Errorf("%d %s", r.Status, r.Body)
				}
				numbers[one.Number] = true
			})
		}
		all.Wait()
		if len(numbers) != 1 || running > 7 {
			t.Errorf("%d requests, %d told to wait", len(numbers), running)
		}
		desk.Call(http.MethodPost, root+"/requests", lamp(), "Idempotency-Key", "once").Want(201)
	})
}
