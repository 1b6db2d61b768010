package backup

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"banyan/internal/platform/db"
)

// Target is what is filled from a backup.
type Target struct {
	DB    *db.DB
	Scope db.Scope
	Data  func(name string, body []byte) error
	File  func(key string, body []byte) error
	Told  func(part string, n int64)
}

// Fill makes the tables of an empty store as the backup had them and fills them. rebuild tells that the
// tables of Scope.Native were left empty, because the backup comes from the other engine.
func Fill(ctx context.Context, r io.Reader, t Target) (m Manifest, rebuild bool, err error) {
	in := &visit{ctx: ctx, Target: t, sum: map[string]int64{}}
	err = t.DB.Load(ctx, t.Scope, func(l *db.Loader) (err error) {
		in.loader = l
		m, err = Read(r, Visitor{Header: in.header, Rows: in.rows, Data: t.Data, File: t.File})
		return err
	})
	return m, in.foreign, err
}

// visit fills a store as an archive goes by.
type visit struct {
	Target
	ctx     context.Context
	loader  *db.Loader
	foreign bool // the archive was made on the other engine
	sum     map[string]int64
}

func (v *visit) header(h Header) error {
	v.foreign = h.Engine != v.DB.Dialect()
	return db.Newer(h.Schemas, v.Scope.Schemas)
}

func (v *visit) rows(t db.Table, text []byte) (int64, error) {
	if err := v.ctx.Err(); err != nil {
		return 0, err
	}
	if t.Native && v.foreign {
		return int64(bytes.Count(text, []byte{'\n'})), nil
	}
	n, err := v.loader.Copy(t, bytes.NewReader(text))
	if err != nil {
		return n, fmt.Errorf("restore: %w", err)
	}
	v.sum[t.Name] += n
	v.Told(t.Name, v.sum[t.Name])
	return n, nil
}
