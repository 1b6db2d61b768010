package app

import (
	"context"
	"net/mail"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

// gateways carries SMS, e-mail and WeChat: the city's own when the settings name them,
// the development page when they ask for it, else none, and messages wait.
func (a *App) gateways() map[notify.Channel]notify.Gateway {
	out := map[notify.Channel]notify.Gateway{}
	if a.Settings.Development {
		if a.Dev == nil { // else it is the last house's
			a.Dev = notify.NewDev(clock.System{}, 200)
		}
		out[notify.SMS], out[notify.Email], out[notify.WeChat] = a.Dev, a.Dev, a.Dev
	}
	if s := a.Settings.SMS; s.URL != "" {
		out[notify.SMS] = notify.SMSProvider{URL: s.URL, Token: s.Token, BaseURL: a.Settings.Address}
	}
	if m := a.Settings.Mail; m.Server != "" {
		out[notify.Email] = notify.MailServer{Addr: m.Server, From: mail.Address{Address: m.From}, Plain: local(m.Server), BaseURL: a.Settings.Address, Clock: clock.System{}}
	}
	return out
}

// resolve finds the address of a recipient at the moment of delivery and
// leaves a trail row: sending is a look at the address too.
func (a *App) resolve(ctx context.Context, to string, c notify.Channel) (notify.Recipient, error) {
	if id, ok := strings.CutPrefix(to, "request:"); ok && c == notify.Police {
		return notify.Recipient{Address: id, Lang: i18n.ZhHans}, nil
	}
	id, ok := strings.CutPrefix(to, "person:")
	if !ok {
		return notify.Recipient{}, noAddress()
	}
	var r notify.Recipient
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := a.People.Contact(tx, trail.Reader{Actor: access.Program("notify"), Purpose: trail.ForNotice}, id)
		if err != nil {
			return err
		}
		said, err := a.People.Language(tx, id)
		lang, known := i18n.Parse(said)
		if !known {
			lang = i18n.ZhHans
		}
		r = notify.Recipient{Address: addresses(p)[c], Lang: lang}
		return err
	})
	if err == nil && r.Address == "" {
		err = noAddress()
	}
	return r, err
}

func noAddress() error { return fault.New(fault.NotFound, "app.no_address") }

// addresses are where a person's messages go, by channel.
func addresses(p person.Person) map[notify.Channel]string {
	return map[notify.Channel]string{notify.SMS: string(p.Phone), notify.Email: p.Email, notify.WeChat: p.WeChat}
}

// way is the channel a person is told by when it matters: the phone, else e-mail, else WeChat; "" when there is none.
func (a *App) way(tx *db.Tx, id string) (notify.Channel, error) {
	kinds, err := a.People.Reach(tx, id)
	if err != nil || len(kinds) == 0 {
		return "", err
	}
	return map[person.Kind]notify.Channel{person.PhoneKind: notify.SMS, person.EmailKind: notify.Email, person.WeChatKind: notify.WeChat}[kinds[0]], nil
}

// sendCode puts a sign-in code on its way.
func (a *App) sendCode(tx *db.Tx, person, code string) error {
	return a.Outbox.Send(tx, notify.Message{
		Key: "code:" + db.NewID(a.Clock.Now()), To: "person:" + person, Channel: notify.SMS, Template: "app.code", Args: []any{"Code", code},
	})
}
