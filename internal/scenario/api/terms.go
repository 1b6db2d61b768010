package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
	"banyan/internal/work/triage"
)

const tagTerms = "terms"

// termScope opens the city's terms: whoever hands in or reads needs them.
const termScope = apikey.Report + "|" + apikey.CasesRead + "|" + apikey.CasesAct

// terms adds the city's terms: what the codes in all other operations stand for.
func (r *Room) terms(a *openapi.API) {
	get := func(id, path, summary string) openapi.Op {
		return openapi.Op{ID: id, Method: http.MethodGet, Path: path, Tag: tagTerms, Scope: termScope, Summary: summary}
	}
	openapi.Add(a, get("get-terms", "/terms", "Get kinds, channels, categories and reasons"), r.getTerms)
	openapi.Add(a, get("list-areas", "/areas", "List areas"), r.areas)
	openapi.Add(a, get("list-units", "/units", "List units"), r.units)
	openapi.Add(a, get("list-duties", "/duties", "List the duties in force"), r.duties)
	openapi.Add(a, openapi.Op{
		ID: "suggest-duties", Method: http.MethodPost, Path: "/suggestions", Tag: tagTerms, Scope: termScope,
		Summary: "Suggest duties for words", More: "Best first, each with its reasons. Nothing is kept; a person decides.",
	}, r.suggest)
}

// Term is a code and its name.
type Term struct {
	Code string    `json:"code"`
	Name i18n.Text `json:"name"`
}

type kindTerm struct {
	Term
	Anonymous bool `json:"anonymous" doc:"May be made without a phone."`
	Public    bool `json:"public" doc:"May be published when the requester agrees."`
}

type reasonTerm struct {
	Term
	For   string    `json:"for" enum:"decline,return,extension,park,dispute,out_of_scope,unmerge,rating"`
	Where i18n.Text `json:"where,omitzero" doc:"Where a declined requester is sent."`
	Needs []string  `json:"needs,omitempty" nullable:"false" doc:"What has to be added: words, unit, date, attachment."`
}

type termsOut struct {
	Body struct {
		Pack       string       `json:"pack" doc:"The city's pack and its version; the codes change with it alone."`
		Kinds      []kindTerm   `json:"kinds" nullable:"false"`
		Channels   []Term       `json:"channels" nullable:"false"`
		Categories []Term       `json:"categories" nullable:"false"`
		Reasons    []reasonTerm `json:"reasons" nullable:"false"`
	}
}

type nothing struct{}

func (r *Room) getTerms(context.Context, *nothing) (*termsOut, error) {
	out, d := &termsOut{}, r.City.Duties
	out.Body.Pack = r.City.Pack
	for _, k := range d.Kinds() {
		out.Body.Kinds = append(out.Body.Kinds, kindTerm{Term{k.Code, k.Name}, k.Anonymous, k.Public})
	}
	for _, c := range d.Channels() {
		out.Body.Channels = append(out.Body.Channels, Term{c.Code, c.Name})
	}
	for _, c := range d.Categories() {
		out.Body.Categories = append(out.Body.Categories, Term{c.Code, c.Name})
	}
	for _, decision := range []string{"decline", "return", "extension", "park", "dispute", "out_of_scope", "unmerge", "rating"} {
		for _, x := range d.Reasons(decision) {
			out.Body.Reasons = append(out.Body.Reasons, reasonTerm{Term{x.Code, x.Name}, x.For, x.Where, x.Needs})
		}
	}
	return out, nil
}

type areasIn struct {
	Paging
	Parent string `query:"parent" maxLength:"20" doc:"Those directly below it."`
	Kind   string `query:"kind" enum:"city,district,zone,subdistrict,community,grid"`
}

type areasOut struct {
	Link string `header:"Link"`
	Body struct {
		Areas []area.Area `json:"areas" nullable:"false"`
		More
	}
}

func (r *Room) areas(ctx context.Context, in *areasIn) (*areasOut, error) {
	var list []area.Area
	for _, k := range []area.Kind{area.City, area.District, area.Zone, area.Subdistrict, area.Community, area.Grid} {
		if in.Kind == "" || area.Kind(in.Kind) == k {
			list = append(list, r.City.Areas.All(k)...)
		}
	}
	if in.Parent != "" {
		list = slices.DeleteFunc(list, func(a area.Area) bool { return a.Parent != in.Parent })
	}
	page, cursor, err := cut(list, in.Paging, "areas", func(a area.Area) string { return a.Code })
	out := &areasOut{Link: link(ctx, cursor)}
	out.Body.Areas, out.Body.Next = filled(page), cursor
	return out, err
}

// filled is a list that is written as a list when it is empty.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type unitsIn struct {
	Paging
	Area string `query:"area" maxLength:"20" doc:"Those that serve this area itself."`
	Kind string `query:"kind" enum:"department,enterprise,office,subdistrict,community,centre"`
	Dept string `query:"dept" maxLength:"40"`
}

type unitsOut struct {
	Link string `header:"Link"`
	Body struct {
		Units []org.Unit `json:"units" nullable:"false"`
		More
	}
}

func (r *Room) units(ctx context.Context, in *unitsIn) (*unitsOut, error) {
	list := slices.Clone(r.City.Orgs.All())
	list = slices.DeleteFunc(list, func(u org.Unit) bool {
		return in.Area != "" && u.Area != in.Area || in.Kind != "" && string(u.Kind) != in.Kind || in.Dept != "" && u.Dept != in.Dept
	})
	page, cursor, err := cut(list, in.Paging, "units", func(u org.Unit) string { return u.ID })
	out := &unitsOut{Link: link(ctx, cursor)}
	out.Body.Units, out.Body.Next = filled(page), cursor
	return out, err
}

// dutyTerm is one line of the responsibility list.
type dutyTerm struct {
	Term
	Category  string   `json:"category"`
	Topic     string   `json:"topic,omitempty"`
	Kinds     []string `json:"kinds,omitempty" nullable:"false" doc:"Kinds of request it is for; none: all."`
	Lead      string   `json:"lead" doc:"Department that leads; the unit follows from the place."`
	Assisting []string `json:"assisting,omitempty" nullable:"false"`
	Basis     []string `json:"basis,omitempty" nullable:"false" doc:"Laws and rules it rests on."`
	OnSite    bool     `json:"on_site,omitempty" doc:"Somebody has to go there."`
	Direct    bool     `json:"direct,omitempty" doc:"The desk can usually answer it."`
}

type dutiesIn struct {
	Paging
	Q        string `query:"q" maxLength:"40" doc:"Part of a code or name."`
	Category string `query:"category" maxLength:"40"`
}

type dutiesOut struct {
	Link string `header:"Link"`
	Body struct {
		Duties []dutyTerm `json:"duties" nullable:"false"`
		More
	}
}

func (r *Room) duties(ctx context.Context, in *dutiesIn) (*dutiesOut, error) {
	var list []dutyTerm
	for _, d := range r.City.Duties.At(r.Clock.Now()) {
		named := strings.Contains(d.Code+" "+d.Name.Hans+" "+d.Name.Hant+" "+strings.ToLower(d.Name.En), strings.ToLower(in.Q))
		if in.Q != "" && !named && !strings.EqualFold(d.Code, in.Q) || in.Category != "" && d.Category != in.Category {
			continue
		}
		t := dutyTerm{
			Term: Term{d.Code, d.Name}, Category: d.Category, Topic: d.Topic, Kinds: d.Kinds, Lead: d.Lead.Dept, Basis: d.Basis, OnSite: d.OnSite, Direct: d.Direct,
		}
		for _, p := range d.Assisting {
			t.Assisting = append(t.Assisting, p.Dept)
		}
		list = append(list, t)
	}
	page, cursor, err := cut(list, in.Paging, "duties", func(d dutyTerm) string { return d.Code })
	out := &dutiesOut{Link: link(ctx, cursor)}
	out.Body.Duties, out.Body.Next = filled(page), cursor
	return out, err
}

type suggestIn struct {
	Body struct {
		Words   string `json:"words" minLength:"2" maxLength:"5000" example:"军门社区3号楼前路灯坏了"`
		Subject string `json:"subject,omitempty" maxLength:"100"`
		Area    string `json:"area,omitempty" maxLength:"20"`
		Kind    string `json:"kind,omitempty" maxLength:"40"`
		Urgent  bool   `json:"urgent,omitempty"`
	}
}

// candidate is a duty that may be meant.
type candidate struct {
	Duty      string   `json:"duty,omitempty" doc:"Not there when only the handling centre is left to ask."`
	Score     float64  `json:"score" doc:"Share of the evidence, between 0 and 1."`
	Lead      string   `json:"lead" doc:"Unit that would lead."`
	Assisting []string `json:"assisting,omitempty" nullable:"false"`
	Reasons   []string `json:"reasons" nullable:"false" doc:"Sentences in the language asked for, strongest first."`
}

type suggestOut struct {
	Body struct {
		Version    string      `json:"version" doc:"Of the duty list and the classifier."`
		Candidates []candidate `json:"candidates" nullable:"false"`
	}
}

func (r *Room) suggest(ctx context.Context, in *suggestIn) (*suggestOut, error) {
	b, p := in.Body, web.PageIn(ctx)
	got := r.Triage.Suggest(triage.Input{Subject: b.Subject, Text: b.Words, Area: b.Area, Kind: b.Kind, Urgent: b.Urgent, At: r.Clock.Now()})
	out := &suggestOut{}
	out.Body.Version, out.Body.Candidates = got.Version, make([]candidate, len(got.Candidates))
	for i, c := range got.Candidates {
		one := candidate{Duty: c.Duty, Score: c.Score, Lead: c.Lead, Assisting: c.Assisting, Reasons: []string{}}
		for _, x := range c.Reasons {
			one.Reasons = append(one.Reasons, p.T(x.Key, x.Values()...))
		}
		out.Body.Candidates[i] = one
	}
	return out, nil
}
