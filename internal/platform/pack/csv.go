package pack

import (
	"bytes"
	"encoding"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"banyan/internal/platform/i18n"
)

// csvRows reads a table with a header. Columns are the yaml names of the fields of T; an empty cell leaves the
// field as it is; a column remove with a key takes that row away.
func csvRows[T any](file string, data []byte, languages []string) ([]entry[T], Problems) {
	var ps Problems
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, Problems{csvProblem(file, err)}
	}
	columns, ps := columnsOf[T](file, header)
	if len(ps) > 0 {
		return nil, ps
	}
	var entries []entry[T]
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return entries, ps
		}
		if err != nil {
			return entries, append(ps, csvProblem(file, err))
		}
		line, _ := r.FieldPos(0)
		e := entry[T]{Source: Source{File: file, Line: line}}
		found := fill(&e, columns, cells, languages)
		if len(found) > 0 {
			ps = append(ps, found...)
			continue
		}
		entries = append(entries, e)
	}
}

// column is one column of the header and the field it fills.
type column struct {
	name  string
	field int    // index in the struct; -1 is the column remove
	lang  string // for a text: the language this column holds
}

func columnsOf[T any](file string, header []string) ([]column, Problems) {
	var ps Problems
	fields := csvFields(reflect.TypeFor[T]())
	columns, seen := make([]column, len(header)), map[string]bool{}
	for i, name := range header {
		name = strings.TrimSpace(name)
		c, known := fields[name]
		switch {
		case seen[name]:
			ps.add(file, 1, name, "stands twice in the header")
		case !known && name == "remove":
			c = column{name: name, field: -1}
		case !known:
			ps.add(file, 1, name, "unknown column")
		}
		seen[name], columns[i] = true, c
	}
	return columns, ps
}

// csvFields names the columns a struct can be filled from.
func csvFields(t reflect.Type) map[string]column {
	fields := map[string]column{}
	if t.Kind() != reflect.Struct {
		return fields
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		fields[name] = column{name: name, field: i}
		if f.Type == reflect.TypeFor[i18n.Text]() {
			fields[name] = column{name: name, field: i, lang: "zh-Hans"}
			for suffix, lang := range map[string]string{"_hant": "zh-Hant", "_en": "en"} {
				if _, taken := fields[name+suffix]; !taken {
					fields[name+suffix] = column{name: name + suffix, field: i, lang: lang}
				}
			}
		}
	}
	return fields
}

// fill sets every cell of one row and checks its texts.
func fill[T any](e *entry[T], columns []column, cells []string, languages []string) Problems {
	var ps Problems
	v, texts := reflect.ValueOf(&e.value).Elem(), map[int]string{}
	for i, cell := range cells {
		c := columns[i]
		cell = strings.TrimSpace(cell)
		if c.lang == "zh-Hans" {
			texts[c.field] = c.name
		}
		if cell == "" {
			continue
		}
		if bad, is := control(cell); is {
			ps.add(e.File, e.Line, c.name, "holds the control character %U", bad)
			continue
		}
		if c.field < 0 {
			e.key, e.remove = cell, true
			continue
		}
		if err := setCell(v.Field(c.field), c.lang, cell); err != nil {
			ps.add(e.File, e.Line, c.name, "%v", err)
		}
	}
	if e.remove {
		return ps
	}
	for field, name := range texts {
		t := v.Field(field).Interface().(i18n.Text)
		if t != (i18n.Text{}) {
			ps = append(ps, missingLanguages(e.File, e.Line, name, t, languages)...)
		}
	}
	return ps
}

// setCell puts the letters of one cell into a field of any simple type.
func setCell(v reflect.Value, lang, cell string) error {
	if lang != "" {
		t := v.Addr().Interface().(*i18n.Text)
		*map[string]*string{"zh-Hans": &t.Hans, "zh-Hant": &t.Hant, "en": &t.En}[lang] = cell
		return nil
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(cell))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(cell)
		return nil
	case reflect.Bool:
		if cell != "true" && cell != "false" {
			return errors.New("needs true or false, not " + strconv.Quote(cell))
		}
		v.SetBool(cell == "true")
		return nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			for part := range strings.SplitSeq(cell, "|") {
				v.Set(reflect.Append(v, reflect.ValueOf(strings.TrimSpace(part)).Convert(v.Type().Elem())))
			}
			return nil
		}
	}
	return setNumber(v, cell)
}

func setNumber(v reflect.Value, cell string) error {
	bad := errors.New("needs a number that fits, not " + strconv.Quote(cell))
	switch {
	case v.CanInt():
		n, err := strconv.ParseInt(cell, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return bad
		}
		v.SetInt(n)
		return nil
	case v.CanUint():
		n, err := strconv.ParseUint(cell, 10, 64)
		if err != nil || v.OverflowUint(n) {
			return bad
		}
		v.SetUint(n)
		return nil
	case v.CanFloat():
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil || n != n || n-n != 0 {
			return bad
		}
		v.SetFloat(n)
		return nil
	}
	if yaml.Unmarshal([]byte(strconv.Quote(cell)), v.Addr().Interface()) != nil {
		return errors.New("cannot take " + strconv.Quote(cell))
	}
	return nil
}

func csvProblem(file string, err error) Problem {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return Problem{File: file, Line: pe.Line, What: pe.Err.Error()}
	}
	return Problem{File: file, What: err.Error()}
}
