package open311

import (
	"strconv"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
)

// Formats of an answer.
const (
	asXML  = "xml"
	asJSON = "json"
)

// writer builds an answer in either format from the same calls. Lists are its root: an XML element that holds items, or
// a JSON array of objects. It writes well-formed output whatever the texts hold, and uses no reflection.
type writer struct {
	b     []byte
	xml   bool
	ascii bool // write other characters as references, for readers who guess the encoding
	comma bool // the next value needs one before it
}

func newWriter(format string, size int) *writer {
	w := &writer{b: make([]byte, 0, size), xml: format == asXML}
	if w.xml {
		w.raw(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	}
	return w
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

func (w *writer) begin(name string) { w.b = append(append(append(w.b, '<'), name...), '>') }
func (w *writer) end(name string)   { w.b = append(append(append(w.b, '<', '/'), name...), '>') }

// name begins a member: its key in JSON. In XML the value writes its own tags.
func (w *writer) name(name string) {
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// document writes an answer whose root is an object: discovery, a definition.
func (w *writer) document(name string, body func()) {
	if w.xml {
		w.begin(name)
		body()
		w.end(name)
		return
	}
	w.b, w.comma = append(w.b, '{'), false
	body()
	w.b = append(w.b, '}')
}

// list writes the root list.
func (w *writer) list(name string, items func()) {
	if w.xml {
		w.begin(name)
		items()
		w.end(name)
		return
	}
	w.b, w.comma = append(w.b, '['), false
	items()
	w.b = append(w.b, ']')
}

// item writes one object of a list.
func (w *writer) item(name string, body func()) {
	if w.xml {
		w.begin(name)
		body()
		w.end(name)
		return
	}
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.b, w.comma = append(w.b, '{'), false
	body()
	w.b, w.comma = append(w.b, '}'), true
}

// inner writes a list that is a member of an object.
func (w *writer) inner(name string, items func()) {
	if w.xml {
		w.list(name, items)
		return
	}
	w.name(name)
	w.list(name, items)
	w.comma = true
}

// word writes one text of a list of texts.
func (w *writer) word(name, text string) {
	if w.xml {
		w.begin(name)
		w.escape(text)
		w.end(name)
		return
	}
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.quote(text)
	w.comma = true
}

// text writes a member; an empty one is null, in XML an empty element.
func (w *writer) text(name, text string) {
	if w.xml {
		if text == "" {
			w.b = append(append(append(w.b, '<'), name...), '/', '>')
			return
		}
		w.word(name, text)
		return
	}
	w.name(name)
	if text == "" {
		w.raw("null")
	} else {
		w.quote(text)
	}
	w.comma = true
}

// literal writes a member that needs no quotes in JSON.
func (w *writer) literal(name, text string) {
	if w.xml {
		w.begin(name)
		w.raw(text)
		w.end(name)
		return
	}
	w.name(name)
	w.raw(text)
	w.comma = true
}

func (w *writer) flag(name string, on bool) { w.literal(name, strconv.FormatBool(on)) }
func (w *writer) number(name string, n int) { w.literal(name, strconv.Itoa(n)) }
func (w *writer) degrees(name string, x float64) {
	w.literal(name, strconv.FormatFloat(x, 'f', -1, 64))
}

// time writes a moment in city time with its zone; the zero time is null.
func (w *writer) time(name string, at time.Time) {
	if at.IsZero() {
		w.text(name, "")
		return
	}
	w.text(name, at.In(clock.City).Format(time.RFC3339))
}

// escape writes text for XML. Characters that XML 1.0 does not have become the replacement character.
func (w *writer) escape(text string) {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '<' && c != '>' && c != '&' && c != '"' && c != 0x7f {
			w.b = append(w.b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == '<':
			w.raw("&lt;")
		case r == '>':
			w.raw("&gt;")
		case r == '&':
			w.raw("&amp;")
		case r == '"':
			w.raw("&#34;")
		case r == '\r':
			w.raw("&#13;")
		case !inXML(r) || r == utf8.RuneError && size == 1:
			w.rune('\uFFFD')
		default:
			w.rune(r)
		}
	}
}

func (w *writer) rune(r rune) {
	if w.ascii && r >= utf8.RuneSelf {
		w.raw("&#" + strconv.Itoa(int(r)) + ";")
		return
	}
	w.b = utf8.AppendRune(w.b, r)
}

// inXML tells whether XML 1.0 has a character (section 2.2).
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= 0x10ffff
}

// quote writes text for JSON (RFC 8259), safe also inside a script.
func (w *writer) quote(text string) {
	const hex = "0123456789abcdef"
	w.b = append(w.b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '<' && c != 0x7f {
			w.b = append(w.b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == '"' || r == '\\':
			w.b = append(w.b, '\\', byte(r))
		case r == '\n':
			w.raw(`\n`)
		case r < 0x20 || r == '<' || r == 0x7f || r == '\u2028' || r == '\u2029':
			w.b = append(w.b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			w.b = utf8.AppendRune(w.b, r) // what is no UTF-8 has become the replacement character
		}
	}
	w.b = append(w.b, '"')
}
