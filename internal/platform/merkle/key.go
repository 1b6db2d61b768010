package merkle

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// keys are the two that one seed gives a name: one signs the heads of the own log, one cosigns those of others.
type keys struct {
	public   string // verifier key of signs
	signs    note.Signer
	verifies note.Verifier
	cosigns  *cosign.Signer
}

// keysOf makes the keys of a name out of 32 secret bytes.
func keysOf(name string, seed []byte) (k keys, err error) {
	if len(seed) != ed25519.SeedSize {
		return k, fmt.Errorf("the seed has %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	if k.public, err = note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey)); err != nil { //nolint:forcetypeassert // what Public gives
		return k, err
	}
	if k.verifies, err = note.NewVerifier(k.public); err != nil {
		return k, err
	}
	secret := fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", name, strings.Split(k.public, "+")[1],
		base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...)))
	if k.signs, err = note.NewSigner(secret); err != nil {
		return k, err
	}
	k.cosigns, err = cosign.NewSignerForCosignatureV1(secret)
	return k, err
}

// algEd25519 marks an Ed25519 key of a signed note.
const algEd25519 = 1

// WitnessKey is the public key of a store's cosignatures, given the key of its own heads.
func WitnessKey(key string) (note.Verifier, error) {
	text, err := cosign.VKeyToCosignatureV1(key)
	if err != nil {
		return nil, err
	}
	return cosign.NewVerifierForCosignatureV1(text)
}
