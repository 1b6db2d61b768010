package merkle

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"banyan/internal/platform/suite"
)

// algState marks a key of SM2 with SM3 (GB/T 32918.2, GB/T 35276) in a signed note: 0xff, the type of C2SP signed-note for algorithms
// without a number there, and a name of our own. The public key follows in 65 bytes: 04, X, Y. A signature is DER over the note's text.
// Whoever does not know the type passes over the line.
const algState = "\xffbanyan.sm2-with-sm3.v1"

// stateVerifier is a note.Verifier of SM2 with SM3.
type stateVerifier struct {
	suite.Verifier
	name string
	raw  []byte // type and public key
}

func (v stateVerifier) Name() string { return v.name }

// KeyHash is how C2SP signed-note makes the id of a key.
func (v stateVerifier) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(v.name+"\n"), v.raw...))
	return binary.BigEndian.Uint32(sum[:])
}

// key is the key as a line of text.
func (v stateVerifier) key() string {
	return fmt.Sprintf("%s+%08x+%s", v.name, v.KeyHash(), base64.StdEncoding.EncodeToString(v.raw))
}

// stateSigner is a note.Signer of SM2 with SM3.
type stateSigner struct {
	stateVerifier
	signer suite.Signer
}

func (s stateSigner) Sign(text []byte) ([]byte, error) { return s.signer.Sign(text) }

func newStateSigner(name string, seed []byte) (stateSigner, error) {
	signer, err := suite.State().Signer(seed)
	if err != nil {
		return stateSigner{}, err
	}
	verifier, err := suite.State().Verifier(signer.Public())
	return stateSigner{stateVerifier{verifier, name, append([]byte(algState), signer.Public()...)}, signer}, err
}

// readStateKey reads a key of SM2; ok is false for another type.
func readStateKey(key string) (v stateVerifier, ok bool, err error) {
	name, rest, _ := strings.Cut(key, "+")
	id, coded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(coded)
	public, ok := bytes.CutPrefix(raw, []byte(algState))
	if err != nil || !ok {
		return v, false, nil
	}
	verifier, err := suite.State().Verifier(public)
	if err != nil {
		return v, true, err
	}
	v = stateVerifier{verifier, name, raw}
	if name == "" || id != fmt.Sprintf("%08x", v.KeyHash()) {
		return v, true, errors.New("the key is mistyped: its id does not fit")
	}
	return v, true, nil
}
