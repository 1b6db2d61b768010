package mailbox

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // reads GBK, GB18030, Big5 and the others
	"github.com/emersion/go-message/mail"

	"banyan/internal/scenario/channel"
)

// Limits of a letter.
const (
	LetterMost = 25 << 20 // bytes, with everything
	partsMost  = 60
	textMost   = 1 << 20 // bytes of all texts
)

// Letter is what a letter says.
type Letter struct {
	ID         string // Message-ID; may be empty
	From, Name string
	Subject    string
	Words      string
	Refs       []string // Message-IDs it answers
	Files      []File
	Auto       string // why it is not from a person; empty: it is
}

// File is something attached.
type File struct {
	Type string // as the sender calls it
	Data []byte
	Cut  bool // it was larger than FileMost and is not here
}

// Read reads a letter. An error means that it is none; what only is spelt badly is read as well as it can be.
func Read(r io.Reader) (Letter, error) {
	m, err := mail.CreateReader(r)
	if m == nil {
		return Letter{}, fmt.Errorf("read a letter: %w", err)
	}
	defer func() { _ = m.Close() }() // only read
	l := heading(m.Header)
	b := body{}
	for range partsMost {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if p == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			break // the rest cannot be read; what came before counts
		}
		b.add(p)
	}
	l.Files, l.Words = b.files, b.text()
	if len(l.Refs) > 0 {
		l.Words = fresh(l.Words)
	}
	return l, nil
}

// heading reads the header.
func heading(h mail.Header) Letter {
	var l Letter
	l.ID, _ = h.MessageID() // a letter without one is known by its words
	if from, err := h.AddressList("From"); err == nil && len(from) > 0 {
		l.From, l.Name = from[0].Address, channel.Clean(strings.Join(strings.Fields(from[0].Name), " "))
	}
	subject, err := h.Subject()
	if err != nil {
		subject = h.Get("Subject")
	}
	l.Subject = strings.Join(strings.Fields(channel.Clean(subject)), " ")
	for _, name := range []string{"In-Reply-To", "References"} {
		ids, _ := h.MsgIDList(name) // what is no list of ids answers nothing
		l.Refs = append(l.Refs, ids...)
	}
	l.Auto = automatic(h)
	return l
}

// automatic tells why a letter was not written by a person (RFC 3834, RFC 2919, RFC 3464), or "".
func automatic(h mail.Header) string {
	value := func(name string) string { return strings.ToLower(strings.TrimSpace(h.Get(name))) }
	kind, _, _ := h.ContentType()
	from := value("From")
	switch auto := value("Auto-Submitted"); {
	case kind == "multipart/report", value("Return-Path") == "<>", strings.Contains(from, "mailer-daemon@"), strings.Contains(from, "postmaster@"):
		return "a bounce"
	case auto != "" && auto != "no", h.Has("X-Autoreply"), h.Has("X-Autorespond"):
		return "an automatic answer"
	case h.Has("List-Id"), h.Has("List-Unsubscribe"):
		return "a mailing list"
	}
	for _, word := range []string{"bulk", "junk", "list", "auto_reply"} {
		if value("Precedence") == word {
			return "bulk mail"
		}
	}
	return ""
}

// body gathers the parts of a letter.
type body struct {
	plain, html []string
	size        int
	files       []File
}

func (b *body) add(p *mail.Part) {
	var kind string
	inline := false
	switch h := p.Header.(type) {
	case *mail.InlineHeader:
		kind, _, _ = h.ContentType()
		inline = true
	case *mail.AttachmentHeader:
		kind, _, _ = h.ContentType()
	}
	if inline && (kind == "text/plain" || kind == "text/html" || kind == "") {
		b.words(kind, p.Body)
		return
	}
	data, err := io.ReadAll(io.LimitReader(p.Body, channel.FileMost+1))
	f := File{Type: kind, Data: data, Cut: err != nil || len(data) > channel.FileMost}
	if f.Cut {
		f.Data = nil
	}
	if len(data) > 0 {
		b.files = append(b.files, f)
	}
}

func (b *body) words(kind string, r io.Reader) {
	data, _ := io.ReadAll(io.LimitReader(r, int64(max(textMost-b.size, 0)))) // what can be read counts
	b.size += len(data)
	if kind == "text/html" {
		b.html = append(b.html, string(data))
		return
	}
	b.plain = append(b.plain, string(data))
}

// text prefers what was written as plain text.
func (b *body) text() string {
	if words := channel.Clean(strings.Join(b.plain, "\n")); words != "" {
		return words
	}
	var parts []string
	for _, h := range b.html {
		parts = append(parts, fromHTML(h))
	}
	return channel.Clean(strings.Join(parts, "\n"))
}
