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

// runCredentialVerify checks what somebody shows, offline: a file with an SD-JWT VC presentation, the issuer's public key, and the
// status list when there is one. It needs no data folder.
func runCredentialVerify(_ context.Context, args []string, out, progress io.Writer) error {
	c := flags("credential verify", progress)
	keyFile := c.String("issuer-key", "", "`file` with the issuer's public key, a JWK")
	audience := c.String("audience", "", "`whom` the presentation must be for; with --nonce")
	nonce := c.String("nonce", "", "`question` the presentation must answer; without it no proof of the holder's key is asked for")
	list := c.String("status-list", "", "`file` with the issuer's status list")
	*c.data = "-" // none is needed
	rest, err := c.parse(args, 1)
	if err != nil {
		return err
	}
	if *keyFile == "" {
		return misuse("credential verify needs --issuer-key FILE")
	}
	key, err := readJWK(*keyFile)
	if err != nil {
		return err
	}
	shown, err := os.ReadFile(rest[0])
	if err != nil {
		return err
	}
	p, err := sdjwt.Verify(strings.TrimSpace(string(shown)), sdjwt.Expect{
		Audience: *audience, Nonce: *nonce, Now: time.Now(), Key: func(string, string) (*ecdsa.PublicKey, error) { return key, nil },
	})
	if err != nil {
		return err
	}
	if err := standing(p, *list, key); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]any{"issuer": p.Issuer, "type": p.Type, "claims": p.Claims, "bound": *nonce != ""})
}

func readJWK(path string) (*ecdsa.PublicKey, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the file that was named
	if err != nil {
		return nil, err
	}
	var jwk sdjwt.JWK
	if err := json.Unmarshal(text, &jwk); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return jwk.Key()
}

// standing looks a credential up in its status list; a list that is not given cannot be asked.
func standing(p sdjwt.Presented, path string, key *ecdsa.PublicKey) error {
	if p.Status == nil {
		return nil
	}
	if path == "" {
		return fmt.Errorf("the credential may have been taken back: fetch %s and give it with --status-list", p.Status.URI)
	}
	token, err := os.ReadFile(path) //nolint:gosec // the file that was named
	if err != nil {
		return err
	}
	l, err := sdjwt.OpenStatusList(strings.TrimSpace(string(token)), p.Status.URI, func(string) (*ecdsa.PublicKey, error) { return key, nil }, time.Now())
	if err != nil {
		return err
	}
	revoked, err := l.Revoked(p.Status.Index)
	if err == nil && revoked {
		err = fmt.Errorf("%w: it was taken back", sdjwt.ErrInvalid)
	}
	return err
}
