package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind tells what sort of refusal an error is.
type Kind int

// The kinds. Internal is the zero value: an error nobody has classified is ours to answer for.
const (
	Internal  Kind = iota // our mistake; the person gets a reference
	NotFound              // it does not exist, or must not be seen to exist
	Invalid               // the person can correct what they sent
	Forbidden             // the person may not do this
	Conflict              // it has changed, or its state does not allow this now
	Busy                  // try again later
)

// String gives the kind's word as used in logs.
func (k Kind) String() string {
	switch k {
	case NotFound:
		return "not found"
	case Invalid:
		return "invalid"
	case Forbidden:
		return "forbidden"
	case Conflict:
		return "conflict"
	case Busy:
		return "busy"
	default:
		return "internal"
	}
}

// Error is a refusal with the key of the sentence a person will read.
type Error struct {
	Kind  Kind
	Key   string // message key: "casework.refuse.not_signed"
	Args  []any  // name, value pairs for the message
	Field string // the form field it belongs to, or ""
	Err   error  // the cause, for the log only
}

// New makes an error of the kind; args are name, value pairs for the message.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Field makes an Invalid error that belongs to one field of a form.
func Field(field, key string, args ...any) *Error {
	return &Error{Kind: Invalid, Key: key, Args: args, Field: field}
}

// Wrap gives a copy of e with err as its cause.
func (e *Error) Wrap(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Error is for the log: kind, field, key and cause. Arguments are left out, they may hold people's words.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Field != "" {
		fmt.Fprintf(&b, ": field %s", e.Field)
	}
	if e.Key != "" {
		fmt.Fprintf(&b, ": %s", e.Key)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// As finds the first *Error in err's chain. Of several invalid fields it gives the first.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// KindOf gives the kind of err: Internal for any error without a kind, also for nil.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return Internal
}
