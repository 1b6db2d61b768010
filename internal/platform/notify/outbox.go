package notify

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// Schema gives the package's migrations.
func Schema() db.Schema { return db.Schema{Module: "notify", Files: schemaFiles} }

// Recipient is where a message goes, known only while it is delivered.
type Recipient struct {
	Address string // phone number, e-mail address or openid
	Lang    i18n.Lang
}

// Envelope is what a gateway gets.
type Envelope struct {
	Key     string // idempotency key
	Channel Channel
	Address string
	Lang    i18n.Lang
	Title   string // may be empty
	Text    string
	Link    string // path in the program; may be empty
}

// Gateway carries messages out of the house: a mail server, an SMS provider, the development page.
type Gateway interface {
	// Send hands one message over. A Refused error means that another attempt would not help.
	Send(ctx context.Context, e Envelope) error
}

// Refused is a gateway's lasting no. What must not hold the address.
type Refused struct{ What string }

// Error gives what the gateway said.
func (r Refused) Error() string { return r.What }

// Config is what an Outbox needs.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	Logger   *slog.Logger
	Catalog  *i18n.Catalog
	Gateways map[Channel]Gateway // for all channels but InApp
	// Resolve gives address and language of a recipient for a channel. A fault of kind NotFound means that
	// there is no such address; other errors are tried again. It runs outside any transaction.
	Resolve func(ctx context.Context, to string, c Channel) (Recipient, error)
}

// Outbox keeps and delivers messages.
type Outbox struct {
	Config
	wake chan struct{}
}

// New makes an Outbox over a migrated database.
func New(c Config) *Outbox { return &Outbox{Config: c, wake: make(chan struct{}, 1)} }

// Send keeps the message in the caller's transaction. A key that is there already changes nothing.
func (o *Outbox) Send(tx *db.Tx, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	args, err := packArgs(m.Args)
	if err != nil {
		return fmt.Errorf("message %s: %w", m.Key, err)
	}
	now := o.Clock.Now()
	if m.Channel == InApp {
		err = insertMessage(tx, db.NewID(now), m, args, clock.Ms(now))
	} else {
		err = insertOutbox(tx, db.NewID(now), m, args, clock.Ms(now))
		tx.AfterCommit(o.nudge)
	}
	if err != nil {
		return fmt.Errorf("keep message %s: %w", m.Key, err)
	}
	return nil
}

func (o *Outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Note is a message on a person's page, in their language.
type Note struct {
	ID    string
	Title string // may be empty
	Text  string
	Link  string // may be empty
	At    time.Time
	Read  bool
}

// Unread counts what the recipient has not read.
func (o *Outbox) Unread(ctx context.Context, to string) (int, error) {
	var n int
	err := o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = countUnread(tx, to)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count messages of %s: %w", to, err)
	}
	return n, nil
}

// List gives the recipient's messages, newest first: at most limit, older than the message with id before
// (empty: from the newest).
func (o *Outbox) List(ctx context.Context, to string, l i18n.Lang, before string, limit int) ([]Note, error) {
	var rows []messageRow
	err := o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = listMessages(tx, to, before, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list messages of %s: %w", to, err)
	}
	notes := make([]Note, 0, len(rows))
	for _, r := range rows {
		title, text, err := o.write(r.template, r.args, l)
		if err != nil {
			return nil, fmt.Errorf("write message %s: %w", r.id, err)
		}
		notes = append(notes, Note{r.id, title, text, r.link, clock.FromMs(r.at), r.readAt != 0})
	}
	return notes, nil
}

// MarkRead notes that the recipient has read the messages; ids of others' messages change nothing. Without
// ids, all are read.
func (o *Outbox) MarkRead(ctx context.Context, to string, ids ...string) error {
	err := o.DB.Write(ctx, func(tx *db.Tx) error { return markRead(tx, to, ids, clock.Ms(o.Clock.Now())) })
	if err != nil {
		return fmt.Errorf("mark messages of %s read: %w", to, err)
	}
	return nil
}

// Failure is a message that could not be delivered.
type Failure struct {
	ID, Key, To string
	Channel     Channel
	Template    string
	Attempts    int
	Error       string // without the address
	Created     time.Time
}

// Failures lists what could not be delivered, newest first, at most limit.
func (o *Outbox) Failures(ctx context.Context, limit int) ([]Failure, error) {
	var out []Failure
	err := o.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listFailures(tx, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list failed messages: %w", err)
	}
	return out, nil
}

// Retry puts a failed message back to be sent; fault.NotFound when no failed one has that id.
func (o *Outbox) Retry(ctx context.Context, id string) error {
	err := o.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := retry(tx, id, clock.Ms(o.Clock.Now()))
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "notify.error.not_failed")
		}
		tx.AfterCommit(o.nudge)
		return err
	})
	if err != nil {
		return fmt.Errorf("retry message %s: %w", id, err)
	}
	return nil
}

// write renders a template and its title in a language.
func (o *Outbox) write(template, packed string, l i18n.Lang) (title, text string, err error) {
	args, err := unpackArgs(packed, l)
	if err != nil {
		return "", "", err
	}
	if o.Catalog.Has(l, template+".title") {
		title = o.Catalog.T(l, template+".title", args...)
	}
	return title, o.Catalog.T(l, template, args...), nil
}

// Undelivered notes that a message which its gateway had taken did not arrive: it stands among the failures, from
// where it can be sent again. A key that is unknown or not marked sent changes nothing.
func (o *Outbox) Undelivered(ctx context.Context, key string, c Channel, words string) error {
	err := o.DB.Write(ctx, func(tx *db.Tx) error { return markUndelivered(tx, key, c, "did not arrive: "+cut(words, 10)) })
	if err != nil {
		return fmt.Errorf("note that a message did not arrive: %w", err)
	}
	return nil
}

// ForgetTx takes away every message to a recipient, sent or not.
func (o *Outbox) ForgetTx(tx *db.Tx, to string) error {
	if err := deleteOf(tx, to); err != nil {
		return fmt.Errorf("forget the messages of %s: %w", to, err)
	}
	return nil
}
