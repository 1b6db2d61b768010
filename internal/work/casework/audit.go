package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"banyan/internal/platform/db"
)

// Defect is one kind of thing that does not hold, and in how many cases.
type Defect struct {
	What  string // one of the Defect words
	N     int
	First string // the id of the first case
}

// The kinds of defects.
const (
	DefectJournal = "journal" // it has a gap, or does not rebuild the case
	DefectColumns = "columns" // what lists sort by differs from the file
	DefectOrders  = "orders"  // an order's row differs from the file, or is missing
	DefectCalls   = "calls"
	DefectChanges = "changes"
	DefectRulings = "rulings"
	DefectLinks   = "links"
)

// Audit is what going through every case found.
type Audit struct {
	Cases       int
	Provisional int // cases with a due time that waits for a calendar
	Defects     []Defect
	Packs       []string // pack versions under which cases were opened
}

// Count is in how many cases a kind of defect was found.
func (a Audit) Count(what string) Defect {
	for _, d := range a.Defects {
		if d.What == what {
			return d
		}
	}
	return Defect{What: what}
}

// Audited is one case as others compare theirs with it.
type Audited struct {
	ID      string
	Actions []Action // one for each journal entry
	Files   []string // keys of the files its replies name
}

// auditBatch is how many cases are read in one transaction.
const auditBatch = 200

// Audit goes through every case in order and compares journal, file, list columns and index rows with each
// other. It hands each batch on, for what else depends on cases.
func (s *Service) Audit(ctx context.Context, each func([]Audited) error) (Audit, error) {
	a := auditor{}
	after := ""
	for {
		var batch []Audited
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			batch, err = a.batch(tx, after)
			return err
		})
		if err == nil && len(batch) == 0 {
			return a.Audit, s.DB.Read(ctx, a.lost)
		}
		if err == nil {
			err = each(batch)
		}
		if err != nil {
			return a.Audit, fmt.Errorf("audit cases behind %q: %w", after, err)
		}
		after = batch[len(batch)-1].ID
	}
}

// auditor goes through the cases.
type auditor struct{ Audit }

func (a *auditor) note(what, id string) {
	for i := range a.Defects {
		if a.Defects[i].What == what {
			a.Defects[i].N++
			return
		}
	}
	a.Defects = append(a.Defects, Defect{what, 1, id})
}

func (a *auditor) batch(tx *db.Tx, after string) ([]Audited, error) {
	rows, err := rowsAfter(tx, after, auditBatch)
	if err != nil {
		return nil, err
	}
	var batch []Audited
	var files []*File
	for _, r := range rows {
		f, err := load(tx, ref{Case: r.ID})
		if err != nil {
			return nil, err
		}
		entries, err := journal(tx, r.ID)
		if err != nil {
			return nil, err
		}
		a.one(r, f, entries)
		batch, files = append(batch, audited(r.ID, f, entries)), append(files, f)
	}
	return batch, a.index(tx, files)
}

// one compares a case with its journal and its list row.
func (a *auditor) one(r Row, f *File, entries []Entry) {
	a.Cases++
	if r.Provisional {
		a.Provisional++
	}
	if !slices.Contains(a.Packs, f.Case.Pack) {
		a.Packs = append(a.Packs, f.Case.Pack)
	}
	rebuilt, err := rebuild(entries, func(Happened) error { return nil })
	if err != nil || len(entries) != f.Case.Version || !sameFile(f, rebuilt) {
		a.note(DefectJournal, r.ID)
	}
	if !r.fits(f) {
		a.note(DefectColumns, r.ID)
	}
}

func sameFile(a, b *File) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// fits tells whether a list row says what the file says.
func (r Row) fits(f *File) bool {
	c := f.Case
	due, overdue, provisional := f.headDue()
	return r.ID == c.ID && r.Number == c.Number && r.State == c.State && r.Kind == c.Kind && r.Channel == c.Channel && r.Duty == c.Duty && r.Lead == c.Lead &&
		r.Area == c.Area && r.Urgent == c.Urgent && r.Flagged == (len(c.Flags) > 0) && r.Published == c.Published &&
		r.Requests == len(f.Requests()) && sameMs(r.OpenedAt, c.OpenedAt) && sameMs(r.DueAt, due) && r.Overdue == overdue &&
		r.Provisional == provisional && sameMs(r.ClosedAt, c.ClosedAt)
}

func audited(id string, f *File, entries []Entry) Audited {
	one := Audited{ID: id}
	for _, e := range entries {
		one.Actions = append(one.Actions, e.Action)
	}
	for _, o := range f.Orders {
		for _, r := range o.Replies {
			for _, file := range r.Files {
				one.Files = append(one.Files, file.Key)
			}
		}
	}
	return one
}
