package leak

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/register/person"

	"golang.org/x/text/unicode/norm"
)

// A canary is a row of a list that is about nobody: its number is one that no case can have, because its check digit is wrong, and
// its phone is no mobile's, because the second digit under the star would be a 2. It is never stored as a case, a request or a
// person, so no worker, statistic or service of a resident meets it. Whoever passes the list on passes it on, too.

// canaryDraws is among how many numbers of a day a canary's is drawn.
const canaryDraws = 10_000_000

// canaries is how many a list of so many rows gets: two at least, for one alone never names anybody.
func canaries(rows int) int { return min(2+rows/100, 5) }

// weave adds the canaries of a viewer to the rows, and sorts all by number. The same rows give the same canaries.
func (s *Service) weave(viewer string, rows []CopyRow) (all []CopyRow, numbers []string) {
	all = slices.Clone(rows)
	for i := range canaries(len(rows)) {
		like := rows[s.draw(viewer, fmt.Sprint("like", i), len(rows))] // its day, kind and place are those of a row of the list
		c := s.canary(viewer, i, like)
		all, numbers = append(all, c), append(numbers, c.Number)
	}
	slices.SortFunc(all, func(a, b CopyRow) int { return strings.Compare(a.Number, b.Number) })
	return all, numbers
}

func (s *Service) canary(viewer string, i int, like CopyRow) CopyRow {
	digits := []byte(like.Number)
	what := fmt.Sprint(like.Number[:max(len(digits)-8, 0)], " ", i)
	if n := len(digits); n >= 8 {
		copy(digits[n-8:], fmt.Sprintf("%07d", s.draw(viewer, "number "+what, canaryDraws)))
		digits[n-1] = s.Check(string(digits))
		digits[n-1] = '0' + (digits[n-1]-'0'+1+byte(s.draw(viewer, "check "+what, 9)))%10
	}
	c := like
	c.Number, c.Person = string(digits), ""
	surnames := []rune("陈林黄张李王吴刘郑杨")
	c.Name = string(surnames[s.draw(viewer, "name "+what, len(surnames))]) + "**"
	shown := []byte("1*")
	for place := 2; place < person.MarkedLength; place++ {
		shown = append(shown, '0'+byte(s.draw(viewer, fmt.Sprint("phone ", place, what), 10)))
	}
	copy(shown[4:], "***")
	shown[[...]int{0, 2, 3, 7, 8, 9, 10}[s.draw(viewer, "mask "+what, 7)]] = '*'
	c.Phone = string(shown)
	day := like.Opened.In(clock.City)
	from := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, clock.City)
	c.Opened = from.Add(time.Duration(s.draw(viewer, "time "+what, int(max(day.Sub(from)/time.Second, 1)))) * time.Second)
	return c
}

// draw gives a number below n that a keyed hash of viewer and what chooses.
func (s *Service) draw(viewer, what string, n int) int {
	mac := hmac.New(sha256.New, s.Key)
	mac.Write([]byte("canary\x00" + viewer + "\x00" + what))
	return int(binary.BigEndian.Uint64(mac.Sum(nil)) % uint64(n)) //nolint:gosec // below n
}

// Control is what the numbers of a list say of one recipient.
type Control struct {
	Viewer string
	Found  int     // of the canaries made for them
	Bound  float64 // the probability that anybody is named so though the list does not come from what they were given is at most this
}

var numbered = regexp.MustCompile(`[A-Z]{1,4}[0-9]{14}`)

// numbersOf gives the numbers of cases in a text, each once, with or without the spaces that people write.
func numbersOf(text string) (list []string) {
	text = strings.ToUpper(norm.NFKC.String(strings.ToValidUTF8(text[:min(len(text), textMost)], " ")))
	for line := range strings.Lines(text) {
		list = append(list, numbered.FindAllString(line, -1)...)
		list = append(list, numbered.FindAllString(strings.NewReplacer(" ", "", "-", "").Replace(line), -1)...)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return list[:min(len(list), 2*rowsMost)]
}

// controls weighs which canaries were found. The numbers of a canary are drawn by a keyed hash, so a list that does not come from the
// file hits k given ones of them with a probability of at most (numbers/draws)^k; over every choice of k of the canaries of a
// recipient, and every recipient (leastViewers of them at least), the sum is the bound.
func controls(found map[string]int, made map[string]int, numbers int) (list []Control) {
	for viewer, k := range found {
		near := math.Pow(float64(numbers)/canaryDraws, float64(k))
		bound := float64(max(leastViewers-len(made), 0)) * choose(canaries(0), k) * near
		for _, n := range made {
			bound += choose(n, k) * near
		}
		list = append(list, Control{Viewer: viewer, Found: k, Bound: min(1, bound)})
	}
	slices.SortFunc(list, func(a, b Control) int {
		if a.Found != b.Found {
			return b.Found - a.Found
		}
		return strings.Compare(a.Viewer, b.Viewer)
	})
	return list
}

// choose is how many choices of k out of n there are: none when k is more.
func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c *= float64(max(n-i, 0)) / float64(i+1)
	}
	return c
}
