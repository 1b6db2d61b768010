package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/i18n"
)

// Channel is the way a message goes.
type Channel string

// The channels.
const (
	InApp  Channel = "inapp" // the person's page in the program
	SMS    Channel = "sms"
	Email  Channel = "email"
	WeChat Channel = "wechat" // a template message of the city's official account
	Police Channel = "police" // a request handed over to 110: To is "request:ID", and its gateway puts the package together
)

// Message is one thing to tell one person over one channel.
type Message struct {
	Key      string  // idempotency key: the same key is told once
	To       string  // who, by reference: "person:ID" or "staff:ID"
	Channel  Channel //
	Template string  // key in the message catalogue; a title, where one is needed, is under Template+".title"
	Args     []any   // name, value pairs: string, int, int64, time.Time or i18n.Text; no personal data
	Link     string  // path in the program, "/track/FZ20260901"; may be empty
}

func (m Message) check() error {
	kind, id, _ := strings.Cut(m.To, ":")
	switch {
	case m.Key == "" || m.Template == "":
		return fmt.Errorf("message to %s needs a key and a template", m.To)
	case kind == "" || id == "":
		return fmt.Errorf("message %s: %q is not a recipient such as person:ID", m.Key, m.To)
	case m.Channel != InApp && m.Channel != SMS && m.Channel != Email && m.Channel != WeChat && m.Channel != Police:
		return fmt.Errorf("message %s: unknown channel %q", m.Key, m.Channel)
	case m.Link != "" && (!strings.HasPrefix(m.Link, "/") || strings.HasPrefix(m.Link, "//")):
		return fmt.Errorf("message %s: the link is not a path of the program", m.Key)
	}
	return nil
}

// arg is one argument with its type, as stored.
type arg struct {
	Name string     `json:"name"`
	Text *string    `json:"text,omitempty"`
	Int  *int64     `json:"int,omitempty"`
	At   *int64     `json:"at,omitempty"` // epoch milliseconds
	Lang *i18n.Text `json:"lang,omitempty"`
}

// packArgs writes name, value pairs as JSON that keeps their types.
func packArgs(args []any) (string, error) {
	if len(args)%2 != 0 {
		return "", fmt.Errorf("arguments are not name, value pairs")
	}
	out := make([]arg, 0, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return "", fmt.Errorf("argument %d has no name", i/2+1)
		}
		a := arg{Name: name}
		switch v := args[i+1].(type) {
		case string:
			a.Text = &v
		case int:
			a.Int = new(int64)
			*a.Int = int64(v)
		case int64:
			a.Int = &v
		case time.Time:
			a.At = new(int64)
			*a.At = v.UnixMilli()
		case i18n.Text:
			a.Lang = &v
		default:
			return "", fmt.Errorf("argument %s cannot be a %T", name, v)
		}
		out = append(out, a)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// unpackArgs gives the pairs back as the catalogue takes them, times as they are said in the language.
func unpackArgs(packed string, l i18n.Lang) ([]any, error) {
	var in []arg
	if err := json.Unmarshal([]byte(packed), &in); err != nil {
		return nil, fmt.Errorf("read arguments: %w", err)
	}
	var out []any
	for _, a := range in {
		switch {
		case a.Text != nil:
			out = append(out, a.Name, *a.Text)
		case a.Int != nil:
			out = append(out, a.Name, *a.Int)
		case a.At != nil:
			out = append(out, a.Name, l.DateTime(time.UnixMilli(*a.At)))
		case a.Lang != nil:
			out = append(out, a.Name, *a.Lang)
		}
	}
	return out, nil
}
