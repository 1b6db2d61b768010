package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/web/ui"

	"github.com/danielgtaylor/huma/v2"
)

// docsView is the document as a page.
type docsView struct {
	Page             web.Page
	Frame            ui.CitizenView
	JSON, YAML, Curl string
	docsContents
}

// docsContents is what is the same for every reader: it is made once, of the finished document.
type docsContents struct {
	Chapters []docsChapter
	Schemas  []docsSchema
}

type docsChapter struct {
	Name string
	Ops  []docsOpView
}

type docsOpView struct {
	ID, Method, Path, Summary string
	Status, File, Refusals    string
	More                      []string
	Params, Body, Answer      []docsField
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

// docsField is a parameter or a property; Ref names the schema it is made of.
type docsField struct {
	Name, Type, Ref, What string
	Required              bool
}

// Docs serves the readable page of the API's document; its frame speaks the reader's language.
func Docs(a *openapi.API) web.Handler {
	contents := sync.OnceValue(func() docsContents { return contentsOf(a.Document()) })
	return func(w http.ResponseWriter, q *http.Request) error {
		p := web.PageOf(q)
		v := docsView{
			Page: p, JSON: openapi.Prefix + "/openapi.json", YAML: openapi.Prefix + "/openapi.yaml", docsContents: contents(),
			Curl: `curl -H "Authorization: Bearer bk_…" ` + scheme(q) + q.Host + openapi.Prefix + "/terms",
		}
		p.Title = p.T("api.docs.title")
		v.Frame = ui.CitizenView{Page: p, Title: p.Title, Back: "/"}
		return web.Render(w, q, http.StatusOK, docsPage(v))
	}
}

func contentsOf(doc *huma.OpenAPI) docsContents {
	var c docsContents
	byTag := map[string]*docsChapter{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete} {
			if op == nil {
				continue
			}
			if byTag[op.Tags[0]] == nil {
				byTag[op.Tags[0]] = &docsChapter{Name: op.Tags[0]}
			}
			chapter := byTag[op.Tags[0]]
			chapter.Ops = append(chapter.Ops, docsOpOf(doc, method, path, op))
		}
	}
	for _, chapter := range byTag {
		slices.SortFunc(chapter.Ops, func(a, b docsOpView) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		c.Chapters = append(c.Chapters, *chapter)
	}
	order := []string{tagTerms, tagFiles, tagRequests, onCases, onOrders, onCalls, onChanges, tagRates, tagOversight}
	behind := func(c docsChapter) int { return (slices.Index(order, c.Name) + len(order) + 1) % (len(order) + 1) } // other rooms' come last
	slices.SortFunc(c.Chapters, func(a, b docsChapter) int {
		return cmp.Or(cmp.Compare(behind(a), behind(b)), strings.Compare(a.Name, b.Name))
	})
	for name, s := range doc.Components.Schemas.Map() {
		c.Schemas = append(c.Schemas, docsSchema{name, fieldsOf(doc, s)})
	}
	slices.SortFunc(c.Schemas, func(a, b docsSchema) int { return strings.Compare(a.Name, b.Name) })
	return c
}

func docsOpOf(doc *huma.OpenAPI, method, path string, op *huma.Operation) docsOpView {
	o := docsOpView{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary,
		More: strings.FieldsFunc(strings.ReplaceAll(op.Description, "`", ""), func(c rune) bool { return c == '\n' }),
	}
	for _, p := range op.Parameters {
		f := fieldOf(p.Name, p.Schema, p.Required)
		f.What = strings.TrimSpace(cmp.Or(p.Description, f.What) + " (" + p.In + ")")
		o.Params = append(o.Params, f)
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			o.Body = fieldsOf(doc, media.Schema)
		}
	}
	var refusals []string
	for status, r := range op.Responses {
		code, _ := strconv.Atoi(status) // made of numbers
		if code >= http.StatusBadRequest {
			refusals = append(refusals, status)
			continue
		}
		o.Status = status
		for kind, media := range r.Content {
			if o.Answer = append(o.Answer, fieldsOf(doc, media.Schema)...); len(fieldsOf(doc, media.Schema)) == 0 {
				o.File = strings.TrimPrefix(o.File+", "+kind, ", ")
			}
		}
	}
	slices.Sort(refusals)
	o.Refusals = strings.Join(refusals, " ")
	return o
}

// fieldsOf lists the properties of a schema by name, those that must be there first.
func fieldsOf(doc *huma.OpenAPI, s *huma.Schema) []docsField {
	if s != nil && s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil {
		return nil
	}
	var out []docsField
	for name, p := range s.Properties {
		out = append(out, fieldOf(name, p, slices.Contains(s.Required, name)))
	}
	slices.SortFunc(out, func(a, b docsField) int {
		if a.Required != b.Required && a.Required {
			return -1
		}
		if a.Required != b.Required {
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

func fieldOf(name string, s *huma.Schema, required bool) docsField {
	f := docsField{Name: name, Required: required, What: s.Description}
	inner := s
	if s.Items != nil {
		inner = s.Items
	}
	f.Type = cmp.Or(inner.Format, inner.Type)
	if ref, ok := strings.CutPrefix(inner.Ref, "#/components/schemas/"); ok {
		f.Type, f.Ref = ref, ref
	}
	if s.Items != nil {
		f.Type = "[" + f.Type + "]"
	}
	var words []string
	for _, w := range inner.Enum {
		if word := fmt.Sprint(w); word != "" {
			words = append(words, word)
		}
	}
	if len(words) > 0 {
		f.What = strings.TrimSpace(f.What + " " + strings.Join(words, " | "))
	}
	return f
}

// scheme is how the reader came here; a proxy that ends TLS says so.
func scheme(q *http.Request) string {
	if q.TLS != nil || q.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://"
	}
	return "http://"
}
