package api_test

import (
	"strings"
	"testing"

	"banyan/internal/register/apikey"
)

// got is a receipt as a program reads it.
type got struct {
	Request, Number, Case string
	Repeated              bool
}

func TestReceive(t *testing.T) {
	each(t, func(h *house) {
		desk := h.Program("desk", apikey.Report)
		var first got
		r := desk.Call("POST", root+"/requests", lamp()).Want(201).Into(&first)
		if f := h.File(first.Case); f.Case.Number != first.Number || !f.Case.Consent || !strings.HasSuffix(r.Header.Get("Location"), first.Number) {
			t.Errorf("receipt %+v, case %+v, location %s", first, f.Case, r.Header.Get("Location"))
		}
		if body := string(r.Body); strings.Contains(body, "张三") || strings.Contains(body, "1390") || strings.Contains(body, "路灯") {
			t.Errorf("the receipt says who or what: %s", body)
		}
	})
}

// What is wrong is told for every field, in the reader's language.
func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	h := open(t)
	desk := h.Program("desk", apikey.Report)
	tests := []struct {
		name   string
		body   any
		status int
		field  string
		code   string
	}{
		{"no words", lamp("words", nil), 422, "words", "web.field.required"},
		{"words too short", lamp("words", "灯"), 422, "words", "web.field.too_short"},
		{"a kind nobody knows", lamp("kind", "song"), 422, "kind", "request.kind_unknown"},
		{"a field nobody knows", lamp("colour", "red"), 422, "colour", "web.field.unknown"},
		{"half a place", lamp("lon", nil), 422, "lat", "request.point_invalid"},
		{"a place off the earth", lamp("lat", 91), 422, "lat", "web.field.at_most"},
		{"a phone that is none", lamp("phone", "12"), 422, "phone", "person.phone_invalid"},
		{"somebody else's photo", lamp("photos", []string{"x.jpg"}), 422, "photos", "api.file_unknown"},
		{"a language nobody speaks here", lamp("language", "fr"), 422, "language", "web.field.one_of"},
		{"no object", []string{"a"}, 422, "", "web.field.object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := desk.Call("POST", root+"/requests", tt.body).Want(tt.status).Problem()
			if d.Code != tt.code || d.Status != tt.status || d.Ref == "" || tt.field != "" && (len(d.Errors) != 1 || d.Errors[0].Field != tt.field) {
				t.Errorf("problem %+v, want %s on %q", d, tt.code, tt.field)
			}
			if strings.HasPrefix(d.Detail, "[") {
				t.Errorf("the message %s is missing", d.Code)
			}
		})
	}
	in := func(lang string) string {
		p := *desk
		p.Lang = lang
		return p.Call("POST", root+"/requests", lamp("words", nil)).Want(422).Problem().Detail
	}
	if in("en") != "Please fill this in" || in("zh-Hant") != "請填寫這一項" {
		t.Errorf("in English %q, in Traditional Chinese %q", in("en"), in("zh-Hant"))
	}
}

// What cannot be read never reaches a handler.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	h := open(t)
	desk := h.Program("desk")
	const json = "application/json"
	tests := []struct {
		name, path, kind, body string
		status                 int
		code                   string
	}{
		{"no body", "/requests", json, ``, 400, "web.error.body"},
		{"no JSON", "/requests", json, `{"kind":`, 400, "web.error.json"},
		{"two values", "/requests", json, `{} {}`, 400, "web.error.json"},
		{"a zero byte", "/requests", json, `{"kind":"complaint","words":"a\u0000b"}`, 400, "web.error.json"},
		{"no UTF-8", "/requests", json, "{\"kind\":\"complaint\",\"words\":\"a\xffb\"}", 400, "web.error.json"},
		{"another media type", "/requests", "text/csv", `{}`, 415, "web.error.media"},
		{"too large", "/requests", json, `{"words":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "web.error.too_large"},
		{"a parameter nobody knows", "/requests?x=1", json, `{}`, 422, "web.field.unknown"},
		{"a parameter that is no text", "/requests?x=%00", json, `{}`, 422, "web.field.characters"},
		{"a broken query", "/requests?x=%zz", json, `{}`, 422, "web.error.query"},
		{"an empty parameter", "/requests?x=", json, `{}`, 422, "web.field.required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := desk.Send("POST", root+tt.path, []byte(tt.body), "Content-Type", tt.kind).Want(tt.status).Problem(); d.Code != tt.code {
				t.Errorf("code %s, want %s", d.Code, tt.code)
			}
		})
	}
}

// The same call again gives the first answer; another call under the same key is refused.
func TestTheSameCallAgain(t *testing.T) {
	each(t, func(h *house) {
		desk, far := h.Program("desk"), h.Program("taker")
		var first, again, other got
		desk.Call("POST", root+"/requests", lamp(), "Idempotency-Key", "a1").Want(201).Into(&first)
		r := desk.Call("POST", root+"/requests", lamp(), "Idempotency-Key", `"a1"`).Want(201).Into(&again)
		if again != first || r.Header.Get("Location") == "" {
			t.Errorf("again %+v, first %+v", again, first)
		}
		if d := desk.Call("POST", root+"/requests", lamp("words", "另一件事"), "Idempotency-Key", "a1").Want(422).Problem(); d.Code != "api.key_reused" {
			t.Errorf("another call under the key: %s", d.Code)
		}
		far.Call("POST", root+"/requests", lamp(), "Idempotency-Key", "a1").Want(201).Into(&other)
		if other == first {
			t.Error("two systems share an idempotency key")
		}
		desk.Call("POST", root+"/requests", lamp("kind", "song"), "Idempotency-Key", "a2").Want(422)
		desk.Call("POST", root+"/requests", lamp(), "Idempotency-Key", "a2").Want(201) // a refusal kept nothing
		desk.Call("POST", root+"/requests", lamp(), "Idempotency-Key", "").Want(422)

		var own, repeated got
		desk.Call("POST", root+"/requests", lamp("client_id", "c 1")).Want(201).Into(&own)
		desk.Call("POST", root+"/requests", lamp("client_id", "c 1")).Want(201).Into(&repeated)
		far.Call("POST", root+"/requests", lamp("client_id", "c 1")).Want(201).Into(&other)
		if !repeated.Repeated || repeated.Number != own.Number || other.Number == own.Number {
			t.Errorf("own %+v, repeated %+v, of another %+v", own, repeated, other)
		}
	})
}
