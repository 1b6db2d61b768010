package request_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

func TestADraftBecomesARequest(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		var d request.Draft
		write := func(do func(tx *tx) error) {
			b.Helper()
			if err := b.db.Write(context.Background(), do); err != nil {
				b.Fatal(err)
			}
		}
		keep := func(p request.Piece) (n int, err error) {
			err = b.db.Write(context.Background(), func(tx *tx) (err error) { n, err = b.requests.Keep(tx, d, p); return err })
			return n, err
		}
		write(func(tx *tx) (err error) {
			d.Channel = lamp().Channel
			d.Person, err = b.requests.People.Ensure(tx, person.Contact{Phone: "13900000001"})
			return err
		})
		for i, p := range []request.Piece{{Words: "路灯"}, {Words: "不亮"}, {Point: geo.Point{Lat: 26.08, Lon: 119.29}, Address: "八一七路12号"}, {Photo: request.Photo{Key: "k.jpg", Type: "image/jpeg", Size: 3}}} {
			if n, err := keep(p); err != nil || n != i+1 {
				b.Fatalf("%d, %v", n, err)
			}
		}
		if _, err := keep(request.Piece{Words: strings.Repeat("灯", request.WordsMost)}); fault.KindOf(err) != fault.Conflict {
			b.Errorf("more words than a request holds: %v", err)
		}
		write(func(tx *tx) error {
			list, err := b.requests.Drafts(tx, d.Channel, time.Now().Add(time.Hour), 9)
			if len(list) != 1 || list[0] != d {
				b.Errorf("drafts %+v", list)
			}
			if none, _ := b.requests.Drafts(tx, d.Channel, time.Unix(-1, 0), 9); len(none) != 0 {
				b.Errorf("drafts of long ago %+v", none)
			}
			return err
		})
		var r request.Receipt
		write(func(tx *tx) (err error) {
			r, err = b.requests.Finish(tx, access.Program("wechat"), d, request.Intake{Kind: lamp().Kind})
			return err
		})
		if h := b.get(r.RequestID); h.PersonID != d.Person || !h.Point.Valid() || h.Text == "" {
			b.Errorf("%+v", h)
		}
		err := b.db.Write(context.Background(), func(tx *tx) error {
			_, err := b.requests.Finish(tx, access.Program("wechat"), d, request.Intake{Kind: lamp().Kind})
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			b.Errorf("a second time: %v", err)
		}
		in := lamp()
		in.Person = d.Person
		if _, err := b.requests.Receive(context.Background(), guest(), in); fault.KindOf(err) != fault.Invalid {
			b.Errorf("a guest named the requester: %v", err)
		}
	})
}
