package db

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Kind is what a column holds, the same for both engines.
type Kind string

// The kinds of columns. Native is what only the engine it comes from understands, as a full text index.
const (
	Int    Kind = "int"
	Text   Kind = "text"
	Bool   Kind = "bool"
	Real   Kind = "real"
	Bytes  Kind = "bytes"
	Native Kind = "native"
)

// A row of a dump is a line in PostgreSQL's COPY text format: values between tabs, \N for NULL, t and f,
// bytes as \\x and hex digits. It needs no schema to be read and goes into PostgreSQL as it is.

// appendRow writes one row. The values are a driver's: int64, float64, bool, string, []byte or nil.
func appendRow(line []byte, columns []Field, values []any) ([]byte, error) {
	for i, c := range columns {
		if i > 0 {
			line = append(line, '\t')
		}
		var err error
		if line, err = appendValue(line, c.Kind, values[i]); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return append(line, '\n'), nil
}

func appendValue(line []byte, kind Kind, value any) ([]byte, error) {
	if value == nil {
		return append(line, '\\', 'N'), nil
	}
	switch v := value.(type) {
	case int64:
		switch kind {
		case Int:
			return strconv.AppendInt(line, v, 10), nil
		case Bool:
			return appendBool(line, v != 0), nil
		case Real:
			return appendReal(line, float64(v)), nil
		case Native:
			return strconv.AppendInt(append(line, 'i'), v, 10), nil
		}
	case float64:
		switch kind {
		case Real:
			return appendReal(line, v), nil
		case Native:
			return appendReal(append(line, 'f'), v), nil
		}
	case bool:
		if kind == Bool {
			return appendBool(line, v), nil
		}
	case string:
		switch kind {
		case Text:
			return appendText(line, v), nil
		case Native:
			return appendText(append(line, 's'), v), nil
		}
	case []byte:
		switch kind {
		case Text:
			return appendText(line, string(v)), nil
		case Bytes:
			return hex.AppendEncode(append(line, `\\x`...), v), nil
		case Native:
			return hex.AppendEncode(append(line, 'b'), v), nil
		}
	}
	return nil, fmt.Errorf("holds a %T where the schema says %s", value, kind)
}

func appendBool(line []byte, v bool) []byte {
	if v {
		return append(line, 't')
	}
	return append(line, 'f')
}

func appendReal(line []byte, v float64) []byte {
	switch {
	case math.IsInf(v, 1):
		return append(line, "Infinity"...)
	case math.IsInf(v, -1):
		return append(line, "-Infinity"...)
	}
	return strconv.AppendFloat(line, v, 'g', -1, 64)
}

// appendText escapes what the format needs for itself; most texts need nothing.
func appendText(line []byte, text string) []byte {
	from := 0
	for i := 0; i < len(text); i++ {
		var as byte
		switch text[i] {
		case '\\':
			as = '\\'
		case '\t':
			as = 't'
		case '\n':
			as = 'n'
		case '\r':
			as = 'r'
		default:
			continue
		}
		line = append(line, text[from:i]...)
		line = append(line, '\\', as)
		from = i + 1
	}
	return append(line, text[from:]...)
}

// parseRow reads a line without its end into values, which it makes as long as columns.
func parseRow(line []byte, columns []Field, values []any) ([]any, error) {
	values = values[:0]
	for i, c := range columns {
		field, rest, more := bytes.Cut(line, []byte{'\t'})
		if more != (i < len(columns)-1) {
			return nil, fmt.Errorf("a row has another number of values than the %d columns", len(columns))
		}
		v, err := parseValue(field, c.Kind)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		values, line = append(values, v), rest
	}
	return values, nil
}

var errField = errors.New("a value cannot be read")

func parseValue(field []byte, kind Kind) (any, error) {
	if string(field) == `\N` {
		return nil, nil //nolint:nilnil // NULL is a value
	}
	switch kind {
	case Int:
		return strconv.ParseInt(string(field), 10, 64)
	case Real:
		return strconv.ParseFloat(string(field), 64)
	case Bool:
		return parseBool(field)
	case Bytes:
		digits, ok := bytes.CutPrefix(field, []byte(`\\x`))
		if !ok {
			return nil, errField
		}
		return parseHex(digits)
	case Text:
		return parseText(field)
	case Native:
		return parseNative(field)
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

func parseHex(digits []byte) ([]byte, error) {
	v := make([]byte, hex.DecodedLen(len(digits)))
	_, err := hex.Decode(v, digits)
	return v, err
}

func parseBool(field []byte) (bool, error) {
	switch string(field) {
	case "t":
		return true, nil
	case "f":
		return false, nil
	}
	return false, errField
}

// parseNative reads a value of SQLite with the letter of its type before it.
func parseNative(field []byte) (any, error) {
	if len(field) == 0 {
		return nil, errField
	}
	switch rest := field[1:]; field[0] {
	case 'i':
		return strconv.ParseInt(string(rest), 10, 64)
	case 'f':
		return strconv.ParseFloat(string(rest), 64)
	case 's':
		return parseText(rest)
	case 'b':
		return parseHex(rest)
	}
	return nil, errField
}

func parseText(field []byte) (string, error) {
	at := bytes.IndexByte(field, '\\')
	if at < 0 {
		return string(field), nil
	}
	letters := map[byte]byte{'\\': '\\', 't': '\t', 'n': '\n', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}
	text := append(make([]byte, 0, len(field)), field[:at]...)
	for i := at; i < len(field); i++ {
		if field[i] != '\\' {
			text = append(text, field[i])
			continue
		}
		i++
		if i == len(field) {
			return "", errField
		}
		c, ok := letters[field[i]]
		if !ok {
			return "", errField
		}
		text = append(text, c)
	}
	return string(text), nil
}
