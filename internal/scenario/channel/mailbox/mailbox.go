package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"unicode/utf8"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

// Settings say where letters come in.
type Settings struct {
	Folder string `yaml:"folder"` // watched; empty with Listen: mail/ in the data folder
	Listen string `yaml:"listen"` // address of the SMTP listener on this machine, 127.0.0.1:2525; empty: none
}

// On tells whether letters come in.
func (s Settings) On() bool { return s.Folder != "" || s.Listen != "" }

// Check refuses a listener that others than this machine could reach: it asks nobody who they are.
func (s Settings) Check() error {
	if s.Listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(s.Listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("mail.in.listen: %q is not an address of this machine such as 127.0.0.1:2525", s.Listen)
	}
	return nil
}

// Room takes letters in.
type Room struct {
	*channel.Desk
	Settings
	Own string // the address our letters come from

	last string // name of the letter looked at last
}

// name of the channel in the pack.
const name = "email"

// take makes a request or a remark of a letter. A refusal is a fault; reason says why it is none for a person.
func (r *Room) take(ctx context.Context, l Letter) (reason string, err error) {
	if l.Auto != "" {
		return l.Auto, nil
	}
	from, err := person.ParseEmail(l.From)
	switch {
	case err != nil:
		return "no sender", nil
	case strings.EqualFold(from, r.Own):
		return "our own letter", nil
	}
	id := from + "\x00" + l.ID + "\x00" + l.Words
	files := files{left: len(l.Files)}
	wanted, err := r.wants(ctx, from, id, l)
	if err == nil && wanted {
		files, err = r.keep(ctx, l.Files)
	}
	used := false
	defer func() {
		if !used {
			r.forget(ctx, files.photos)
		}
	}()
	if err != nil {
		return "", err
	}
	made := false
	err = r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		made, err = r.takeTx(tx, from, id, l, files)
		return err
	})
	used = made && err == nil
	return "", err
}

// files are what came with a letter and was stored, and how many were not.
type files struct {
	photos []request.Photo
	left   int
}

// wants tells, before anything is stored, whether a letter will be a request of its own: neither a repeat nor a remark.
func (r *Room) wants(ctx context.Context, from, id string, l Letter) (wanted bool, err error) {
	if len(l.Files) == 0 {
		return false, nil
	}
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		taken, err := r.Taken(tx, name, id)
		if err != nil || taken {
			return err
		}
		who, _, err := r.People.FindEmail(tx, from)
		if err != nil {
			return err
		}
		if _, ok, err := r.answers(tx, who, l); err != nil || ok {
			return err
		}
		_, many, err := r.Flood(tx, who, name)
		wanted = !many && utf8.RuneCountInString(spoken(l).Words) >= request.WordsLeast
		return err
	})
	return wanted, err
}

// takeTx takes a letter once; made tells whether it became a request, which then names the files.
func (r *Room) takeTx(tx *db.Tx, from, id string, l Letter, f files) (made bool, err error) {
	first, err := r.Once(tx, name, id)
	if err != nil || !first {
		return false, err
	}
	c := person.Contact{Name: l.Name, Email: from, Language: string(languageOf(l.Words))}
	if c.Check() != nil {
		c.Name = ""
	}
	who, err := r.People.Ensure(tx, c)
	if err != nil {
		return false, err
	}
	a, link, made, err := r.say(tx, who, id, l, f)
	if err != nil || a.Key == "" {
		return made, err
	}
	return made, r.Outbox.Send(tx, notify.Message{
		Key: "answer:" + channel.ClientID(name, id), To: "person:" + who, Channel: notify.Email, Template: a.Key, Args: a.Args, Link: link,
	})
}

// say decides between a remark and a request and gives the answer with the page of the request.
func (r *Room) say(tx *db.Tx, who, id string, l Letter, f files) (a channel.Answer, link string, made bool, err error) {
	if h, ok, err := r.answers(tx, who, l); err != nil {
		return a, "", false, err
	} else if ok {
		return answer("channel.mail.added", h.Number, len(l.Files)), "/mine/" + h.ID, false, r.Remark(tx, h.ID, l.Words)
	}
	s := spoken(l)
	s.ID, s.Person, s.Photos = id, who, f.photos
	if utf8.RuneCountInString(s.Words) < request.WordsLeast {
		return channel.Answer{Key: "channel.mail.empty"}, "", false, nil
	}
	last, many, err := r.Flood(tx, who, name)
	if err != nil {
		return a, "", false, err
	}
	if many {
		return a, "", false, r.Remark(tx, last, s.Words)
	}
	got, err := r.Receive(tx, s)
	return answer("channel.mail.receipt", got.Number, f.left), "/mine/" + got.RequestID, !got.Repeated, err
}

// spoken is what a letter says; a very short one says it in its subject.
func spoken(l Letter) channel.Spoken {
	s := channel.Spoken{Channel: name, Subject: l.Subject, Words: l.Words, Language: languageOf(l.Words)}
	if utf8.RuneCountInString(s.Words) < request.WordsLeast {
		s.Subject, s.Words = "", strings.TrimSpace(l.Subject+"\n"+l.Words)
	}
	return s
}

// answer names what could not be kept, when there is anything.
func answer(key, number string, left int) channel.Answer {
	if left > 0 {
		return channel.Answer{Key: key + "_without", Args: []any{"Number", number, "N", left}}
	}
	return channel.Answer{Key: key, Args: []any{"Number", number}}
}

// numbers finds what may be a request's number.
var numbers = regexp.MustCompile(`[A-Za-z]{0,4}\s?[0-9]{6}[\s-]?[0-9]{4}[\s-]?[0-9]{4}`)

// answers finds the sender's own request that a letter speaks of.
func (r *Room) answers(tx *db.Tx, who string, l Letter) (request.Headline, bool, error) {
	for _, ref := range l.Refs {
		id, ok := notify.Thread(ref)
		if !ok {
			continue
		}
		h, err := r.Requests.Get(tx, id)
		if err == nil && h.PersonID == who {
			return h, true, nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return h, false, err
		}
	}
	for _, number := range numbers.FindAllString(l.Subject, 5) {
		h, err := r.Requests.Own(tx, who, number)
		if err == nil {
			return h, true, nil
		}
		if k := fault.KindOf(err); k != fault.NotFound && k != fault.Invalid {
			return h, false, err
		}
	}
	return request.Headline{}, false, nil
}

// keep stores pictures and papers and counts what is left out: other kinds, too large, too many. With an error it gives
// what it had stored before.
func (r *Room) keep(ctx context.Context, list []File) (f files, err error) {
	for _, one := range list {
		if one.Cut || len(f.photos) == request.PhotosMost {
			f.left++
			continue
		}
		ref, _, err := r.Files.Put(ctx, bytes.NewReader(one.Data), channel.FileMost, blob.JPEG, blob.PNG, blob.WebP, blob.PDF)
		if fault.KindOf(err) == fault.Invalid {
			f.left++
			continue
		}
		if err != nil {
			return f, err
		}
		f.photos = append(f.photos, request.Photo{Key: ref.Key, Type: ref.Type, Size: ref.Size})
	}
	return f, nil
}

// forget removes files that belong to nothing; those it misses are swept with other orphans.
func (r *Room) forget(ctx context.Context, photos []request.Photo) {
	for _, p := range photos {
		_ = r.Files.Delete(ctx, p.Key)
	}
}

// languageOf guesses by the script: words without a Chinese character are answered in English.
func languageOf(words string) i18n.Lang {
	if strings.ContainsFunc(words, func(c rune) bool { return c >= 0x3400 && c <= 0x9fff }) || words == "" {
		return i18n.ZhHans
	}
	return i18n.En
}
