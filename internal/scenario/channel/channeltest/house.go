// Package channeltest is a city hall with its channels, for their tests: a desk, an outbox whose gateways keep what goes
// out, and a server in front.
package channeltest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/channel"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/worktest"
)

// House is a city hall whose doors are channels.
type House struct {
	*roomtest.House
	Desk *channel.Desk
	Out  *notify.Dev // what left by SMS, e-mail and WeChat
}

// Each runs a test on every engine there is, each time in a fresh house.
func Each(t *testing.T, test func(h *House)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, append(worktest.Schemas(), channel.Schema()), func(t *testing.T, d *db.DB) {
		test(over(roomtest.Over(worktest.New(t, d, worktest.Town(t)), nil)))
	})
}

func over(room *roomtest.House) *House {
	h := &House{House: room, Out: notify.NewDev(room.Clock, 500)}
	files, err := blob.Open(h.TempDir())
	h.Must(err)
	quiet := slog.New(slog.DiscardHandler)
	outbox := notify.New(notify.Config{
		DB: h.DB, Clock: h.Clock, Logger: quiet, Catalog: h.Catalog, Resolve: h.resolve,
		Gateways: map[notify.Channel]notify.Gateway{notify.SMS: h.Out, notify.Email: h.Out, notify.WeChat: h.Out},
	})
	h.Desk = channel.New(channel.Deps{
		DB: h.DB, Clock: h.Clock, Log: quiet, People: h.People, Requests: h.Requests, Cases: h.Cases, Files: files, Outbox: outbox,
	})
	return h
}

func (h *House) resolve(ctx context.Context, to string, c notify.Channel) (notify.Recipient, error) {
	if c == notify.Police {
		return notify.Recipient{Address: to[len("request:"):], Lang: i18n.ZhHans}, nil
	}
	r := notify.Recipient{Lang: i18n.ZhHans}
	err := h.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := h.People.Contact(tx, trail.Reader{Actor: access.Program("notify"), Purpose: trail.ForNotice}, to[len("person:"):])
		r.Address = map[notify.Channel]string{notify.SMS: string(p.Phone), notify.Email: p.Email, notify.WeChat: p.WeChat}[c]
		return err
	})
	if err == nil && r.Address == "" {
		err = fault.New(fault.NotFound, "app.no_address")
	}
	return r, err
}

// Open serves routes on a real socket and gives the address.
func (h *House) Open(routes map[string]web.Handler) string {
	h.Helper()
	h.Serve(routes)
	s := httptest.NewServer(h.Handler)
	h.Cleanup(s.Close)
	return s.URL
}

// Do makes a request and gives status and body.
func (h *House) Do(r *http.Request) (int, string) {
	h.Helper()
	answer, err := http.DefaultClient.Do(r)
	h.Must(err)
	return answer.StatusCode, h.Body(answer)
}

// Deliver sends what waits in the outbox and gives all that has left, newest first.
func (h *House) Deliver() []notify.Delivered {
	h.Helper()
	_, err := h.Desk.Outbox.Deliver(h.Context())
	h.Must(err)
	return h.Out.Sent()
}

// All gives every request there is, oldest first, with its words.
func (h *House) All() (heads []request.Headline, said []request.Said) {
	h.Helper()
	rows, err := h.Cases.List(h.Context(), worktest.Desk(), casework.Filter{Newest: true, Limit: 100})
	h.Must(err)
	h.Write(func(tx *db.Tx) (err error) {
		var ids []string
		for _, row := range rows {
			of, err := h.Requests.OfCase(tx, row.ID)
			if err != nil {
				return err
			}
			ids = append(ids, of...)
		}
		slices.Sort(ids)
		if heads, err = h.Requests.Headlines(tx, ids...); err != nil {
			return err
		}
		said, err = h.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex}, ids...)
		return err
	})
	return heads, said
}

// Body reads an answer to its end.
func (h *House) Body(r *http.Response) string {
	h.Helper()
	defer r.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(r.Body)
	h.Must(err)
	return string(text)
}
