package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Guard keeps a spreadsheet that reads CSV from taking a text for a formula (OWASP, CSV injection): such a text
// gets an apostrophe before it. A plain number is left alone. Unguard takes exactly that apostrophe away again.
func Guard(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// Unguard gives the text that Guard was given.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && risky(rest) {
		return rest
	}
	return s
}

// risky tells whether a text could be taken for a formula. Apostrophes and blanks before it change nothing: the
// former so that Unguard finds its own, the latter because some programs drop them.
func risky(s string) bool {
	bare := strings.TrimLeft(s, "'")
	if first, _ := utf8.DecodeRuneInString(bare); bare != "" && strings.ContainsRune("\t\r\n", first) {
		return true
	}
	if bare == s && isPlainNumber(s) {
		return false
	}
	bare = strings.TrimLeftFunc(s, func(r rune) bool { return r == '\'' || unicode.IsSpace(r) || !unicode.IsGraphic(r) })
	first, _ := utf8.DecodeRuneInString(bare)
	return bare != "" && strings.ContainsRune("=+-@＝＋－＠", first)
}

// isPlainNumber is true for digits with an optional sign and decimals, of a length that a spreadsheet keeps.
func isPlainNumber(s string) bool {
	whole, decimals, point := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	signs := len(s) - len(strings.TrimLeft(s, "+-"))
	return signs <= 1 && digits(whole) && (!point || digits(decimals)) && len(whole)+len(decimals) <= 15
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
