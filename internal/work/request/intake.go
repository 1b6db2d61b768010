package request

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
)

// Limits of an intake, in characters and pieces.
const (
	WordsLeast  = 2
	WordsMost   = 5000
	ImportMost  = 10_000 // words of an imported message: accepted elsewhere; rules read no longer texts
	SubjectMost = 100
	AddressMost = 200
	PhotosMost  = 9
)

// Intake is what somebody says, as it came in.
type Intake struct {
	ClientID   string // made by the client; a resend carries the same one. Empty: never a resend
	Kind       string
	Subject    string
	Words      string
	Address    string
	Point      geo.Point // the zero point when not known
	Area       string    // code; empty: found by the point, else the city
	Channel    string
	Language   string
	Contact    person.Contact
	Person     string // id of whoever a channel of the program has found already; then Contact says nothing. Only the program, and whoever acts for the person
	Publish    bool   // consent to publish; counts for kinds that may be published
	Read       int    // version of the text of publication that the requester was shown; 0: the one in force
	Photos     []Photo
	JoinCase   string    // a case the requester says it belongs to, or empty
	Urgent     bool      // marked by the staff or the channel of the program that took it in; from others it counts for nothing
	ReceivedAt time.Time // zero: now. Only the program may give another time (import)
	Source     string    // id of the import file, or empty
	Likes      int       // likes the message had where it came from
}

// Photo is a stored picture.
type Photo struct {
	Key  string // blob key
	Type string // image/jpeg
	Size int64  // bytes
}

// tidy trims what people type and makes line ends alike. Words are kept as they were otherwise.
func (in Intake) tidy() Intake {
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	in.Words = strings.TrimSpace(lines.Replace(in.Words))
	in.Subject = strings.Join(strings.Fields(in.Subject), " ")
	in.Address = strings.Join(strings.Fields(in.Address), " ")
	return in
}

// check gives every wrong field at once. It decides on the intake alone; the area is looked up elsewhere.
func (in Intake) check(actor access.Actor, terms Terms) fault.Fields {
	var wrong fault.Fields
	add := func(bad bool, field, key string, args ...any) {
		if bad {
			wrong = append(wrong, fault.Field(field, key, args...))
		}
	}
	program := actor.Kind == access.System
	kind, known := terms.Kind(in.Kind)
	_, channel := terms.Channel(in.Channel)
	n, most := utf8.RuneCountInString(in.Words), WordsMost
	if program {
		most = ImportMost
	}
	add(!known, "kind", "request.kind_unknown")
	add(!channel, "channel", "request.channel_unknown")
	add(n < WordsLeast, "words", "request.words_short", "least", WordsLeast)
	add(n > most, "words", "request.words_long", "most", most)
	add(unprintable(in.Words, "\n\t"), "words", "request.control")
	add(unprintable(in.Subject, ""), "subject", "request.control")
	add(unprintable(in.Address, ""), "address", "request.control")
	add(utf8.RuneCountInString(in.Subject) > SubjectMost, "subject", "request.too_long", "most", SubjectMost)
	add(utf8.RuneCountInString(in.Address) > AddressMost, "address", "request.too_long", "most", AddressMost)
	add(in.Point != geo.Point{} && !in.Point.Valid(), "lat", "request.point_invalid")
	add(len(in.Photos) > PhotosMost, "photos", "request.photos_many", "most", PhotosMost)
	add(!clientID(in.ClientID, program), "client_id", "request.client_id")
	add(in.Person != "" && !program && (!actor.Acts() || in.Person != actor.For.Person), "phone", "request.person_given")
	add(actor.Acts() && in.Person != actor.For.Person, "phone", "request.not_theirs")
	add(!in.ReceivedAt.IsZero() && !program, "received_at", "request.received_at")
	if !program && in.Contact.Anonymous && in.Person == "" && known && !kind.Anonymous {
		add(true, "phone", "request.contact_needed")
	}
	return append(wrong, fault.FieldsOf(in.Contact.Check())...)
}

// clientID: letters, digits and - _ . between 8 and 64 of them. The colon is kept for ids the program makes
// from its sources, so that nobody outside can take one of those.
func clientID(id string, program bool) bool {
	if id == "" {
		return true
	}
	return len(id) >= 8 && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		plain := r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("-_.", r)
		return !plain && (r != ':' || !program)
	})
}

func unprintable(text, allowed string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}
