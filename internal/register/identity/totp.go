package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"
)

// totpStep is the length of a step of RFC 6238 in seconds.
const totpStep = 30

// Key is a new second factor, shown once to its owner.
type Key struct {
	Secret string // base32, to type in
	URL    string // otpauth://…, to show as a QR code
}

func newKey(issuer, login string) (Key, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login})
	if err != nil {
		return Key{}, err
	}
	return Key{Secret: k.Secret(), URL: k.URL()}, nil
}

// stepOf gives the step a code belongs to: this one, or its neighbours for clocks that differ. ok is false
// for a wrong code.
func stepOf(secret, code string, at time.Time) (step int64, ok bool) {
	code = tidyCode(code)
	now := at.Unix() / totpStep
	for _, step := range []int64{now, now - 1, now + 1} {
		valid, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err == nil && valid {
			return step, true
		}
	}
	return 0, false
}

// tidyCode takes spaces out of a code as typed and writes full-width digits plain.
func tidyCode(code string) string {
	if len(code) > 64 {
		return "?"
	}
	return strings.Join(strings.Fields(norm.NFKC.String(code)), "")
}

// vault encrypts second-factor secrets at rest; the account id is bound to them as associated data, so that
// a secret copied to another row does not open.
type vault struct{ aead cipher.AEAD }

func newVault(key []byte) (vault, error) {
	block, err := aes.NewCipher(derive(key, "totp"))
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCM(block)
	return vault{aead}, err
}

func (v vault) seal(account, secret string) []byte {
	nonce := make([]byte, v.aead.NonceSize())
	_, _ = rand.Read(nonce) // crypto/rand never gives an error: it ends the program instead
	return v.aead.Seal(nonce, nonce, []byte(secret), []byte(account))
}

func (v vault) open(account string, sealed []byte) (string, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("second factor: sealed secret is too short")
	}
	secret, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(account))
	return string(secret), err
}

// derive makes a key of its own for each use of the one secret.
func derive(key []byte, use string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("identity/" + use))
	return mac.Sum(nil)
}
