package sdjwt

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/subtle"
	"time"
)

// proofType is the media type of a proof of possession (OpenID for Verifiable Credential Issuance 1.0, appendix F.1).
const proofType = "openid4vci-proof+jwt"

// Prove signs an issuer's question by the key to which a credential shall be bound.
func Prove(key *ecdsa.PrivateKey, audience, nonce string, now time.Time) (string, error) {
	jwk, err := JWKOf(&key.PublicKey)
	if err != nil {
		return "", err
	}
	return sign(header{Typ: proofType, JWK: &jwk}, Claims{"aud": audience, "iat": now.Unix(), "nonce": nonce}, key)
}

// Proven checks that whoever asks for a credential has the key that they name, and gives the key. ErrInvalid for another audience or
// question, or one that was not answered just now.
func Proven(proof, audience, nonce string, now time.Time) (*ecdsa.PublicKey, error) {
	var key *ecdsa.PublicKey
	_, claims, err := open(proof, []string{proofType}, func(h header, _ Claims) (_ *ecdsa.PublicKey, err error) {
		if h.JWK == nil {
			return nil, invalid("it names no key")
		}
		key, err = h.JWK.Key()
		return key, err
	})
	if err != nil {
		return nil, err
	}
	at, ok, err := number(claims, "iat")
	if err != nil {
		return nil, err
	}
	made := time.Unix(at, 0)
	switch {
	case nonce == "" || subtle.ConstantTimeCompare([]byte(text(claims, "nonce")), []byte(nonce)) != 1:
		return nil, because(Question, invalid("it answers another question"))
	case text(claims, "aud") != audience:
		return nil, because(Question, invalid("it is for %q", text(claims, "aud")))
	case !ok || made.After(now.Add(skew)) || made.Before(now.Add(-fresh)):
		return nil, because(Question, invalid("it was not made just now"))
	}
	return key, nil
}

// Thumbprint names a key (RFC 7638, SHA-256).
func (k JWK) Thumbprint() string {
	sum := sha256.Sum256([]byte(`{"crv":"` + k.Crv + `","kty":"` + k.Kty + `","x":"` + k.X + `","y":"` + k.Y + `"}`))
	return b64(sum[:])
}
