package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/channel/mailbox"
	"banyan/internal/scenario/channel/police"
	"banyan/internal/scenario/channel/sms"
	"banyan/internal/scenario/channel/wechat"
	"banyan/internal/scenario/hotline"
)

// channels are the ways in and out beside the pages; nil where a way is not set up.
type channels struct {
	desk    *channel.Desk
	mailbox *mailbox.Room
	sms     *sms.Room
	wechat  *wechat.Room
	police  *police.Room
}

// checkChannels refuses settings of channels that cannot work.
func (s Settings) checkChannels() error {
	if err := s.Mail.In.Check(); err != nil {
		return err
	}
	if s.Mail.In.On() && s.Mail.From == "" {
		return fmt.Errorf("mail.in: letters come in for the address mail.from, which is empty")
	}
	if s.Police.URL != "" && s.Police.Secret == "" {
		return fmt.Errorf("police: url needs secret beside it")
	}
	return s.WeChat.Check()
}

// openChannels makes the channels the settings name, and lets the outbox use what they can carry.
func (a *App) openChannels() (err error) {
	s, c := a.Settings, &a.channels
	c.desk = channel.New(channel.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, People: a.People, Requests: a.Requests, Cases: a.Cases, Files: a.Files, Outbox: a.Outbox,
	})
	out := a.Outbox.Gateways
	if next, ok := out[notify.Email]; ok {
		out[notify.Email] = channel.Letters{Desk: c.desk, Next: next}
	}
	if s.Mail.In.On() {
		in := s.Mail.In
		if in.Folder == "" {
			in.Folder = a.path("mail")
		}
		c.mailbox = &mailbox.Room{Desk: c.desk, Settings: in, Own: s.Mail.From}
		if err := c.mailbox.Prepare(); err != nil {
			return err
		}
	}
	if s.SMS.In.On() {
		c.sms = &sms.Room{Desk: c.desk, Settings: s.SMS.In}
	}
	if s.WeChat.On() {
		if c.wechat, err = wechat.New(c.desk, s.WeChat, a.Identity, s.Address, a.key); err != nil {
			return err
		}
		if s.WeChat.Template.ID != "" {
			out[notify.WeChat] = c.wechat
		}
	}
	if s.Police.Secret != "" {
		c.police = &police.Room{Desk: c.desk, Settings: s.Police, Policy: a.Policy, Areas: a.City.Areas}
		if s.Police.URL != "" {
			out[notify.Police] = c.police
		}
	}
	return nil
}

// channelRoutes are the addresses that gateways and platforms call. They are behind a signature, not a session.
func (a *App) channelRoutes() map[string]web.Handler {
	routes := map[string]web.Handler{}
	if c := a.channels.sms; c != nil {
		routes["POST /gateway/sms"], routes["POST /gateway/sms/receipts"] = c.In, c.Receipts
	}
	if c := a.channels.wechat; c != nil {
		routes["GET /gateway/wechat"], routes["POST /gateway/wechat"] = c.Hello, c.In
	}
	if c := a.channels.police; c != nil {
		routes["POST /gateway/110"] = c.In
	}
	return routes
}

// listenEvery is how often the channels look for what came by itself: letters in the folder, pictures to fetch, pauses.
const listenEvery = 5 * time.Second

// keepChannels works for the channels until the context ends, for each by itself: a slow one holds up no other.
func (a *App) keepChannels(ctx context.Context) {
	c := a.channels
	var all sync.WaitGroup
	keep := func(name string, work func(context.Context) error) {
		all.Go(func() { a.keepChannel(ctx, name, listenEvery, work) })
	}
	if c.mailbox != nil {
		keep("mailbox", c.mailbox.Work)
		all.Go(func() { a.takeLetters(ctx) })
	}
	if c.sms != nil {
		keep("sms", c.sms.Work)
	}
	if c.wechat != nil {
		keep("wechat", c.wechat.Work)
	}
	all.Wait()
}

// keepChannel lets one channel work at once and then every so often. A failure is logged and tried again at the next look,
// a panic like any other.
func (a *App) keepChannel(ctx context.Context, name string, every time.Duration, work func(context.Context) error) {
	beat := time.NewTicker(every)
	defer beat.Stop()
	for {
		if err := a.attempt(ctx, name, work); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "channels", "channel", name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
	}
}

// attempt turns a panic into an error. The log gets where it was, not what was said: that may hold somebody's words.
func (a *App) attempt(ctx context.Context, name string, work func(context.Context) error) (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		stack := debug.Stack()
		if p, ok := v.(*db.Panic); ok {
			stack = p.Stack
		}
		a.Log.ErrorContext(ctx, "panic", "channel", name, "stack", string(stack))
		err = errors.New("the program broke")
	}()
	return work(ctx)
}

// takeLetters listens for letters by SMTP, if the settings say where.
func (a *App) takeLetters(ctx context.Context) {
	at := a.Settings.Mail.In.Listen
	if at == "" {
		return
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at)
	if err == nil {
		err = a.attempt(ctx, "smtp", func(ctx context.Context) error { return a.channels.mailbox.Serve(ctx, l) })
	}
	if err != nil && ctx.Err() == nil {
		a.Log.ErrorContext(ctx, "letters by SMTP are not taken", "err", err)
	}
}

// tidyChannels forgets what was taken long ago.
func (a *App) tidyChannels(ctx context.Context) error {
	for more := true; more; {
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = a.channels.desk.Tidy(tx, 500)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// toPolice lets the desk hand cases to 110; nil where there is no way there.
func (a *App) toPolice() hotline.Police {
	if a.Settings.Police.URL == "" || a.channels.police == nil {
		return nil
	}
	return policeDesk{a.channels.police}
}

// policeDesk is the room of the police as the desk needs it.
type policeDesk struct{ *police.Room }

// Transfer hands one request of a case over.
func (p policeDesk) Transfer(ctx context.Context, t hotline.Transfer) error {
	return p.Room.Transfer(ctx, t.Actor, police.Transferring{Case: t.Case, Version: t.Version, Request: t.Request, Decline: t.Decline})
}

// Transfers lists what of a case was handed over.
func (p policeDesk) Transfers(ctx context.Context, id string) ([]hotline.Handed, error) {
	list, err := p.OfCase(ctx, id)
	var out []hotline.Handed
	for _, t := range list {
		out = append(out, hotline.Handed{Request: t.Request, At: t.At, Receipt: t.Receipt, ReceivedAt: t.ReceivedAt})
	}
	return out, err
}

// local tells whether a mail server is on this machine, where no TLS is needed.
func local(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
