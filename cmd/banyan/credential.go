package main

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"banyan/internal/platform/sdjwt"
)

// runCredentialVerify checks what somebody shows: a file with an SD-JWT VC presentation. Offline, it is given the issuer's public keys and
// the status list; online, it fetches both from the issuer that it is told to trust, and from nowhere else. It needs no data folder.
func runCredentialVerify(ctx context.Context, args []string, out, progress io.Writer) error {
	c := flags("credential verify", progress)
	keyFile := c.String("issuer-key", "", "`file` with the issuer's public key, a JWK, or with its metadata")
	issuer := c.String("issuer", "", "`address` of the issuer, https://…: its keys and status list are fetched")
	audience := c.String("audience", "", "`whom` the presentation must be for; with --nonce")
	nonce := c.String("nonce", "", "`question` the presentation must answer; without it no proof of the holder's key is asked for")
	list := c.String("status-list", "", "`file` with the issuer's status list")
	*c.data = "-" // none is needed
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if (*keyFile == "") == (*issuer == "") {
		return misuse("credential verify needs --issuer-key FILE or --issuer ADDRESS")
	}
	trusted, err := trustIn(ctx, *keyFile, strings.TrimSuffix(*issuer, "/"))
	if err != nil {
		return err
	}
	shown, err := os.ReadFile(rest[0])
	if err != nil {
		return err
	}
	p, err := sdjwt.Verify(credentialIn(string(shown)), sdjwt.Expect{Audience: *audience, Nonce: *nonce, Now: time.Now(), Key: trusted.key})
	if err != nil {
		return err
	}
	if err := trusted.standing(ctx, p, *list); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]any{"issuer": p.Issuer, "type": p.Type, "claims": p.Claims, "bound": p.Bound, "paper": !p.Keyed})
}

// credentialIn takes a credential out of the address in a sheet's code.
func credentialIn(text string) string {
	text = strings.TrimSpace(text)
	if _, after, ok := strings.Cut(text, "#"); ok {
		return after
	}
	return text
}

// trust is an issuer whose keys are known.
type trust struct {
	issuer string // "" when its keys came from a file
	keys   []sdjwt.JWK
}

// trustIn reads keys from a file: a JWK, a set, or an issuer's metadata; or fetches the metadata of an address.
func trustIn(ctx context.Context, path, issuer string) (t trust, err error) {
	var text []byte
	if issuer != "" {
		path = issuer + "/.well-known/jwt-vc-issuer"
		text, err = fetch(ctx, path)
	} else {
		text, err = os.ReadFile(path) //nolint:gosec // the file that was named
	}
	if err != nil {
		return t, err
	}
	var in struct {
		sdjwt.JWK
		Issuer string
		Keys   []sdjwt.JWK
		JWKS   struct{ Keys []sdjwt.JWK }
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return t, fmt.Errorf("%s: %w", path, err)
	}
	if issuer != "" && in.Issuer != issuer {
		return t, fmt.Errorf("%s is the metadata of %q", path, in.Issuer)
	}
	t.issuer, t.keys = issuer, append(in.Keys, in.JWKS.Keys...)
	if in.Kty != "" {
		t.keys = append(t.keys, in.JWK)
	}
	return t, nil
}

// key gives the key of an id; one that came alone and without an id is for all.
func (t trust) key(iss, kid string) (*ecdsa.PublicKey, error) {
	if t.issuer != "" && iss != t.issuer {
		return nil, fmt.Errorf("%w: of %q", sdjwt.ErrInvalid, iss)
	}
	for _, k := range t.keys {
		if k.Kid == kid || len(t.keys) == 1 && k.Kid == "" {
			return k.Key()
		}
	}
	return nil, fmt.Errorf("%w: the issuer has no key %q", sdjwt.ErrInvalid, kid)
}

// standing looks a credential up in its status list, from a file or from the issuer's own address; a list that is not given cannot be
// asked.
func (t trust) standing(ctx context.Context, p sdjwt.Presented, path string) (err error) {
	if p.Status == nil {
		return nil
	}
	var token []byte
	switch {
	case path != "":
		token, err = os.ReadFile(path) //nolint:gosec // the file that was named
	case t.issuer != "" && strings.HasPrefix(p.Status.URI, t.issuer+"/"):
		token, err = fetch(ctx, p.Status.URI)
	default:
		return fmt.Errorf("the credential may have been taken back: fetch %s and give it with --status-list", p.Status.URI)
	}
	if err != nil {
		return err
	}
	byID := func(kid string) (*ecdsa.PublicKey, error) { return t.key(p.Issuer, kid) }
	l, err := sdjwt.OpenStatusList(strings.TrimSpace(string(token)), p.Status.URI, byID, time.Now())
	if err != nil {
		return err
	}
	revoked, err := l.Revoked(p.Status.Index)
	if err == nil && revoked {
		err = fmt.Errorf("%w: it was taken back", sdjwt.ErrInvalid)
	}
	return err
}
