package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/seal"
)

func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{seal.Schema()}, func(t *testing.T, d *db.DB) {
		first, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
		for i, tt := range []struct {
			key  []byte
			want error
		}{{first, nil}, {first, nil}, {other, seal.ErrOtherKey}, {first, nil}} {
			if err := seal.Check(t.Context(), d, tt.key); !errors.Is(err, tt.want) {
				t.Errorf("start %d: %v, want %v", i+1, err, tt.want)
			}
		}
	})
}
