package feed

import (
	"context"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/sheet"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"

	"github.com/danielgtaylor/huma/v2"
)

const tagExports = "exports"

// exports adds the tables, each in both formats.
func (r *Room) exports(a *openapi.API) {
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		media, _, _ := strings.Cut(f.ContentType(), ";")
		types, more := []string{media}, "UTF-8 with a byte order mark, RFC 4180; what a spreadsheet would take for a formula has an apostrophe before it."
		if f == sheet.XLSX {
			more = "Times are dates in city time. At most 200,000 rows; more is refused with 422."
		}
		openapi.Add(a, openapi.Op{
			ID: "export-cases-" + string(f), Method: http.MethodGet, Path: "/exports/cases." + string(f), Tag: tagExports, Scope: apikey.Export, Types: types,
			Summary: "Cases as " + string(f), More: "Cases the key may read: ids, states, places and times, nothing of a requester. By state, newest first. " + more,
		}, func(ctx context.Context, in *casesQuery) (*huma.StreamResponse, error) {
			actor := r.Program(ctx)
			return r.stream(ctx, actor, f, r.cases(ctx, web.PageIn(ctx), actor, *in))
		})
		openapi.Add(a, openapi.Op{
			ID: "export-rates-" + string(f), Method: http.MethodGet, Path: "/exports/rates." + string(f), Tag: tagExports, Scope: apikey.Export, Types: types,
			Summary: "Rates as " + string(f), More: "Response, resolution and satisfaction rates of all units in a period. " + more,
		}, func(ctx context.Context, in *ratesQuery) (*huma.StreamResponse, error) {
			actor := r.Program(ctx)
			t, err := r.rates(ctx, web.PageIn(ctx), actor, *in)
			if err != nil {
				return nil, err
			}
			return r.stream(ctx, actor, f, t)
		})
	}
}

func (r *Room) stream(ctx context.Context, actor access.Actor, f sheet.Format, t table) (*huma.StreamResponse, error) {
	x, err := r.prepare(ctx, actor, f, t)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		x.head(c.SetHeader)
		x.send(ctx, c.BodyWriter())
	}}, nil
}

// CasesCSV and the next three are the same tables for members of staff, from their list pages.
func (r *Room) CasesCSV(w http.ResponseWriter, q *http.Request) error {
	return r.casesFor(w, q, sheet.CSV)
}

// CasesXLSX downloads cases for a spreadsheet program.
func (r *Room) CasesXLSX(w http.ResponseWriter, q *http.Request) error {
	return r.casesFor(w, q, sheet.XLSX)
}

// RatesCSV downloads the rates.
func (r *Room) RatesCSV(w http.ResponseWriter, q *http.Request) error {
	return r.ratesFor(w, q, sheet.CSV)
}

// RatesXLSX downloads the rates for a spreadsheet program.
func (r *Room) RatesXLSX(w http.ResponseWriter, q *http.Request) error {
	return r.ratesFor(w, q, sheet.XLSX)
}

func (r *Room) casesFor(w http.ResponseWriter, q *http.Request, f sheet.Format) error {
	var in casesQuery
	actor, err := r.asks(q, &in)
	if err != nil {
		return err
	}
	return r.download(w, q, actor, f, r.cases(q.Context(), web.PageOf(q), actor, in))
}

func (r *Room) ratesFor(w http.ResponseWriter, q *http.Request, f sheet.Format) error {
	var in ratesQuery
	actor, err := r.asks(q, &in)
	if err != nil {
		return err
	}
	t, err := r.rates(q.Context(), web.PageOf(q), actor, in)
	if err != nil {
		return err
	}
	return r.download(w, q, actor, f, t)
}

// asks finds out which member of staff asks for what.
func (r *Room) asks(q *http.Request, in any) (access.Actor, error) {
	actor, err := r.Staff(q)
	if err == nil && actor.Kind != access.Staff {
		err = fault.New(fault.Forbidden, "feed.staff_only")
	}
	if err != nil {
		return actor, err
	}
	return actor, web.Decode(q, in)
}

func (r *Room) download(w http.ResponseWriter, q *http.Request, actor access.Actor, f sheet.Format, t table) error {
	x, err := r.prepare(q.Context(), actor, f, t)
	if err != nil {
		return err
	}
	x.head(w.Header().Set)
	x.send(q.Context(), w)
	return nil
}

// wire is how times of the API are written; zero times are left out.
func wire(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
