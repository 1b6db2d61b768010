package fault_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"banyan/internal/platform/fault"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"nil", nil, fault.Internal},
		{"foreign", sql.ErrNoRows, fault.Internal},
		{"plain", fault.New(fault.NotFound, "web.error.not_found"), fault.NotFound},
		{"wrapped", fmt.Errorf("read case 1: %w", fault.New(fault.Busy, "x.y")), fault.Busy},
		{"with a cause", fault.New(fault.Conflict, "x.y").Wrap(sql.ErrNoRows), fault.Conflict},
		{"field", fault.Field("phone", "web.error.phone"), fault.Invalid},
		{"fields", fmt.Errorf("intake: %w", fault.Fields{fault.Field("a", "x.a"), fault.Field("b", "x.b")}), fault.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := fault.KindOf(tt.err); got != tt.want {
				t.Errorf("KindOf(%v) = %v, want %v", tt.err, got, tt.want)
			}
		})
	}
}

func TestWrapLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	e := fault.New(fault.Internal, "x.y", "name", "value")
	w := e.Wrap(sql.ErrNoRows)
	if e.Err != nil {
		t.Error("Wrap changed the error it was called on")
	}
	if !errors.Is(w, sql.ErrNoRows) {
		t.Error("the cause is not in the chain")
	}
}

func TestErrorKeepsArgumentsOutOfTheLog(t *testing.T) {
	t.Parallel()
	e := fault.Field("phone", "web.error.phone", "value", "13900000001")
	if s := e.Error(); strings.Contains(s, "139") {
		t.Errorf("%q tells what the person typed", s)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	one, two := fault.Field("a", "x.a"), fault.Field("b", "x.b")
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"none", errors.New("other"), 0},
		{"not a field", fault.New(fault.Invalid, "x.y"), 0},
		{"one", fmt.Errorf("w: %w", one), 1},
		{"two", fmt.Errorf("w: %w", fault.Fields{one, two}), 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := len(fault.FieldsOf(tt.err)); got != tt.want {
				t.Errorf("FieldsOf(%v) has %d fields, want %d", tt.err, got, tt.want)
			}
		})
	}
	if (fault.Fields{}).OrNil() != nil {
		t.Error("no wrong field is still an error")
	}
}
