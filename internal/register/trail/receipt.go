package trail

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/merkle"
	"banyan/internal/register/access"
)

// told is a row as it is committed to the log and as a receipt holds it: a line of JSON with these fields in this order.
type told struct {
	V       int      `json:"v"`
	ID      string   `json:"id"`
	At      string   `json:"at"` // RFC 3339 in UTC with milliseconds
	Person  string   `json:"person"`
	Kind    string   `json:"kind"`
	Actor   string   `json:"actor"`
	Unit    string   `json:"unit"`
	Purpose string   `json:"purpose"`
	Subject string   `json:"subject"`
	Fields  []string `json:"fields"`
	Session string   `json:"session"`
	Salt    string   `json:"salt"`
	Grant   string   `json:"grant,omitempty"` // from version 2
}

// toldAt is how the time is written in a committed row.
const toldAt = "2006-01-02T15:04:05.000Z"

// version is that of the committed row: 1 has no grant.
func (l Look) version() int {
	if l.Grant == "" {
		return 1
	}
	return 2
}

// text is what is committed to the log.
func (l Look) text() []byte {
	text, err := json.Marshal(told{
		V: l.version(), ID: l.ID, At: clock.FromMs(clock.Ms(l.At)).UTC().Format(toldAt), Person: l.Person, Kind: string(l.Kind), Actor: l.Actor, Unit: l.Unit,
		Purpose: l.Purpose, Subject: l.Subject, Fields: l.Fields, Session: l.Session, Salt: l.Salt, Grant: l.Grant,
	})
	if err != nil {
		panic(err) // a struct of texts is always JSON
	}
	return text
}

// look is the row of a committed text.
func (t told) look() (Look, error) {
	at, err := time.Parse(toldAt, t.At)
	if err != nil || t.V != (Look{Grant: t.Grant}).version() {
		return Look{}, fmt.Errorf("version %d, time %q: no row of the trail", t.V, t.At)
	}
	return Look{
		ID: t.ID, At: at, Person: t.Person, Kind: access.Kind(t.Kind), Actor: t.Actor, Unit: t.Unit,
		Purpose: t.Purpose, Subject: t.Subject, Fields: t.Fields, Session: t.Session, Salt: t.Salt, Grant: t.Grant,
	}, nil
}

// commit adds rows to the log.
func (l *Log) commit(tx *db.Tx, looks []Look) error {
	entries := make([]merkle.Named, len(looks))
	for i, one := range looks {
		entries[i] = merkle.Named{ID: one.ID, Entry: merkle.Commit(one.text())}
	}
	return l.tree.Add(tx, entries...)
}

// Of gives a row about one of persons; NotFound for a row about somebody else, and while a Delay holds it back.
func (l *Log) Of(ctx context.Context, id string, persons []string) (Look, error) {
	var found []Look
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		found, err = selectShownByID(tx, id, l.clock.Now())
		return err
	})
	if err != nil {
		return Look{}, fmt.Errorf("read row %s of the trail: %w", id, err)
	}
	if len(found) == 0 || found[0].Person == "" || !slices.Contains(persons, found[0].Person) {
		return Look{}, fault.New(fault.NotFound, "trail.no_receipt")
	}
	return found[0], nil
}

// Receipt gives the proof that a look at one of persons is in the log: a C2SP tlog-proof that holds the row. NotFound for a
// row about somebody else, and while the log does not have it yet.
func (l *Log) Receipt(ctx context.Context, id string, persons []string) ([]byte, error) {
	look, err := l.Of(ctx, id, persons)
	if err != nil {
		return nil, err
	}
	return l.tree.Prove(ctx, id, look.text())
}

// Verify checks a receipt against the key of the log, offline, and gives the row with what proves it.
func Verify(receipt []byte, key string, witnesses ...note.Verifier) (Look, merkle.Proven, error) {
	p, err := merkle.Check(receipt, key, witnesses...)
	if err != nil {
		return Look{}, p, err
	}
	var t told
	if err := json.Unmarshal(p.Text, &t); err != nil {
		return Look{}, p, fmt.Errorf("%w: it holds no row of the trail: %w", merkle.ErrNotProven, err)
	}
	look, err := t.look()
	if err != nil {
		return Look{}, p, fmt.Errorf("%w: %w", merkle.ErrNotProven, err)
	}
	return look, p, nil
}
