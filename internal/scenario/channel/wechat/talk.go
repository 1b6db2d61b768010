package wechat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
	"banyan/internal/work/request"
)

// hear does what a message says, once, and gives the words of the answer.
func (r *Room) hear(ctx context.Context, m Message) (string, error) {
	if m.Type == "text" {
		if phone, ok := strings.CutPrefix(m.Content, "绑定"); ok {
			return r.bind(ctx, m, strings.Trim(phone, " ：:+手机号码號碼機"))
		}
		if code := strings.Trim(m.Content, " 验证码驗證碼：:"); len(code) == 6 && strings.Trim(code, "0123456789") == "" {
			if text, ok, err := r.prove(ctx, m, code); ok || err != nil {
				return text, err
			}
		}
	}
	return r.once(ctx, m, func(tx *db.Tx, who string) (channel.Answer, error) { return r.step(tx, who, m) })
}

// once does something for a message's sender in one transaction, unless the message was here before.
func (r *Room) once(ctx context.Context, m Message, do func(tx *db.Tx, who string) (channel.Answer, error)) (text string, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		text, err = r.onceTx(tx, m, do)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("hear a message: %w", err)
	}
	return text, nil
}

func (r *Room) onceTx(tx *db.Tx, m Message, do func(tx *db.Tx, who string) (channel.Answer, error)) (string, error) {
	first, err := r.Once(tx, name, m.id())
	if err != nil || !first {
		return "", err
	}
	who, err := r.People.Ensure(tx, person.Contact{WeChat: m.From})
	if err != nil {
		return "", err
	}
	a, err := do(tx, who)
	if err != nil || a.Key == "" {
		return "", err
	}
	lang, err := r.Language(tx, who)
	return r.words(lang, a), err
}

// textMost is how many characters of the city's answer go into a message; the platform takes 2,048 bytes.
const textMost = 500

func (r *Room) words(lang i18n.Lang, a channel.Answer) string {
	text := r.Outbox.Catalog.T(lang, a.Key, a.Args...)
	if said := []rune(a.Text); len(said) > 0 {
		text += "\n" + string(said[:min(len(said), textMost)])
	}
	return text
}

// step decides what a message means in a chat.
func (r *Room) step(tx *db.Tx, who string, m Message) (channel.Answer, error) {
	switch m.Type {
	case "text":
		return r.text(tx, who, m.Content)
	case "voice":
		if m.Recognition == "" {
			return channel.Answer{Key: "channel.wechat.unheard"}, nil
		}
		return r.keep(tx, who, request.Piece{Words: m.Recognition})
	case "location":
		return r.place(tx, who, m)
	case "image":
		return r.picture(tx, who, m.Media)
	case "event":
		return r.event(tx, who, m)
	}
	return channel.Answer{Key: "channel.wechat.unsupported"}, nil
}

func (r *Room) event(tx *db.Tx, who string, m Message) (channel.Answer, error) {
	switch event := strings.ToLower(m.Event); {
	case event == "subscribe":
		return channel.Answer{Key: "channel.wechat.welcome"}, nil
	case event == "click" && m.EventKey == "status":
		return r.command(tx, who, channel.Heard{Meant: channel.Asks})
	case event == "click" && m.EventKey == "done":
		return r.finish(tx, who)
	case event == "click":
		return channel.Answer{Key: "channel.wechat.welcome"}, nil
	}
	return channel.Answer{}, nil // the platform reports something that needs no answer
}

// done and undo are what ends a report and what takes it back.
func done() []string {
	return []string{"完成", "发送完成", "發送完成", "提交", "结束", "結束", "done"}
}
func undo() []string { return []string{"取消", "cancel"} }

func (r *Room) text(tx *db.Tx, who, text string) (channel.Answer, error) {
	bare := strings.ToLower(strings.Trim(text, " 。！!.“”\"\n"))
	if slices.Contains(done(), bare) {
		return r.finish(tx, who)
	}
	if slices.Contains(undo(), bare) {
		return r.takeBack(tx, who)
	}
	h := channel.Read(text, r.Requests.ParseNumber)
	if h.Meant != channel.Tells {
		return r.command(tx, who, h)
	}
	if h.Number != "" {
		own, err := r.Requests.Own(tx, who, h.Number)
		if err == nil {
			return channel.Answer{Key: "channel.added", Args: []any{"Number", own.Number}}, r.Remark(tx, own.ID, text)
		}
		if fault.KindOf(err) != fault.NotFound {
			return channel.Answer{}, err
		}
	}
	return r.keep(tx, who, request.Piece{Words: text})
}

// command does a command; how a request stands is told with the answer that was given.
func (r *Room) command(tx *db.Tx, who string, h channel.Heard) (channel.Answer, error) {
	if h.Meant == channel.Helps {
		return channel.Answer{Key: "channel.wechat.welcome"}, nil
	}
	a, _, err := r.Do(tx, who, h)
	return a, err
}

func (r *Room) place(tx *db.Tx, who string, m Message) (channel.Answer, error) {
	at := m.point()
	if !at.Valid() {
		return channel.Answer{Key: "channel.wechat.unsupported"}, nil
	}
	label := []rune(m.Label)
	return r.keep(tx, who, request.Piece{Point: at, Address: string(label[:min(len(label), request.AddressMost)])})
}

func (r *Room) draft(who string) request.Draft { return request.Draft{Person: who, Channel: name} }

// keep adds a piece to what the user is saying.
func (r *Room) keep(tx *db.Tx, who string, p request.Piece) (channel.Answer, error) {
	p.At = r.Clock.Now()
	n, err := r.Requests.Keep(tx, r.draft(who), p)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		return channel.Answer{Key: "channel.wechat.full"}, nil
	}
	if err != nil {
		return channel.Answer{}, err
	}
	return r.kept(tx, who, n)
}

// kept tells how to go on: at length the first time, then shortly. Whoever goes on is not done.
func (r *Room) kept(tx *db.Tx, who string, n int) (channel.Answer, error) {
	t, err := selectTalk(tx, who)
	if err != nil {
		return channel.Answer{}, err
	}
	t.ended = false
	key := "channel.wechat.kept"
	if n > 1 {
		key = "channel.wechat.kept_more"
	}
	return channel.Answer{Key: key}, upsertTalk(tx, t, r.Clock.Now())
}

// picture notes a picture to be fetched; the answer does not wait for it.
func (r *Room) picture(tx *db.Tx, who, id string) (channel.Answer, error) {
	if id == "" {
		return channel.Answer{Key: "channel.wechat.unsupported"}, nil
	}
	pieces, photos, err := r.Requests.Pieces(tx, r.draft(who))
	if err != nil {
		return channel.Answer{}, err
	}
	waiting, err := countMedia(tx, who)
	if err != nil {
		return channel.Answer{}, err
	}
	if photos+waiting >= request.PhotosMost {
		return channel.Answer{Key: "channel.wechat.photos_full", Args: []any{"Most", request.PhotosMost}}, nil
	}
	if err := insertMedia(tx, media{id: db.NewID(r.Clock.Now()), person: who, media: id}, r.Clock.Now()); err != nil {
		return channel.Answer{}, err
	}
	return r.kept(tx, who, pieces+waiting+1)
}

func (r *Room) takeBack(tx *db.Tx, who string) (channel.Answer, error) {
	if err := dropMedia(tx, who); err != nil {
		return channel.Answer{}, err
	}
	if err := r.Requests.Drop(tx, r.draft(who)); err != nil {
		return channel.Answer{}, err
	}
	return channel.Answer{Key: "channel.wechat.taken_back"}, deleteTalk(tx, who)
}

// finish hands in what was said. While pictures are missing it waits for them.
func (r *Room) finish(tx *db.Tx, who string) (channel.Answer, error) {
	waiting, err := countMedia(tx, who)
	if err != nil {
		return channel.Answer{}, err
	}
	words, err := r.Requests.DraftWords(tx, r.draft(who))
	if err != nil {
		return channel.Answer{}, err
	}
	pieces, _, err := r.Requests.Pieces(tx, r.draft(who))
	switch {
	case err != nil:
		return channel.Answer{}, err
	case pieces+waiting == 0:
		return channel.Answer{Key: "channel.wechat.nothing"}, nil
	case utf8.RuneCountInString(words) < request.WordsLeast:
		return channel.Answer{Key: "channel.wechat.words_needed"}, nil
	case waiting > 0:
		return channel.Answer{Key: "channel.wechat.finishing"}, upsertTalk(tx, talk{person: who, ended: true}, r.Clock.Now())
	}
	return r.handIn(tx, who, words)
}

// handIn makes the request of a draft, unless the user has sent too many today.
func (r *Room) handIn(tx *db.Tx, who, words string) (channel.Answer, error) {
	if err := deleteTalk(tx, who); err != nil {
		return channel.Answer{}, err
	}
	last, many, err := r.Flood(tx, who, name)
	if err != nil {
		return channel.Answer{}, err
	}
	if many {
		if err := r.Remark(tx, last, words); err != nil {
			return channel.Answer{}, err
		}
		return channel.Answer{Key: "channel.wechat.too_many"}, r.Requests.Drop(tx, r.draft(who))
	}
	lang, err := r.Language(tx, who)
	if err != nil {
		return channel.Answer{}, err
	}
	in := request.Intake{Kind: channel.Kind, Language: string(lang)}
	if utf8.RuneCountInString(words) < request.WordsLeast {
		in.Words = r.words(lang, channel.Answer{Key: "channel.wechat.no_words"})
	}
	got, err := r.Requests.Finish(tx, access.Program(name), r.draft(who), in)
	return channel.Answer{Key: "channel.receipt", Args: []any{"Number", got.Number}}, err
}
