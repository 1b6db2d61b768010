package survey

import (
	"database/sql"
	"encoding/json"
	"errors"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// store reads and writes one transaction's entries. Who somebody is and what they answered go in and out through the vault, under the
// survey's own key.
type store struct {
	tx    *db.Tx
	vault *vault.Vault
}

func (s *Service) in(tx *db.Tx) store { return store{tx, s.People.Vault()} }

// cells are what is sealed of an entry, and the only passage of it into and out of SQL.
func cells(id string, who, answers *string) []vault.Cell {
	return []vault.Cell{{Table: "survey_entry", Column: "who", Row: id, Text: who}, {Table: "survey_entry", Column: "answers", Row: id, Text: answers}}
}

func (s store) sealed(v Survey, e Entry) (who, answers string, err error) {
	w, err := json.Marshal(e.Who)
	if err != nil {
		return "", "", err
	}
	who = string(w)
	if e.Outcome == Answered {
		a, err := json.Marshal(said{e.Told, e.Answers})
		if err != nil {
			return "", "", err
		}
		answers = string(a)
	}
	return who, answers, s.vault.Seal(s.tx, v.key(), cells(e.ID, &who, &answers)...)
}

// insertEntry tells whether this line of this form is new.
func (s store) insertEntry(v Survey, e Entry) (bool, error) {
	who, answers, err := s.sealed(v, e)
	if err != nil {
		return false, err
	}
	n, err := s.tx.Exec(`INSERT INTO survey_entry (id, survey_id, area, subject, phone, who, answers, outcome, form, line, made_at, done_at, done_by, done_form, version)
		VALUES (`+db.In(15, 1)+`) ON CONFLICT (survey_id, form, line) DO NOTHING`,
		e.ID, v.ID, e.Area, e.subject, e.phone, who, answers, string(e.Outcome), e.form, e.line, clock.Ms(e.made), int64(0), "", "", e.Version)
	return n == 1, err
}

func (s store) updateEntry(v Survey, e Entry) error {
	_, answers, err := s.sealed(v, e)
	if err != nil {
		return err
	}
	_, err = s.tx.Exec(`UPDATE survey_entry SET answers = $1, outcome = $2, done_at = $3, done_by = $4, done_form = $5, version = version + 1 WHERE id = $6`,
		answers, string(e.Outcome), clock.Ms(e.Done), e.DoneBy, e.doneForm, e.ID)
	return err
}

const entryColumns = `id, survey_id, area, subject, phone, who, answers, outcome, made_at, done_at, done_by, done_form, version`

// collect reads entries and opens them. What was destroyed is no entry.
func (s store) collect(where string, args ...any) ([]Entry, error) {
	type raw struct {
		Entry
		who, answers string
	}
	rows, err := db.Collect(s.tx, func(row db.Scanner) (r raw, err error) {
		var made, done int64
		err = row.Scan(&r.ID, &r.Survey, &r.Area, &r.subject, &r.phone, &r.who, &r.answers, &r.Outcome, &made, &done, &r.DoneBy, &r.doneForm, &r.Version)
		r.made, r.Done = clock.FromMs(made), clock.FromMs(done)
		return r, err
	}, `SELECT `+entryColumns+` FROM survey_entry WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	var sealed []vault.Cell
	for i := range rows {
		sealed = append(sealed, cells(rows[i].ID, &rows[i].who, &rows[i].answers)...)
	}
	if err := s.vault.Open(s.tx, sealed); err != nil {
		return nil, err
	}
	var list []Entry
	for i, r := range rows {
		if sealed[2*i].Gone {
			continue
		}
		if err := json.Unmarshal([]byte(r.who), &r.Who); err != nil {
			return nil, err
		}
		if r.answers != "" {
			var a said
			if err := json.Unmarshal([]byte(r.answers), &a); err != nil {
				return nil, err
			}
			r.Told, r.Answers = a.Told, a.Answers
		}
		list = append(list, r.Entry)
	}
	return list, nil
}

func (s store) selectEntry(v Survey, id string) (Entry, error) {
	list, err := s.collect(`survey_id = $1 AND id = $2`, v.ID, id)
	if err == nil && len(list) == 0 {
		err = missing()
	}
	if err != nil {
		return Entry{}, err
	}
	return list[0], nil
}

// selectEntries reads a page of those not asked yet, or of those who were, in the order they came in.
func (s store) selectEntries(v Survey, areas []string, done bool, after string, limit int) ([]Entry, error) {
	if len(areas) == 0 {
		return nil, nil
	}
	is := `=`
	if done {
		is = `<>`
	}
	args := append([]any{v.ID, after, limit}, db.Args(areas)...)
	return s.collect(`survey_id = $1 AND id > $2 AND outcome `+is+` '' AND area IN (`+db.In(len(areas), 4)+`) ORDER BY id LIMIT $3`, args...)
}

func (s store) selectPeople(v Survey, area, after string, limit int) ([]Entry, error) {
	return s.collect(`survey_id = $1 AND id > $2 AND ($3 = '' OR area = $3) ORDER BY id LIMIT $4`, v.ID, after, area, limit)
}

// selectAll reads entries of any area behind one, in the order of their ids.
func (s store) selectAll(v Survey, after string, limit int) ([]Entry, error) {
	return s.collect(`survey_id = $1 AND id > $2 ORDER BY id LIMIT $3`, v.ID, after, limit)
}

// selectUnknown reads, of running surveys, those who are no persons of the register.
func (s store) selectUnknown(after string, limit int) ([]Entry, error) {
	return s.collect(`id > $1 AND subject = id AND survey_id IN (SELECT id FROM survey_survey WHERE state = 'running') ORDER BY id LIMIT $2`, after, limit)
}

// selectOf reads the entries of somebody in running surveys: under ids of the register, or by a blind index of their phone.
func (s store) selectOf(ids, phones []string) ([]Entry, error) {
	return s.collect(ofPerson+` AND survey_id IN (SELECT id FROM survey_survey WHERE state = 'running') ORDER BY survey_id DESC, id`,
		personArgs(ids, phones)...)
}

// ofPerson takes the arguments of personArgs.
const ofPerson = `(phone <> '' AND phone IN ($1, $2) OR subject IN ($3, $4, $5, $6, $7, $8, $9, $10))`

// personArgs repeats ids so that one statement serves them; nobody was joined more often than seven times. More are left to the phone.
// There is one index for each suite.
func personArgs(ids, phones []string) []any {
	args := []any{"", ""}
	for i, phone := range phones {
		args[i] = phone
	}
	for i := range 8 {
		id := "-"
		if i < len(ids) {
			id = ids[i]
		}
		args = append(args, id)
	}
	return args
}

func deleteOf(tx *db.Tx, ids, phones []string) error {
	_, err := tx.Exec(`DELETE FROM survey_entry WHERE `+ofPerson, personArgs(ids, phones)...)
	return err
}

func selectNext(tx *db.Tx, survey string, areas []string, after string) (id string, err error) {
	args := append([]any{survey, after}, db.Args(areas)...)
	err = tx.QueryRow(`SELECT id FROM survey_entry WHERE survey_id = $1 AND id > $2 AND outcome = '' AND area IN (`+db.In(len(areas), 3)+`) ORDER BY id LIMIT 1`,
		args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

func selectByForm(tx *db.Tx, survey, form string) (id string, err error) {
	err = tx.QueryRow(`SELECT id FROM survey_entry WHERE survey_id = $1 AND form = $2 AND line = 0`, survey, form).Scan(&id)
	return id, err
}

// deleteEntries removes all that a survey gathered and tells how many people it was.
func deleteEntries(tx *db.Tx, survey string) (int64, error) {
	if _, err := tx.Exec(`DELETE FROM survey_round WHERE survey_id = $1`, survey); err != nil {
		return 0, err
	}
	return tx.Exec(`DELETE FROM survey_entry WHERE survey_id = $1`, survey)
}

func insertCertificate(tx *db.Tx, c Certificate) error {
	counts, err := json.Marshal(c.Counts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO survey_certificate (survey_id, at, rule, records, counts) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (survey_id) DO NOTHING`,
		c.Survey, clock.Ms(c.At), string(c.Rule), c.Records, string(counts))
	return err
}

// selectCertificate tells by ok whether there is one.
func selectCertificate(tx *db.Tx, survey string) (c Certificate, ok bool, err error) {
	var at int64
	var counts string
	err = tx.QueryRow(`SELECT survey_id, at, rule, records, counts FROM survey_certificate WHERE survey_id = $1`, survey).
		Scan(&c.Survey, &at, &c.Rule, &c.Records, &counts)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	c.At = clock.FromMs(at)
	return c, true, json.Unmarshal([]byte(counts), &c.Counts)
}
