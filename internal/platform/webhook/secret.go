package webhook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// SecretPrefix begins every secret.
const SecretPrefix = "whsec_"

// secretBytes is the length of a secret before it is written in base64; the specification asks for 24 to 64.
const secretBytes = 32

// secret is the key that signs the messages of an endpoint.
type secret []byte

func newSecret() secret {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // crypto/rand never gives an error: it ends the program instead
	return key
}

// shown is a secret as its owner gets it.
func (s secret) shown() string { return SecretPrefix + base64.StdEncoding.EncodeToString(s) }

// sign gives the webhook-signature of a message: one signature for each secret, in the order given.
func sign(id string, unix int64, body string, secrets ...secret) string {
	var out []string
	for _, s := range secrets {
		mac := hmac.New(sha256.New, s)
		mac.Write([]byte(id + "." + strconv.FormatInt(unix, 10) + "." + body))
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " ")
}

// vault seals secrets at rest. The endpoint's id is bound to them, so a secret copied to another row does not open.
type vault struct{ aead cipher.AEAD }

func newVault(key []byte) (vault, error) {
	own, err := hkdf.Key(sha256.New, key, nil, "banyan webhook secrets", 32)
	if err != nil {
		return vault{}, err
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return vault{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return vault{aead}, err
}

func (v vault) seal(endpoint string, s secret) []byte {
	return v.aead.Seal(nil, nil, s, []byte(endpoint))
}

func (v vault) open(endpoint string, sealed []byte) (secret, error) {
	s, err := v.aead.Open(nil, nil, sealed, []byte(endpoint))
	if err != nil {
		return nil, errors.New("a secret was sealed with another key: restore secret.key, or rotate the secret")
	}
	return s, nil
}
