package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Suite is by which algorithms texts and keys are sealed. A text and a wrapped key carry the suite's mark, so a store may change
// from one to the other: what was sealed by the old one still opens.
type Suite struct {
	mark string // of its texts
	wrap string // before a key wrapped by it
	size int    // of a key, in bytes
	hash func() hash.Hash
	aead func(key []byte) (cipher.AEAD, error) // its nonces are random and stand before the text
}

// Standard seals by AES-256-GCM (RFC 5116); master keys come by HKDF-SHA-256 (RFC 5869).
func Standard() Suite {
	return Suite{mark: "~1.", wrap: "", size: 32, hash: sha256.New, aead: func(key []byte) (cipher.AEAD, error) {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		return cipher.NewGCMWithRandomNonce(block)
	}}
}

// State seals by SM4-GCM (GB/T 32907); master keys come by HKDF with SM3 (GB/T 32905): what systems under the commercial
// cryptography assessment (GB/T 39786) use.
func State() Suite {
	return Suite{mark: "~2.", wrap: "2.", size: sm4.BlockSize, hash: sm3.New, aead: func(key []byte) (cipher.AEAD, error) {
		block, err := sm4.NewCipher(key)
		if err != nil {
			return nil, err
		}
		gcm, err := cipher.NewGCM(block)
		return nonced{gcm}, err
	}}
}

// suites are all there are; the order does not count.
func suites() []Suite { return []Suite{Standard(), State()} }

// key makes the cipher of a data key; a suite with shorter keys takes its beginning.
func (s Suite) key(data []byte) (cipher.AEAD, error) { return s.aead(data[:s.size]) }

// master makes the cipher of a master key.
func (s Suite) master(secret []byte, salt string) (cipher.AEAD, error) {
	key, err := hkdf.Key(s.hash, secret, []byte(salt), "banyan: a master key of the vault", s.size)
	if err != nil {
		return nil, err
	}
	return s.aead(key)
}

// nonced puts a random nonce before what it seals.
type nonced struct{ cipher.AEAD }

func (n nonced) NonceSize() int { return 0 }

func (n nonced) Overhead() int { return n.AEAD.NonceSize() + n.AEAD.Overhead() }

func (n nonced) Seal(dst, _, plain, extra []byte) []byte {
	nonce := make([]byte, n.AEAD.NonceSize())
	rand.Read(nonce) //nolint:errcheck // never fails (crypto/rand)
	return n.AEAD.Seal(append(dst, nonce...), nonce, plain, extra)
}

func (n nonced) Open(dst, _, sealed, extra []byte) ([]byte, error) {
	size := n.AEAD.NonceSize()
	if len(sealed) < size {
		return nil, errors.New("vault: shorter than a nonce")
	}
	return n.AEAD.Open(dst, sealed[:size], sealed[size:], extra)
}
