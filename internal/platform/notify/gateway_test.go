package notify_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
)

// fakeMail is an SMTP server for one talk; answers replace the good answer to a command.
func fakeMail(t *testing.T, answers map[string]string) (addr string, letters <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // closed once more than needed
	got := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }() // the client tells how the talk went
		talk(conn, answers, got)
	}()
	return l.Addr().String(), got
}

func talk(conn net.Conn, answers map[string]string, got chan<- string) {
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") } // a broken line ends the talk at the next read
	say("220 fake")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		word := strings.ToUpper(strings.Fields(lines.Text() + " ?")[0])
		answer, ok := answers[word]
		if !ok {
			answer = map[string]string{"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome"}[word]
		}
		if word == "EHLO" && !ok {
			answer = "250-fake\r\n250 AUTH PLAIN"
		}
		if answer == "" {
			answer = "250 good"
		}
		say(answer)
		if strings.HasPrefix(answer, "354") {
			var letter strings.Builder
			for lines.Scan() && lines.Text() != "." {
				letter.WriteString(lines.Text() + "\r\n")
			}
			got <- letter.String()
			say("250 taken")
		}
	}
}

func server(addr string) notify.MailServer {
	return notify.MailServer{Addr: addr, From: mail.Address{Name: "福州12345", Address: "no-reply@city.example"}, User: "u", Password: "p",
		Plain: true, BaseURL: "https://city.example", Clock: clock.NewManual(time.Date(2026, 5, 1, 1, 0, 0, 0, time.UTC))}
}

func letterTo(address string) notify.Envelope {
	return notify.Envelope{Key: "replied/1", Channel: notify.Email, Address: address, Lang: i18n.ZhHans,
		Title: "您的诉求已答复", Text: strings.Repeat("城管局已答复。", 30), Link: "/track/FZ1"}
}

func TestMailServer(t *testing.T) {
	t.Parallel()
	addr, letters := fakeMail(t, nil)
	e := letterTo("zhangsan@mail.example")
	if err := server(addr).Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(<-letters))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	subject, err2 := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if subject != e.Title || string(body) != e.Text+"\n\nhttps://city.example/track/FZ1" ||
		m.Header.Get("To") != "<zhangsan@mail.example>" || !strings.HasSuffix(m.Header.Get("Message-ID"), "@city.example>") ||
		m.Header.Get("Date") != "Fri, 01 May 2026 09:00:00 +0800" {
		t.Fatalf("mail %q, %q, %v", subject, body, m.Header)
	}
}

func TestMailServerRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, address string
		answers       map[string]string
		tls, lasting  bool
	}{
		{"unknown mailbox", "zhangsan@mail.example", map[string]string{"RCPT": "550 zhangsan@mail.example unknown"}, false, true},
		{"greylisted", "zhangsan@mail.example", map[string]string{"RCPT": "451 later"}, false, false},
		{"wrong password", "zhangsan@mail.example", map[string]string{"AUTH": "535 no"}, false, true},
		{"refused after the text", "zhangsan@mail.example", map[string]string{"DATA": "552 too much"}, false, true},
		{"no TLS", "zhangsan@mail.example", nil, true, false},
		{"not an address", "zhangsan", nil, false, true},
		{"a header slipped in", "a@mail.example\r\nBcc: b@mail.example", nil, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr, _ := fakeMail(t, tt.answers)
			s := server(addr)
			s.Plain = !tt.tls
			wantRefusal(t, s.Send(t.Context(), letterTo(tt.address)), tt.lasting, "zhangsan@")
		})
	}
}

func TestMailServerAway(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || l.Close() != nil {
		t.Fatal(err)
	}
	wantRefusal(t, server(l.Addr().String()).Send(t.Context(), letterTo("zhangsan@mail.example")), false, "zhangsan@")
}

// wantRefusal looks at an error: lasting or not, and without the address.
func wantRefusal(t *testing.T, err error, lasting bool, address string) {
	t.Helper()
	var no notify.Refused
	if err == nil || errors.As(err, &no) != lasting || strings.Contains(err.Error(), address) {
		t.Fatalf("error = %v, want lasting %v", err, lasting)
	}
}

func TestSMSProvider(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status  int
		good    bool
		lasting bool
	}{
		{200, true, false}, {202, true, false}, {302, false, true}, {400, false, true}, {401, false, true},
		{408, false, false}, {429, false, false}, {500, false, false}, {503, false, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			t.Parallel()
			var got map[string]string
			var head http.Header
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				head = r.Header
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					t.Error(err)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, "about 13900000001") // a test's answer
			}))
			defer s.Close()
			p := notify.SMSProvider{URL: s.URL, Token: "token", Sign: "福州12345", BaseURL: "https://city.example"}
			err := p.Send(t.Context(), notify.Envelope{Key: "k", Address: "13900000001", Lang: i18n.En, Text: "Hello", Link: "/track/FZ1"})
			if tt.good && err != nil {
				t.Fatal(err)
			}
			if !tt.good {
				wantRefusal(t, err, tt.lasting, "13900000001")
			}
			if got["to"] != "13900000001" || got["text"] != "Hello https://city.example/track/FZ1" || got["sign"] != "福州12345" ||
				head.Get("Authorization") != "Bearer token" || head.Get("Idempotency-Key") != "k" {
				t.Fatalf("got %v, %v", got, head)
			}
		})
	}
}

func TestSMSProviderAway(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	err := notify.SMSProvider{URL: s.URL + "/?key=hush"}.Send(t.Context(), notify.Envelope{Key: "k", Address: "13900000001"})
	wantRefusal(t, err, false, "hush")
}
