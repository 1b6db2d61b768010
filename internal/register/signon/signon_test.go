package signon_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/signon"
)

type bench struct {
	*testing.T
	*signon.Service
	clock *clock.Manual
	db    *db.DB
}

func each(t *testing.T, do func(b *bench)) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{signon.Schema()}, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City))
		s, err := signon.New(d, c, bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		do(&bench{t, s, c, d})
	})
}

func kitchen() signon.NewApp {
	return signon.NewApp{Name: "长者食堂", Unit: "350102.mzj", Redirects: []string{"https://kitchen.example/done"}, Scopes: signon.Scopes(), Days: 90, Secret: true}
}

func (b *bench) app(n signon.NewApp) signon.App {
	b.Helper()
	a, _, err := b.Register(b.Context(), "s1", n)
	b.must(err)
	return a
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) refused(err error) {
	b.Helper()
	if !errors.Is(err, signon.ErrRefused) {
		b.Fatalf("error = %v, want ErrRefused", err)
	}
}

// code goes through to a code for the person p1.
func (b *bench) code(a signon.App) (signon.Ask, string) {
	b.Helper()
	ask, err := b.Begin(b.Context(), a, signon.Ask{Redirect: a.Redirects[0], Scopes: []string{"openid", "phone", "offline_access", "email"}, State: "st", Nonce: "no", Challenge: "ch"})
	b.must(err)
	_, err = b.Allow(b.Context(), ask.ID, signon.Who{Person: "p1", Account: "a1", Auth: b.clock.Now()})
	b.must(err)
	b.must(b.SaveCode(b.Context(), ask.ID, "code-"+ask.ID))
	return ask, "code-" + ask.ID
}

func (b *bench) opens(access string) bool {
	b.Helper()
	err := b.db.Read(b.Context(), func(tx *db.Tx) error {
		_, err := b.AccessTx(tx, access)
		return err
	})
	if err != nil && !errors.Is(err, signon.ErrRefused) {
		b.Fatal(err)
	}
	return err == nil
}

func TestACodeIsGoodOnceAndAMinute(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.Context()
		ask, code := b.code(b.app(kitchen()))
		got, err := b.ByCode(ctx, code)
		b.must(err)
		if got.Ask.ID != ask.ID || got.Grant.Person != "p1" || !slices.Equal(got.Ask.Scopes, []string{"openid", "phone", "offline_access"}) {
			t.Errorf("the code's ask is %+v", got)
		}
		if err := b.SaveCode(ctx, ask.ID, "another"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a second code: %v", err)
		}
		out, err := b.Redeem(ctx, ask.ID, true)
		b.must(err)
		if !b.opens(out.Access) || out.Refresh == "" {
			t.Fatal("the tokens open nothing")
		}
		_, err = b.Redeem(ctx, ask.ID, true)
		b.refused(err)
		if b.opens(out.Access) {
			t.Error("a code came twice and its access token still opens")
		}
		_, err = b.Refresh(ctx, out.Refresh)
		b.refused(err)

		late, _ := b.code(b.app(kitchen()))
		b.clock.Advance(time.Minute)
		_, err = b.Redeem(ctx, late.ID, false)
		b.refused(err)
	})
}

func TestRefreshTokensRotateAndReuseEndsThemAll(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.Context()
		ask, _ := b.code(b.app(kitchen()))
		first, err := b.Redeem(ctx, ask.ID, true)
		b.must(err)
		second, err := b.Rotate(ctx, first.Refresh, []string{"openid"})
		b.must(err)
		third, err := b.Rotate(ctx, second.Refresh, []string{"openid", "phone"})
		b.must(err)
		if !b.opens(third.Access) {
			t.Fatal("the third access token opens nothing")
		}
		tok, err := b.Refresh(ctx, third.Refresh)
		b.must(err)
		if !slices.Equal(tok.Scopes, []string{"openid", "phone", "offline_access"}) {
			t.Errorf("asking for less once took %v away for ever", tok.Scopes)
		}
		_, err = b.Refresh(ctx, first.Refresh)
		b.refused(err)
		if b.opens(third.Access) || b.opens(second.Access) {
			t.Error("a refresh token came twice and access tokens still open")
		}
		_, err = b.Rotate(ctx, third.Refresh, []string{"openid"})
		b.refused(err)
	})
}

func TestOneOfTwoRotationsAtOnceWins(t *testing.T) {
	each(t, func(b *bench) {
		ask, _ := b.code(b.app(kitchen()))
		first, err := b.Redeem(b.Context(), ask.ID, true)
		b.must(err)
		results := make(chan error)
		for range 4 {
			go func() {
				_, err := b.Rotate(b.Context(), first.Refresh, []string{"openid"})
				results <- err
			}()
		}
		won := 0
		for range 4 {
			if err := <-results; err == nil {
				won++
			} else if !errors.Is(err, signon.ErrRefused) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 4 rotations of one token gave tokens, want 1", won)
		}
	})
}

func TestTakingBackEndsEverything(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.Context()
		a := b.app(kitchen())
		for name, end := range map[string]func(grant string) error{
			"taken back": func(grant string) error { return b.TakeBack(ctx, "p1", grant) },
			"erased": func(string) error {
				return b.db.Write(ctx, func(tx *db.Tx) error { return b.EraseTx(tx, "p1") })
			},
		} {
			ask, _ := b.code(a)
			out, err := b.Redeem(ctx, ask.ID, true)
			b.must(err)
			list, err := b.GrantsOf(ctx, "p1")
			b.must(err)
			if err := b.TakeBack(ctx, "p2", list[0].Grant.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("somebody else takes it back: %v", err)
			}
			if !b.opens(out.Access) {
				t.Fatal("the access token opens nothing")
			}
			b.must(end(list[0].Grant.ID))
			if b.opens(out.Access) {
				t.Errorf("%s: the access token still opens", name)
			}
			_, err = b.Refresh(ctx, out.Refresh)
			b.refused(err)
		}
		ask, _ := b.code(a)
		out, err := b.Redeem(ctx, ask.ID, true)
		b.must(err)
		waiting, err := b.Begin(ctx, a, signon.Ask{Redirect: a.Redirects[0], Scopes: []string{"openid"}, Challenge: "ch"})
		b.must(err)
		b.must(b.End(ctx, "s1", a.ID))
		if b.opens(out.Access) {
			t.Error("the app was closed and its access token still opens")
		}
		if _, _, err := b.Asked(ctx, waiting.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an ask of a closed app: %v", err)
		}
		b.must(b.db.Write(ctx, func(tx *db.Tx) error { return b.EraseTx(tx, "p1") }))
		if list, err := b.GrantsOf(ctx, "p1"); err != nil || len(list) != 0 {
			t.Errorf("after an erasure %v, %v are left", list, err)
		}
	})
}

func TestAGrantCoversWhatWasAllowedUntilItsEnd(t *testing.T) {
	each(t, func(b *bench) {
		ctx := b.Context()
		a := b.app(kitchen())
		who := signon.Who{Person: "p1", Account: "a1", Auth: b.clock.Now()}
		again := func(who signon.Who, scopes ...string) bool {
			ask, err := b.Begin(ctx, a, signon.Ask{Redirect: a.Redirects[0], Scopes: scopes, Challenge: "ch"})
			b.must(err)
			ok, err := b.AllowAgain(ctx, ask.ID, who)
			b.must(err)
			return ok
		}
		if again(who, "openid") {
			t.Error("allowed without a grant")
		}
		ask, err := b.Begin(ctx, a, signon.Ask{Redirect: a.Redirects[0], Scopes: []string{"openid"}, Challenge: "ch"})
		b.must(err)
		_, err = b.Allow(ctx, ask.ID, who)
		b.must(err)
		if _, err := b.Allow(ctx, ask.ID, who); fault.KindOf(err) != fault.NotFound {
			t.Errorf("allowed twice: %v", err)
		}
		if !again(who, "openid") || again(who, "openid", "phone") || again(signon.Who{Person: "p2"}, "openid") {
			t.Error("a grant covers more or less than what was allowed")
		}
		b.clock.Advance(91 * 24 * time.Hour)
		if again(who, "openid") {
			t.Error("allowed after the grant's end")
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(b *bench) {
		for field, change := range map[string]func(*signon.NewApp){
			"name": func(n *signon.NewApp) { n.Name = " " }, "unit": func(n *signon.NewApp) { n.Unit = "" }, "scopes": func(n *signon.NewApp) { n.Scopes = []string{"address"} },
			"days": func(n *signon.NewApp) { n.Days = 366 }, "redirects": func(n *signon.NewApp) { n.Redirects = nil },
		} {
			n := kitchen()
			change(&n)
			_, _, err := b.Register(b.Context(), "s1", n)
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		for to, public := range map[string]bool{
			"http://kitchen.example/": false, "https://*.example/": false, "https://a.example/#x": false, "javascript:alert(1)": false, "myapp:/x": false, "//x.example": false,
			"https://u@x.example/": false, "cn.example.app:/done": true, "https://": false, "http://127.0.0.1:9/x": true, "http://localhost/x": true, "https://x.example/a?b=c": true,
		} {
			n := kitchen()
			n.Secret, n.Redirects = false, []string{to}
			if _, _, err := b.Register(b.Context(), "s1", n); (err == nil) != public {
				t.Errorf("%s: %v", to, err)
			}
		}
		a := b.app(kitchen())
		for _, ask := range []signon.Ask{{Redirect: a.Redirects[0] + "/", Challenge: "c"}, {Redirect: a.Redirects[0]}} {
			if _, err := b.Begin(b.Context(), a, ask); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", ask, err)
			}
		}
	})
}

func TestNoSecretIsStored(t *testing.T) {
	each(t, func(b *bench) {
		a, secret, err := b.Register(b.Context(), "s1", kitchen())
		b.must(err)
		found, err := b.App(b.Context(), a.ID)
		b.must(err)
		if !found.Proves(secret) || found.Proves(secret+"x") || found.Proves("") {
			t.Error("the secret proves wrongly")
		}
		ask, code := b.code(a)
		out, err := b.Redeem(b.Context(), ask.ID, true)
		b.must(err)
		var rows []string
		b.must(b.db.Read(b.Context(), func(tx *db.Tx) error {
			for _, query := range []string{`SELECT hash FROM signon_app`, `SELECT code FROM signon_ask`, `SELECT hash || family FROM signon_token`} {
				some, err := db.Column(tx, query)
				if err != nil {
					return err
				}
				rows = append(rows, some...)
			}
			return nil
		}))
		all := strings.Join(rows, " ")
		for _, s := range []string{secret, code, out.Access, out.Refresh} {
			sum := sha256.Sum256([]byte(s))
			if strings.Contains(all, s) || !strings.Contains(all, hex.EncodeToString(sum[:])) {
				t.Errorf("%.8s… is stored, or its digest is not", s)
			}
		}
	})
}

func TestSubjectsOfTwoSectorsCannotBeJoined(t *testing.T) {
	t.Parallel()
	s, err := signon.New(nil, clock.System{}, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	other, err := signon.New(nil, clock.System{}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	subject := func(s *signon.Service, sector, person string) string {
		sub, err := s.Subject(sector, person)
		if err != nil || strings.Contains(sub, ":") || len(sub) != 43 {
			t.Fatalf("Subject = %q, %v", sub, err)
		}
		return sub
	}
	seen := map[string]bool{}
	for _, sub := range []string{subject(s, "a", "p1"), subject(s, "a", "p2"), subject(s, "b", "p1"), subject(other, "a", "p1"), subject(s, "ap", "1")} {
		if seen[sub] {
			t.Error("two subjects are the same")
		}
		seen[sub] = true
	}
	if subject(s, "a", "p1") != subject(s, "a", "p1") {
		t.Error("a subject does not last")
	}
}

func TestSigningKeysChangeAndOverlap(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City))
	s, err := signon.New(nil, c, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.SigningKeys()
	if err != nil {
		t.Fatal(err)
	}
	c.Advance(90 * 24 * time.Hour)
	after, err := s.SigningKeys()
	if err != nil {
		t.Fatal(err)
	}
	if after[0].ID == before[0].ID || after[1].ID != before[0].ID || before[2].ID != after[0].ID || !before[2].Key.Equal(after[0].Key) || !after[1].Key.Equal(before[0].Key) {
		t.Error("the key after ninety days is not the one published before, or the old one is no longer published")
	}
}

func TestTidy(t *testing.T) {
	each(t, func(b *bench) {
		ask, code := b.code(b.app(kitchen()))
		_, err := b.Redeem(b.Context(), ask.ID, true)
		b.must(err)
		b.clock.Advance(30 * time.Minute)
		b.must(b.Tidy(b.Context()))
		if _, err := b.ByCode(b.Context(), code); err != nil {
			t.Errorf("a code used half an hour ago is not known: %v", err)
		}
		b.clock.Advance(61 * 24 * time.Hour)
		b.must(b.Tidy(b.Context()))
		var n int
		b.must(b.db.Read(context.Background(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT (SELECT count(*) FROM signon_ask) + (SELECT count(*) FROM signon_token)`).Scan(&n)
		}))
		if n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}
