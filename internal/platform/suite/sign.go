package suite

import (
	"crypto/ed25519"
	"fmt"
)

// Signer signs texts; many goroutines may use it at once.
type Signer interface {
	// Sign signs a text as it stands; the algorithm hashes it.
	Sign(text []byte) (signature []byte, err error)
	// Public is the public key: 32 bytes of Ed25519, or 65 of SM2 (04, X, Y).
	Public() []byte
}

// Verifier checks what a Signer signed.
type Verifier interface {
	// Verify tells whether the key's owner signed the text.
	Verify(text, signature []byte) bool
}

// seedSize is how many secret bytes make a signer.
const seedSize = 32

// signsEd25519 signs by RFC 8032.
type signsEd25519 struct{ key ed25519.PrivateKey }

func newEd25519(seed []byte) (Signer, error) { return signsEd25519{ed25519.NewKeyFromSeed(seed)}, nil }

func (s signsEd25519) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.key, text), nil }

func (s signsEd25519) Public() []byte { return s.key[ed25519.SeedSize:] }

type verifiesEd25519 struct{ key ed25519.PublicKey }

func readEd25519(public []byte) (Verifier, error) {
	if len(public) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("a public key of Ed25519 has %d bytes, not %d", ed25519.PublicKeySize, len(public))
	}
	return verifiesEd25519{public}, nil
}

func (v verifiesEd25519) Verify(text, signature []byte) bool {
	return ed25519.Verify(v.key, text, signature)
}
