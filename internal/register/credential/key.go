package credential

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/sdjwt"
)

// keyLives is how long one key signs: ninety days.
const keyLives = 90 * 24 * time.Hour

// periodsBack is how many earlier keys may still have signed a credential that holds.
const periodsBack = LongestDays*24*int64(time.Hour)/int64(keyLives) + 1

// SigningKey signs credentials and status lists by ES256 (RFC 7518).
type SigningKey struct {
	ID  string
	Key *ecdsa.PrivateKey
}

// JWK is the public half, under its id.
func (k SigningKey) JWK() (sdjwt.JWK, error) {
	jwk, err := sdjwt.JWKOf(&k.Key.PublicKey)
	jwk.Kid = k.ID
	return jwk, err
}

// SigningKeys gives the key that signs now, first, then the one that will, and those whose credentials may still hold. They follow from
// the secret and the number of the period since 1970, so every process and every restored backup has the same ones and none is stored.
func (s *Service) SigningKeys() (keys []SigningKey, err error) {
	now := s.period()
	for n := range periodsBack + 2 {
		period := now - n + 1
		if n < 2 { // now before next
			period = now + n
		}
		k, err := s.signingKey(period)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func (s *Service) period() int64 { return s.Clock.Now().Unix() / int64(keyLives/time.Second) }

// publicKey gives the key of an id, when it is one that is published.
func (s *Service) publicKey(kid string) (*ecdsa.PublicKey, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(kid, "c"), 10, 64)
	if now := s.period(); err != nil || kid != fmt.Sprintf("c%d", n) || n > now+1 || n < now-periodsBack {
		return nil, fmt.Errorf("%w: no key %q", sdjwt.ErrInvalid, kid)
	}
	k, err := s.signingKey(n)
	if err != nil {
		return nil, err
	}
	return &k.Key.PublicKey, nil
}

// signingKey is a number between 1 and the order of P-256, less one, from 64 bits more than needed (FIPS 186-5, A.2.1).
func (s *Service) signingKey(period int64) (SigningKey, error) {
	id := fmt.Sprintf("c%d", period)
	seed, err := hkdf.Key(sha256.New, s.Key, nil, "banyan: credentials: signing key "+id, 40)
	if err != nil {
		return SigningKey{}, fmt.Errorf("derive signing key %s: %w", id, err)
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

// digest is what the store knows of a secret; it is random, so a plain hash is enough.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
