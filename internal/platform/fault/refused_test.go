package fault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"banyan/internal/platform/fault"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"nil", nil, false},
		{"fields", fault.Fields{fault.Field("a", "x.a")}, true},
		{"invalid", fmt.Errorf("intake: %w", fault.New(fault.Invalid, "x.y")), true},
		{"forbidden", fault.New(fault.Forbidden, "x.y"), true},
		{"conflict", fault.New(fault.Conflict, "x.y"), true},
		{"busy", fault.New(fault.Busy, "x.y"), false},
		{"internal", fault.New(fault.Internal, "x.y"), false},
		{"the client hung up", fmt.Errorf("commit: %w", context.Canceled), false},
		{"the store broke", errors.Join(sql.ErrConnDone), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := fault.Refused(tt.err); got != tt.want {
				t.Errorf("Refused(%v) = %v, want %v", tt.err, got, tt.want)
			}
		})
	}
}
