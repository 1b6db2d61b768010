package main

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"banyan/internal/platform/clock"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

// mold is a life taken apart once, so that a copy is only put together: its texts as what stays and what each copy makes
// anew, wherever an id, a number or a time stands in rows and documents.
type mold struct {
	life
	id      text
	rows    [][][]any // of each set; a string that holds something of the life is a text
	terms   []text
	ids     []ulid.ULID
	numbers int // how many numbers the life has
}

// text is a string in pieces.
type text []piece

// piece is what stays, or the place of an id or number in the mold, or a time.
type piece struct {
	stays  string
	id     int // 1 and up
	number int // 1 and up
	lower  bool
	at     time.Time
}

// marks finds ids, request numbers and times.
var marks = regexp.MustCompile(`\b[01][0-9A-HJKMNP-TV-Z]{25}\b|(?i:FZ[0-9]{14}\b)|"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]{5})"`)

func newMold(l life) *mold {
	m := &mold{life: l}
	ids, numbers := map[string]int{}, map[string]int{}
	m.id = m.apart(l.id, ids, numbers)
	for _, set := range l.sets {
		rows := make([][]any, len(set.rows))
		for i, row := range set.rows {
			rows[i] = make([]any, len(row))
			for j, v := range row {
				rows[i][j] = v
				if s, ok := v.(string); ok && marks.MatchString(s) {
					rows[i][j] = m.apart(s, ids, numbers)
				}
			}
		}
		m.rows = append(m.rows, rows)
	}
	for _, t := range l.terms {
		m.terms = append(m.terms, m.apart(t.id, ids, numbers), m.apart(t.text, ids, numbers))
	}
	return m
}

// apart cuts a string at what belongs to the life, and notes each id and number the first time it is met.
func (m *mold) apart(s string, ids, numbers map[string]int) text {
	var t text
	last := 0
	for _, at := range marks.FindAllStringIndex(s, -1) {
		found := s[at[0]:at[1]]
		p, ok := m.piece(found, ids, numbers)
		if !ok {
			continue
		}
		t = append(t, piece{stays: s[last:at[0]]}, p)
		last = at[1]
	}
	return append(t, piece{stays: s[last:]})
}

func (m *mold) piece(found string, ids, numbers map[string]int) (piece, bool) {
	switch {
	case found[0] == '"':
		at, err := time.Parse(time.RFC3339Nano, strings.Trim(found, `"`))
		return piece{at: at}, err == nil && at.Year() >= 2001
	case len(found) == ulid.EncodedSize:
		u, err := ulid.ParseStrict(found)
		if err == nil && ids[found] == 0 {
			m.ids = append(m.ids, u)
			ids[found] = len(m.ids)
		}
		return piece{id: ids[found]}, err == nil
	default:
		upper := strings.ToUpper(found)
		if numbers[upper] == 0 {
			m.numbers++
			numbers[upper] = m.numbers
		}
		return piece{number: numbers[upper], lower: found != upper}, true
	}
}

// copier makes other lives of molds: other ids, numbers, people and times, everywhere alike.
type copier struct {
	index      func(person.Phone) string
	n, numbers int // copies and numbers made
}

// copy makes the life as if its case had been opened at a time.
func (c *copier) copy(m *mold, at time.Time) life {
	c.n++
	k := cast{mold: m, by: at.Sub(m.opened).Truncate(time.Millisecond)}
	for _, u := range m.ids {
		k.ids = append(k.ids, ulid.MustNew(uint64(int64(u.Time())+k.by.Milliseconds()), rand.Reader).String()) //nolint:gosec // a time after 1970
	}
	for range m.numbers {
		c.numbers++
		k.numbers = append(k.numbers, numbered(at, c.numbers))
	}
	out := life{id: k.text(m.id), opened: at, open: m.open}
	for i, set := range m.sets {
		rows := k.rows(m.rows[i])
		for _, row := range rows {
			c.special(set, row)
		}
		out.sets = append(out.sets, rowset{table: set.table, query: set.query, columns: set.columns, rows: rows})
	}
	for i, t := range m.life.terms {
		out.terms = append(out.terms, terms{t.space, k.text(m.terms[2*i]), k.text(m.terms[2*i+1])})
	}
	return out
}

// numbered counts, so that a million copies need no look at each other.
func numbered(at time.Time, n int) string {
	for check := range 10 {
		number := fmt.Sprintf("FZ%s%07d%d", at.In(clock.City).Format("060102"), n, check)
		if _, err := request.ParseNumber("FZ", number); err == nil {
			return number
		}
	}
	return ""
}

// special sets what does not follow from ids and times.
func (c *copier) special(set rowset, row []any) {
	at := func(column string) int { return slices.Index(set.columns, column) }
	switch set.table {
	case "person_person":
		phone := person.Phone(fmt.Sprintf("13%09d", c.n))
		row[at("phone")], row[at("phone_index")] = string(phone), c.index(phone)
	case "casework_case":
		if next := at("next_at"); row[next].(int64) > 0 { // it waits for its time until the bench is over
			row[next] = time.Now().AddDate(0, 1, 0).UnixMilli()
		}
	case "oversee_entry":
		row[at("month")] = clock.FromMs(row[at("at")].(int64)).In(clock.City).Format("2006-01")
	case "trail_look": // as from before the log, which then takes it in
		row[at("salt")] = ""
	case "notify_outbox": // nobody sends what was only copied
		row[at("state")] = "sent"
	}
}

// cast is one copy being made.
type cast struct {
	*mold
	by           time.Duration
	ids, numbers []string
}

func (k *cast) rows(of [][]any) [][]any {
	rows := make([][]any, len(of))
	for i, row := range of {
		rows[i] = make([]any, len(row))
		for j, v := range row {
			rows[i][j] = k.value(v)
		}
	}
	return rows
}

func (k *cast) value(v any) any {
	switch v := v.(type) {
	case text:
		return k.text(v)
	case int64:
		if v > 1e12 && v < 3e12 { // milliseconds since 1970: between 2001 and 2065
			return v + k.by.Milliseconds()
		}
	}
	return v
}

func (k *cast) text(t text) string {
	var b []byte
	for _, p := range t {
		switch {
		case p.id > 0:
			b = append(b, k.ids[p.id-1]...)
		case p.number > 0 && p.lower:
			b = append(b, strings.ToLower(k.numbers[p.number-1])...)
		case p.number > 0:
			b = append(b, k.numbers[p.number-1]...)
		case !p.at.IsZero():
			b = append(p.at.Add(k.by).AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
		default:
			b = append(b, p.stays...)
		}
	}
	return string(b)
}
