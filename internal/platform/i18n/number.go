package i18n

import (
	"strconv"
	"strings"
)

// Number writes n with a comma between thousands, as all three languages do.
func (l Lang) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Percent writes num of den with one decimal, half away from zero ("98.3%"); a dash when den is zero.
func (l Lang) Percent(num, den int) string {
	if den == 0 {
		return "—"
	}
	return strconv.FormatFloat(float64(permille(num, den))/10, 'f', 1, 64) + "%"
}

func permille(num, den int) int {
	if (num < 0) != (den < 0) {
		return (num*2000 - den) / (2 * den)
	}
	return (num*2000 + den) / (2 * den)
}
