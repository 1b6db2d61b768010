package request_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

type tx = db.Tx

func handler() trail.Reader {
	return trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj"}, Purpose: trail.ForHandling, Subject: "case1"}
}

func TestWordsLeaveARow(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		named := b.receive(lamp())
		in := lamp()
		in.ClientID, in.Kind, in.Contact, in.Photos = "client-0002", "inquiry", person.Contact{Anonymous: true}, nil
		anonymous := b.receive(in)
		var said []request.Said
		err := b.db.Write(ctx, func(tx *tx) (err error) {
			said, err = b.requests.Words(tx, handler(), anonymous.RequestID, named.RequestID, "unknown")
			return err
		})
		if err != nil || len(said) != 2 || said[0].ID != anonymous.RequestID {
			b.Fatalf("Words = %+v, %v", said, err)
		}
		if s := said[1]; s.Words != lamp().Words || s.Address != lamp().Address || len(s.Photos) != 2 || s.Photos[1].Key != "blob-2" {
			b.Errorf("said %+v", s)
		}
		looks, err := b.trail.OfActor(ctx, "s1", "", 10)
		if err != nil || len(looks) != 2 || strings.Join(looks[0].Fields, ",") != "words,address,photos" {
			b.Errorf("trail %+v, %v", looks, err)
		}
		own, err := b.trail.ForPerson(ctx, b.get(named.RequestID).PersonID, "", 10)
		own = slices.DeleteFunc(own, func(l trail.Look) bool { return l.Purpose == trail.ForConsent })
		if err != nil || len(own) != 1 || own[0].Subject != "case1" {
			b.Errorf("the person's trail %+v, %v", own, err)
		}
		err = b.db.Write(ctx, func(tx *tx) error { _, err := b.requests.Words(tx, trail.Reader{}, named.RequestID); return err })
		if !errors.Is(err, trail.ErrNoPurpose) {
			b.Errorf("words without a purpose: %v", err)
		}
		err = b.db.Read(ctx, func(tx *tx) error { _, err := b.requests.Words(tx, handler(), named.RequestID); return err })
		if err == nil {
			b.Error("words were read where no row can be written")
		}
	})
}

func TestTitles(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		r := b.receive(lamp())
		const unknown = "FZ26112300000010"
		got, err := b.requests.Titles(b.Context(), []string{r.Number, unknown})
		if want := b.get(r.RequestID).Text; err != nil || len(got) != 2 || want == "" || got[r.Number] != want || got[unknown] != unknown {
			b.Errorf("titles %v, %v; want %q", got, err, want)
		}
		if got, err := b.requests.Titles(b.Context(), nil); err != nil || len(got) != 0 {
			b.Errorf("titles of nothing %v, %v", got, err)
		}
	})
}

func TestTrack(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		r := b.receive(lamp())
		in := lamp()
		in.ClientID, in.Kind, in.Contact.Anonymous = "client-0002", "inquiry", true
		nobody := b.receive(in)
		wrong := r.Number[:len(r.Number)-1] + string('0'+(r.Number[len(r.Number)-1]-'0'+1)%10)
		tests := []struct {
			name, number, phone, id, key string
		}{
			{"right", r.Number, "13900000001", r.RequestID, ""},
			{"as people write it", strings.ToLower(request.DisplayNumber(r.Number)), "+86 139-0000-0001", r.RequestID, ""},
			{"wrong phone", r.Number, "13900000002", "", "request.not_found"},
			{"no phone", r.Number, "", "", "request.not_found"},
			{"not a phone", r.Number, "x", "", "request.not_found"},
			{"unknown number", "FZ26112300000010", "13900000001", "", "request.not_found"},
			{"mistyped number", wrong, "13900000001", "", "request.number_check"},
			{"no number", "", "13900000001", "", "request.number_shape"},
			{"anonymous", nobody.Number, "", nobody.RequestID, ""},
			{"anonymous with a phone", nobody.Number, "13900000001", "", "request.not_found"},
		}
		for _, tt := range tests {
			if tt.name == "unknown number" {
				tt.number = unknownNumber(b, r.Number)
			}
			h, err := b.requests.Track(context.Background(), tt.number, tt.phone)
			e, _ := fault.As(err)
			if h.ID != tt.id || (tt.key == "") != (err == nil) || tt.key != "" && e.Key != tt.key {
				b.Errorf("%s: %q, %v; want %q %s", tt.name, h.ID, err, tt.id, tt.key)
			}
		}
	})
}

// unknownNumber gives a well-formed number that nobody has.
func unknownNumber(b bench, taken string) string {
	b.Helper()
	for i := range 200 {
		n := fmt.Sprintf("FZ260101%08d", i)
		if got, err := b.requests.ParseNumber(n); err == nil && got != taken {
			return got
		}
	}
	b.Fatal("no well-formed number found")
	return ""
}

func TestNear(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		here := lamp().Point
		add := func(id string, lat, lon float64, publish bool) request.Receipt {
			in := lamp()
			in.ClientID, in.Point, in.Publish = "client-"+id, geo.Point{Lat: lat, Lon: lon}, publish
			return b.receive(in)
		}
		near := add("near", here.Lat+0.0005, here.Lon, true)
		next := add("close", here.Lat, here.Lon+0.0001, true)
		add("corner", here.Lat+0.0012, here.Lon+0.0013, true) // inside the box, outside the circle
		add("far", here.Lat+0.01, here.Lon, true)
		add("secret", here.Lat, here.Lon, false)
		got, err := b.requests.Near(ctx, here, 150, b.clock.Now().Add(-time.Hour), 10)
		if err != nil || len(got) != 2 || got[0].ID != next.RequestID || got[1].ID != near.RequestID {
			b.Errorf("Near = %+v, %v", got, err)
		}
		if got, err := b.requests.Near(ctx, here, 150, b.clock.Now().Add(time.Hour), 10); err != nil || len(got) != 0 {
			b.Errorf("Near since later = %v, %v", got, err)
		}
		if got, err := b.requests.Near(ctx, geo.Point{}, 150, time.Time{}, 10); err != nil || len(got) != 0 {
			b.Errorf("Near nowhere = %v, %v", got, err)
		}
	})
}

func TestOfPersonNewestFirst(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		one := b.receive(lamp())
		b.clock.Advance(time.Minute)
		in := lamp()
		in.ClientID = "client-0002"
		two := b.receive(in)
		in.ClientID, in.Contact.Phone = "client-0003", "13900000002"
		b.receive(in)
		got, err := b.requests.OfPerson(context.Background(), b.get(one.RequestID).PersonID)
		if err != nil || len(got) != 2 || got[0].ID != two.RequestID {
			b.Errorf("OfPerson = %+v, %v", got, err)
		}
		if got, err := b.requests.OfPerson(context.Background(), ""); err != nil || len(got) != 0 {
			b.Errorf("requests of nobody: %v, %v", got, err)
		}
	})
}

func TestPhotoOf(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		r := b.receive(lamp())
		err := b.db.Read(context.Background(), func(tx *tx) error {
			h, err := b.requests.PhotoOf(tx, "blob-2")
			if err != nil || h.ID != r.RequestID {
				b.Errorf("PhotoOf = %+v, %v", h, err)
			}
			if _, err := b.requests.PhotoOf(tx, "unknown"); fault.KindOf(err) != fault.NotFound {
				b.Errorf("PhotoOf unknown = %v", err)
			}
			_, err = b.requests.ByNumber(tx, r.Number)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

func TestConsent(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		r := b.receive(lamp())
		owner := access.Actor{Kind: access.Citizen, ID: b.get(r.RequestID).PersonID}
		other := access.Actor{Kind: access.Citizen, ID: "somebody"}
		steps := []struct {
			name  string
			do    func(context.Context, access.Actor, string) error
			actor access.Actor
			kind  fault.Kind
			ok    bool
			holds bool
		}{
			{"a stranger withdraws", b.requests.WithdrawPublish, other, fault.Forbidden, false, true},
			{"a guest withdraws", b.requests.WithdrawPublish, guest(), fault.Forbidden, false, true},
			{"withdrawn", b.requests.WithdrawPublish, owner, 0, true, false},
			{"withdrawn again", b.requests.WithdrawPublish, owner, 0, true, false},
			{"given again", b.requests.GrantPublish, owner, 0, true, true},
			{"withdrawn by phone", b.requests.WithdrawPublish,
				access.Actor{Kind: access.Staff, ID: "s9", Unit: "3501.12345", Area: "/3501/", Roles: []string{access.CallTaker}}, 0, true, false},
		}
		for _, s := range steps {
			b.clock.Advance(time.Minute)
			err := s.do(ctx, s.actor, r.RequestID)
			if (err == nil) != s.ok || !s.ok && fault.KindOf(err) != s.kind {
				b.Errorf("%s: %v", s.name, err)
			}
			if got := b.get(r.RequestID).Publish; got != s.holds {
				b.Errorf("%s: consent holds = %v", s.name, got)
			}
		}
		var history []string
		err := b.db.Read(ctx, func(tx *tx) error {
			choices, err := b.requests.Choices(tx, r.RequestID)
			for _, c := range choices {
				history = append(history, fmt.Sprintf("%v by %s", c.Granted, c.Kind))
			}
			return err
		})
		want := "true by guest, false by citizen, true by citizen, false by staff"
		if got := strings.Join(history, ", "); err != nil || got != want {
			b.Errorf("history %s, %v; want %s", got, err, want)
		}
		var said []string
		for _, f := range b.drain() {
			said = append(said, f.Name)
		}
		if got := strings.Join(said, " "); got != "request.Received request.ConsentWithdrawn request.ConsentGiven request.ConsentWithdrawn" {
			b.Errorf("facts %s", got)
		}
		in := lamp()
		in.ClientID, in.Kind = "client-0002", "report"
		secret := b.receive(in)
		if err := b.requests.GrantPublish(ctx, owner, secret.RequestID); fault.KindOf(err) != fault.Invalid {
			b.Errorf("a report could be published: %v", err)
		}
	})
}
