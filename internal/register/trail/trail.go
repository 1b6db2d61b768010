package trail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/access"
)

// ErrNoPurpose is given to a reader who does not say why, or who is nobody.
var ErrNoPurpose = errors.New("trail: personal data is read for a purpose, by somebody")

// Reader is who reads, why, and in which matter.
type Reader struct {
	Actor   access.Actor
	Purpose string // one of the For… keys
	Subject string // id of the case or request the read is for; may be empty
}

// Look is one row: somebody saw fields of a person.
type Look struct {
	ID      string
	At      time.Time
	Person  string // empty when the requester is anonymous
	Kind    access.Kind
	Actor   string // staff id, person id, or the name of a part of the program
	Unit    string
	Purpose string // message key
	Subject string
	Fields  []string
	Session string
	Salt    string // empty in rows from before the log
	Delayed *Delay // what held it back before; nil for nearly all rows, and not part of what is committed
	Grant   string // by which it was read; empty in rows from before there were grants, and in notes
}

// Log writes and reads the trail.
type Log struct {
	db     *db.DB
	clock  clock.Clock
	tree   *merkle.Log
	gate   Gate
	limits Limits
	counts counts // looks of an account in an hour
	quotas counts // looks of an account by a grant in a day
}

// New makes the trail over a store that has its schema; every row is committed to tree, and every look asks the gate.
func New(d *db.DB, c clock.Clock, tree *merkle.Log, gate Gate) *Log {
	return &Log{db: d, clock: c, tree: tree, gate: gate}
}

// Look writes that r sees the fields of the persons, one row each, inside the transaction of the read.
// Repeated persons give one row. ErrNoPurpose when r does not say who and why; Forbidden when no grant covers the look, when the
// grant's looks of the day are used up (see Gate), and when r looked at too many people in this hour (see Limits).
func (l *Log) Look(tx *db.Tx, r Reader, fields []string, persons ...string) error {
	cover, err := l.cover(tx, r, fields)
	if err != nil {
		return err
	}
	return l.look(tx, r, cover, fields, persons)
}

// look writes the rows of a look that a grant covers.
func (l *Log) look(tx *db.Tx, r Reader, by Cover, fields, persons []string) error {
	seen := slices.Compact(slices.Sorted(slices.Values(persons)))
	at := l.clock.Now()
	looks := make([]Look, len(seen))
	for i, person := range seen {
		looks[i] = r.look(at, fields, person)
		looks[i].Grant = by.Grant
	}
	if err := l.keep(tx, r, looks); err != nil {
		return err
	}
	n := len(slices.DeleteFunc(seen, func(person string) bool { return person == "" }))
	if err := l.quota(tx, r, by, n); err != nil {
		return err
	}
	return l.meter(tx, r, n)
}

// Note writes what somebody said, as r notes it, and gives the id of the row that proves it. It is no look at anybody and is not
// counted as one; the purpose is ForConsent or ForWithdrawal.
func (l *Log) Note(tx *db.Tx, r Reader, field, person string) (id string, err error) {
	one := r.look(l.clock.Now(), []string{field}, person)
	return one.ID, l.keep(tx, r, []Look{one})
}

func (r Reader) look(at time.Time, fields []string, person string) Look {
	return Look{
		ID: db.NewID(at), At: at, Person: person, Kind: r.Actor.Kind, Actor: r.Actor.ID, Unit: r.Actor.Unit,
		Purpose: r.Purpose, Subject: r.Subject, Fields: fields, Session: r.Actor.Session, Salt: merkle.Salt(),
	}
}

func (r Reader) check() error {
	if r.Purpose == "" || r.Actor.Kind == "" || (r.Actor.ID == "" && r.Actor.Kind != access.Guest) {
		return ErrNoPurpose
	}
	return nil
}

// keep writes the rows of one reader.
func (l *Log) keep(tx *db.Tx, r Reader, looks []Look) error {
	if err := r.check(); err != nil {
		return err
	}
	if err := l.write(tx, looks); err != nil {
		return fmt.Errorf("write the trail of %s %s: %w", r.Actor.Kind, r.Actor.ID, err)
	}
	return nil
}

// write keeps rows and commits them to the log.
func (l *Log) write(tx *db.Tx, looks []Look) error {
	for chunk := range slices.Chunk(looks, 50) {
		if err := insert(tx, chunk); err != nil {
			return err
		}
	}
	return l.commit(tx, looks)
}

// sameLook is how long pictures and pages of one matter count as one look.
const sameLook = 30 * time.Minute

// LookAgain is Look for one field that a page shows in pieces, such as its pictures: when r saw that field of the person
// in the same matter within half an hour, that row is enough.
func (l *Log) LookAgain(tx *db.Tx, r Reader, field, person string) error {
	cover, err := l.cover(tx, r, []string{field})
	if err != nil {
		return err
	}
	seen, err := hasLook(tx, r, field, person, l.clock.Now().Add(-sameLook))
	if err != nil {
		return fmt.Errorf("read the trail of %s %s: %w", r.Actor.Kind, r.Actor.ID, err)
	}
	if seen {
		return nil
	}
	return l.look(tx, r, cover, []string{field}, []string{person})
}

// LookList is Look for a list that somebody turns over and over at their work: whoever of the persons r saw by the first field in
// the same matter within half an hour needs no new row.
func (l *Log) LookList(tx *db.Tx, r Reader, fields []string, persons ...string) error {
	cover, err := l.cover(tx, r, fields)
	if err != nil {
		return err
	}
	var fresh []string
	for _, person := range persons {
		seen, err := hasLook(tx, r, fields[0], person, l.clock.Now().Add(-sameLook))
		if err != nil {
			return fmt.Errorf("read the trail of %s %s: %w", r.Actor.Kind, r.Actor.ID, err)
		}
		if !seen {
			fresh = append(fresh, person)
		}
	}
	return l.look(tx, r, cover, fields, fresh)
}

// ForPerson lists who looked at a person, newest first, but for what a Delay holds back; before is the id of the last row of the page
// before, or empty.
func (l *Log) ForPerson(ctx context.Context, person, before string, limit int) ([]Look, error) {
	return l.ForPersons(ctx, []string{person}, before, limit)
}

// ForPersons is ForPerson for somebody who was known under several ids (see person.Same).
func (l *Log) ForPersons(ctx context.Context, persons []string, before string, limit int) ([]Look, error) {
	return l.list(ctx, persons, before, limit, selectShown(l.clock.Now()))
}

// OfActor lists what a member of staff looked at, newest first, for those who supervise.
func (l *Log) OfActor(ctx context.Context, actor, before string, limit int) ([]Look, error) {
	return l.list(ctx, []string{actor}, before, limit, selectByActor)
}

// Sawers tells who of the staff and of other systems saw a field of which of some persons: by actor, then by person.
func (l *Log) Sawers(tx *db.Tx, field string, persons []string) (map[string]map[string]bool, error) {
	saw := map[string]map[string]bool{}
	for chunk := range slices.Chunk(persons, 100) {
		looks, err := selectSawers(tx, field, chunk)
		if err != nil {
			return nil, fmt.Errorf("read who saw %d persons: %w", len(persons), err)
		}
		for _, one := range looks {
			if saw[one.Actor] == nil {
				saw[one.Actor] = map[string]bool{}
			}
			saw[one.Actor][one.Person] = true
		}
	}
	return saw, nil
}

// pages reads a page of rows by ids.
type pages func(tx *db.Tx, ids []string, before string, limit int) ([]Look, error)

func (l *Log) list(ctx context.Context, ids []string, before string, limit int, read pages) ([]Look, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return nil, nil
	}
	var looks []Look
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		looks, err = read(tx, ids, before, min(max(limit, 1), 500))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the trail: %w", err)
	}
	return looks, nil
}
