package suite

import (
	"crypto/hkdf"
	"crypto/hmac"
	"hash"
)

// Hash makes digests of 32 bytes.
type Hash interface {
	// Sum is the digest of a text.
	Sum(text []byte) []byte
	// MAC is the keyed digest of a text (HMAC, RFC 2104).
	MAC(key, text []byte) []byte
	// Derive makes size bytes (8160 at most) for one use out of a secret (HKDF, RFC 5869).
	Derive(secret []byte, salt, use string, size int) ([]byte, error)
}

// hashing is a Hash over one function.
type hashing struct{ fresh func() hash.Hash }

func (h hashing) Sum(text []byte) []byte { return sum(h.fresh(), text) }

func (h hashing) MAC(key, text []byte) []byte { return sum(hmac.New(h.fresh, key), text) }

func (h hashing) Derive(secret []byte, salt, use string, size int) ([]byte, error) {
	return hkdf.Key(h.fresh, secret, []byte(salt), use, size)
}

func sum(h hash.Hash, text []byte) []byte {
	h.Write(text)
	return h.Sum(nil)
}
