package ui

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// FieldView is a one-line input with its label.
type FieldView struct {
	Name, Label, Hint, Value, Error, Type, Autocomplete, InputMode, Placeholder string

	Max           int
	Required, Big bool
	Options       []string // proposals while typing
	Attrs         templ.Attributes
}

// TextAreaView is an input of several lines.
type TextAreaView struct {
	Name, Label, Hint, Value, Error, Placeholder string

	Rows, Max     int
	Required, Big bool
	Attrs         templ.Attributes
}

// Option is one choice.
type Option struct{ Value, Label, Hint string }

// SelectView is a choice out of a list; Empty is the words of no choice.
type SelectView struct {
	Name, Label, Hint, Value, Error, Empty string

	Options  []Option
	Required bool
	Attrs    templ.Attributes
}

// RadiosView is a choice among few; Pills sets them in a row.
type RadiosView struct {
	Name, Legend, Hint, Value, Error string

	Options    []Option
	Pills, Big bool
	Attrs      templ.Attributes
}

// CheckboxView is one yes or no.
type CheckboxView struct {
	Name, Value, Label, Hint, Error string

	Checked bool
	Attrs   templ.Attributes
}

// FileView is a choice of photos; Camera asks a phone for its camera first.
type FileView struct {
	Name, Label, Hint, Error string

	Max    int
	Camera bool
}

// PlaceView is a position: fields lat, lon and accuracy filled by the phone or by a pin on the schematic map whose
// GeoJSON is found at Shapes.
type PlaceView struct{ Lat, Lon, Address, Shapes, Error string }

// RatingView is the five levels of a service rating, 5 the best.
type RatingView struct{ Name, Legend, Hint, Value, Error string }

// ButtonView is a button that sends its form. With a Reason it is disabled and says why.
type ButtonView struct {
	Label, Name, Value, Kind, Icon, Key, Reason string

	Dense, Wide bool
	Attrs       templ.Attributes
}

// LinkView is a link that looks like a button.
type LinkView struct {
	Label, Href, Kind, Icon, Key string

	Dense, Wide bool
	Attrs       templ.Attributes
}

// describedBy names the hint and the error of a field for assistive technology.
func describedBy(name, hint, problem string) string {
	return class(when(hint != "", name+"-hint"), when(problem != "", name+"-error"))
}

// summaryLine is a wrong field in the summary, with its label when it is known.
func summaryLine(ctx context.Context, e FieldError) string {
	if e.Label == "" {
		return e.Text
	}
	return t(ctx, "ui.form.line", "Label", e.Label, "Text", e.Text)
}

// inputType returns the input's type, text by default.
func inputType(kind string) string {
	if kind == "" {
		return "text"
	}
	return kind
}

// rowsOf returns the height of a text area in lines, four by default.
func rowsOf(n int) int {
	if n == 0 {
		return 4
	}
	return n
}

// levels lists the five levels of a rating, best first.
func levels() []string { return []string{"5", "4", "3", "2", "1"} }

// choiceID returns the id of a radio's i-th choice; the first is the field's own name.
func choiceID(name string, i int) string {
	if i == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(i)
}

func placeName(ctx context.Context, v PlaceView) string {
	if v.Address != "" {
		return v.Address
	}
	return t(ctx, "ui.place.none")
}

// face draws the mood of a level of rating, 5 the happiest.
func face(level string) templ.Component {
	mouth := map[string]string{
		"5": "M7.8 13.5c1 2.4 2.4 3.6 4.2 3.6s3.2-1.2 4.2-3.6z",
		"4": "M8.3 14.5c2.3 2.3 5.1 2.3 7.4 0",
		"3": "M8.5 15.3h7",
		"2": "M8.5 16.3c2.2-1.7 4.8-1.7 7 0",
		"1": "M8 17c2.3-3.2 5.7-3.2 8 0",
	}[level]
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, `<svg class="icon" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8.5"/>`+
			`<path d="M9 9.8h.01M15 9.8h.01"/><path d="%s"/></svg>`, mouth)
		return err
	})
}
