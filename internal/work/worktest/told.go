package worktest

import (
	"slices"
	"sync"

	"banyan/internal/platform/db"
	"banyan/internal/register/credential"
	"banyan/internal/register/mandate"
)

// Told keeps what people were told of mandates, once for each key, as the outbox does.
type Told struct {
	mu    sync.Mutex
	notes map[string]note
}

type note struct {
	person string
	what   mandate.Note
}

func (t *Told) tell(tx *db.Tx, person, key string, what mandate.Note) error {
	tx.AfterCommit(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.notes == nil {
			t.notes = map[string]note{}
		}
		t.notes[key] = note{person, what}
	})
	return nil
}

// tellCredential keeps what people were told of credentials under the name of the message.
func (t *Told) tellCredential(tx *db.Tx, person, key string, what credential.Note) error {
	return t.tell(tx, person, "credential:"+key, mandate.Note("credential."+string(what)))
}

// Of are the notes of a person, sorted.
func (t *Told) Of(person string) []mandate.Note {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []mandate.Note
	for _, n := range t.notes {
		if n.person == person {
			list = append(list, n.what)
		}
	}
	slices.Sort(list)
	return list
}
