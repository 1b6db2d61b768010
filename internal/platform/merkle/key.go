package merkle

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/suite"
)

// keys are those that one seed gives a name: some sign the heads of the own log, one cosigns those of others.
type keys struct {
	origin   string
	public   []string // verifier keys of signs
	signs    []note.Signer
	verifies []note.Verifier // the first is Ed25519, which every tool of signed notes knows
	cosigns  *cosign.Signer
}

// keysOf makes the keys of a name out of 32 secret bytes; a suite other than the standard one adds a signature of its own.
func keysOf(name string, seed []byte, also suite.Suite) (k keys, err error) {
	if len(seed) != ed25519.SeedSize {
		return k, fmt.Errorf("the seed has %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey)) //nolint:forcetypeassert // what Public gives
	if err != nil {
		return k, err
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return k, err
	}
	secret := fmt.Sprintf("PRIVATE+KEY+%s+%s+%s", name, strings.Split(public, "+")[1],
		base64.StdEncoding.EncodeToString(append([]byte{algEd25519}, seed...)))
	signer, err := note.NewSigner(secret)
	if err != nil {
		return k, err
	}
	k = keys{origin: name, public: []string{public}, signs: []note.Signer{signer}, verifies: []note.Verifier{verifier}}
	if k.cosigns, err = cosign.NewSignerForCosignatureV1(secret); err != nil || also.Name != suite.State().Name {
		return k, err
	}
	sm2, err := newStateSigner(name, seed)
	if err != nil {
		return k, err
	}
	k.public, k.signs, k.verifies = append(k.public, sm2.key()), append(k.signs, sm2), append(k.verifies, sm2.stateVerifier)
	return k, nil
}

// algEd25519 marks an Ed25519 key of a signed note.
const algEd25519 = 1

// Verifier reads a public key of a log's heads, as Keys gives them: of Ed25519, or of SM2 with SM3.
func Verifier(key string) (note.Verifier, error) {
	if v, ok, err := readStateKey(key); ok {
		return v, err
	}
	return note.NewVerifier(key)
}

// verifiersOf reads the keys of one log, one a line.
func verifiersOf(lines string) (all []note.Verifier, err error) {
	for _, line := range strings.Fields(lines) {
		v, err := Verifier(line)
		if err != nil {
			return nil, fmt.Errorf("the key of the log: %w", err)
		}
		if len(all) > 0 && v.Name() != all[0].Name() {
			return nil, fmt.Errorf("keys of two logs, %s and %s", all[0].Name(), v.Name())
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no key of the log was given")
	}
	return all, nil
}

// WitnessKey is the public key of a store's cosignatures, given the key of its own heads.
func WitnessKey(key string) (note.Verifier, error) {
	text, err := cosign.VKeyToCosignatureV1(key)
	if err != nil {
		return nil, err
	}
	return cosign.NewVerifierForCosignatureV1(text)
}
