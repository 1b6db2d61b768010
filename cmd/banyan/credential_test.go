package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/sdjwt"
)

func TestCredentialVerify(t *testing.T) {
	t.Parallel()
	issuer, errIssuer := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	holder, errHolder := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err := errors.Join(errIssuer, errHolder); err != nil {
		t.Fatal(err)
	}
	now, uri := time.Now(), "https://12345.example/status/1"
	credential, err := sdjwt.Issue(sdjwt.Credential{
		Issuer: "https://12345.example", Type: "resident", Holder: &holder.PublicKey, Issued: now, Status: &sdjwt.StatusRef{Index: 2, URI: uri},
		Hidden: sdjwt.Claims{"over_60": true, "name": "张三"},
	}, issuer, "")
	if err != nil {
		t.Fatal(err)
	}
	shown, errShow := sdjwt.Present(credential, []string{"over_60"}, holder, "canteen", "n1", now)
	list := sdjwt.NewStatusList(10)
	good, errGood := list.Sign(uri, now, time.Hour, issuer, "")
	bad, errBad := "", list.Revoke(2)
	if errBad == nil {
		bad, errBad = list.Sign(uri, now, time.Hour, issuer, "")
	}
	jwk, errKey := sdjwt.JWKOf(&issuer.PublicKey)
	key, errJSON := json.Marshal(jwk)
	if err := errors.Join(errShow, errGood, errBad, errKey, errJSON); err != nil {
		t.Fatal(err)
	}
	paper, errPaper := sdjwt.Issue(sdjwt.Credential{Issuer: "https://12345.example", Type: "resident", Issued: now, Hidden: sdjwt.Claims{"over_60": true}}, issuer, "k9")
	set, errSet := json.Marshal(map[string]any{"issuer": "https://12345.example", "jwks": map[string]any{"keys": []sdjwt.JWK{named(jwk, "k8"), named(jwk, "k9")}}})
	if err := errors.Join(errPaper, errSet); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	setFile, paperFile := file("set", string(set)), file("paper", "https://12345.example/verify#"+paper)
	keyFile, shownFile, goodFile, badFile := file("key", string(key)), file("shown", shown+"\n"), file("good", good), file("bad", bad)
	for _, tt := range []struct {
		name string
		args []string
		says string // "" refused
	}{
		{"true", []string{"--issuer-key", keyFile, "--audience", "canteen", "--nonce", "n1", "--status-list", goodFile, shownFile}, `"over_60":true`},
		{"taken back", []string{"--issuer-key", keyFile, "--audience", "canteen", "--nonce", "n1", "--status-list", badFile, shownFile}, ""},
		{"its standing unknown", []string{"--issuer-key", keyFile, "--audience", "canteen", "--nonce", "n1", shownFile}, ""},
		{"another question", []string{"--issuer-key", keyFile, "--audience", "canteen", "--nonce", "n2", "--status-list", goodFile, shownFile}, ""},
		{"no key", []string{shownFile}, ""},
		{"a key and an address", []string{"--issuer-key", keyFile, "--issuer", "https://12345.example", shownFile}, ""},
		{"an address that is not safe", []string{"--issuer", "http://12345.example", shownFile}, ""},
		{"a sheet's code, by the key of its id", []string{"--issuer-key", setFile, paperFile}, `"paper":true`},
		{"none of its keys", []string{"--issuer-key", setFile, "--audience", "canteen", "--nonce", "n1", "--status-list", goodFile, shownFile}, ""},
	} {
		var out strings.Builder
		err := run(t.Context(), append([]string{"credential", "verify"}, tt.args...), &out, io.Discard)
		if (err == nil) != (tt.says != "") || !strings.Contains(out.String(), tt.says) || strings.Contains(out.String(), "张三") {
			t.Errorf("%s: %v, says %q", tt.name, err, out.String())
		}
	}
}

// The keys and the list of an address are fetched, and a credential of somebody else is not taken for the address's.
func TestCredentialVerifyOnline(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := sdjwt.JWKOf(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	list, mux := sdjwt.NewStatusList(10), http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	now := time.Now()
	mux.HandleFunc("GET /.well-known/jwt-vc-issuer", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": server.URL, "jwks": map[string]any{"keys": []sdjwt.JWK{named(jwk, "k1")}}})
	})
	mux.HandleFunc("GET /status/1", func(w http.ResponseWriter, _ *http.Request) {
		token, err := list.Sign(server.URL+"/status/1", now, time.Hour, key, "k1")
		if err == nil {
			_, err = io.WriteString(w, token)
		}
		if err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	verify := func(iss, uri string) error {
		text, err := sdjwt.Issue(sdjwt.Credential{Issuer: iss, Type: "senior", Issued: now, Status: &sdjwt.StatusRef{Index: 3, URI: uri}, Hidden: sdjwt.Claims{"over_60": true}}, key, "k1")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "shown")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return run(t.Context(), []string{"credential", "verify", "--issuer", server.URL, path}, io.Discard, io.Discard)
	}
	if err := verify(server.URL, server.URL+"/status/1"); err != nil {
		t.Errorf("a good one: %v", err)
	}
	if err := verify("https://other.example", server.URL+"/status/1"); err == nil {
		t.Error("one of another issuer is taken")
	}
	if err := verify(server.URL, "https://other.example/status/1"); err == nil {
		t.Error("a list of somebody else's is asked")
	}
	if err := list.Revoke(3); err != nil {
		t.Fatal(err)
	}
	if err := verify(server.URL, server.URL+"/status/1"); err == nil {
		t.Error("one that was taken back is taken")
	}
}

func named(k sdjwt.JWK, kid string) sdjwt.JWK {
	k.Kid = kid
	return k
}
