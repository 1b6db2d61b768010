package person

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// A masked mobile number is also a mark. Its three middle digits are always hidden; of the other eight two more are, and which
// two depends on who looks: 28 patterns, chosen by a keyed hash of viewer and person. Whoever passes a list on never had the
// hidden digits, so neither retyping nor sorting takes the mark out. See package leak for what can be read from it.

// Pattern is which digits of a mobile number are hidden, from 0 to Patterns-1.
type Pattern int

// Patterns is how many there are: two of eight places.
const Patterns = 28

// MarkedLength is how many digits a number has whose mask is a mark.
const MarkedLength = 11

// free tells whether a place is one of the eight of which a pattern hides two; those between are always hidden.
func free(place int) bool { return place < 4 || place > 6 }

// Hides tells whether the pattern hides the digit at a place from 0 to 10.
func (p Pattern) Hides(place int) bool {
	a, b := p.pair()
	return !free(place) || place == a || place == b
}

// pair are the two free places that the pattern hides.
func (p Pattern) pair() (a, b int) {
	places, n := [...]int{0, 1, 2, 3, 7, 8, 9, 10}, int(p)
	for i, a := range places {
		rest := places[i+1:]
		if n < len(rest) {
			return a, rest[n]
		}
		n -= len(rest)
	}
	return 0, 1
}

// Mark is the pattern by which a viewer sees a person's number.
func (s *Service) Mark(viewer, person string) Pattern {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("mask\x00" + viewer + "\x00" + person))
	return Pattern(binary.BigEndian.Uint64(mac.Sum(nil)) % Patterns) //nolint:gosec // below 28
}

// MaskedBy hides digits by a pattern: 1*8***21*67. A number of another length than a mobile's is masked without a mark.
func (p Phone) MaskedBy(mark Pattern) string {
	if !isMobile(string(p)) {
		return p.Masked()
	}
	shown := []byte(p)
	for place := range shown {
		if mark.Hides(place) {
			shown[place] = '*'
		}
	}
	return string(shown)
}
