package sms

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/scenario/channel"
)

// Form names the fields of a gateway's messages. Empty names mean those of Banyan's own form: id, from, text.
type Form struct {
	List    string `yaml:"list"`    // field of a JSON object that holds the list of messages; empty: the body is one message or a list
	ID      string `yaml:"id"`      //
	From    string `yaml:"from"`    // the sender's phone
	Text    string `yaml:"text"`    //
	Ref     string `yaml:"ref"`     // what the parts of a long message have in common
	Part    string `yaml:"part"`    // number of a part, from 1
	Parts   string `yaml:"parts"`   // how many parts there are
	Token   string `yaml:"token"`   // field with the fixed token; empty: Authorization: Bearer
	Status  string `yaml:"status"`  // of a delivery receipt
	Arrived string `yaml:"arrived"` // the status of a message that arrived: DELIVRD
}

// Message is one text message or one part of a long one.
type Message struct {
	ID, From, Text string
	Ref            string
	Part, Parts    int // 1 of 1 for a whole message
}

// Receipt tells what became of a message that went out.
type Receipt struct {
	ID      string // the key it was sent with
	Status  string
	Arrived bool
}

// messagesMost is how many messages one request may bring.
const messagesMost = 200

// partsMost is how many parts a long message may have.
const partsMost = 20

// fields are the values of one message by name.
type fields map[string]string

func (f fields) get(name, own string) string { return f[cmp.Or(name, own)] }

// Messages reads the messages in a body. Invalid when it is not what the settings say.
func (f Form) Messages(kind string, body []byte) ([]Message, error) {
	rows, err := f.rows(kind, body)
	if err != nil {
		return nil, err
	}
	var out []Message
	for _, row := range rows {
		m := Message{ID: row.get(f.ID, "id"), From: row.get(f.From, "from"), Text: channel.Clean(row.get(f.Text, "text")), Ref: row.get(f.Ref, "ref"), Part: 1, Parts: 1}
		if parts := row.get(f.Parts, "parts"); parts != "" && parts != "1" && parts != "0" {
			m.Parts, err = strconv.Atoi(parts)
			if err == nil {
				m.Part, err = strconv.Atoi(row.get(f.Part, "part"))
			}
			if err != nil || m.Parts < 1 || m.Parts > partsMost || m.Part < 1 || m.Part > m.Parts || m.Ref == "" {
				return nil, malformed(fmt.Errorf("part %d of %d", m.Part, m.Parts))
			}
		}
		if m.ID == "" || m.From == "" || len(m.ID) > 200 || len(m.Ref) > 200 {
			return nil, malformed(fmt.Errorf("a message without id or sender"))
		}
		out = append(out, m)
	}
	return out, nil
}

// Receipts reads the delivery receipts in a body.
func (f Form) Receipts(kind string, body []byte) ([]Receipt, error) {
	rows, err := f.rows(kind, body)
	if err != nil {
		return nil, err
	}
	var out []Receipt
	for _, row := range rows {
		r := Receipt{ID: row.get(f.ID, "id"), Status: row.get(f.Status, "status")}
		r.Arrived = strings.EqualFold(r.Status, cmp.Or(f.Arrived, "DELIVRD"))
		if r.ID == "" || r.Status == "" {
			return nil, malformed(fmt.Errorf("a receipt without id or status"))
		}
		out = append(out, r)
	}
	return out, nil
}

// token is the fixed token in a body, when the settings name its field.
func (f Form) token(kind string, body []byte) string {
	if f.Token == "" {
		return ""
	}
	if mediaType(kind) == "application/json" {
		var top map[string]any
		if json.Unmarshal(body, &top) != nil {
			return ""
		}
		return text(top[f.Token])
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	return values.Get(f.Token)
}

func (f Form) rows(kind string, body []byte) ([]fields, error) {
	if mediaType(kind) != "application/json" {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, malformed(err)
		}
		row := fields{}
		for name := range values {
			row[name] = values.Get(name)
		}
		return []fields{row}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var top any
	if err := d.Decode(&top); err != nil {
		return nil, malformed(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed(fmt.Errorf("something stands behind the JSON"))
	}
	if object, ok := top.(map[string]any); ok && f.List != "" {
		top = object[f.List]
	}
	list, ok := top.([]any)
	if !ok {
		list = []any{top}
	}
	if len(list) > messagesMost {
		return nil, malformed(fmt.Errorf("%d messages at once", len(list)))
	}
	var rows []fields
	for _, one := range list {
		object, ok := one.(map[string]any)
		if !ok {
			return nil, malformed(fmt.Errorf("a message that is no object"))
		}
		row := fields{}
		for name, value := range object {
			row[name] = text(value)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// text is a JSON string or number as text.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func mediaType(kind string) string {
	t, _, err := mime.ParseMediaType(kind)
	if err != nil {
		return ""
	}
	return t
}

func malformed(err error) error { return fault.New(fault.Invalid, "channel.malformed").Wrap(err) }
