package leak

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/register/person"
)

// Row is one line of a list that held a number.
type Row struct {
	person.Seen
	Line int // in the text, from 1 on
}

// textMost is how much of a text is read, in bytes, and rowsMost how many rows of it count.
const (
	textMost = 1 << 20
	rowsMost = 500
)

// Read finds the numbers of a list: eleven digits and stars, as shown, typed off or read off a picture. What a machine reads
// for a star counts as one. Spaces and hyphens inside a number do not matter.
func Read(text string) []Row {
	var rows []Row
	for n, line := range strings.Split(text[:min(len(text), textMost)], "\n") {
		line = norm.NFKC.String(strings.ToValidUTF8(line, " "))
		for _, shown := range numbers(line) {
			if len(rows) == rowsMost {
				return rows
			}
			rows = append(rows, Row{person.Seen{Surname: surname(line), Shown: shown}, n + 1})
		}
	}
	return rows
}

// numbers gives the runs of exactly eleven signs that can be a mobile's, whole or in parts with a space or hyphen between.
func numbers(line string) (found [][person.MarkedLength]byte) {
	all := pieces(line)
	for i := 0; i < len(all); i++ {
		run := all[i].signs
		for j := i; ; j++ {
			if shown, ok := mobile(run); ok {
				found, i = append(found, shown), j
				break
			}
			if len(run) >= person.MarkedLength || all[i].glued || j+1 == len(all) || !all[j+1].near || all[j+1].glued {
				break
			}
			run = run + all[j+1].signs
		}
	}
	return found
}

// piece is a run of signs. near says that one space or hyphen lies before it, glued that a letter touches it.
type piece struct {
	signs       string
	near, glued bool
}

func pieces(line string) (all []piece) {
	var run []byte
	before, gap := ' ', 0 // what stood before the run, and how far the one before lies
	for _, r := range line + " " {
		if c := sign(r); c != 0 {
			run = append(run, c)
			continue
		}
		if len(run) > 0 {
			apart := func(r rune) bool { return r == ' ' || r == '-' }
			all = append(all, piece{string(run), gap == 1 && apart(before), !apart(before) && !unicode.IsPunct(before) || !apart(r) && !unicode.IsPunct(r)})
			run, gap = run[:0], 0
		}
		before, gap = r, gap+1
	}
	return all
}

// sign reads one character of a number: a digit, or * for whatever stands for a hidden one; 0 for anything else.
func sign(r rune) byte {
	switch {
	case '0' <= r && r <= '9':
		return byte(r)
	case strings.ContainsRune("*xX×•●°∗⁎✱#", r):
		return '*'
	default:
		return 0
	}
}

// mobile takes eleven signs that are a mobile's, masked or filled in: the three in the middle are hidden unless somebody put
// digits in, and no more than a few others are.
func mobile(run string) (shown [person.MarkedLength]byte, ok bool) {
	if len(run) != person.MarkedLength {
		return shown, false
	}
	stars := 0
	for i, c := range []byte(run) {
		shown[i] = c
		if c == '*' {
			stars++
		}
	}
	return shown, stars <= 7 && (stars >= 3 || run[0] == '1')
}

// surname is the character before the stars of a masked name, 张**.
func surname(line string) string {
	runes := []rune(line)
	for i := 0; i+2 < len(runes); i++ {
		if unicode.Is(unicode.Han, runes[i]) && sign(runes[i+1]) == '*' && sign(runes[i+2]) == '*' {
			return string(runes[i])
		}
	}
	return ""
}
