package suite

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
)

// Cipher seals texts; many goroutines may use it at once. One key seals 2^32 texts at most (NIST SP 800-38D, 8.3: random nonces).
type Cipher interface {
	// Seal encrypts a text and binds it to a place: a random nonce of 12 bytes, the text, a tag of 16 bytes.
	Seal(text, place []byte) []byte
	// Open gives the text, or ErrAltered when it was altered, moved or sealed with another key.
	Open(sealed, place []byte) ([]byte, error)
}

// ErrAltered says that something sealed does not open.
var ErrAltered = errors.New("it was altered, moved or sealed with another key")

type newBlock func(key []byte) (cipher.Block, error)

// gcm is a block cipher in the mode GCM.
type gcm struct{ aead cipher.AEAD }

func newGCM(block newBlock, key []byte) (Cipher, error) {
	b, err := block(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(b)
	return gcm{aead}, err
}

func (g gcm) Seal(text, place []byte) []byte {
	nonce := make([]byte, g.aead.NonceSize(), g.aead.NonceSize()+len(text)+g.aead.Overhead())
	rand.Read(nonce) //nolint:errcheck // never fails (crypto/rand)
	return g.aead.Seal(nonce, nonce, text, place)
}

func (g gcm) Open(sealed, place []byte) ([]byte, error) {
	n := g.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrAltered
	}
	text, err := g.aead.Open(nil, sealed[:n], sealed[n:], place)
	if err != nil {
		return nil, ErrAltered
	}
	return text, nil
}
