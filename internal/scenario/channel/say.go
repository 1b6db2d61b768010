package channel

import (
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/work/request"
)

// dayMost is how many requests of one person a channel takes in a day. What comes beyond is kept as a remark on the last
// one and not answered: two machines that answer each other stop there.
const dayMost = 20

// Say takes in what a person who is believed sent in one piece: a command is done, words with the number of an own request
// are added to it, other words are a new request. An answer without a key is none.
func (d *Desk) Say(tx *db.Tx, s Spoken) (Answer, error) {
	h := Read(s.Words, d.Requests.ParseNumber)
	a, ok, err := d.Do(tx, s.Person, h)
	if ok || err != nil {
		return a, err
	}
	if utf8.RuneCountInString(h.Words) < request.WordsLeast && len(s.Photos) == 0 {
		return Answer{Key: "channel.help"}, nil
	}
	if h.Number != "" {
		own, err := d.Requests.Own(tx, s.Person, h.Number)
		if err == nil {
			return Answer{Key: "channel.added", Args: []any{"Number", own.Number}}, d.Remark(tx, own.ID, s.Words)
		}
		if fault.KindOf(err) != fault.NotFound {
			return Answer{}, err
		}
	}
	return d.TakeIn(tx, s)
}

// TakeIn makes a request of what was said, unless the person has sent too many today.
func (d *Desk) TakeIn(tx *db.Tx, s Spoken) (Answer, error) {
	last, many, err := d.Flood(tx, s.Person, s.Channel)
	if err != nil {
		return Answer{}, err
	}
	if many {
		return Answer{}, d.Remark(tx, last, s.Words)
	}
	r, err := d.Receive(tx, s)
	return Answer{Key: "channel.receipt", Args: []any{"Number", r.Number}}, err
}

// Flood gives the person's last request by a channel, and whether there were too many of them within a day.
func (d *Desk) Flood(tx *db.Tx, who, channel string) (last string, many bool, err error) {
	list, err := d.Requests.OfPersonTx(tx, who)
	if err != nil {
		return "", false, err
	}
	n, since := 0, d.Clock.Now().Add(-24*time.Hour)
	for _, h := range list {
		if h.Channel != channel || h.ReceivedAt.Before(since) {
			continue
		}
		if n++; last == "" {
			last = h.ID
		}
	}
	return last, n >= dayMost, nil
}

// Language is the language a person is answered in.
func (d *Desk) Language(tx *db.Tx, who string) (i18n.Lang, error) {
	said, err := d.People.Language(tx, who)
	l, known := i18n.Parse(said)
	if !known {
		l = i18n.ZhHans
	}
	return l, err
}
