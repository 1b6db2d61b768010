package pack_test

import (
	"io/fs"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/pack"
)

func TestStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{pack.Schema()}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := pack.NewStore(d, clock.NewManual(time.UnixMilli(1_790_000_000_000)))
		base := folder("pack.yaml", manifest, "lamps.yaml", "- {code: a, limit: 1}\n")
		first := load(t, over("1"), map[string]fs.FS{"fuzhou": base})
		second := load(t, over("2", "lamps.yaml", "- {code: a, limit: 2}\n"), map[string]fs.FS{"fuzhou": base})
		other := load(t, over("1", "lamps.yaml", "- {code: a, limit: 3}\n"), map[string]fs.FS{"fuzhou": base})

		if _, err := s.Current(ctx); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("current of nothing: %v", err)
		}
		for _, p := range []*pack.Pack{first, first, second} {
			if err := s.Install(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Install(ctx, other); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("the same version with other content: %v", err)
		}
		wantLimit(t, s, "", 2)
		wantLimit(t, s, "lianjiang@1", 1)
		if _, err := s.At(ctx, "lianjiang@9"); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("unknown version: %v", err)
		}
		if err := s.Install(ctx, first); err != nil {
			t.Fatal(err)
		}
		wantLimit(t, s, "", 1)
		vs, err := s.Versions(ctx)
		if err != nil || len(vs) != 2 || vs[0].Version != "1" || !vs[0].Current || vs[1].Current || vs[0].Digest != first.Digest {
			t.Fatalf("versions = %+v, %v", vs, err)
		}
	})
}

// wantLimit looks whether the pack with that reference, or the current one, holds the row with the limit.
func wantLimit(t *testing.T, s *pack.Store, ref string, limit int) {
	t.Helper()
	p, err := s.Current(t.Context())
	if ref != "" {
		p, err = s.At(t.Context(), ref)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := pack.Section(p, "lamps", lampKey)
	if err != nil || len(rows) != 1 || rows[0].Limit != limit {
		t.Fatalf("pack %q: rows %v, %v; want limit %d", ref, rows, err, limit)
	}
}

func TestArchiveKeepsTheDigest(t *testing.T) {
	t.Parallel()
	base := folder("pack.yaml", manifest, "lamps.yaml", "- {code: a}\n", "map.geojson", "{}")
	p := load(t, over("1"), map[string]fs.FS{"fuzhou": base})
	data, err := p.Archive()
	if err != nil {
		t.Fatal(err)
	}
	back, err := pack.Unarchive(data)
	if err != nil || back.Digest != p.Digest || back.Ref() != p.Ref() {
		t.Fatalf("back = %v, %v", back, err)
	}
	if _, err := pack.Unarchive(data[:len(data)/2]); err == nil {
		t.Fatal("half an archive must not load")
	}
	changed := load(t, over("1", "x.yaml", ""), map[string]fs.FS{"fuzhou": base})
	if changed.Digest == p.Digest {
		t.Fatal("another file, the same digest")
	}
}
