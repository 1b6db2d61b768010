package sdjwt

import (
	"bytes"
	"compress/zlib"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// statusType is the media type of a status list token.
const statusType = "statuslist+jwt"

// listMost is how large a status list may be, in bytes of one bit for each credential: a million.
const listMost = 1 << 17

// StatusList is one bit for each credential of an issuer: 1 was taken back.
type StatusList struct{ bits []byte }

// NewStatusList makes a list for at least n credentials, none of them taken back.
func NewStatusList(n int) *StatusList { return &StatusList{bits: make([]byte, (n+7)/8)} }

// Revoke takes a credential back.
func (l *StatusList) Revoke(index int) error {
	if index < 0 || index/8 >= len(l.bits) {
		return invalid("the list has no place %d", index)
	}
	l.bits[index/8] |= 1 << (index % 8)
	return nil
}

// Revoked tells whether a credential was taken back. ErrInvalid for a place outside the list.
func (l *StatusList) Revoked(index int) (bool, error) {
	if index < 0 || index/8 >= len(l.bits) {
		return false, invalid("the list has no place %d", index)
	}
	return l.bits[index/8]>>(index%8)&1 == 1, nil
}

// Sign writes the list as a token that is found at uri and holds for a time (ttl).
func (l *StatusList) Sign(uri string, now time.Time, ttl time.Duration, key *ecdsa.PrivateKey, kid string) (string, error) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(l.bits); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return sign(header{Typ: statusType, Kid: kid}, Claims{
		"sub": uri, "iat": now.Unix(), "exp": now.Add(ttl).Unix(), "ttl": int(ttl / time.Second),
		"status_list": Claims{"bits": 1, "lst": b64(packed.Bytes())},
	}, key)
}

// OpenStatusList checks a token that was found at uri and reads its list; key gives the issuer's key of a kid.
func OpenStatusList(token, uri string, key func(kid string) (*ecdsa.PublicKey, error), now time.Time) (*StatusList, error) {
	_, claims, err := open(token, []string{statusType}, func(h header, _ Claims) (*ecdsa.PublicKey, error) { return key(h.Kid) })
	if err != nil {
		return nil, err
	}
	if text(claims, "sub") != uri {
		return nil, invalid("a list of %q", text(claims, "sub"))
	}
	if err := inTime(claims, now); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(claims["status_list"])
	var s struct {
		Bits int    `json:"bits"`
		List string `json:"lst"`
	}
	if err != nil || json.Unmarshal(raw, &s) != nil || s.Bits != 1 {
		return nil, invalid("a list with %d bits for each credential", s.Bits)
	}
	packed, err := unb64(s.List)
	if err != nil {
		return nil, invalid("the list")
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, invalid("the list: %w", err)
	}
	bits, err := io.ReadAll(io.LimitReader(z, listMost+1))
	if err != nil || len(bits) > listMost {
		return nil, fmt.Errorf("%w: a list of more than %d bytes", ErrInvalid, listMost)
	}
	return &StatusList{bits: bits}, nil
}
