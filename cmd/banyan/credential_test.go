package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
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
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
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
	} {
		var out strings.Builder
		err := run(t.Context(), append([]string{"credential", "verify"}, tt.args...), &out, io.Discard)
		if (err == nil) != (tt.says != "") || !strings.Contains(out.String(), tt.says) || strings.Contains(out.String(), "张三") {
			t.Errorf("%s: %v, says %q", tt.name, err, out.String())
		}
	}
}
