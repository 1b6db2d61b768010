package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"banyan/internal/platform/clock"
)

// MailServer is the gateway to an SMTP server. Without Plain it insists on STARTTLS.
type MailServer struct {
	Addr           string // host:port
	From           mail.Address
	User, Password string // both empty: no login
	Plain          bool   // allow a connection without TLS, for a server on this machine
	BaseURL        string // put before the link of a message: "https://city.example"
	Clock          clock.Clock
}

// Send delivers one mail; a 5xx answer is a Refused. Of what the server says only the number is kept.
func (m MailServer) Send(ctx context.Context, e Envelope) error {
	to, err := mail.ParseAddress(e.Address)
	if err != nil {
		return Refused{"the e-mail address is not one"}
	}
	host, _, err := net.SplitHostPort(m.Addr)
	if err != nil {
		return Refused{"the address of the mail server is not host:port"}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.Addr)
	if err != nil {
		return errors.New("the mail server cannot be reached")
	}
	defer func() { _ = conn.Close() }() // Quit has told how it ended
	if until, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(until); err != nil {
			return fmt.Errorf("set a time limit: %w", err)
		}
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return smtpError(err)
	}
	return smtpError(m.talk(c, host, to.Address, m.mail(e, *to)))
}

func (m MailServer) talk(c *smtp.Client, host, to string, letter []byte) error {
	if ok, _ := c.Extension("STARTTLS"); ok {
		if err := c.StartTLS(&tls.Config{ServerName: host}); err != nil {
			return err
		}
	} else if !m.Plain {
		return errors.New("the mail server offers no TLS")
	}
	if m.User != "" {
		if err := c.Auth(smtp.PlainAuth("", m.User, m.Password, host)); err != nil {
			return err
		}
	}
	if err := c.Mail(m.From.Address); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the mail is accepted; how the goodbye goes does not matter
	return nil
}

// mail writes a text mail. Its Message-ID comes from the key, so that a repeated mail can be known.
func (m MailServer) mail(e Envelope, to mail.Address) []byte {
	sum := sha256.Sum256([]byte(e.Key))
	text := e.Text
	if e.Link != "" && m.BaseURL != "" {
		text += "\n\n" + m.BaseURL + e.Link
	}
	var b bytes.Buffer
	head := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	head("Date", m.Clock.Now().In(clock.City).Format(time.RFC1123Z))
	head("From", m.From.String())
	head("To", (&mail.Address{Address: to.Address}).String())
	head("Subject", mime.BEncoding.Encode("utf-8", e.Title))
	_, domain, _ := strings.Cut(m.From.Address, "@")
	head("Message-ID", "<"+hex.EncodeToString(sum[:16])+"@"+domain+">")
	if about := thread(e.Link, domain); about != "" {
		head("References", "<"+about+">")
	}
	head("Auto-Submitted", "auto-generated")
	head("Content-Language", string(e.Lang))
	head("MIME-Version", "1.0")
	head("Content-Type", "text/plain; charset=utf-8")
	head("Content-Transfer-Encoding", "base64")
	b.WriteString("\r\n")
	body := base64.StdEncoding.EncodeToString([]byte(text))
	for len(body) > 76 {
		b.WriteString(body[:76] + "\r\n")
		body = body[76:]
	}
	b.WriteString(body + "\r\n")
	return b.Bytes()
}

// smtpError keeps the number of the answer and leaves its words, which may repeat the address.
func smtpError(err error) error {
	var answer *textproto.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answer) && answer.Code >= 500:
		return Refused{fmt.Sprintf("the mail server answers %d", answer.Code)}
	case errors.As(err, &answer):
		return fmt.Errorf("the mail server answers %d", answer.Code)
	default:
		return fmt.Errorf("talk to the mail server: %w", err)
	}
}

// threadMark begins the id under which all letters about one request hang together.
const threadMark = "request."

// thread is the Message-ID that the letters about the request of a link refer to, without brackets; "" for other links.
func thread(link, domain string) string {
	if id, ok := strings.CutPrefix(link, "/mine/"); ok && id != "" && !strings.ContainsAny(id, "/?#@<> ") {
		return threadMark + id + "@" + domain
	}
	return ""
}

// Thread gives the request that a Message-ID from the References of a letter speaks of, when it is one of ours.
func Thread(ref string) (request string, ok bool) {
	id, _, _ := strings.Cut(ref, "@")
	id, ok = strings.CutPrefix(id, threadMark)
	return id, ok && id != ""
}
