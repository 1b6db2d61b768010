package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

// life is everything the store holds of one case: the rows of every table, and the terms it is found by.
type life struct {
	id     string // of the case
	opened time.Time
	open   bool
	sets   []rowset
	terms  []terms
}

// terms is one entry of the search index.
type terms struct{ space, id, text string }

// ofLife are the tables that hold something of a case, in the order in which they may be filled.
func ofLife() []belonging {
	return append(ofIntake()[:7:7],
		belonging{"casework_order", "case_id", "case"}, belonging{"triage_suggestion", "case_id", "case"},
		belonging{"trail_look", "subject", "case"}, belonging{"oversee_entry", "case_id", "case"},
		belonging{"notify_outbox", "recipient", "reader"}, belonging{"notify_message", "recipient", "reader"})
}

// readLives copies the lives of cases out of the store they were played in.
func readLives(ctx context.Context, c app.Config, cases []string) ([]life, error) {
	from, err := sql.Open("sqlite", "file:"+filepath.Join(c.Data, "banyan.db"))
	if err != nil {
		return nil, err
	}
	defer from.Close() //nolint:errcheck // nothing is left unsaved in it
	from.SetMaxOpenConns(1)
	if _, err := from.ExecContext(ctx, `CREATE VIRTUAL TABLE temp.bench_terms USING fts5vocab(main, search_terms, instance)`); err != nil {
		return nil, err
	}
	b := &bare{dialect: db.SQLite, from: from}
	var lives []life
	for _, id := range cases {
		l := life{id: id}
		if err := l.read(ctx, b); err != nil {
			return nil, fmt.Errorf("copy the life of case %s: %w", id, err)
		}
		lives = append(lives, l)
	}
	return lives, nil
}

func (l *life) read(ctx context.Context, b *bare) error {
	var state, req, who string
	var opened int64
	err := b.from.QueryRowContext(ctx, `SELECT c.state, c.opened_at, r.id, r.person_id FROM casework_case c JOIN request_request r ON r.case_id = c.id WHERE c.id = $1`, l.id).
		Scan(&state, &opened, &req, &who)
	if err != nil {
		return err
	}
	l.opened, l.open = clock.FromMs(opened), state != "closed" && state != "answered"
	ids := map[string][]string{"case": {l.id}, "request": {req}, "person": {who}, "fact": {l.id, req}, "reader": {"person:" + who}}
	if l.sets, err = b.copied(ctx, ofLife(), ids); err != nil {
		return err
	}
	rows, err := b.from.QueryContext(ctx, `SELECT e.space, e.id, group_concat(v.term, ' ') FROM search_entry e JOIN temp.bench_terms v ON v.doc = e.doc
		WHERE e.id IN ($1, $2) GROUP BY e.space, e.id`, l.id, req)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	for rows.Next() {
		var t terms
		if err := rows.Scan(&t.space, &t.id, &t.text); err != nil {
			return err
		}
		l.terms = append(l.terms, t)
	}
	return rows.Err()
}

// copier makes other lives of one: other ids, numbers, people and times, everywhere in the rows and documents.
type copier struct {
	ids, times, numbers *regexp.Regexp
	index               func(person.Phone) string
	n                   int
}

func newCopier(index func(person.Phone) string) *copier {
	return &copier{
		ids: regexp.MustCompile(`\b[01][0-9A-HJKMNP-TV-Z]{25}\b`), numbers: regexp.MustCompile(`(?i)FZ[0-9]{14}\b`),
		times: regexp.MustCompile(`"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]{5})"`), index: index,
	}
}

// copy makes the life as if the case had been opened at a time.
func (c *copier) copy(l life, at time.Time) life {
	c.n++
	m := move{copier: c, by: at.Sub(l.opened).Truncate(time.Millisecond), known: map[string]string{}}
	out := life{id: m.text(l.id), opened: at, open: l.open, sets: make([]rowset, len(l.sets)), terms: make([]terms, len(l.terms))}
	for i, set := range l.sets {
		out.sets[i] = rowset{table: set.table, query: set.query, columns: set.columns, rows: m.rows(set)}
	}
	for i, t := range l.terms {
		out.terms[i] = terms{t.space, m.text(t.id), m.text(t.text)}
	}
	return out
}

// move is one copy: what was replaced stays replaced the same way.
type move struct {
	*copier
	by    time.Duration
	known map[string]string
}

func (m move) rows(set rowset) [][]any {
	rows := make([][]any, len(set.rows))
	for i, row := range set.rows {
		rows[i] = make([]any, len(row))
		for j, v := range row {
			rows[i][j] = m.value(v)
		}
		m.special(set, rows[i])
	}
	return rows
}

func (m move) value(v any) any {
	switch v := v.(type) {
	case string:
		return m.text(v)
	case int64:
		if v > 1e12 && v < 3e12 { // milliseconds since 1970: between 2001 and 2065
			return v + m.by.Milliseconds()
		}
	}
	return v
}

// special sets what does not follow from ids and times.
func (m move) special(set rowset, row []any) {
	at := func(column string) int { return slices.Index(set.columns, column) }
	switch set.table {
	case "person_person":
		phone := person.Phone(fmt.Sprintf("13%09d", m.n))
		row[at("phone")], row[at("phone_index")] = string(phone), m.index(phone)
	case "casework_case":
		if next := at("next_at"); row[next].(int64) > 0 { // it waits for its time until the bench is over
			row[next] = time.Now().AddDate(0, 1, 0).UnixMilli()
		}
	case "oversee_entry":
		row[at("month")] = clock.FromMs(row[at("at")].(int64)).In(clock.City).Format("2006-01")
	case "notify_outbox": // nobody sends what was only copied
		row[at("state")] = "sent"
	}
}

func (m move) text(s string) string {
	s = m.ids.ReplaceAllStringFunc(s, m.id)
	s = m.numbers.ReplaceAllStringFunc(s, m.number)
	return m.times.ReplaceAllStringFunc(s, m.time)
}

func (m move) id(old string) string {
	if made, ok := m.known[old]; ok {
		return made
	}
	made := old
	if u, err := ulid.ParseStrict(old); err == nil {
		made = ulid.MustNew(uint64(int64(u.Time())+m.by.Milliseconds()), rand.Reader).String() //nolint:gosec // a time after 1970
	}
	m.known[old] = made
	return made
}

// number counts, so that a million copies need no look at each other.
func (m move) number(old string) string {
	lower := old == strings.ToLower(old)
	key := strings.ToUpper(old)
	made, ok := m.known[key]
	if !ok {
		for check := range 10 {
			made = fmt.Sprintf("FZ%s%07d%d", time.Now().Add(m.by).In(clock.City).Format("060102"), m.n, check)
			if _, err := request.ParseNumber("FZ", made); err == nil {
				break
			}
		}
		m.known[key] = made
	}
	if lower {
		return strings.ToLower(made)
	}
	return made
}

func (m move) time(old string) string {
	t, err := time.Parse(time.RFC3339Nano, strings.Trim(old, `"`))
	if err != nil || t.Year() < 2001 {
		return old
	}
	return `"` + t.Add(m.by).Format(time.RFC3339Nano) + `"`
}
