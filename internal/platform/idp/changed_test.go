package idp_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/idp"
)

// forger answers like the platform, but with any assertion.
type forger struct {
	*testing.T
	key    ed25519.PrivateKey // whose public half is published
	issuer string
	says   string
	now    time.Time
	client *idp.NetCert
}

func newForger(t *testing.T) *forger {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{T: t, key: key, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /verify", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"assertion": %q}`, f.says) })
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1"}}}); err != nil {
			t.Error(err)
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	f.issuer = s.URL
	f.client = idp.NewNetCert(idp.NetCertSettings{Issuer: f.issuer, Client: "banyan", Secret: "s"}, clock.NewManual(f.now))
	return f
}

// claims are those of a good assertion, with one changed; nil leaves it out.
func (f *forger) claims(name string, value any) map[string]any {
	all := map[string]any{"iss": f.issuer, "aud": "banyan", "sub": "x", "nonce": "no", "level": 3, "iat": f.now.Unix(), "exp": f.now.Add(2 * time.Minute).Unix()}
	all[name] = value
	if value == nil {
		delete(all, name)
	}
	return all
}

func (f *forger) sign(alg jose.SignatureAlgorithm, key any, claims map[string]any) string {
	f.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		f.Fatal(err)
	}
	return text
}

func (f *forger) take(text string) error {
	f.says = text
	_, err := f.client.Take(f.Context(), back, url.Values{"pass": {"P"}}, "no", "")
	return err
}

// An assertion counts when the platform signed it, for this city and this question, lately, about a holder of a certificate.
func TestChangedAssertions(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	good := f.sign(jose.EdDSA, f.key, f.claims("level", 3))
	if err := f.take(good); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	_, other, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := []byte(good)
	changed[len(changed)/2] ^= 1
	late, soon := f.now.Add(-2*time.Minute).Unix(), f.now.Add(5*time.Minute).Unix()
	for name, text := range map[string]string{
		"a letter changed":       string(changed),
		"another key":            f.sign(jose.EdDSA, other, f.claims("level", 3)),
		"the public key as HMAC": f.sign(jose.HS256, []byte(f.key.Public().(ed25519.PublicKey)), f.claims("level", 3)),
		"not signed":             "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
		"another issuer":         f.sign(jose.EdDSA, f.key, f.claims("iss", "https://other.example")),
		"another city":           f.sign(jose.EdDSA, f.key, f.claims("aud", "other")),
		"another question":       f.sign(jose.EdDSA, f.key, f.claims("nonce", "yes")),
		"no question":            f.sign(jose.EdDSA, f.key, f.claims("nonce", nil)),
		"nobody":                 f.sign(jose.EdDSA, f.key, f.claims("sub", nil)),
		"a lower level":          f.sign(jose.EdDSA, f.key, f.claims("level", 2)),
		"a higher level":         f.sign(jose.EdDSA, f.key, f.claims("level", 4)),
		"no end":                 f.sign(jose.EdDSA, f.key, f.claims("exp", nil)),
		"no beginning":           f.sign(jose.EdDSA, f.key, f.claims("iat", nil)),
		"over":                   f.sign(jose.EdDSA, f.key, f.claims("exp", late)),
		"of later":               f.sign(jose.EdDSA, f.key, f.claims("iat", soon)),
		"counts only from later": f.sign(jose.EdDSA, f.key, f.claims("nbf", soon)),
		"nothing":                "",
	} {
		if err := f.take(text); !errors.Is(err, idp.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
