package channel

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
)

// Meant is what a short message asks for.
type Meant int

// The things that can be meant.
const (
	Tells  Meant = iota // words of their own
	Asks                // how a request stands
	Agrees              // it is solved
	Denies              // it is not
	Helps               // what can be said here
)

// Heard is a short message understood.
type Heard struct {
	Meant  Meant
	Number string // as stored; empty: none was given
	Words  string
}

// wordsOf are what people write in full for each meaning, without spaces and marks, in lower case.
func wordsOf(m Meant) []string {
	switch m {
	case Asks:
		return []string{"查询", "查询进度", "进度", "查", "查詢", "查詢進度", "進度", "status"}
	case Agrees:
		return []string{"满意", "解决了", "已解决", "已经解决", "解决", "滿意", "解決了", "已解決", "已經解決", "解決", "yes", "solved"}
	case Denies:
		return []string{"没解决", "没有解决", "未解决", "不满意", "沒解決", "沒有解決", "未解決", "不滿意", "notsolved", "no"}
	case Helps:
		return []string{"帮助", "幫助", "help", "?", "？"}
	}
	return nil
}

// Read understands a message. parse reads a request's number.
//
// A yes must stand alone, with or without a number: "解决了吗" is a question. A no may go on with its reason. A number
// may stand alone or beside a word; within other words it belongs to them.
func Read(text string, parse func(string) (string, error)) Heard {
	h := Heard{Words: strings.TrimSpace(text)}
	if utf8.RuneCountInString(text) > 300 {
		return h
	}
	rest, number := withoutNumber(h.Words, parse)
	h.Number = number
	switch bare := plain(rest); {
	case bare == "" && number != "", slices.Contains(wordsOf(Asks), bare):
		h.Meant = Asks
	case slices.Contains(wordsOf(Agrees), bare):
		h.Meant = Agrees
	case denies(bare):
		h.Meant = Denies
	case slices.Contains(wordsOf(Helps), bare):
		h.Meant = Helps
	}
	return h
}

// denies says that the message is a no, alone or with its reason after a mark.
func denies(bare string) bool {
	for _, w := range wordsOf(Denies) {
		rest, found := strings.CutPrefix(bare, w)
		if found && (rest == "" || utf8.RuneCountInString(w) > 2 && !strings.HasSuffix(rest, "吗") && !strings.HasSuffix(rest, "嗎")) {
			return true
		}
	}
	return false
}

// withoutNumber takes the one word that is a number out of a text.
func withoutNumber(text string, parse func(string) (string, error)) (rest, number string) {
	digits := strings.IndexFunc(text, func(r rune) bool { return unicode.IsDigit(r) })
	if digits < 0 {
		return text, ""
	}
	fields := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' || unicode.Is(unicode.Han, r)
	})
	if n, err := parse(strings.Join(fields, "")); err == nil {
		rest = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Han, r) {
				return r
			}
			return -1
		}, text)
		return rest, n
	}
	return text, ""
}

// plain leaves letters and digits alone, in lower case.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '?' || r == '？' {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(text))
}

// Answer is what a person is told: a message key and its arguments.
type Answer struct {
	Key  string
	Args []any
	Text string // what the city has answered, for channels that have room for it
}

// Do does what was meant by the person an address belongs to, who is believed (see doc.go). ok is false for words of
// their own, which are for the channel to take in.
func (d *Desk) Do(tx *db.Tx, who string, h Heard) (a Answer, ok bool, err error) {
	switch h.Meant {
	case Helps:
		return Answer{Key: "channel.help"}, true, nil
	case Asks:
		a, err = d.state(tx, who, h.Number)
	case Agrees, Denies:
		a, err = d.word(tx, who, h)
	default:
		return Answer{}, false, nil
	}
	if k := fault.KindOf(err); err != nil && k != fault.Internal && k != fault.Busy {
		return Answer{Key: "channel.unknown"}, true, nil
	}
	return a, true, err
}

// state tells how a request of the person stands.
func (d *Desk) state(tx *db.Tx, who, number string) (Answer, error) {
	own, err := d.own(tx, who, number)
	if err != nil || len(own) == 0 {
		return Answer{Key: "channel.none"}, err
	}
	f, err := d.Cases.FileOfRequestTx(tx, own[0].ID)
	if err != nil {
		return Answer{}, err
	}
	lang, err := d.Language(tx, who)
	return Answer{Key: "channel.state." + string(f.Case.State), Args: []any{"Number", own[0].Number}, Text: d.PublicAnswer(f, lang)}, err
}

// word is the requester's yes or no on an answer. Without a number it is meant for the one request that waits for it.
func (d *Desk) word(tx *db.Tx, who string, h Heard) (Answer, error) {
	own, err := d.own(tx, who, h.Number)
	if err != nil {
		return Answer{}, err
	}
	var waiting []request.Headline
	for _, one := range own[:min(len(own), 20)] {
		f, err := d.Cases.FileOfRequestTx(tx, one.ID)
		if err != nil {
			return Answer{}, err
		}
		if s := f.Case.State; s == casework.Replied || s == casework.FollowingUp || s == casework.Answered && h.Meant == Denies && h.Number != "" {
			waiting = append(waiting, one)
		}
	}
	switch len(waiting) {
	case 0:
		return Answer{Key: "channel.nothing_waits"}, nil
	case 1:
		return d.decide(tx, who, waiting[0], h)
	}
	return Answer{Key: "channel.which", Args: []any{"Number", waiting[0].Number}}, nil
}

// decide confirms or contests, as the requester's proven word. A state that has moved on is told, not an error.
func (d *Desk) decide(tx *db.Tx, who string, r request.Headline, h Heard) (Answer, error) {
	actor := access.Actor{Kind: access.Guest, ID: who}
	if h.Meant == Agrees {
		_, err := d.Cases.ConfirmTx(tx, actor, r.ID, "yes")
		return Answer{Key: "channel.confirmed", Args: []any{"Number", r.Number}}, err
	}
	if _, err := d.Cases.ContestTx(tx, actor, r.ID, h.Words); err != nil {
		return Answer{}, err
	}
	return Answer{Key: "channel.contested", Args: []any{"Number", r.Number}}, d.Requests.RemarkTx(tx, r.ID, request.OnContest, h.Words)
}

// own lists the person's requests, newest first; with a number that one alone.
func (d *Desk) own(tx *db.Tx, who, number string) ([]request.Headline, error) {
	if number != "" {
		h, err := d.Requests.Own(tx, who, number)
		return []request.Headline{h}, err
	}
	list, err := d.Requests.OfPersonTx(tx, who)
	if err != nil {
		return nil, fmt.Errorf("find the requests of person %s: %w", who, err)
	}
	return list, nil
}
