package sdjwt

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// ErrInvalid says that a credential, a presentation or a list is not what it says; it wraps what is wrong.
var ErrInvalid = errors.New("not valid")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}

// Claims is a JSON object.
type Claims = map[string]any

// JWK is a public P-256 key as JOSE writes it (RFC 7517, RFC 7518).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid,omitempty"`
}

// coordinate is the length of a coordinate of P-256, and of each half of a signature, in bytes.
const coordinate = 32

// JWKOf writes a public key.
func JWKOf(key *ecdsa.PublicKey) (JWK, error) {
	point, err := key.Bytes() // 4, X, Y
	if err != nil || key.Curve != elliptic.P256() {
		return JWK{}, invalid("no P-256 key")
	}
	return JWK{Kty: "EC", Crv: "P-256", X: b64(point[1 : 1+coordinate]), Y: b64(point[1+coordinate:])}, nil
}

// Key reads a public key; a point off the curve is refused.
func (k JWK) Key() (*ecdsa.PublicKey, error) {
	x, errX := unb64(k.X)
	y, errY := unb64(k.Y)
	if k.Kty != "EC" || k.Crv != "P-256" || errX != nil || errY != nil || len(x) != coordinate || len(y) != coordinate {
		return nil, invalid("no P-256 key")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		return nil, invalid("the key: %w", err)
	}
	return key, nil
}

// header is the protected header of a token.
type header struct {
	Alg string `json:"alg"`
	Typ string `json:"typ"`
	Kid string `json:"kid,omitempty"`
	JWK *JWK   `json:"jwk,omitempty"` // of a proof of possession
}

// sign makes a compact JWS (RFC 7515) with ES256.
func sign(h header, claims any, key *ecdsa.PrivateKey) (string, error) {
	h.Alg = "ES256"
	head, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	text := b64(head) + "." + b64(body)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	var signature [2 * coordinate]byte
	r.FillBytes(signature[:coordinate])
	s.FillBytes(signature[coordinate:])
	return text + "." + b64(signature[:]), nil
}

// open checks a compact JWS of one of the types and reads its claims. keyOf gives the key once header and claims are read, so
// that it can depend on them.
func open(token string, types []string, keyOf func(h header, c Claims) (*ecdsa.PublicKey, error)) (header, Claims, error) {
	var h header
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return h, nil, invalid("a token has three parts, this has %d", len(parts))
	}
	head, err := unb64(parts[0])
	if err != nil || json.Unmarshal(head, &h) != nil {
		return h, nil, invalid("the header of a token")
	}
	known := false
	for _, t := range types {
		known = known || h.Typ == t
	}
	if h.Alg != "ES256" || !known {
		return h, nil, invalid("a token of type %q signed with %q", h.Typ, h.Alg)
	}
	body, err := unb64(parts[1])
	if err != nil {
		return h, nil, invalid("the claims of a token")
	}
	claims, err := object(body)
	if err != nil {
		return h, nil, err
	}
	key, err := keyOf(h, claims)
	if err != nil {
		return h, nil, err
	}
	signature, err := unb64(parts[2])
	if err != nil || len(signature) != 2*coordinate {
		return h, nil, invalid("the signature of a token")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:coordinate]), new(big.Int).SetBytes(signature[coordinate:])) {
		return h, nil, because(Signature, invalid("the signature does not fit"))
	}
	return h, claims, nil
}

// object reads one JSON object with numbers as they are written.
func object(text []byte) (c Claims, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&c); err != nil || c == nil || d.More() {
		return nil, invalid("no JSON object")
	}
	return c, nil
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func unb64(text string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(text) }

// number reads a time claim, in whole seconds since 1970; ok is false when it is not there.
func number(c Claims, name string) (seconds int64, ok bool, err error) {
	v, ok := c[name]
	if !ok {
		return 0, false, nil
	}
	n, isNumber := v.(json.Number)
	if !isNumber {
		return 0, true, invalid("%s is no number", name)
	}
	f, err := n.Float64()
	if err != nil || f < -1e15 || f > 1e15 {
		return 0, true, invalid("%s is no time", name)
	}
	return int64(f), true, nil
}

func text(c Claims, name string) string {
	s, _ := c[name].(string)
	return s
}
