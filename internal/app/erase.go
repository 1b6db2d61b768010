package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/search"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/survey"
)

// erasedFile lists in the data folder whose data was erased, by ids that lead to nobody any more, and which surveys were destroyed. A
// backup taken before holds their keys: whoever restores it gives this list, and they are forgotten again before anybody sees them.
const erasedFile = "erased.list"

// eraseBatch is how many wishes are looked at in one go.
const eraseBatch = 100

// erase forgets everybody who wishes it and has no matter under way. A wish that must wait is looked at again.
func (a *App) erase(ctx context.Context) error {
	done := 0
	for after := ""; ; {
		var wishes []person.Erasure
		err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
			wishes, err = a.People.WaitingErasures(tx, after, eraseBatch)
			return err
		})
		if err != nil {
			return fmt.Errorf("list who wishes to be forgotten: %w", err)
		}
		for _, e := range wishes {
			after = e.ID
			erased, err := a.eraseUnlessOpen(ctx, e)
			if err != nil {
				return fmt.Errorf("erasure %s: %w", e.ID, err)
			}
			if erased {
				done++
			}
		}
		if len(wishes) < eraseBatch {
			break
		}
	}
	if done == 0 {
		return nil
	}
	return errors.Join(a.writeErased(ctx), search.Tidy(ctx, a.DB))
}

// eraseUnlessOpen waits for as long as the city still works for the person: who handles the matter needs their words and their phone.
func (a *App) eraseUnlessOpen(ctx context.Context, e person.Erasure) (erased bool, err error) {
	var files []string
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		open, err := a.openMatters(tx, e.Person)
		if erased = err == nil && open == 0; !erased {
			return err
		}
		files, err = a.eraseTx(tx, e)
		return err
	})
	if err != nil || !erased {
		return false, err
	}
	return true, a.dropFiles(ctx, files)
}

// openMatters counts a person's cases that have not ended.
func (a *App) openMatters(tx *db.Tx, id string) (n int, err error) {
	ids, err := a.People.Same(tx, id)
	if err != nil {
		return 0, err
	}
	for _, one := range ids {
		heads, err := a.Requests.OfPersonTx(tx, one)
		if err != nil {
			return 0, err
		}
		for _, h := range heads {
			f, err := a.Cases.FileOfRequestTx(tx, h.ID)
			if err != nil {
				return 0, err
			}
			if !f.Case.State.Ended() {
				n++
			}
		}
	}
	return n, nil
}

// eraseTx forgets a person and gives the photos that nobody names any more.
func (a *App) eraseTx(tx *db.Tx, e person.Erasure) (files []string, err error) {
	ids, err := a.People.Same(tx, e.Person)
	if err != nil {
		return nil, err
	}
	if err := a.Surveys.EraseTx(tx, ids...); err != nil {
		return nil, err
	}
	if files, err = a.Requests.FilesOf(tx, ids...); err != nil {
		return nil, err
	}
	requests, err := a.Requests.EraseTx(tx, ids...)
	if err != nil {
		return nil, err
	}
	for _, id := range requests {
		if err := search.Remove(tx, "request", id); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if err := errors.Join(a.Outbox.ForgetTx(tx, "person:"+id), a.Identity.EraseTx(tx, id), a.SignOn.EraseTx(tx, id), a.Consents.EraseTx(tx, id), a.Mandates.EraseTx(tx, id), a.Credentials.EraseTx(tx, id), a.Assure.EraseTx(tx, id), a.Leak.ForgetTx(tx, id), a.channels.desk.ForgetTx(tx, id)); err != nil {
			return nil, err
		}
	}
	e.Requests, e.Files = len(requests), len(files)
	return files, a.People.Erase(tx, trail.Reader{Actor: access.Program("erasure"), Purpose: trail.ForErasure}, e)
}

// dropFiles deletes photos that no row names any more; what a power cut leaves of them is swept with other files nobody names.
func (a *App) dropFiles(ctx context.Context, files []string) error {
	for _, key := range files {
		if err := a.Files.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// endSurveys ends what is over, destroys what it gathered, and lists it with the erased.
func (a *App) endSurveys(ctx context.Context) error {
	n, err := a.Surveys.Tidy(ctx)
	if n > 0 {
		err = errors.Join(err, a.writeErased(ctx), search.Tidy(ctx, a.DB))
	}
	return err
}

// writeErased writes the list of the erased into the data folder.
func (a *App) writeErased(ctx context.Context) error {
	var out bytes.Buffer
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		out.Reset()
		for after := ""; ; {
			gone, err := a.People.Vault().Destroyed(tx, after, 1000)
			if err != nil || len(gone) == 0 {
				return err
			}
			for _, g := range gone {
				fmt.Fprintf(&out, "%s %s\n", g.Subject, g.At.UTC().Format(time.RFC3339))
			}
			after = gone[len(gone)-1].Subject
		}
	})
	if err != nil {
		return fmt.Errorf("list the erased: %w", err)
	}
	return a.writeWhole(erasedFile, out.Bytes())
}

// eraseAgain forgets whom a list names, in a store that was restored from before their erasure, and tells how many it knew.
func (a *App) eraseAgain(ctx context.Context, list io.Reader) (n int, err error) {
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		id, when, ok := strings.Cut(lines.Text(), " ")
		at, err := time.Parse(time.RFC3339, when)
		if !ok || id == "" || err != nil {
			return n, fmt.Errorf("%q is no line of a list of the erased", lines.Text())
		}
		var files []string
		err = a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			if s, ok := survey.OfKey(id); ok {
				return a.Surveys.DestroyAgainTx(tx, s, at)
			}
			files, err = a.eraseTx(tx, person.Erasure{Person: id})
			return err
		})
		if err := errors.Join(err, a.dropFiles(ctx, files)); err != nil {
			return n, fmt.Errorf("forget %s again: %w", id, err)
		}
		n++
	}
	if err := lines.Err(); err != nil {
		return n, fmt.Errorf("read the list of the erased: %w", err)
	}
	return n, errors.Join(a.writeErased(ctx), search.Tidy(ctx, a.DB))
}
