package i18n

import "golang.org/x/text/language"

// Lang is one of the languages of the house, as an HTML lang value.
type Lang string

// The languages. ZhHans is the source and the default.
const (
	ZhHans Lang = "zh-Hans"
	ZhHant Lang = "zh-Hant"
	En     Lang = "en"
)

// Langs lists the languages, source first.
func Langs() []Lang { return []Lang{ZhHans, ZhHant, En} }

// Parse returns the language called s, and whether there is one.
func Parse(s string) (Lang, bool) {
	for _, l := range Langs() {
		if string(l) == s {
			return l, true
		}
	}
	return ZhHans, false
}

// Name returns the language's name in itself, as a switch shows it.
func (l Lang) Name() string {
	switch l {
	case ZhHant:
		return "繁體"
	case En:
		return "English"
	default:
		return "简体"
	}
}

// Match chooses a language for an Accept-Language header (RFC 9110, 12.5.4). Without a header it is the
// source language; a reader of none of the three gets English.
func Match(acceptLanguage string) Lang {
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return ZhHans
	}
	for _, tag := range tags {
		if l, ok := match(tag); ok {
			return l
		}
	}
	return En
}

func match(tag language.Tag) (Lang, bool) {
	base, _ := tag.Base()
	script, _ := tag.Script()
	switch {
	case tag == language.Und, base.String() == "mul":
		return ZhHans, true
	case base.String() == "en":
		return En, true
	case base.String() != "zh":
		return "", false
	case script.String() == "Hant":
		return ZhHant, true
	default:
		return ZhHans, true
	}
}
