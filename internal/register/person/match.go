package person

import (
	"fmt"
	"math"

	"banyan/internal/platform/db"
)

// Seen is a row of a list somebody passed on: the first character of the name, when it was there, and what was shown of the
// number, a digit or * at each of the eleven places.
type Seen struct {
	Surname string
	Shown   [MarkedLength]byte
}

// Match is who a row is most likely about. Nothing of the person is shown.
type Match struct {
	Person string
	Sure   float64               // how likely it is, from 0 to 1
	Right  [MarkedLength]Fitting // how what was shown compares with the person's number
}

// Fitting compares one shown place with the true digit.
type Fitting byte

// How a place compares.
const (
	Starred Fitting = iota // a star
	True                   // the person's digit
	Other                  // another digit: mistaken, or put in by hand where a star was
)

// wrongDigit is how often a digit of a list that was typed off is taken to be wrong.
const wrongDigit = 0.2

// surnameShare is how many people are taken to share a surname.
const surnameShare = 0.05

// batchOfPersons is how many are compared at once.
const batchOfPersons = 1000

// Source gives, in the order of their ids and behind one, people who are shown in lists and are not in this register.
type Source func(tx *db.Tx, after string, limit int) ([]Person, error)

// Match finds for each row the person it is most likely about, by what is shown alone: who may have passed it on plays no part.
// A person is the match of one row only; a row whose best person fits another row better has Person "". It compares and shows
// nothing, so it leaves no row in the trail. also are people from elsewhere.
func (s *Service) Match(tx *db.Tx, rows []Seen, also ...Source) ([]Match, error) {
	c := comparing{rows: rows, best: make([]Match, len(rows)), sum: make([]float64, len(rows)), top: make([]float64, len(rows))}
	own := func(tx *db.Tx, after string, limit int) ([]Person, error) {
		return store{tx, s.vault}.selectAfter(after, limit)
	}
	for _, from := range append([]Source{own}, also...) {
		for after := ""; ; {
			people, err := from(tx, after, batchOfPersons)
			if err != nil {
				return nil, fmt.Errorf("compare rows with people: %w", err)
			}
			if len(people) == 0 {
				break
			}
			after = people[len(people)-1].ID
			c.with(people)
		}
	}
	for i := range c.best {
		if c.sum[i] > 0 {
			c.best[i].Sure = c.top[i] / c.sum[i]
		}
	}
	return apart(c.best), nil
}

// comparing is rows and the best person found for each so far.
type comparing struct {
	rows     []Seen
	best     []Match
	sum, top []float64
}

func (c *comparing) with(people []Person) {
	for _, p := range people {
		if !isMobile(string(p.Phone)) {
			continue
		}
		for i, row := range c.rows {
			like := row.likeness(p)
			if c.sum[i] += like; like > c.top[i] {
				c.top[i], c.best[i].Person = like, p.ID
				c.best[i].Right = row.compare(p.Phone)
			}
		}
	}
}

// likeness is how much likelier the row is when it is about p than when it is about anybody.
func (row Seen) likeness(p Person) float64 {
	like := 1.0
	for place, fit := range row.compare(p.Phone) {
		switch {
		case !free(place) || fit == Starred:
		case fit == True:
			like *= (1 - wrongDigit) / 0.1
		default:
			like *= wrongDigit / 9 / 0.1
		}
	}
	if row.Surname == "" || p.Name == "" {
		return like
	}
	if maskName(p.Name) == maskName(row.Surname) {
		return like * (1 - surnameShare) / surnameShare
	}
	return like * surnameShare
}

func (row Seen) compare(phone Phone) (fit [MarkedLength]Fitting) {
	for place := range fit {
		switch row.Shown[place] {
		case '*':
			fit[place] = Starred
		case phone[place]:
			fit[place] = True
		default:
			fit[place] = Other
		}
	}
	return fit
}

// apart leaves each person to the row that is surest.
func apart(matches []Match) []Match {
	owner := map[string]int{}
	for i, m := range matches {
		if j, taken := owner[m.Person]; taken && m.Person != "" {
			if matches[j].Sure >= m.Sure {
				matches[i] = Match{}
				continue
			}
			matches[j] = Match{}
		}
		owner[m.Person] = i
	}
	return matches
}

// Likelihoods says for each mark how likely what a row shows is when a viewer with that mark passed it on, by how much likelier than
// with a mark drawn at random; their mean is 1.
func (m Match) Likelihoods() (all [Patterns]float64) {
	sum, filled := 0.0, !m.stars()
	for mark := range all {
		all[mark] = m.given(Pattern(mark), filled)
		sum += all[mark]
	}
	for mark := range all {
		if all[mark] *= Patterns / sum; math.IsNaN(all[mark]) {
			all[mark] = 1 // no mark explains it: it says nothing
		}
	}
	return all
}

// How a list is taken to be spoilt: how often a star stays a star, and how often a digit becomes one.
const (
	starStays = 0.95
	starComes = 0.02
)

// given is how likely the free places are under a mark.
func (m Match) given(mark Pattern, filled bool) float64 {
	like, stays := 1.0, starStays
	if filled {
		stays = 0
	}
	a, b := mark.pair()
	for place, fit := range m.Right {
		if !free(place) {
			continue
		}
		hides := place == a || place == b
		switch {
		case hides && fit == Starred:
			like *= stays
		case hides && fit == True:
			like *= (1 - stays) * 0.1
		case hides:
			like *= (1 - stays) * 0.9
		case fit == Starred:
			like *= starComes
		case fit == True:
			like *= (1 - starComes) * (1 - wrongDigit)
		default:
			like *= (1 - starComes) * wrongDigit
		}
	}
	return like
}

// stars tells whether any free place is hidden.
func (m Match) stars() bool {
	for place, fit := range m.Right {
		if free(place) && fit == Starred {
			return true
		}
	}
	return false
}
