package channel

import (
	"embed"
	"log/slog"
	"strings"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the room's tables.
func Schema() db.Schema { return db.Schema{Module: "channel", Files: schema} }

// Deps are what the room stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Log      *slog.Logger
	People   *person.Service
	Requests *request.Service
	Cases    *casework.Service
	Files    *blob.Store
	Outbox   *notify.Outbox
}

// Desk does what all channels do alike.
type Desk struct{ Deps }

// New makes the desk.
func New(d Deps) *Desk { return &Desk{d} }

// FileMost is how large one picture or paper that comes in may be, in bytes.
const FileMost = 12 << 20

// Kind is the kind of request that comes in without its sender choosing one. The desk sees the words beside it.
const Kind = "help"

// KeepTaken is how long the ids of taken messages are known: far longer than any gateway sends again.
const KeepTaken = 60 * 24 * time.Hour

// Once notes that the message of that id was taken, and tells whether this is the first time. Nothing of the id is kept but
// its hash. It is called in the transaction that does what the message says.
func (d *Desk) Once(tx *db.Tx, source, id string) (bool, error) {
	return insertTaken(tx, source, hash(id), d.Clock.Now())
}

// Taken tells whether the message of that id was taken.
func (d *Desk) Taken(tx *db.Tx, source, id string) (bool, error) {
	return selectTaken(tx, source, hash(id))
}

// Tidy forgets up to limit of the ids of messages that were taken long ago, and tells whether there may be more.
func (d *Desk) Tidy(tx *db.Tx, limit int) (more bool, err error) {
	return deleteTaken(tx, d.Clock.Now().Add(-KeepTaken), limit)
}

// ForgetTx forgets how far a person's chats are, and the pictures still to be fetched.
func (d *Desk) ForgetTx(tx *db.Tx, person string) error { return deletePerson(tx, person) }

// Spoken is what somebody said by a channel.
type Spoken struct {
	ID       string // of the message, for the request's client id
	Channel  string
	Person   string // id; empty: anonymous
	Subject  string
	Words    string
	Address  string
	Area     string // code; empty: found by the point
	Point    geo.Point
	Photos   []request.Photo
	Language i18n.Lang
	Urgent   bool
}

// Receive makes a request of what was said. Words beyond what a request holds become remarks on it; nothing is cut off.
func (d *Desk) Receive(tx *db.Tx, s Spoken) (request.Receipt, error) {
	words, rest := cut(s.Words, request.ImportMost)
	subject, _ := cut(s.Subject, request.SubjectMost)
	address, more := cut(s.Address, request.AddressMost)
	if more != "" {
		words, rest = cut(s.Words+"\n"+s.Address, request.ImportMost)
	}
	r, err := d.Requests.ReceiveTx(tx, access.Program(s.Channel), request.Intake{
		ClientID: ClientID(s.Channel, s.ID), Kind: Kind, Subject: subject, Words: words, Address: address, Area: s.Area, Point: s.Point, Channel: s.Channel,
		Language: string(s.Language), Contact: person.Contact{Anonymous: true}, Person: s.Person, Photos: s.Photos[:min(len(s.Photos), request.PhotosMost)], Urgent: s.Urgent,
	})
	if err != nil || r.Repeated {
		return r, err
	}
	return r, d.Remark(tx, r.RequestID, rest)
}

// Remark keeps what a requester said later, in as many remarks as it needs.
func (d *Desk) Remark(tx *db.Tx, id, words string) error {
	for words != "" {
		var one string
		one, words = cut(words, request.RemarkMost)
		if err := d.Requests.RemarkTx(tx, id, request.OnMessage, one); err != nil {
			return err
		}
	}
	return nil
}

// ClientID makes a request's client id of a message's id: the same for the same message.
func ClientID(channel, id string) string { return channel + ":" + hash(id)[:40] }

// cut gives the first most characters and the rest.
func cut(text string, most int) (head, rest string) {
	n := 0
	for i := range text {
		if n == most {
			return text[:i], text[i:]
		}
		n++
	}
	return text, ""
}

// Clean makes text from outside fit to be kept: valid, with plain line ends, and without control characters.
func Clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return -1
		}
		return r
	}, text))
}
