package open311

import (
	"fmt"
	"slices"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// strand is one index walk of a list: the rows of one realm, and of one service where several are asked for. Walked one
// by one and merged, none has to be sorted.
type strand struct{ realm, key, service string }

// strands divides a list into its walks.
func (f Filter) strands() []strand {
	realms := []strand{{realm: f.Realm}}
	if f.Realm == public && f.Key != "" {
		realms = append(realms, strand{realm: own, key: f.Key})
	}
	if len(f.Services) == 0 {
		return realms
	}
	var all []strand
	for _, r := range realms {
		for _, code := range f.Services {
			r.service = code
			all = append(all, r)
		}
	}
	return all
}

// listRecords reads one page, newest first.
func listRecords(tx *db.Tx, f Filter) ([]Record, error) {
	if len(f.Numbers) > 0 {
		return f.visible(recordsIn(tx, "number", f.Numbers))
	}
	strands := f.strands()
	if len(strands) == 1 {
		return f.walk(tx, strands[0], f.Limit, f.Offset)
	}
	var all []Record
	for _, s := range strands {
		rows, err := f.walk(tx, s, f.Limit+f.Offset, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(a, b Record) int {
		if c := f.runsBy(b).Compare(f.runsBy(a)); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	all = all[min(f.Offset, len(all)):]
	return all[:min(f.Limit, len(all))], nil
}

// visible leaves out what the reader may not see, newest first.
func (f Filter) visible(list []Record, err error) ([]Record, error) {
	list = slices.DeleteFunc(list, func(r Record) bool { return !f.sees(r) })
	slices.SortFunc(list, func(a, b Record) int { return b.RequestedAt.Compare(a.RequestedAt) })
	return list, err
}

// sees tells whether the reader may see a request: what is public, and what the own key handed in.
func (f Filter) sees(r Record) bool {
	if f.Realm == trial || r.Realm == trial {
		return f.Realm == r.Realm
	}
	return r.Realm == public || f.Key != "" && r.Key == f.Key
}

func (f Filter) walk(tx *db.Tx, s strand, limit, offset int) ([]Record, error) {
	query, args := f.query(s, limit, offset)
	list, err := db.Collect(tx, scanRecord, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list requests of realm %s: %w", s.realm, err)
	}
	return list, nil
}

// query builds the statement of one walk.
func (f Filter) query(s strand, limit, offset int) (string, []any) {
	w := where{}
	if s.realm == own {
		w.and("realm = 'own'")
		w.and("key_id = ?", s.key)
	} else {
		w.and("realm = ?", s.realm)
	}
	if s.service != "" {
		w.and("service = ?", s.service)
	}
	if f.Open != nil {
		w.and("open = ?", *f.Open)
	}
	w.from("requested_at", f.From, f.To)
	w.from("updated_at", f.Since, f.Until)
	if f.Near.Valid() {
		w.in("cell", cellsAround(f.Near, f.Radius))
	}
	column := "requested_at"
	if f.byUpdate() {
		column = "updated_at"
	}
	if f.After.ID != "" {
		w.and("("+column+", id) < (?, ?)", clock.Ms(f.After.At), f.After.ID)
	}
	return `SELECT ` + recordColumns + ` FROM open311_request WHERE ` + w.sql() +
		fmt.Sprintf(" ORDER BY %s DESC, id DESC LIMIT %d OFFSET %d", column, limit, offset), w.args
}

// listUpdates reads the updates of a span that a reader may see, oldest first.
func listUpdates(tx *db.Tx, f Filter) ([]Update, error) {
	var all []Update
	for _, s := range (Filter{Realm: f.Realm, Key: f.Key}).strands() {
		query, args := f.updates(s)
		list, err := db.Collect(tx, scanUpdate, query, args...)
		if err != nil {
			return nil, fmt.Errorf("list updates of realm %s: %w", s.realm, err)
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b Update) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all[:min(f.Limit, len(all))], nil
}

func (f Filter) updates(s strand) (string, []any) {
	w := where{}
	if s.realm == own {
		w.and("realm = 'own'")
		w.and("key_id = ?", s.key)
	} else {
		w.and("realm = ?", s.realm)
	}
	w.from("at", f.From, f.To)
	if f.After.ID != "" {
		w.and("(at, id) > (?, ?)", clock.Ms(f.After.At), f.After.ID)
	}
	return `SELECT id, request_id, number, realm, key_id, at, open, state, reason, answer, agency, due_at FROM open311_update WHERE ` + w.sql() +
		fmt.Sprintf(" ORDER BY at, id LIMIT %d", f.Limit), w.args
}

func scanUpdate(row db.Scanner) (u Update, err error) {
	var at, due int64
	err = row.Scan(&u.ID, &u.Request, &u.Number, &u.Realm, &u.Key, &at, &u.Open, &u.State, &u.Reason, &u.Answer, &u.Agency, &due)
	u.At, u.DueAt = clock.FromMs(at), clock.FromMs(due)
	return u, err
}
