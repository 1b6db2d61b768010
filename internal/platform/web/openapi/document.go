package openapi

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"unicode"

	"banyan/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
	json "github.com/go-json-experiment/json/v1"
)

// Media types and names of the document.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
	formType    = "multipart/form-data"
	security    = "key"
	schemas     = "#/components/schemas/"
)

// document is the finished OpenAPI document, made once when all rooms have added theirs.
type document struct {
	once       sync.Once
	json, yaml []byte
	err        error
}

func description(title, version string) *huma.OpenAPI {
	registry := huma.NewMapRegistry(schemas, namer())
	problem := registry.Schema(reflect.TypeFor[web.Detail](), true, "")
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: title, Version: version, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: Prefix}},
		Components: &huma.Components{
			Schemas:   registry,
			Responses: problems(problem),
			SecuritySchemes: map[string]*huma.SecurityScheme{security: {
				Type: "http", Scheme: "bearer", BearerFormat: "bk_…", Description: "A key made with `banyan key create`: `Authorization: Bearer bk_…`.",
			}},
		},
	}
}

// problems are the refusals all operations share, by status.
func problems(schema *huma.Schema) map[string]*huma.Response {
	list := map[string]*huma.Response{}
	for code, what := range map[int]string{
		400: "The body or the address cannot be read.",
		401: "No key, or one that opens nothing.",
		403: "The key's scopes or post do not allow it.",
		404: "There is no such thing, or the key may not know of it.",
		409: "The state of things does not allow it now, or somebody was faster.",
		412: "It has another version than If-Match says.",
		413: "The body is too large.",
		415: "The body has another media type.",
		422: "Fields or parameters are wrong; `errors` names each.",
		429: "The quota is used up; come again after Retry-After seconds.",
		500: "A mistake of ours; `ref` finds it in the log.",
		503: "Busy: come again after Retry-After seconds.",
	} {
		r := &huma.Response{Description: what, Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
		whole := &huma.Schema{Type: "integer"}
		switch code {
		case http.StatusUnauthorized:
			r.Headers = map[string]*huma.Param{"WWW-Authenticate": {Schema: &huma.Schema{Type: "string"}}}
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			r.Headers = map[string]*huma.Param{"Retry-After": {Description: "seconds", Schema: whole}}
		}
		list[problemName(code)] = r
	}
	return list
}

func problemName(code int) string {
	return strings.ReplaceAll(http.StatusText(code), " ", "")
}

// namer names schemas so that two types never share one: the second gets its package before its own name.
func namer() func(reflect.Type, string) string {
	owner := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := nameOf(t, hint)
		if other, taken := owner[name]; taken && other != t {
			name = packageOf(t) + name
		}
		owner[name] = t
		return name
	}
}

// packageOf is the last part of a type's package: Feed.
func packageOf(t reflect.Type) string {
	pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	if pkg == "" {
		return "Other"
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:]
}

// nameOf names a schema after its type, with the package before it where two rooms have the same word.
func nameOf(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, pkg := range []string{"oversee", "rate", "triage", "calendar", "feed", "web"} {
		if strings.HasSuffix(t.PkgPath(), "/"+pkg) {
			name = string(unicode.ToUpper(rune(pkg[0]))) + pkg[1:] + name
		}
	}
	switch {
	case name == "WebDetail":
		return "Problem"
	case name == "Standing" && strings.HasSuffix(t.PkgPath(), "/casework"):
		return "CaseStanding"
	}
	return name
}

// Document is the finished document as the program knows it. No operation may be added after it was asked for.
func (a *API) Document() *huma.OpenAPI {
	a.doc.once.Do(a.finish)
	return a.huma.OpenAPI()
}

func (a *API) finish() {
	oapi := a.huma.OpenAPI()
	all := oapi.Components.Schemas.Map()
	delete(all, "ErrorModel") // huma's own problem, which we never show
	delete(all, "ErrorDetail")
	if a.doc.json, a.doc.err = json.Marshal(oapi); a.doc.err != nil {
		return
	}
	a.doc.yaml, a.doc.err = oapi.YAML()
}

// JSON serves the document.
func (a *API) JSON(w http.ResponseWriter, _ *http.Request) error {
	a.doc.once.Do(a.finish)
	return write(w, "application/openapi+json", a.doc.json, a.doc.err)
}

// YAML serves the document for people.
func (a *API) YAML(w http.ResponseWriter, _ *http.Request) error {
	a.doc.once.Do(a.finish)
	return write(w, "application/openapi+yaml", a.doc.yaml, a.doc.err)
}

func write(w http.ResponseWriter, mediaType string, body []byte, err error) error {
	if err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(body) // the reader has gone away
	return nil
}

// Values lists the words a property of a schema may have, for types of floors that know nothing of documents.
func (a *API) Values(schema, property string, values ...string) {
	s := a.huma.OpenAPI().Components.Schemas.Map()[schema]
	if s == nil || s.Properties[property] == nil {
		panic(fmt.Sprintf("openapi: schema %s has no property %s", schema, property))
	}
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	p := s.Properties[property]
	if p.Items != nil {
		p = p.Items
	}
	p.Enum = list
	p.PrecomputeMessages()
}

// formats is JSON alone, read strictly.
func formats() map[string]huma.Format {
	f := huma.Format{Unmarshal: unmarshal, Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}}
	return map[string]huma.Format{jsonType: f, problemType: f}
}

// unmarshal reads JSON whose texts are texts.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if tree, ok := v.(*any); ok && !textual(*tree) {
		return fmt.Errorf("a text holds control characters")
	}
	return nil
}

func textual(v any) bool {
	switch v := v.(type) {
	case string:
		return plain(v)
	case []any:
		for _, one := range v {
			if !textual(one) {
				return false
			}
		}
	case map[string]any:
		for name, one := range v {
			if !plain(name) || !textual(one) {
				return false
			}
		}
	}
	return true
}
