package casework

import (
	"context"
	"encoding/json"
	"fmt"

	"banyan/internal/platform/db"
)

// Replay folds every journal of the store, case by case in order of opening,
// and hands each entry's Happened to say: the same facts, from the beginning.
// It compares each rebuilt file with the stored one and returns the ids of the
// cases that differ; an untouched store has none.
func (s *Service) Replay(ctx context.Context, say func(Happened) error) (cases int, differing []string, err error) {
	after := ""
	for {
		var ids []string
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			ids, err = casesAfter(tx, after, 200)
			return err
		})
		if err != nil || len(ids) == 0 {
			return cases, differing, err
		}
		for _, id := range ids {
			same, err := s.replayOne(ctx, id, say)
			if err != nil {
				return cases, differing, fmt.Errorf("replay case %s: %w", id, err)
			}
			if !same {
				differing = append(differing, id)
			}
			cases++
		}
		after = ids[len(ids)-1]
	}
}

func (s *Service) replayOne(ctx context.Context, id string, say func(Happened) error) (same bool, err error) {
	var stored *File
	var entries []Entry
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if stored, err = load(tx, ref{Case: id}); err != nil {
			return err
		}
		entries, err = journal(tx, id)
		return err
	})
	if err != nil {
		return false, err
	}
	rebuilt, err := rebuild(entries, say)
	if err != nil {
		return false, err
	}
	a, errA := json.Marshal(stored)
	b, errB := json.Marshal(rebuilt)
	return errA == nil && errB == nil && string(a) == string(b), nil
}

// rebuild folds entries and refuses a gap in their sequence.
func rebuild(entries []Entry, say func(Happened) error) (*File, error) {
	f := new(File)
	for i, e := range entries {
		if e.Seq != i+1 {
			return nil, fmt.Errorf("journal has entry %d where %d belongs", e.Seq, i+1)
		}
		if err := say(happened(f, e)); err != nil {
			return nil, err
		}
		f.Apply(e)
	}
	return f, nil
}
