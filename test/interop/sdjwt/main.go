// Command sdjwt speaks to the reference implementation of SD-JWT VC, one JSON object a call: "issue" prints keys, a credential and
// presentations of ours; "verify" reads a presentation of theirs and prints what it discloses.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"banyan/internal/platform/sdjwt"
)

const (
	issuer   = "https://12345.example"
	audience = "https://canteen.example"
	nonce    = "n-1"
	vct      = "https://12345.example/credentials/resident"
	listURI  = issuer + "/status/1"
)

func main() {
	do := map[string]func() (any, error){"issue": issue, "verify": verify}[os.Args[1]]
	out, err := do()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}

// issue makes a credential over 60, from Gulou, and shows the first claim alone.
func issue() (any, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	holder, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	c, err := sdjwt.Issue(sdjwt.Credential{
		Issuer: issuer, Type: vct, Holder: &holder.PublicKey, Issued: now, Expires: now.AddDate(1, 0, 0), Status: &sdjwt.StatusRef{Index: 3, URI: listURI},
		Hidden: sdjwt.Claims{"over_60": true, "district": "350102", "name": "张三"},
	}, key, "k1")
	if err != nil {
		return nil, err
	}
	shown, err := sdjwt.Present(c, []string{"over_60"}, holder, audience, nonce, now)
	if err != nil {
		return nil, err
	}
	list := sdjwt.NewStatusList(100)
	free, err := list.Sign(listURI, now, time.Hour, key, "k1")
	if err != nil {
		return nil, err
	}
	if err := list.Revoke(3); err != nil {
		return nil, err
	}
	taken, err := list.Sign(listURI, now, time.Hour, key, "k1")
	if err != nil {
		return nil, err
	}
	jwk, err := sdjwt.JWKOf(&key.PublicKey)
	return map[string]any{"key": jwk, "credential": c, "shown": shown, "audience": audience, "nonce": nonce, "list": free, "revoked": taken}, err
}

// verify takes a presentation of the reference from standard input.
func verify() (any, error) {
	var in struct {
		Key   sdjwt.JWK
		Shown string
		Nonce string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return nil, err
	}
	key, err := in.Key.Key()
	if err != nil {
		return nil, err
	}
	p, err := sdjwt.Verify(in.Shown, sdjwt.Expect{Audience: audience, Nonce: in.Nonce, Now: time.Now(), Key: func(string, string) (*ecdsa.PublicKey, error) { return key, nil }})
	return p.Claims, err
}
