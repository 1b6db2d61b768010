package person

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/fault"
)

// Phone is a mainland number in one spelling, digits only: 11 for a mobile ("13900000001"), with the
// area code and its 0 for a landline ("059187654321").
type Phone string

// ParsePhone reads a number as people write it: full-width digits, spaces, hyphens, dots, brackets, and
// +86, 0086 or 86 in front. Invalid on the field "phone" when it is neither a mobile nor a landline.
func ParsePhone(text string) (Phone, error) {
	digits, plus, ok := phoneDigits(text)
	if !ok {
		return "", badPhone()
	}
	if rest, found := withoutCountry(digits, plus); found {
		digits = rest
	} else if plus {
		return "", badPhone() // another country
	}
	if !isMobile(digits) && !isLandline(digits) {
		return "", badPhone()
	}
	return Phone(digits), nil
}

func badPhone() error { return fault.Field("phone", "person.phone_invalid") }

// isMobile: mobile numbers begin with 13 to 19.
func isMobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// isLandline: area codes have three digits in the large cities (010, 02x) and four elsewhere; the number
// behind them has eight digits, outside the large cities also seven, and does not begin with 0 or 1.
func isLandline(digits string) bool {
	if len(digits) < 11 || len(digits) > 12 || digits[0] != '0' || digits[1] == '0' {
		return false
	}
	code := areaCode(digits)
	rest := digits[code:]
	return rest[0] >= '2' && (len(rest) == 8 || code == 4 && len(rest) == 7) && !(digits[1] == '1' && digits[2] != '0')
}

// areaCode gives how many digits the area code of a landline has.
func areaCode(digits string) int {
	if digits[1] == '1' || digits[1] == '2' {
		return 3
	}
	return 4
}

func phoneDigits(text string) (digits string, plus, ok bool) {
	if len(text) > 64 {
		return "", false, false
	}
	var b strings.Builder
	for _, r := range norm.NFKC.String(text) {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0:
			plus = true
		case unicode.IsSpace(r), unicode.Is(unicode.Dash, r), strings.ContainsRune(".()·", r), unicode.Is(unicode.Cf, r):
		default:
			return "", false, false
		}
	}
	return b.String(), plus, true
}

// withoutCountry takes the country code off and puts back the 0 that an area code loses behind it.
func withoutCountry(digits string, plus bool) (string, bool) {
	rest, found := strings.CutPrefix(digits, "0086")
	if !found && (plus || len(digits) >= 12) {
		rest, found = strings.CutPrefix(digits, "86")
	}
	if found && !strings.HasPrefix(rest, "0") && !isMobile(rest) {
		rest = "0" + rest
	}
	return rest, found
}

// Masked shows enough to recognise a number one knows: 138****2167, 0591****4321.
func (p Phone) Masked() string {
	if len(p) < 8 {
		return ""
	}
	head := 3
	if p[0] == '0' {
		head = areaCode(string(p))
	}
	return string(p[:head]) + "****" + string(p[len(p)-4:])
}

// maskName keeps the first character: 张三 and 张三丰 both become 张**, so that length tells nothing.
func maskName(name string) string {
	for _, r := range name {
		return string(r) + "**"
	}
	return ""
}
