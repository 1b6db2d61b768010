package openapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
	json "github.com/go-json-experiment/json/v1"
)

// Repeat names a call that may come again.
type Repeat struct {
	Who    string // account of the key
	Key    string // the caller's idempotency key
	Digest string // of method, address and body
}

// Keeper keeps answers by idempotency key.
type Keeper interface {
	// Once runs do and keeps its answer, both in one transaction of which everything under do's context is a part;
	// a call that was answered before gives that answer. An error keeps nothing. Invalid when the key was used for
	// another call; Conflict while the first is still running.
	Once(ctx context.Context, c Repeat, do func(ctx context.Context) (answer []byte, err error)) ([]byte, error)
}

// idempotencyHeader is the header of the draft; keyMost bounds a key, in bytes.
const (
	idempotencyHeader = "Idempotency-Key"
	keyMost           = 100
)

func idempotencyParam() *huma.Param {
	least, most := 1, keyMost
	return &huma.Param{
		Name: idempotencyHeader, In: "header", Schema: &huma.Schema{Type: "string", MinLength: &least, MaxLength: &most, Pattern: `^[!-~]+$`},
		Description: "Made by you, new for each thing to be done. Sent again with the same body within 24 hours it gives the first answer and does nothing.",
		Example:     "8e03978e-40d5-43e8-bc93-6894a57f9324",
	}
}

type repeatKey struct{}

// withRepeat puts the call's idempotency key into its context.
func withRepeat(r *http.Request, v web.Visitor, body []byte) (context.Context, error) {
	values := r.Header.Values(idempotencyHeader)
	if len(values) == 0 || r.Method != http.MethodPost || !v.Program() {
		return r.Context(), nil
	}
	key := strings.Trim(strings.TrimSpace(values[0]), `"`)
	visible := func(c rune) bool { return c > ' ' && c <= '~' }
	if len(values) > 1 || key == "" || len(key) > keyMost || strings.ContainsFunc(key, func(c rune) bool { return !visible(c) }) {
		return nil, fault.Field(idempotencyHeader, "web.field.idempotency_key", "Most", keyMost)
	}
	return context.WithValue(r.Context(), repeatKey{}, Repeat{Who: v.Account, Key: key, Digest: digest(r, body)}), nil
}

// once runs h, or gives what it answered the first time.
func once[In, Out any](ctx context.Context, keeper Keeper, in *In, h func(context.Context, *In) (*Out, error)) (*Out, error) {
	c, ok := ctx.Value(repeatKey{}).(Repeat)
	if !ok || keeper == nil {
		return h(ctx, in)
	}
	answer, err := keeper.Once(ctx, c, func(ctx context.Context) ([]byte, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	})
	if err != nil {
		return nil, err
	}
	out := new(Out)
	if err := json.Unmarshal(answer, out); err != nil {
		return nil, fmt.Errorf("read a kept answer: %w", err)
	}
	return out, nil
}
