package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strconv"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/sheet"
	"banyan/internal/register/access"
)

// table is what is exported.
type table struct {
	what    string // cases, rates: names the file and the line in the register
	title   string // of the sheet
	filter  string // as an address writes it
	columns []sheet.Column
	rows    iter.Seq2[[]sheet.Cell, error]
}

// export is a table on its way out: refused or written down, with its first row read.
type export struct {
	room   *Room
	line   Export
	table  table
	format sheet.Format
	next   func() ([]sheet.Cell, error, bool)
	stop   func()
	first  []sheet.Cell
	more   bool
	rows   int
	spool  *os.File // an XLSX file, which is made whole before it is sent
}

// prepare reads the first row, so that a refusal is told as one, and writes the export down. An XLSX file is made
// here, so that one with too many rows is refused and not broken off. Close it.
func (r *Room) prepare(ctx context.Context, actor access.Actor, f sheet.Format, t table) (_ *export, err error) {
	x := &export{room: r, table: t, format: f, line: exportOf(actor, r.Clock.Now(), t.what, string(f), t.filter)}
	x.next, x.stop = iter.Pull2(t.rows)
	defer func() {
		if err != nil {
			err = errors.Join(err, x.close())
		}
	}()
	if x.first, err, x.more = x.next(); err != nil {
		return nil, err
	}
	if err := r.begin(ctx, x.line); err != nil {
		return nil, err
	}
	if f == sheet.XLSX {
		return x, x.make(ctx)
	}
	return x, nil
}

// make writes the whole file to a temporary one that has no name any more.
func (x *export) make(ctx context.Context) (err error) {
	if x.spool, err = os.CreateTemp("", "banyan-export-*"); err != nil {
		return fmt.Errorf("make a temporary file: %w", err)
	}
	if err := os.Remove(x.spool.Name()); err != nil {
		return fmt.Errorf("unlink the temporary file: %w", err)
	}
	if err := x.write(ctx, x.spool); err != nil {
		return err
	}
	_, err = x.spool.Seek(0, io.SeekStart)
	return err
}

// write writes the table and then its number of rows into the register.
func (x *export) write(ctx context.Context, w io.Writer) error {
	digest := sha256.New()
	out, err := sheet.New(x.format, io.MultiWriter(w, digest), x.table.title, x.table.columns)
	if err != nil {
		return err
	}
	for row, more := x.first, x.more; more; {
		if err := out.Write(row); err != nil {
			return err
		}
		x.rows++
		if row, err, more = x.next(); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return x.room.end(ctx, x.line.ID, x.rows, hex.EncodeToString(digest.Sum(nil)))
}

// head are the headers of the answer.
func (x *export) head(set func(name, value string)) {
	set("Content-Type", x.format.ContentType())
	set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.%s"`, x.table.what, x.line.At.In(clock.City).Format("20060102-150405"), x.format))
	set("Cache-Control", "no-store")
	if x.spool != nil {
		if info, err := x.spool.Stat(); err == nil {
			set("Content-Length", strconv.FormatInt(info.Size(), 10))
		}
	}
}

// send writes the file to whoever asked. When it cannot go on, the connection is broken off, so that nobody takes a part
// for the whole.
func (x *export) send(ctx context.Context, w io.Writer) {
	var err error
	if x.spool != nil {
		_, err = io.Copy(w, x.spool)
	} else {
		err = x.write(ctx, w)
	}
	if err = errors.Join(err, x.close()); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (x *export) close() error {
	x.stop()
	if x.spool == nil {
		return nil
	}
	return x.spool.Close()
}
