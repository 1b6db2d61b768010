// Command leak makes a small city whose staff all saw the same twenty people, and traces pictures of one screen:
// "make DIR" prints the list as the leaker's screen shows it, "trace DIR PICTURE" prints who is named.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/merkle"
	"banyan/internal/platform/ocr"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/leak"
)

const (
	people  = 2000
	rows    = 20
	viewers = 200
	leaker  = "s107"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// town is the part of the house that a trace needs.
type town struct {
	db     *db.DB
	people *person.Service
	leak   *leak.Service
}

func open(ctx context.Context, dir string) (*town, error) {
	d, err := db.Open(ctx, filepath.Join(dir, "town.db"), db.Options{})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, merkle.Schema(), trail.Schema(), vault.Schema(), person.Schema(), leak.Schema()); err != nil {
		return nil, err
	}
	tree, errTree := merkle.New(d, clock.System{}, "town.example/trail", bytes.Repeat([]byte{1}, 32))
	policy, errPolicy := access.New()
	if err := errors.Join(errTree, errPolicy); err != nil {
		return nil, err
	}
	log := trail.New(d, clock.System{}, tree, everybody{})
	p, err := person.New(d, clock.System{}, log, bytes.Repeat([]byte{2}, 32))
	return &town{d, p, leak.New(leak.Deps{DB: d, Clock: clock.System{}, People: p, Trail: log, Policy: policy, City: "/3501/"})}, err
}

// everybody may look: who reads what is not what is measured here.
type everybody struct{}

func (everybody) Cover(*db.Tx, trail.Reader, []string) (trail.Cover, error) {
	return trail.Cover{Grant: "test"}, nil
}

func run(ctx context.Context, do, dir string, args []string) error {
	t, err := open(ctx, dir)
	if err != nil {
		return err
	}
	if do == "make" {
		err = t.make(ctx)
	} else {
		err = t.trace(ctx, args[0])
	}
	return errors.Join(err, t.db.Close())
}

func (t *town) make(ctx context.Context) error {
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // invented people
	var ids []string
	list := [][2]string{}
	err := t.db.Write(ctx, func(tx *db.Tx) error {
		for range people {
			id, err := t.people.Ensure(tx, person.Contact{Name: string([]rune("张王李赵陈林黄吴刘郑")[r.IntN(10)]) + "某", Phone: fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1e9))})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		for v := range viewers {
			who := fmt.Sprintf("s%03d", v)
			shown, err := t.people.Masked(tx, trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: who, Unit: "u"}, Purpose: trail.ForList}, ids[:rows]...)
			if err != nil {
				return err
			}
			for _, id := range ids[:rows] {
				if who == leaker {
					list = append(list, [2]string{shown[id].Name, shown[id].Phone})
				}
			}
		}
		return nil
	})
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(list))
}

func (t *town) trace(ctx context.Context, path string) error {
	picture, err := os.ReadFile(path) //nolint:gosec // the picture that was named
	if err != nil {
		return err
	}
	text, err := ocr.Read(ctx, picture)
	if err != nil {
		return err
	}
	got, err := t.leak.Trace(ctx, access.Program("pictures"), leak.Ask{Reason: "a picture of a screen", Source: "picture", Text: text})
	if err != nil {
		return err
	}
	fmt.Printf("%d rows, %d matched, named %v, right %v, bound %.1e\n", got.Rows, got.Matched, got.Named, got.Named && got.Suspects[0].Viewer == leaker, got.Bound)
	if !got.Named || got.Suspects[0].Viewer != leaker {
		return errors.New("the leaker is not named")
	}
	return nil
}
