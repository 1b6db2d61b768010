package suite

import (
	"crypto/aes"
	"crypto/sha256"
	"fmt"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Suite is one family of algorithms. The zero Suite has none.
type Suite struct {
	Name string // as the settings say it
	Mark string // one digit, beside what a store keeps
	Hash Hash
	Key  int // length of a Cipher's key, in bytes

	cipher   newBlock
	signer   func(seed []byte) (Signer, error)
	verifier func(public []byte) (Verifier, error)
}

// Standard is SHA-256 (FIPS 180-4), HMAC and HKDF with it (RFC 2104, RFC 5869), Ed25519 (RFC 8032) and AES-256-GCM (RFC 5116).
func Standard() Suite {
	return Suite{Name: "standard", Mark: "1", Hash: hashing{sha256.New}, Key: 32, cipher: aes.NewCipher, signer: newEd25519, verifier: readEd25519}
}

// State is SM3 (GB/T 32905), HMAC and HKDF with it, SM2 signatures (GB/T 32918.2, encoded by GB/T 35276) and SM4 (GB/T 32907) in
// the mode GCM (GB/T 36624, RFC 8998).
func State() Suite {
	return Suite{Name: "state", Mark: "2", Hash: hashing{sm3.New}, Key: sm4.BlockSize, cipher: sm4.NewCipher, signer: newSM2, verifier: readSM2}
}

// All are both, the default first.
func All() []Suite { return []Suite{Standard(), State()} }

// Named gives the suite that the settings name; "" is Standard.
func Named(name string) (Suite, error) {
	for _, s := range All() {
		if name == s.Name || name == "" {
			return s, nil
		}
	}
	return Suite{}, fmt.Errorf("%q is neither standard nor state", name)
}

// Marked gives the suite of a mark.
func Marked(mark string) (Suite, error) {
	for _, s := range All() {
		if mark == s.Mark {
			return s, nil
		}
	}
	return Suite{}, fmt.Errorf("no suite has the mark %q: a newer program wrote it", mark)
}

// Cipher makes the cipher of a key of at least Key bytes, of which it takes the first.
func (s Suite) Cipher(key []byte) (Cipher, error) {
	if len(key) < s.Key {
		return nil, fmt.Errorf("a key of the suite %s has %d bytes, not %d", s.Name, s.Key, len(key))
	}
	return newGCM(s.cipher, key[:s.Key])
}

// Signer makes the signer of 32 secret bytes; equal bytes give equal keys.
func (s Suite) Signer(seed []byte) (Signer, error) {
	if len(seed) != seedSize {
		return nil, fmt.Errorf("the seed of a signer has %d bytes, want %d", len(seed), seedSize)
	}
	return s.signer(seed)
}

// Verifier reads a public key as Signer.Public gives it.
func (s Suite) Verifier(public []byte) (Verifier, error) { return s.verifier(public) }
