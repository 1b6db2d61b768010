package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/fault"
)

// Argon2id as the OWASP Password Storage Cheat Sheet recommends it: 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	saltBytes   = 16
	hashBytes   = 32
)

// Password limits, in characters.
const (
	PasswordLeast = 10
	PasswordMost  = 128
)

// checkPassword refuses what is too short, too long or holds the login.
func checkPassword(login, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || n < PasswordLeast || n > PasswordMost:
		return fault.Field("password", "identity.password_length", "least", PasswordLeast, "most", PasswordMost)
	case login != "" && strings.Contains(strings.ToLower(password), login):
		return fault.Field("password", "identity.password_login")
	}
	return nil
}

// hashPassword gives a PHC string: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func hashPassword(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // crypto/rand never gives an error: it ends the program instead
	hash := argon2.IDKey([]byte(norm.NFC.String(password)), salt, argonPasses, argonMemory, argonLanes, hashBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes, b64(salt), b64(hash))
}

var errHash = errors.New("not an argon2id PHC string within limits")

// verifyPassword compares in constant time, with the parameters the hash was made with.
func verifyPassword(phc, password string) (bool, error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	var version, memory, passes, lanes int
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil {
		return false, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	sane := version == argon2.Version && memory >= 8 && memory <= 256*1024 && passes >= 1 && passes <= 16 && lanes >= 1 && lanes <= 16
	if err1 != nil || err2 != nil || !sane || len(want) < 16 || len(want) > 64 {
		return false, errHash
	}
	got := argon2.IDKey([]byte(norm.NFC.String(password)), salt, uint32(passes), uint32(memory), uint8(lanes), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// gate lets a few hash at a time and a few more wait.
type gate struct {
	places chan struct{}
	queue  chan struct{}
}

func newGate(places, waiting int) *gate {
	return &gate{places: make(chan struct{}, places), queue: make(chan struct{}, places+waiting)}
}

// enter waits for a place and gives the way out. Busy at once when too many wait already.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.queue <- struct{}{}:
	default:
		return nil, fault.New(fault.Busy, "identity.busy")
	}
	select {
	case g.places <- struct{}{}:
		return func() { <-g.places; <-g.queue }, nil
	case <-ctx.Done():
		<-g.queue
		return nil, fault.New(fault.Busy, "identity.busy").Wrap(ctx.Err())
	}
}
