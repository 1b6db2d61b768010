package wechat

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the platform's signature is SHA-1; it is keyed by the token
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// signature is the platform's: the hex SHA-1 of its parts, sorted and joined.
func signature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}

// signed compares in a time that tells nothing.
func signed(got string, parts ...string) bool {
	return hmac.Equal([]byte(got), []byte(signature(parts...)))
}

// vault opens and closes messages of the safe mode: AES-256 in CBC mode, the key's first half as IV, padded to 32 bytes:
// 16 random bytes, the length of the message, the message, the account's id.
type vault struct {
	key []byte
	app string
}

// padTo is the block the platform pads to: twice that of AES.
const padTo = 32

var errSealed = errors.New("the sealed message is not ours")

// newVault reads an EncodingAESKey: 43 characters of base64 without its last sign.
func newVault(encoded, app string) (vault, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(encoded) != 43 || len(key) != 32 {
		return vault{}, fmt.Errorf("the aes_key of the official account has not 43 characters of base64")
	}
	return vault{key, app}, nil
}

func (v vault) open(sealed string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, errSealed
	}
	block, err := aes.NewCipher(v.key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, v.key[:aes.BlockSize]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > padTo || pad > len(data) {
		return nil, errSealed
	}
	data = data[:len(data)-pad]
	if len(data) < 20 {
		return nil, errSealed
	}
	size := int64(binary.BigEndian.Uint32(data[16:20]))
	if size > int64(len(data)-20) || string(data[20+size:]) != v.app {
		return nil, errSealed
	}
	return data[20 : 20+size], nil
}

func (v vault) seal(message []byte) (string, error) {
	var b bytes.Buffer
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	b.Write(salt)
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(message)))) //nolint:gosec // an answer is short
	b.Write(message)
	b.WriteString(v.app)
	pad := padTo - b.Len()%padTo
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	block, err := aes.NewCipher(v.key)
	if err != nil {
		return "", err
	}
	data := b.Bytes()
	cipher.NewCBCEncrypter(block, v.key[:aes.BlockSize]).CryptBlocks(data, data)
	return base64.StdEncoding.EncodeToString(data), nil
}
