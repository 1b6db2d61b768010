package mailbox_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"banyan/internal/platform/blob"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/channel/channeltest"
	"banyan/internal/scenario/channel/mailbox"
)

const own = "12345@fuzhou.example"

type house struct {
	*channeltest.House
	room *mailbox.Room
}

func each(t *testing.T, test func(h house)) {
	channeltest.Each(t, func(h *channeltest.House) {
		room := &mailbox.Room{Desk: h.Desk, Settings: mailbox.Settings{Folder: filepath.Join(h.TempDir(), "mail")}, Own: own}
		h.Must(room.Prepare())
		test(house{h, room})
	})
}

// letter writes a letter with a header and a body.
func letter(head, body string) string {
	return strings.ReplaceAll("From: =?UTF-8?B?5byg5LiJ?= <zhang@example.com>\nTo: "+own+"\n"+head+"\n\n"+body, "\n", "\r\n")
}

// drop puts a file into the folder and lets it be taken.
func (h house) drop(name, text string) {
	h.Helper()
	h.Clock.Set(h.Clock.Now().Add(time.Second))
	h.Must(os.WriteFile(filepath.Join(h.room.Folder, name), []byte(text), 0o600))
	h.Must(h.room.Work(h.Context()))
}

// lies lists a part of the folder.
func (h house) lies(part string) (names []string) {
	h.Helper()
	entries, err := os.ReadDir(filepath.Join(h.room.Folder, part))
	h.Must(err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestALetterBecomesARequest(t *testing.T) {
	each(t, func(h house) {
		text := letter("Message-ID: <1@example.com>\nSubject: =?UTF-8?B?6Lev54Gv5LiN5Lqu?=\nContent-Type: text/plain; charset=utf-8", "八一七路12号门口的路灯不亮。")
		h.drop("a.eml", text)
		h.drop("again.eml", text)
		heads, said := h.All()
		if len(heads) != 1 || heads[0].Channel != "email" || said[0].Subject != "路灯不亮" || said[0].Words != "八一七路12号门口的路灯不亮。" {
			h.Fatalf("%+v %+v", heads, said)
		}
		sent := h.Deliver()
		if len(sent) != 1 || sent[0].Address != "zhang@example.com" || !strings.Contains(sent[0].Title, heads[0].Number) || sent[0].Link != "/mine/"+heads[0].ID {
			h.Errorf("sent %+v", sent)
		}
		if got := h.lies("done"); len(got) != 2 || len(h.lies("aside")) != 0 {
			h.Errorf("done holds %v", got)
		}
		f := h.File(heads[0].CaseID)
		if !f.Case.HasContact {
			h.Error("nobody can be reached")
		}
	})
}

func TestAnswersBecomeRemarks(t *testing.T) {
	each(t, func(h house) {
		h.drop("a.eml", letter("Message-ID: <1@example.com>\nSubject: lamp", "The street lamp is out"))
		heads, _ := h.All()
		quoted := "It is still dark.\n\nOn Mon, 23 Nov 2026, 12345 wrote:\n> The street lamp is out\n"
		h.drop("b.eml", letter("Message-ID: <2@example.com>\nSubject: Re: 12345 request "+heads[0].Number+" received\nIn-Reply-To: <x@y>", quoted))
		h.drop("c.eml", letter("Message-ID: <3@example.com>\nSubject: Re: hello\nReferences: <abc@d> <request."+heads[0].ID+"@fuzhou.example>", "And the next one too."))
		forged := strings.Replace(letter("Message-ID: <4@example.com>\nSubject: Re: "+heads[0].Number, "Withdraw it."), "zhang@", "li@", 1)
		h.drop("d.eml", forged)
		heads, said := h.All()
		if len(heads) != 2 || len(said[0].Remarks) != 2 || said[0].Remarks[0].Words != "It is still dark." || said[0].Remarks[1].Words != "And the next one too." {
			h.Fatalf("%d requests, remarks %+v", len(heads), said[0].Remarks)
		}
		if said[1].Words != "Withdraw it." || heads[1].PersonID == heads[0].PersonID {
			h.Errorf("another's letter: %+v", said[1])
		}
	})
}

func TestLettersOfAllKindsAreRead(t *testing.T) {
	t.Parallel()
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String("路灯不亮")
	gb18030, _ := simplifiedchinese.GB18030.NewEncoder().String("𠮷路灯不亮")
	big5, _ := traditionalchinese.Big5.NewEncoder().String("路燈不亮")
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	nested := "--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\n" + b64(gbk) +
		"\n--b\nContent-Type: text/html\n\n<p>no</p>\n--b--\n--a\nContent-Type: image/png; name=x.png\nContent-Disposition: attachment; filename=x.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--a--\n"
	for name, tt := range map[string]struct{ head, body, subject, words string }{
		"GBK":       {"Subject: =?gbk?B?" + b64(gbk) + "?=\nContent-Type: text/plain; charset=GBK", gbk, "路灯不亮", "路灯不亮"},
		"GB2312":    {"Subject: =?gb2312?B?" + b64(gbk) + "?=\nContent-Type: text/plain; charset=\"gb2312\"", gbk, "路灯不亮", "路灯不亮"},
		"GB18030":   {"Subject: x\nContent-Type: text/plain; charset=GB18030", gb18030, "x", "𠮷路灯不亮"},
		"Big5":      {"Subject: =?big5?B?" + b64(big5) + "?=\nContent-Type: text/plain; charset=big5", big5, "路燈不亮", "路燈不亮"},
		"Q":         {"Subject: " + mime.QEncoding.Encode("utf-8", "路灯不亮") + "\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", "=E7=81=AF", "路灯不亮", "灯"},
		"HTML":      {"Subject: x\nContent-Type: text/html; charset=utf-8", "<html><head><style>p{}</style></head><body><p>路灯<b>不亮</b></p><p>第二行<br>第三行</p><script>x</script></body>", "x", "路灯不亮\n\n第二行\n第三行"},
		"nested":    {"Subject: x\nContent-Type: multipart/mixed; boundary=a", nested, "x", "路灯不亮"},
		"unknown":   {"Subject: x\nContent-Type: text/plain; charset=klingon", "lamp", "x", "lamp"},
		"no header": {"Subject: x", "lamp", "x", "lamp"},
	} {
		l, err := mailbox.Read(strings.NewReader(letter(tt.head, tt.body)))
		if err != nil || l.Subject != tt.subject || l.Words != tt.words || l.From != "zhang@example.com" || l.Name != "张三" {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
		if want := map[bool]int{true: 1}[name == "nested"]; len(l.Files) != want {
			t.Errorf("%s: %d files", name, len(l.Files))
		}
	}
}

func TestFreshWordsOfAnAnswer(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"还是不亮\n\n在 2026年11月23日，12345 写道：\n> 已收到":                              "还是不亮",
		"还是不亮\n\n------------------ 原始邮件 ------------------\n发件人: 12345\n已收到": "还是不亮",
		"still dark\n-- \nZhang San":                              "still dark",
		"> all of it\n> is quoted":                                "> all of it\n> is quoted",
		"在这里写道路不平，请修":                                             "在这里写道路不平，请修",
		"发件人写错了门牌":                                                "发件人写错了门牌",
		"still dark\nFrom: 12345\nSent: Monday\nTo: Zhang\n\nold": "still dark",
	} {
		text := letter("Subject: x\nIn-Reply-To: <a@b>\nContent-Type: text/plain; charset=utf-8", in)
		if l, err := mailbox.Read(strings.NewReader(text)); err != nil || l.Words != want {
			t.Errorf("%q leaves %q, want %q (%v)", in, l.Words, want, err)
		}
		text = letter("Subject: x\nContent-Type: text/plain; charset=utf-8", in)
		if l, err := mailbox.Read(strings.NewReader(text)); err != nil || l.Words != strings.TrimSpace(in) {
			t.Errorf("a first letter lost words: %q", l.Words)
		}
	}
}

func TestWhatNobodyWroteIsPutAside(t *testing.T) {
	each(t, func(h house) {
		for name, head := range map[string]string{
			"vacation": "Auto-Submitted: auto-replied", "list": "List-Id: <a.b>", "bulk": "Precedence: bulk", "report": "Content-Type: multipart/report; boundary=x", "null": "Return-Path: <>",
		} {
			h.drop(name+".eml", letter(head+"\nSubject: x", "I am away until Monday"))
		}
		h.drop("own.eml", strings.Replace(letter("Subject: x", "hello there"), "zhang@example.com", own, 1))
		h.drop("none.eml", "Subject: x\r\n\r\nhello there")
		h.drop("large.eml", letter("Subject: x", strings.Repeat("x", mailbox.LetterMost)))
		if heads, _ := h.All(); len(heads) != 0 || len(h.Deliver()) != 0 {
			h.Errorf("%d requests, %d answers", len(heads), len(h.Out.Sent()))
		}
		if got := h.lies("aside"); len(got) != 16 { // each with its reason
			h.Errorf("aside lie %v", got)
		}
	})
}

// A letter the program breaks on is put aside, and the letters behind it are taken.
func TestALetterThatBreaksTheProgramIsPutAside(t *testing.T) {
	each(t, func(h house) {
		deps := h.Desk.Deps
		deps.Files = nil // so that whatever stores a file panics
		h.room.Desk = channel.New(deps)
		h.Must(os.WriteFile(filepath.Join(h.room.Folder, "a.eml"), []byte(withFiles("Message-ID: <1@example.com>", "路灯不亮", part("image/png", h.Picture()))), 0o600))
		h.drop("b.eml", letter("Message-ID: <2@example.com>\nSubject: x", "The manhole cover is loose"))
		if _, said := h.All(); len(said) != 1 || said[0].Words != "The manhole cover is loose" {
			h.Errorf("said %+v", said)
		}
		reason, err := os.ReadFile(filepath.Join(h.room.Folder, "aside", "a.eml.reason"))
		if h.Must(err); strings.TrimSpace(string(reason)) != "the program broke on it" || len(h.lies("aside")) != 2 {
			h.Errorf("reason %s, aside %v", reason, h.lies("aside"))
		}
	})
}

// A turn takes so many letters and no more, and letters that have to wait do not keep the others from theirs.
func TestTurns(t *testing.T) {
	each(t, func(h house) {
		put := func(name, text string) {
			h.Must(os.WriteFile(filepath.Join(h.room.Folder, "new", name), []byte(text), 0o600))
		}
		deps := h.Desk.Deps
		folder := h.TempDir()
		files, err := blob.Open(folder)
		h.Must(err)
		deps.Files = files
		h.Must(os.RemoveAll(folder))
		h.Must(os.WriteFile(folder, nil, 0o600)) // a file where the folder was: nothing can be stored
		h.room.Desk = channel.New(deps)
		for i := range mailbox.TurnMost {
			put(fmt.Sprintf("a%03d", i), withFiles(fmt.Sprintf("Message-ID: <a%d@example.com>", i), "路灯不亮", part("image/png", h.Picture())))
		}
		put("b", letter("Message-ID: <b@example.com>\nSubject: x", "The manhole cover is loose"))
		if err := h.room.Work(h.Context()); err == nil {
			h.Error("files were stored where no folder is")
		}
		if heads, _ := h.All(); len(heads) != 0 {
			h.Errorf("%d requests in the first turn", len(heads))
		}
		_ = h.room.Work(h.Context()) // the others still wait
		if heads, _ := h.All(); len(heads) != 1 || len(h.lies("new")) != mailbox.TurnMost {
			h.Errorf("%d requests, %d letters wait", len(heads), len(h.lies("new")))
		}
	})
}

// part is a file in a letter.
func part(kind string, data []byte) string {
	return "--a\nContent-Type: " + kind + "; name=x\nContent-Disposition: attachment; filename=x\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(data) + "\n"
}

// withFiles writes a letter with files.
func withFiles(head, words string, parts ...string) string {
	return letter(head+"\nContent-Type: multipart/mixed; boundary=a", "--a\nContent-Type: text/plain; charset=utf-8\n\n"+words+"\n"+strings.Join(parts, "")+"--a--\n")
}

func TestFilesComeAlong(t *testing.T) {
	each(t, func(h house) {
		h.drop("a.eml", withFiles("Subject: x", "路灯不亮", part("image/jpeg", h.Picture()), part("application/zip", []byte("PK\x03\x04zip"))))
		_, said := h.All()
		if len(said) != 1 || len(said[0].Photos) != 1 || said[0].Photos[0].Type != "image/png" {
			h.Fatalf("said %+v", said)
		}
		if sent := h.Deliver(); len(sent) != 1 || !strings.Contains(sent[0].Text, "1 个附件没有收下") {
			h.Errorf("sent %+v", sent)
		}
	})
}

// Only a request keeps files: of a repeat, a remark and a letter the store could not take none are left.
func TestFilesThatBelongToNothingAreNotKept(t *testing.T) {
	each(t, func(h house) {
		deps, folder := h.Desk.Deps, h.TempDir()
		files, err := blob.Open(folder)
		h.Must(err)
		deps.Files = files
		h.room.Desk = channel.New(deps)
		stored := func() (n int) {
			h.Must(filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					n++
				}
				return err
			}))
			return n
		}
		first := withFiles("Message-ID: <1@example.com>\nSubject: x", "路灯不亮", part("image/png", h.Picture()))
		h.drop("a.eml", first)
		once := stored()
		h.drop("again.eml", first)
		heads, _ := h.All()
		h.drop("remark.eml", withFiles("Message-ID: <2@example.com>\nSubject: Re: "+heads[0].Number, "还是不亮", part("image/png", h.Picture())))
		if once == 0 || stored() != once {
			h.Errorf("%d files, after a repeat and a remark %d", once, stored())
		}
		deps.Outbox = nil // so that it breaks after the files are stored
		h.room.Desk = channel.New(deps)
		h.drop("broken.eml", withFiles("Message-ID: <3@example.com>\nSubject: x", "井盖松动", part("image/png", h.Picture())))
		if stored() != once {
			h.Errorf("%d files, after a failure %d", once, stored())
		}
	})
}

func TestLongWordsBecomeRemarks(t *testing.T) {
	each(t, func(h house) {
		words := strings.Repeat("灯", 13_000)
		h.drop("a.eml", letter("Subject: x\nContent-Type: text/plain; charset=utf-8", words))
		_, said := h.All()
		got := said[0].Words
		for _, m := range said[0].Remarks {
			got += m.Words
		}
		if got != words {
			h.Errorf("%d characters of 13000 are left", len([]rune(got)))
		}
	})
}

// A letter that was accepted by SMTP lies in the folder, and the house takes it after a death at any point.
func TestLettersBySMTP(t *testing.T) {
	each(t, func(h house) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		h.Must(err)
		ctx, stop := context.WithCancel(h.Context())
		done := make(chan error, 1)
		go func() { done <- h.room.Serve(ctx, l) }()
		send := func(from, to, text string) error {
			return smtp.SendMail(l.Addr().String(), nil, from, []string{to}, []byte(text))
		}
		text := letter("Message-ID: <9@example.com>\nSubject: x", "The street lamp is out")
		h.Must(send("zhang@example.com", own, text))
		if err := send("zhang@example.com", "someone@else.example", text); err == nil {
			h.Error("a letter for somebody else was accepted")
		}
		if err := send("zhang@example.com", own, text+strings.Repeat("x", mailbox.LetterMost)); err == nil {
			h.Error("a letter without end was accepted")
		}
		if got := h.lies("new"); len(got) != 1 {
			h.Fatalf("new holds %v", got)
		}
		copied, err := os.ReadFile(filepath.Join(h.room.Folder, "new", h.lies("new")[0]))
		h.Must(err)
		h.Must(h.room.Work(h.Context()))
		h.Must(os.WriteFile(filepath.Join(h.room.Folder, "new", "once-more"), copied, 0o600)) // it died before it moved the letter
		h.Must(h.room.Work(h.Context()))
		if heads, _ := h.All(); len(heads) != 1 || len(h.lies("new")) != 0 || len(h.lies("tmp")) != 0 {
			h.Errorf("%d requests", len(heads))
		}
		stop()
		h.Must(<-done)
	})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for listen, good := range map[string]bool{"": true, "127.0.0.1:25": true, "[::1]:25": true, "localhost:25": true, ":25": false, "0.0.0.0:25": false, "10.0.0.1:25": false, "x": false} {
		if err := (mailbox.Settings{Listen: listen}).Check(); (err == nil) != good {
			t.Errorf("%q: %v", listen, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		letter("Subject: x", "y"), letter("Subject: =?gbk?B?wrfnxg==?=\nContent-Type: multipart/mixed; boundary=a", "--a\n\nx\n--a--"),
		letter("Content-Type: text/html", "<p>x<br"), "", "\x00", fmt.Sprintf("References: %s\n\n> x", strings.Repeat("<a@b> ", 50)),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := mailbox.Read(strings.NewReader(string(data)))
		if err == nil && strings.ContainsRune(l.Words+l.Subject+l.Name, 0) {
			t.Errorf("%+v", l)
		}
	})
}
