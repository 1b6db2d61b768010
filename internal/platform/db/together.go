package db

import "context"

// Together runs do in one transaction of which every Write and Read under its context is a part: use cases that
// each are one transaction become one, or nothing. An error of a Write undoes the whole, also when do hides it.
// What is said of Write holds for do.
func (d *DB) Together(ctx context.Context, do func(ctx context.Context, tx *Tx) error) error {
	return d.Write(ctx, func(tx *Tx) error {
		j := &joint{tx: tx}
		if err := do(context.WithValue(tx.Context(), jointKey{d}, j), tx); err != nil {
			return err
		}
		return j.err
	})
}

// joint is the transaction that parts join, and the first error of a Write.
type joint struct {
	tx  *Tx
	err error
}

type jointKey struct{ db *DB }

// joins gives the transaction of which everything under ctx is a part, or nil.
func (d *DB) joins(ctx context.Context) *joint {
	j, _ := ctx.Value(jointKey{d}).(*joint)
	return j
}

func (j *joint) write(fn func(tx *Tx) error) error {
	err := fn(j.tx)
	if j.err == nil {
		j.err = err
	}
	return err
}
