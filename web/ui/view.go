package ui

import (
	"context"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
)

// t returns a component's own words in the reader's language.
func t(ctx context.Context, key string, args ...any) string { return web.PageIn(ctx).T(key, args...) }

// FieldError is one wrong field in the reader's language; Field may be empty for the whole form.
type FieldError struct{ Field, Label, Text string }

// Errors returns what a form's reader has to correct of err: each wrong field, or the refusal itself. Labels are pairs
// of a field's name and its label, which the summary puts before the text.
func Errors(p web.Page, err error, labels ...string) []FieldError {
	if err == nil {
		return nil
	}
	var list []FieldError
	for _, e := range fault.FieldsOf(err) {
		list = append(list, FieldError{Field: e.Field, Label: labelOf(labels, e.Field), Text: p.T(e.Key, e.Args...)})
	}
	if len(list) == 0 {
		list = []FieldError{{Text: web.Sentence(p, err)}}
	}
	return list
}

func labelOf(labels []string, field string) string {
	for i := 0; i+1 < len(labels); i += 2 {
		if labels[i] == field {
			return labels[i+1]
		}
	}
	return ""
}

// ErrorOf returns the text of the wrong field, "" when it is right.
func ErrorOf(errs []FieldError, field string) string {
	for _, e := range errs {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// class joins the class names that are not empty.
func class(names ...string) string {
	joined := ""
	for _, name := range names {
		if name == "" {
			continue
		}
		if joined != "" {
			joined += " "
		}
		joined += name
	}
	return joined
}

// when returns name when on, for class lists.
func when(on bool, name string) string {
	if on {
		return name
	}
	return ""
}

// kinded returns a class for a kind of a component: "chip-warn", or "" without a kind.
func kinded(component, kind string) string {
	if kind == "" {
		return ""
	}
	return component + "-" + kind
}
