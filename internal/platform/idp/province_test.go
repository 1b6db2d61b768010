package idp_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/idp"
)

// province is a small OpenID provider whose ID token a test may change.
type province struct {
	*testing.T
	url    string
	key    *ecdsa.PrivateKey
	claims map[string]any
	signer *ecdsa.PrivateKey // who signs; the published key unless a test changes it
	status int
}

func newProvince(t *testing.T, c clock.Clock) *province {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &province{T: t, key: key, signer: key, status: http.StatusOK}
	mux := http.NewServeMux()
	say := func(body func() any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(p.status)
			_ = json.NewEncoder(w).Encode(body())
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", say(func() any {
		return map[string]any{
			"issuer": p.url, "authorization_endpoint": p.url + "/auth", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		}
	}))
	mux.HandleFunc("/keys", say(func() any {
		return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}}
	}))
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, q *http.Request) {
		if q.PostFormValue("code") != "good" || oauth2.S256ChallengeFromVerifier(q.PostFormValue("code_verifier")) != oauth2.S256ChallengeFromVerifier("verifier") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
			return
		}
		say(func() any { return map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token()} })(w, q)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p.url = s.URL
	p.claims = map[string]any{"iss": p.url, "aud": "banyan", "sub": "person-1", "nonce": "no", "acr": "high", "iat": c.Now().Unix(), "exp": c.Now().Add(time.Minute).Unix()}
	return p
}

func (p *province) token() string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.signer, KeyID: "k"}}, nil)
	if err != nil {
		p.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(p.claims).Serialize()
	if err != nil {
		p.Fatal(err)
	}
	return text
}

// A provincial service proves who somebody is by the code flow with PKCE; whatever is wrong with its answer proves nothing.
func TestProvince(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	p := newProvince(t, c)
	client := idp.NewProvince(idp.ProvinceSettings{Issuer: p.url, Client: "banyan", Secret: "s", Levels: map[string]int{"high": 3, "low": 1}}, c)
	address, err := client.Ask(t.Context(), back, "st", "no", "verifier")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("code_challenge") != oauth2.S256ChallengeFromVerifier("verifier") || u.Query().Get("nonce") != "no" || u.Query().Get("state") != "st" ||
		u.Query().Get("scope") != "openid" || u.Query().Get("acr_values") != "high low" || u.Query().Get("redirect_uri") != back {
		t.Errorf("led to %s, %v", address, err)
	}
	take := func(v url.Values, verifier string) (idp.Assertion, error) {
		return client.Take(t.Context(), back, v, "no", verifier)
	}
	good := url.Values{"code": {"good"}, "iss": {p.url}}
	if a, err := take(good, "verifier"); err != nil || a.Subject != "person-1" || a.Level != 3 || a.Issuer != p.url {
		t.Fatalf("%+v, %v", a, err)
	}
	p.claims["acr"] = "unheard of"
	if a, err := take(good, "verifier"); err != nil || a.Level != 2 {
		t.Errorf("another acr: %+v, %v", a, err)
	}
	if _, err := take(url.Values{"error": {"access_denied"}}, "verifier"); !errors.Is(err, idp.ErrRefused) {
		t.Errorf("a no: %v", err)
	}
	thief, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	whole := maps.Clone(p.claims)
	for name, change := range map[string]func() (url.Values, string){
		"another code":     func() (url.Values, string) { return url.Values{"code": {"bad"}}, "verifier" },
		"no code":          func() (url.Values, string) { return url.Values{}, "verifier" },
		"another verifier": func() (url.Values, string) { return good, "guess" },
		"another issuer": func() (url.Values, string) {
			return url.Values{"code": {"good"}, "iss": {"https://evil.example"}}, "verifier"
		},
		"another nonce":     func() (url.Values, string) { p.claims["nonce"] = "yes"; return good, "verifier" },
		"another audience":  func() (url.Values, string) { p.claims["aud"] = "someone"; return good, "verifier" },
		"two audiences":     func() (url.Values, string) { p.claims["aud"] = []string{"banyan", "someone"}; return good, "verifier" },
		"another party":     func() (url.Values, string) { p.claims["azp"] = "someone"; return good, "verifier" },
		"nobody":            func() (url.Values, string) { p.claims["sub"] = ""; return good, "verifier" },
		"an issuer inside":  func() (url.Values, string) { p.claims["iss"] = "https://evil.example"; return good, "verifier" },
		"too late":          func() (url.Values, string) { p.claims["exp"] = c.Now().Add(-time.Hour).Unix(); return good, "verifier" },
		"another signature": func() (url.Values, string) { p.signer = thief; return good, "verifier" },
	} {
		p.claims, p.signer = maps.Clone(whole), p.key
		v, verifier := change()
		if a, err := take(v, verifier); !errors.Is(err, idp.ErrWrong) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	p.claims, p.signer = maps.Clone(whole), p.key
	p.key, p.signer = thief, thief // the service changes its key: its new one is fetched
	if _, err := take(good, "verifier"); err != nil {
		t.Errorf("after a change of keys: %v", err)
	}
	p.status = http.StatusInternalServerError
	if _, err := take(good, "verifier"); err == nil || errors.Is(err, idp.ErrWrong) {
		t.Errorf("a service that is down: %v", err)
	}
}
