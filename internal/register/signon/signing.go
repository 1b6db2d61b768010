package signon

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"fmt"
	"math/big"
	"time"
)

// keyLives is how long one key signs: ninety days.
const keyLives = 90 * 24 * time.Hour

// SigningKey signs ID tokens by ES256 (RFC 7518).
type SigningKey struct {
	ID  string
	Key *ecdsa.PrivateKey
}

// SigningKeys gives the key that signs now, first, and those of the period before and after it. All three are published: a token
// signed a moment before the change still verifies, and whoever keeps the list has the next key before it signs. The keys follow from
// the secret and the number of the period since 1970, so every process and every restored backup has the same ones and none is stored.
func (s *Service) SigningKeys() ([]SigningKey, error) {
	now := s.clock.Now().Unix() / int64(keyLives/time.Second)
	var keys []SigningKey
	for _, period := range []int64{now, now - 1, now + 1} {
		k, err := s.signingKey(period)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// signingKey is a number between 1 and the order of P-256, less one, from 64 bits more than needed (FIPS 186-5, A.2.1).
func (s *Service) signingKey(period int64) (SigningKey, error) {
	id := fmt.Sprintf("p%d", period)
	seed, err := s.derive("signing key "+id, 40)
	if err != nil {
		return SigningKey{}, err
	}
	one, order := big.NewInt(1), elliptic.P256().Params().N
	d := new(big.Int).SetBytes(seed)
	d.Mod(d, new(big.Int).Sub(order, one)).Add(d, one)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
	if err != nil {
		return SigningKey{}, fmt.Errorf("make signing key %s: %w", id, err)
	}
	return SigningKey{id, key}, nil
}
