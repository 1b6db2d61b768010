package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// stepLives is how long the second step of signing in may take.
const stepLives = 5 * time.Minute

// firstStep is the first step of signing in on its way through the second form.
type firstStep struct {
	Login    string `json:"l"`
	Password string `json:"p"`
	Until    int64  `json:"u"` // Unix seconds
}

// newBox makes the cipher that first steps are sealed with.
func newBox(key []byte) (cipher.AEAD, error) {
	if len(key) < 32 {
		return nil, errors.New("the secret of the sign-in page has less than 32 bytes")
	}
	own, err := hkdf.Key(sha256.New, key, nil, "banyan account first step", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of sealed first steps: %w", err)
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return nil, fmt.Errorf("make the cipher of sealed first steps: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal makes a text that only this house can open.
func (r *Room) seal(login, password string) (string, error) {
	plain, err := json.Marshal(firstStep{login, password, r.Clock.Now().Add(stepLives).Unix()})
	if err != nil {
		return "", err
	}
	nonce := make([]byte, r.box.NonceSize())
	_, _ = rand.Read(nonce) // crypto/rand never gives an error: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(r.box.Seal(nonce, nonce, plain, nil)), nil
}

// open gives the first step of a text; ok is false when it was not sealed here or
// is too old.
func (r *Room) open(text string) (t firstStep, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < r.box.NonceSize() {
		return t, false
	}
	plain, err := r.box.Open(nil, raw[:r.box.NonceSize()], raw[r.box.NonceSize():], nil)
	if err != nil || json.Unmarshal(plain, &t) != nil {
		return firstStep{}, false
	}
	return t, r.Clock.Now().Unix() < t.Until
}
