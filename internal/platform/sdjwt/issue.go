package sdjwt

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// typeOf is the media type of an SD-JWT VC; oldType is what it was called before 2024.
const (
	typeOf  = "dc+sd-jwt"
	oldType = "vc+sd-jwt"
	kbType  = "kb+jwt"
)

// Credential is what an issuer says of a holder.
type Credential struct {
	Issuer  string           // https://…
	Type    string           // vct: what kind of credential it is
	Subject string           // may be empty
	Holder  *ecdsa.PublicKey // nil: bound to nobody, such as on paper
	Issued  time.Time
	Expires time.Time // zero: never
	Status  *StatusRef

	Open   Claims // everybody sees them
	Hidden Claims // the holder decides on each
}

// StatusRef is the place of a credential in a status list.
type StatusRef struct {
	Index int    `json:"idx"`
	URI   string `json:"uri"`
}

// reserved are the claims that the format itself sets.
func reserved() []string {
	return []string{"iss", "vct", "sub", "iat", "nbf", "exp", "cnf", "status", "_sd", "_sd_alg", "..."}
}

// Issue signs a credential: the token with a disclosure for each hidden claim, for the holder alone. kid names the key, and may be
// empty.
func Issue(c Credential, key *ecdsa.PrivateKey, kid string) (string, error) {
	claims := Claims{"iss": c.Issuer, "vct": c.Type, "iat": c.Issued.Unix(), "_sd_alg": "sha-256"}
	for _, set := range []Claims{c.Open, c.Hidden} {
		for name := range set {
			if slices.Contains(reserved(), name) {
				return "", invalid("the claim %q is the format's own", name)
			}
		}
	}
	maps.Copy(claims, c.Open)
	if c.Subject != "" {
		claims["sub"] = c.Subject
	}
	if !c.Expires.IsZero() {
		claims["exp"] = c.Expires.Unix()
	}
	if c.Status != nil {
		claims["status"] = Claims{"status_list": c.Status}
	}
	if c.Holder != nil {
		jwk, err := JWKOf(c.Holder)
		if err != nil {
			return "", fmt.Errorf("the holder's key: %w", err)
		}
		claims["cnf"] = Claims{"jwk": jwk}
	}
	var digests, disclosures []string
	for _, name := range slices.Sorted(maps.Keys(c.Hidden)) {
		if _, both := c.Open[name]; both {
			return "", invalid("the claim %q is open and hidden", name)
		}
		d, err := disclose(name, c.Hidden[name])
		if err != nil {
			return "", err
		}
		disclosures, digests = append(disclosures, d), append(digests, digest(d))
	}
	slices.Sort(digests) // by their hashes: their order says nothing
	if len(digests) > 0 {
		claims["_sd"] = digests
	}
	token, err := sign(header{Typ: typeOf, Kid: kid}, claims, key)
	if err != nil {
		return "", err
	}
	return strings.Join(append([]string{token}, disclosures...), "~") + "~", nil
}

// disclose writes a claim with a salt of 128 bits.
func disclose(name string, value any) (string, error) {
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	text, err := json.Marshal([]any{b64(salt), name, value})
	if err != nil {
		return "", fmt.Errorf("write the claim %s: %w", name, err)
	}
	return b64(text), nil
}

// digest is what the token holds of a disclosure.
func digest(disclosure string) string {
	sum := sha256.Sum256([]byte(disclosure))
	return b64(sum[:])
}

// Disclosed lists the names of the claims that a credential or presentation discloses.
func Disclosed(credential string) ([]string, error) {
	_, disclosures, _, err := split(credential)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range disclosures {
		name, _, err := read(d)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// split takes a credential or presentation apart: token, disclosures, and the key binding when it has one.
func split(presentation string) (token string, disclosures []string, binding string, err error) {
	parts := strings.Split(presentation, "~")
	if len(parts) < 2 {
		return "", nil, "", invalid("no ~ in it")
	}
	last := len(parts) - 1
	return parts[0], parts[1:last], parts[last], nil
}

// read takes a disclosure apart.
func read(disclosure string) (name string, value any, err error) {
	raw, err := unb64(disclosure)
	if err != nil {
		return "", nil, invalid("a disclosure")
	}
	c, err := object(append(append([]byte(`{"d":`), raw...), '}'))
	if err != nil {
		return "", nil, err
	}
	parts, _ := c["d"].([]any)
	if len(parts) != 3 {
		return "", nil, invalid("a disclosure has three parts, this has %d", len(parts))
	}
	salt, saltOK := parts[0].(string)
	name, nameOK := parts[1].(string)
	if !saltOK || !nameOK || salt == "" || slices.Contains(reserved(), name) {
		return "", nil, invalid("a disclosure of %q", name)
	}
	return name, parts[2], nil
}

// Present makes what the holder shows: the named claims alone, bound to one verifier and one question by the holder's key.
func Present(credential string, show []string, key *ecdsa.PrivateKey, audience, nonce string, now time.Time) (string, error) {
	token, disclosures, binding, err := split(credential)
	if err != nil || binding != "" {
		return "", invalid("this is no credential as it was issued")
	}
	kept, left := []string{token}, slices.Clone(show)
	for _, d := range disclosures {
		name, _, err := read(d)
		if err != nil {
			return "", err
		}
		if i := slices.Index(left, name); i >= 0 {
			kept, left = append(kept, d), slices.Delete(left, i, i+1)
		}
	}
	if len(left) > 0 {
		return "", invalid("the credential has no claim %q", left[0])
	}
	shown := strings.Join(kept, "~") + "~"
	bound, err := sign(header{Typ: kbType}, Claims{"iat": now.Unix(), "aud": audience, "nonce": nonce, "sd_hash": digest(shown)}, key)
	return shown + bound, err
}
