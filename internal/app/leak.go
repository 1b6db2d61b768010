package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/scenario/brain"
	"banyan/internal/work/leak"
)

// taken tells the page about leaks who took a file out of the house.
func (a *App) taken(ctx context.Context, digest string) (list []brain.TakenFile, err error) {
	found, err := a.Feed.Taken(ctx, digest)
	for _, e := range found {
		list = append(list, brain.TakenFile{At: e.At, Actor: e.Actor, Unit: e.Unit, What: e.What + "." + e.Format})
	}
	if err != nil {
		return nil, err
	}
	made, err := a.Leak.CopiesBy(ctx, digest, "")
	for _, c := range made {
		what := "list." + c.Format
		if c.Recipient != "" {
			what += " → " + c.Recipient
		}
		list = append(list, brain.TakenFile{At: c.At, Actor: c.Actor, Unit: c.Unit, What: what})
	}
	return list, err
}

// actorName is the name of a member of staff or of a key, and the id itself for anybody else.
func (a *App) actorName(ctx context.Context, id string) string {
	if leak.OfCopy(id) {
		if made, err := a.Leak.CopiesBy(ctx, "", id); err == nil && len(made) > 0 {
			return made[0].Recipient
		}
		return id
	}
	if key, ok := apikey.KeyOf(id); ok {
		if k, err := a.Keys.Get(ctx, key); err == nil {
			return k.Name
		}
		return id
	}
	if s, err := a.Staff.Staff(ctx, id); err == nil {
		return s.Name
	}
	return id
}

// LeakAnswer is what the machine's keyboard is told of a file.
type LeakAnswer struct {
	leak.Trace

	Taken  []brain.TakenFile // exports of the house with the file's very bytes
	Called map[string]string // the names of everybody in the answer, by id
}

// TraceLeak finds out whose a file or list is, for somebody at the machine's keyboard. A file that left the house as it is needs no
// rows that can be read: a workbook is known by its digest.
func TraceLeak(ctx context.Context, c Config, in leak.Ask, file []byte) (t LeakAnswer, err error) {
	a, err := Open(ctx, c)
	if err != nil {
		return t, err
	}
	digest := sha256.Sum256(file)
	t.Taken, err = a.taken(ctx, hex.EncodeToString(digest[:]))
	if err == nil {
		t.Trace, err = a.Leak.Trace(ctx, access.Program("keyboard"), in)
		if wrong := fault.FieldsOf(err); len(t.Taken) > 0 && len(wrong) == 1 && wrong[0].Field == "text" {
			err = nil
		}
	}
	t.Called = map[string]string{}
	for _, s := range t.Suspects {
		t.Called[s.Viewer] = a.actorName(ctx, s.Viewer)
	}
	for _, c := range t.Controls {
		t.Called[c.Viewer] = a.actorName(ctx, c.Viewer)
	}
	for _, f := range t.Taken {
		t.Called[f.Actor] = a.actorName(ctx, f.Actor)
	}
	return t, errors.Join(err, a.Close())
}
