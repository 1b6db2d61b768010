package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/fault"
)

// defaultMax bounds a text without a max tag, in characters.
const defaultMax = 20_000

// Decode reads the request's form into the struct dst points to, by tags:
//
//	form:"name"       the field's name; fields without the tag are left alone
//	max:"200"         at most so many characters; 20,000 without the tag
//	required:"true"   must not be empty
//
// Fields are strings, ints, floats, bools ("", "0", "false", "off" and "no" are false), slices of strings, and
// embedded structs. Texts lose blanks at both ends and get \n for \r\n; invalid UTF-8 and control characters other
// than \n and \t are refused. A POST reads its body only, a GET its query. All wrong fields come back at once as
// fault.Fields; what was read so far stays in dst to be shown again.
func Decode(r *http.Request, dst any) error {
	if err := parse(r); err != nil {
		return err
	}
	values := r.PostForm
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		values = r.Form
	}
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("decode a form into %T: not a pointer to a struct", dst)
	}
	var wrong fault.Fields
	if err := decodeStruct(values, target.Elem(), &wrong); err != nil {
		return err
	}
	return wrong.OrNil()
}

func decodeStruct(values url.Values, target reflect.Value, wrong *fault.Fields) error {
	for i := range target.NumField() {
		field := target.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			if err := decodeStruct(values, target.Field(i), wrong); err != nil {
				return err
			}
			continue
		}
		name := field.Tag.Get("form")
		if name == "" || name == "-" {
			continue
		}
		refusal, err := decodeField(values[name], target.Field(i), field)
		if err != nil {
			return err
		}
		if refusal != nil {
			refusal.Field = name
			*wrong = append(*wrong, refusal)
		}
	}
	return nil
}

func decodeField(raw []string, target reflect.Value, field reflect.StructField) (*fault.Error, error) {
	limit := defaultMax
	if tag := field.Tag.Get("max"); tag != "" {
		n, err := strconv.Atoi(tag)
		if err != nil {
			return nil, fmt.Errorf("max tag of %s: %w", field.Name, err)
		}
		limit = n
	}
	texts, refusal := cleanAll(raw, limit)
	if refusal == nil && len(texts) == 0 && field.Tag.Get("required") == "true" {
		refusal = fault.New(fault.Invalid, "web.field.required")
	}
	if target.Kind() == reflect.Slice {
		target.Set(reflect.ValueOf(texts).Convert(target.Type()))
		return refusal, nil
	}
	text := ""
	if len(texts) > 0 {
		text = texts[0]
	}
	if wrong, err := set(target, text); refusal == nil || err != nil {
		return wrong, err
	}
	return refusal, nil
}

// cleanAll cleans every value and leaves empty ones out.
func cleanAll(raw []string, limit int) (texts []string, refusal *fault.Error) {
	for _, value := range raw {
		text, wrong := clean(value, limit)
		if wrong != nil {
			refusal = wrong
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts, refusal
}

// clean returns text as it is kept, and why it is refused. What is no UTF-8 is not kept at all.
func clean(text string, limit int) (string, *fault.Error) {
	if !utf8.ValidString(text) {
		return "", fault.New(fault.Invalid, "web.field.characters")
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }):
		return "", fault.New(fault.Invalid, "web.field.characters")
	case utf8.RuneCountInString(text) > limit:
		return text, fault.New(fault.Invalid, "web.field.too_long", "Max", limit)
	default:
		return text, nil
	}
}

// set puts text into target; a word where a number belongs is the sender's mistake, an unknown type ours.
func set(target reflect.Value, text string) (*fault.Error, error) {
	notNumber := fault.New(fault.Invalid, "web.field.number")
	switch target.Kind() {
	case reflect.String:
		target.SetString(text)
	case reflect.Bool:
		target.SetBool(text != "" && text != "0" && text != "false" && text != "off" && text != "no")
	case reflect.Int, reflect.Int64, reflect.Int32:
		if text == "" {
			return nil, nil
		}
		n, err := strconv.ParseInt(text, 10, target.Type().Bits())
		if err != nil {
			return notNumber, nil
		}
		target.SetInt(n)
	case reflect.Float64:
		if text == "" {
			return nil, nil
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return notNumber, nil
		}
		target.SetFloat(f)
	default:
		return nil, fmt.Errorf("decode a form into %s: no such kind of field", target.Type())
	}
	return nil, nil
}

// Text gives one text of a form that was decoded, whose fields have names made while the program runs; cleaned and refused as Decode does.
func Text(r *http.Request, name string, most int) (string, *fault.Error) {
	texts, refusal := cleanAll(r.PostForm[name], most)
	if refusal != nil {
		refusal.Field = name
	}
	if len(texts) == 0 {
		return "", refusal
	}
	return texts[0], refusal
}
