package fault

import (
	"errors"
	"strings"
)

// Fields is several invalid fields at once, in the order of the form. It is an error of kind Invalid.
type Fields []*Error

// Error lists the fields and keys for the log.
func (f Fields) Error() string {
	parts := make([]string, len(f))
	for i, e := range f {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap lets errors.As and KindOf see every field.
func (f Fields) Unwrap() []error {
	errs := make([]error, len(f))
	for i, e := range f {
		errs[i] = e
	}
	return errs
}

// OrNil gives f as an error, or nil when no field is wrong.
func (f Fields) OrNil() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// FieldsOf gives every invalid field in err's chain; one single field error counts as a list of one.
func FieldsOf(err error) Fields {
	var all Fields
	if errors.As(err, &all) {
		return all
	}
	if e, ok := As(err); ok && e.Field != "" {
		return Fields{e}
	}
	return nil
}
