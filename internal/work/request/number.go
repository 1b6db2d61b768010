package request

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
)

// A number is what a person writes on a slip or says on the phone: the city's letters, the day, seven
// random digits and a check digit, FZ261123 0087 4213.
//
//   - Random digits need no counter, which would be one hot row for all intake; the unique index and a
//     second try settle the rare collision.
//   - They tell nobody how many requests there are, and a neighbour's number cannot be guessed from one's
//     own: ten million a day are possible, some thousands exist.
//   - The check digit (Damm's quasigroup over the thirteen digits) catches every single wrong digit and
//     every pair of neighbours swapped, so a mistyped number is told from an unknown one.
const numberDigits = 14

// newNumber makes a number for the city's day of at.
func newNumber(prefix string, at time.Time) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a number: %w", err)
	}
	digits := at.In(clock.City).Format("060102") + fmt.Sprintf("%07d", n)
	return prefix + digits + string(damm(digits)), nil
}

// ParseNumber reads a number as people write it: lower case, full-width, with spaces or hyphens. Without
// letters it gets the prefix. Invalid on "number": number_shape when it is not one, number_check when a
// digit is wrong or two are swapped.
func ParseNumber(prefix, text string) (string, error) {
	if len(text) > 100 {
		return "", fault.Field("number", "request.number_shape")
	}
	var letters, digits strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(text)) {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
		case 'A' <= r && r <= 'Z' && digits.Len() == 0:
			letters.WriteRune(r)
		case unicode.IsSpace(r), unicode.Is(unicode.Dash, r), unicode.Is(unicode.Cf, r), r == '·', r == '.':
		default:
			return "", fault.Field("number", "request.number_shape")
		}
	}
	head, number := letters.String(), digits.String()
	if head == "" {
		head = prefix
	}
	if len(number) != numberDigits || len(head) > 4 {
		return "", fault.Field("number", "request.number_shape")
	}
	if damm(number[:numberDigits-1]) != number[numberDigits-1] {
		return "", fault.Field("number", "request.number_check")
	}
	return head + number, nil
}

// DisplayNumber groups a number for the eye: FZ261123 0087 4213.
func DisplayNumber(number string) string {
	n := len(number)
	if n <= 8 {
		return number
	}
	return number[:n-8] + " " + number[n-8:n-4] + " " + number[n-4:]
}

// CheckDigit gives the check digit that a number with these letters and digits must have; its own last digit is not looked at.
func CheckDigit(number string) byte {
	digits := strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return damm(digits[:max(len(digits)-1, 0)])
}

// damm gives the check digit of decimal digits (H. M. Damm, 2004, the totally anti-symmetric quasigroup of
// order 10 from the thesis).
func damm(digits string) byte {
	table := [10]string{
		"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
		"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
	}
	state := byte('0')
	for i := range len(digits) {
		state = table[state-'0'][digits[i]-'0']
	}
	return state
}
