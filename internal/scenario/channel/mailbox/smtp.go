package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// Serve takes letters by SMTP on a listener until ctx ends. Only letters to our own address are accepted, nothing is
// passed on, and 250 after DATA means that the letter lies in the folder.
func (r *Room) Serve(ctx context.Context, l net.Listener) error {
	s := smtp.NewServer(backend{r})
	s.Domain = "localhost"
	s.MaxMessageBytes, s.MaxRecipients, s.MaxLineLength = LetterMost, 20, 8000
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.ErrorLog = quiet{}
	done := context.AfterFunc(ctx, func() { _ = s.Close() }) // letters not yet accepted are sent again by their sender
	defer done()
	if err := s.Serve(l); err != nil && !errors.Is(err, smtp.ErrServerClosed) && ctx.Err() == nil {
		return fmt.Errorf("take letters by SMTP: %w", err)
	}
	return nil
}

// quiet keeps what clients send out of the log.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

type backend struct{ *Room }

// NewSession begins one client's conversation.
func (b backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{room: b.Room}, nil }

// session is one letter on its way in.
type session struct {
	room *Room
	from string
	to   int
}

func (s *session) Reset()        { s.from, s.to = "", 0 }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !strings.EqualFold(to, s.room.Own) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox here"}
	}
	s.to++
	return nil
}

// Data stores the letter. The envelope's sender goes in front as MTAs do: a bounce has none.
func (s *session) Data(in io.Reader) error {
	letter, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	head := "Return-Path: <" + strings.Map(printable, s.from) + ">\r\n"
	if err := s.room.Deliver(append([]byte(head), letter...)); err != nil {
		s.room.Log.Error("a letter could not be put down", "err", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "please try again later"}
	}
	return nil
}

func printable(r rune) rune {
	if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
		return -1
	}
	return r
}
