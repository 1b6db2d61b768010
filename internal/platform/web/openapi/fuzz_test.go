package openapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"

	"github.com/a-h/templ"
)

// thing is a body with a field of each kind that bodies have.
type thing struct {
	Kind  string            `json:"kind" enum:"complaint,advice"`
	Words string            `json:"words" minLength:"2" maxLength:"10"`
	Lat   *float64          `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Count int32             `json:"count,omitempty" minimum:"0"`
	Yes   *bool             `json:"yes,omitempty"`
	List  []string          `json:"list,omitempty" maxItems:"3" maxLength:"5"`
	More  map[string]string `json:"more,omitempty"`
	Inner *struct {
		Name string `json:"name" maxLength:"4"`
	} `json:"inner,omitempty"`
}

type thingIn struct {
	ID    string `path:"id" maxLength:"20"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Match string `header:"If-Match" maxLength:"20"`
	Body  thing
}

type thingOut struct{ Body thing }

// fuzzed is an API with one operation; got is what reached its handler.
func fuzzed(f *testing.F, got *thingIn) *openapi.API {
	f.Helper()
	catalog, err := i18n.Load(fstest.MapFS{"messages/en/web.yaml": {Data: []byte("web.error.internal: Broken {{.Ref}}\n")}})
	if err != nil {
		f.Fatal(err)
	}
	server := web.New(web.Config{
		Catalog: catalog, Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler),
		ErrorPage: func(web.Page, *fault.Error, string) templ.Component { return templ.Raw("") },
	})
	a := openapi.New(server, "Things", "1", nil)
	openapi.Add(a, openapi.Op{ID: "put-thing", Method: http.MethodPost, Path: "/things/{id}", Tag: "things", Summary: "Put"},
		func(_ context.Context, in *thingIn) (*thingOut, error) {
			*got = *in
			return &thingOut{Body: in.Body}, nil
		})
	return a
}

// FuzzCall holds that whatever is called is answered: refused as a problem, or taken as what the document allows, all of it text.
func FuzzCall(f *testing.F) {
	f.Add("a", "limit=5", "v1", []byte(`{"kind":"complaint","words":"路灯坏了","lat":26.1,"count":1,"yes":true,"list":["a"],"more":{"a":"b"},"inner":{"name":"x"}}`))
	f.Add("a%2fb", "limit=0&limit=x", "", []byte(`{"kind":"complaint","words":"\u0000\ud800","kind":"advice"}`))
	f.Add("%ff", "%zz=1", "\x80", []byte("{\"words\":\"\xff\xff\",\"lat\":1e999,\"count\":1.5,\"list\":[null],\"inner\":{}}"))
	f.Add("a", "", "*", []byte(strings.Repeat("[", 20_000)))
	f.Add("a", "x=1", "*", []byte(`null`))
	f.Add("a", "", "*", []byte(`{"kind":"advice","words":"ab","more":null,"inner":null,"yes":null} x`))
	var got thingIn
	handler := fuzzed(f, &got)
	f.Fuzz(func(t *testing.T, id, query, match string, body []byte) {
		u, err := url.ParseRequestURI(openapi.Prefix + "/things/" + id + "?" + query)
		if err != nil {
			return // no server hands such an address on
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		r.URL, r.RequestURI = u, u.RequestURI()
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("If-Match", match)
		got = thingIn{}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		switch {
		case w.Code >= 500:
			t.Fatalf("%d: %s", w.Code, w.Body)
		case w.Code >= 300:
			return
		}
		if err := allowed(got); err != "" {
			t.Fatalf("%s: %+v from %q", err, got, body)
		}
		var back thing
		if err := json.Unmarshal(w.Body.Bytes(), &back); err != nil {
			t.Fatalf("%v: the answer %s", err, w.Body)
		}
	})
}

// allowed says what is wrong with something that was taken in.
func allowed(in thingIn) string {
	texts := append([]string{in.ID, in.Match, in.Body.Words}, in.Body.List...)
	for name, value := range in.Body.More {
		texts = append(texts, name, value)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && !strings.ContainsRune("\r\n\t", c) }) {
			return "no text"
		}
	}
	n := utf8.RuneCountInString(in.Body.Words)
	switch {
	case in.Body.Kind != "complaint" && in.Body.Kind != "advice":
		return "another kind"
	case n < 2 || n > 10, len(in.Body.List) > 3, in.Limit < 1 || in.Limit > 500, in.Body.Count < 0, utf8.RuneCountInString(in.Match) > 20:
		return "beyond its bounds"
	case in.Body.Lat != nil && !(*in.Body.Lat >= -90 && *in.Body.Lat <= 90):
		return "off the earth"
	}
	return ""
}
