package wechat

import (
	"context"
	"fmt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
	"banyan/internal/scenario/channel"
)

// bindsPerDay bounds how many codes one user can have sent.
const bindsPerDay = 5

// bind sends a code to the phone that a user says is theirs. Nothing is believed before the code comes back.
func (r *Room) bind(ctx context.Context, m Message, typed string) (string, error) {
	phone, err := person.ParsePhone(typed)
	if err != nil {
		return r.once(ctx, m, func(*db.Tx, string) (channel.Answer, error) {
			return channel.Answer{Key: "channel.wechat.bind_phone"}, nil
		})
	}
	text, may, err := r.mayBind(ctx, m)
	if err != nil || !may {
		return text, err
	}
	key := "channel.wechat.bind_sent"
	if err := r.Identity.StartCitizen(ctx, string(phone)); err != nil {
		if fault.KindOf(err) != fault.Busy {
			return "", err
		}
		key = "channel.wechat.bind_later"
	}
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		who, known, err := r.People.FindWeChat(tx, m.From)
		if err != nil || !known {
			return err
		}
		into, _, err := r.People.Find(tx, phone)
		if err != nil {
			return err
		}
		t, err := selectTalk(tx, who)
		if err != nil {
			return err
		}
		lang, err := r.Language(tx, who)
		if err != nil {
			return err
		}
		t.proving, text = into, r.words(lang, channel.Answer{Key: key, Args: []any{"Phone", phone.Masked()}})
		return upsertTalk(tx, t, r.Clock.Now())
	})
	return text, err
}

// mayBind tells whether a code may be sent, and otherwise what is answered. A message that came before gets neither.
func (r *Room) mayBind(ctx context.Context, m Message) (text string, may bool, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) (err error) {
		may = false // a run that collided may have said otherwise
		text, err = r.onceTx(tx, m, func(tx *db.Tx, who string) (channel.Answer, error) {
			kinds, err := r.People.Reach(tx, who)
			if err != nil {
				return channel.Answer{}, err
			}
			if len(kinds) > 0 && kinds[0] == person.PhoneKind {
				return channel.Answer{Key: "channel.wechat.bound_already"}, nil
			}
			day := r.Clock.Now().In(clock.City).Format("060102")
			for n := range bindsPerDay {
				if may, err = r.Once(tx, "wechat.bind", fmt.Sprintf("%s %s %d", who, day, n)); err != nil || may {
					return channel.Answer{}, err
				}
			}
			return channel.Answer{Key: "channel.wechat.bind_later"}, nil
		})
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("ask for a code: %w", err)
	}
	return text, may, nil
}

// prove takes a code; ok is false when none is awaited, and the digits are words like others.
func (r *Room) prove(ctx context.Context, m Message, code string) (text string, ok bool, err error) {
	var who string
	var t talk
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if who, _, err = r.People.FindWeChat(tx, m.From); err == nil {
			t, err = selectTalk(tx, who)
		}
		return err
	})
	if err != nil || t.proving == "" {
		return "", false, err
	}
	right, err := r.Identity.Prove(ctx, t.proving, code)
	if err != nil {
		return "", true, err
	}
	text, err = r.once(ctx, m, func(tx *db.Tx, who string) (channel.Answer, error) {
		if !right {
			return channel.Answer{Key: "channel.wechat.bind_wrong"}, nil
		}
		if err := r.join(tx, who, t.proving); err != nil {
			return channel.Answer{}, err
		}
		return channel.Answer{Key: "channel.wechat.bound"}, nil
	})
	return text, true, err
}

// join makes the user and the phone's person one, with all that hangs on them.
func (r *Room) join(tx *db.Tx, who, into string) error {
	if err := r.People.Join(tx, who, into); err != nil {
		return err
	}
	if err := r.Requests.Give(tx, who, into); err != nil {
		return err
	}
	return moveTalk(tx, who, into)
}
