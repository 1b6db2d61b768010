package openapi

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"banyan/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// API is the operations of every room and their document.
type API struct {
	huma   huma.API
	server *web.Server
	keeper Keeper
	doc    document
}

// New makes an API without operations behind a server; keeper may be nil, then idempotency keys are refused.
func New(s *web.Server, title, version string, keeper Keeper) *API {
	a := &API{server: s, keeper: keeper}
	a.huma = huma.NewAPI(huma.Config{
		OpenAPI:                      description(title, version),
		Formats:                      formats(),
		DefaultFormat:                jsonType,
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{a.problem},
	}, a)
	return a
}

// Op describes one operation.
type Op struct {
	ID      string // operationId: "dispatch-case"
	Method  string
	Path    string   // below Prefix: "/cases/{case}/dispatch"
	Tag     string   // chapter of the document
	Summary string   // a sentence of a few words
	More    string   // what else one has to know; may be empty
	Scope   string   // scope a key must have, one of several "a|b"; empty: for everybody
	Made    bool     // answers 201 instead of 200
	Types   []string // media types of an answer that is a file
	Body    int64    // bytes a body may have; 0: 1 MiB, or the server's limit for files
	Again   bool     // does no harm when it comes again, and takes no idempotency key: its work is more than one transaction
}

// Add serves an operation. In's fields are parameters by tag (path, query, header) and a Body; Out's are headers and
// a Body. h refuses with a fault. A mistake in the types panics at start.
func Add[In, Out any](a *API, op Op, h func(ctx context.Context, in *In) (*Out, error)) {
	keeper := a.keeper
	if op.Again {
		keeper = nil
	}
	described := a.operation(op, reflect.TypeFor[In]())
	huma.Register(a.huma, described, func(ctx context.Context, in *In) (*Out, error) {
		out, err := once(ctx, keeper, in, h)
		if err != nil {
			return nil, refusalOf(err)
		}
		return out, nil
	})
	a.tellNulls(described)
}

func (a *API) operation(op Op, in reflect.Type) huma.Operation {
	o := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.More,
		Tags: []string{op.Tag}, Metadata: map[string]any{scopeKey: op.Scope}, MaxBodyBytes: op.Body,
		DefaultStatus: http.StatusOK, Responses: a.refusals(op, in),
	}
	if op.Made {
		o.DefaultStatus = http.StatusCreated
	}
	if op.Scope != "" {
		for _, scope := range strings.Split(op.Scope, "|") {
			o.Security = append(o.Security, map[string][]string{security: {scope}})
		}
		o.Description = strings.TrimSpace(o.Description + "\n\nScope: `" + strings.ReplaceAll(op.Scope, "|", "` or `") + "`.")
	}
	if len(op.Types) > 0 {
		file := &huma.Response{Description: "The file.", Content: map[string]*huma.MediaType{}}
		for _, t := range op.Types {
			file.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
		o.Responses["200"] = file
	}
	if _, form := in.FieldByName("RawBody"); op.Method == http.MethodPost && !form && !op.Again {
		o.Parameters = append(o.Parameters, idempotencyParam())
	}
	return o
}

const scopeKey = "scope"

// refusals are the problems an operation may answer with.
func (a *API) refusals(op Op, in reflect.Type) map[string]*huma.Response {
	codes := []int{400, 401, 403, 404, 422, 429, 500, 503}
	if op.Scope == "" {
		codes = []int{400, 401, 404, 422, 429, 500, 503} // a wrong key is refused everywhere
	}
	if op.Method != http.MethodGet {
		codes = append(codes, 409, 413, 415)
		if _, ok := in.FieldByName("IfMatch"); ok {
			codes = append(codes, 412)
		}
	}
	list := map[string]*huma.Response{}
	for _, code := range codes {
		list[strconv.Itoa(code)] = &huma.Response{Ref: "#/components/responses/" + problemName(code)}
	}
	return list
}

// Handle is for huma: it puts an operation behind the server.
func (a *API) Handle(op *huma.Operation, next func(huma.Context)) {
	a.server.Handle(op.Method+" "+Prefix+op.Path, func(w http.ResponseWriter, r *http.Request) error {
		return a.serve(w, r, op, next)
	})
}

// ServeHTTP is for huma, which never calls it: the server's handler serves.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.server.Handler().ServeHTTP(w, r) }
