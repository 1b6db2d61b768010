package open311

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
)

// Limits of answers, in characters and pieces.
const (
	answerMost  = 200
	longMost    = 2000
	answersMost = 40
	extraMost   = 20 // answers to questions the service does not ask
)

// attributeNames lists the fields attribute[CODE] and attribute[CODE][] of a form, sorted.
func attributeNames(form url.Values) []string {
	var names []string
	for name := range form {
		if _, ok := codeOf(name); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// codeOf reads attribute[CODE], attribute[CODE][] and attribute[CODE][3].
func codeOf(field string) (string, bool) {
	rest, ok := strings.CutPrefix(field, "attribute[")
	if !ok {
		return "", false
	}
	code, tail, ok := strings.Cut(rest, "]")
	return code, ok && code != "" && (tail == "" || strings.HasPrefix(tail, "[") && strings.HasSuffix(tail, "]"))
}

// answers gathers what a form says to each attribute's code.
func answers(form url.Values) map[string][]string {
	given := map[string][]string{}
	for _, name := range attributeNames(form) {
		code, _ := codeOf(name)
		for _, v := range form[name] {
			if v = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n")); v != "" {
				given[code] = append(given[code], v)
			}
		}
	}
	return given
}

// describe checks the answers to a service's questions and writes them as lines that people read, in the language of those
// who work on them. What the service did not ask is kept, too: a client's own number, a street it found.
func (s Service) describe(form url.Values) (lines []string, wrong fault.Fields) {
	given := answers(form)
	for _, a := range s.Attributes {
		if a.Notice {
			continue
		}
		values := given[a.Code]
		delete(given, a.Code)
		if bad := a.refuse(values); bad != nil {
			wrong = append(wrong, bad)
			continue
		}
		if len(values) == 0 {
			continue
		}
		var said []string
		for _, v := range values {
			said = append(said, a.name(v, i18n.ZhHans))
		}
		lines = append(lines, a.Text.Hans+"："+strings.Join(said, "、"))
	}
	more, bad := extras(given)
	return append(lines, more...), append(wrong, bad...)
}

func extras(given map[string][]string) (lines []string, wrong fault.Fields) {
	codes := make([]string, 0, len(given))
	for code := range given {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	if len(codes) > extraMost {
		return nil, fault.Fields{fault.Field("attribute", "open311.wrong.many", "Most", extraMost)}
	}
	for _, code := range codes {
		text := strings.Join(given[code], "、")
		if len(code) > 60 || utf8.RuneCountInString(text) > answerMost || unreadable(code) || unreadable(text) {
			wrong = append(wrong, fault.Field("attribute", "open311.wrong.answer"))
			continue
		}
		lines = append(lines, code+"："+text)
	}
	return lines, wrong
}

func unreadable(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

// refuse tells why the answers to one question cannot be taken; nil when they can.
func (a Attribute) refuse(values []string) *fault.Error {
	field := "attribute[" + a.Code + "]"
	switch {
	case len(values) == 0 && a.Required:
		return fault.Field(field, "open311.wrong.required")
	case len(values) > 1 && a.Type != MultiValueList, len(values) > answersMost:
		return fault.Field(field, "open311.wrong.one")
	}
	for _, v := range values {
		if !a.takes(v) {
			return fault.Field(field, "open311.wrong.answer")
		}
	}
	return nil
}

// takes tells whether a value is of the attribute's type.
func (a Attribute) takes(value string) bool {
	switch n := utf8.RuneCountInString(value); {
	case unreadable(value) || n > longMost:
		return false
	case a.listed():
		return slices.ContainsFunc(a.Values, func(v Value) bool { return v.Key == value })
	case a.Type == Number:
		_, err := strconv.ParseFloat(value, 64)
		return err == nil && n <= 30 && strings.Trim(value, "+-.0123456789eE") == ""
	case a.Type == Datetime:
		_, ok := parseTime(value)
		return ok
	case a.Type == String:
		return n <= answerMost && !strings.Contains(value, "\n")
	}
	return true
}
