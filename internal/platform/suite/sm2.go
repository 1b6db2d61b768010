package suite

import (
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
)

// whose is the name of the signer that goes into each digest: the one of GB/T 35276 for signers who agreed on none.
const whose = "1234567812345678"

const (
	coordinate = 32               // bytes
	pointSize  = 1 + 2*coordinate // 04, X, Y
)

// signsSM2 signs by GB/T 32918.2 with SM3; a signature is a DER sequence of r and s (GB/T 35276).
type signsSM2 struct{ key *sm2.PrivateKey }

// newSM2 makes the private key out of 40 bytes of the seed, so that none of the numbers from 1 to n-2 is likelier than another
// (FIPS 186-5, A.2.1).
func newSM2(seed []byte) (Signer, error) {
	wide, err := State().Hash.Derive(seed, "", "banyan: a private key of SM2", coordinate+8)
	if err != nil {
		return nil, err
	}
	most := new(big.Int).Sub(sm2.P256().Params().N, big.NewInt(2))
	d := new(big.Int).Mod(new(big.Int).SetBytes(wide), most)
	return keySM2(d.Add(d, big.NewInt(1)))
}

// keySM2 makes the signer of a private key from 1 to n-2.
func keySM2(d *big.Int) (signsSM2, error) {
	curve := sm2.P256()
	one := ecdsa.PrivateKey{D: d, PublicKey: ecdsa.PublicKey{Curve: curve}}
	one.X, one.Y = curve.ScalarBaseMult(d.FillBytes(make([]byte, coordinate)))
	key, err := new(sm2.PrivateKey).FromECPrivateKey(&one)
	return signsSM2{key}, err
}

func (s signsSM2) Sign(text []byte) ([]byte, error) {
	return s.key.Sign(rand.Reader, text, sm2.NewSM2SignerOption(true, []byte(whose)))
}

func (s signsSM2) Public() []byte {
	point := make([]byte, pointSize)
	point[0] = 4
	s.key.X.FillBytes(point[1 : 1+coordinate])
	s.key.Y.FillBytes(point[1+coordinate:])
	return point
}

type verifiesSM2 struct{ key *ecdsa.PublicKey }

func readSM2(public []byte) (Verifier, error) {
	if len(public) != pointSize || public[0] != 4 {
		return nil, fmt.Errorf("a public key of SM2 has %d bytes and begins with 04", pointSize)
	}
	key := &ecdsa.PublicKey{Curve: sm2.P256(), X: new(big.Int).SetBytes(public[1 : 1+coordinate]), Y: new(big.Int).SetBytes(public[1+coordinate:])}
	if !key.Curve.IsOnCurve(key.X, key.Y) {
		return nil, errors.New("a public key of SM2 that is no point of its curve")
	}
	return verifiesSM2{key}, nil
}

func (v verifiesSM2) Verify(text, signature []byte) bool {
	return sm2.VerifyASN1WithSM2(v.key, []byte(whose), text, signature)
}
