package apikey_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
)

func city() apikey.New {
	return apikey.New{Name: "城管平台", Unit: "350102.cgj", Area: "350102", Roles: []string{access.Handler}, Scopes: []string{apikey.CasesRead, apikey.CasesAct}}
}

func each(t *testing.T, do func(t *testing.T, s *apikey.Service, c *clock.Manual, d *db.DB)) {
	t.Parallel()
	dbtest.Each(t, []db.Schema{apikey.Schema()}, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City))
		do(t, apikey.NewService(d, c), c, d)
	})
}

func TestAKeyOpensUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, s *apikey.Service, c *clock.Manual, d *db.DB) {
		ctx := context.Background()
		lasting := city()
		ending := city()
		ending.Until = c.Now().Add(time.Hour)
		k, secret, err := s.Create(ctx, "acc-1", lasting)
		if err != nil || !strings.HasPrefix(secret, apikey.SecretPrefix) || len(secret) < 29 {
			t.Fatalf("Create = %+v, %q, %v", k, secret, err)
		}
		_, short, err := s.Create(ctx, "", ending)
		if err != nil {
			t.Fatal(err)
		}
		opens := func(secret string) bool {
			got, err := apikey.NewService(d, c).Find(ctx, secret) // another process: no cache
			if err != nil && fault.KindOf(err) != fault.Forbidden {
				t.Fatal(err)
			}
			here, errHere := s.Find(ctx, secret)
			if (err == nil) != (errHere == nil) {
				t.Errorf("two processes disagree: %v, %v", err, errHere)
			}
			return err == nil && got.Name == "城管平台" && slices.Equal(got.Scopes, here.Scopes)
		}
		if !opens(secret) || !opens(short) {
			t.Error("a new key does not open")
		}
		for _, wrong := range []string{"", "bk_", secret[:len(secret)-1], secret + "a", strings.ToUpper(secret), strings.Repeat("bk_", 1000)} {
			if opens(wrong) {
				t.Errorf("%q opens", wrong)
			}
		}
		c.Advance(time.Hour)
		if opens(short) {
			t.Error("a key opens after its end")
		}
		if err := s.Revoke(ctx, "acc-2", k.ID); err != nil {
			t.Fatal(err)
		}
		if opens(secret) {
			t.Error("a revoked key opens")
		}
		if got, err := s.Get(ctx, k.ID); err != nil || !got.Revoked.Equal(c.Now()) || got.MadeBy != "acc-1" || got.RevokedBy != "acc-2" {
			t.Errorf("Get = %+v, %v", got, err)
		}
		if err := s.Revoke(ctx, "", "nobody"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Revoke of no key = %v", err)
		}
	})
}

func TestTheSecretIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, s *apikey.Service, _ *clock.Manual, d *db.DB) {
		_, secret, err := s.Create(context.Background(), "", city())
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(context.Background(), func(tx *db.Tx) error {
			rows, err := db.Column(tx, `SELECT hash || ' ' || name || ' ' || id FROM apikey_key`)
			if len(rows) != 1 || strings.Contains(rows[0], strings.TrimPrefix(secret, apikey.SecretPrefix)) {
				t.Errorf("rows = %v", rows)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *apikey.Service, c *clock.Manual, _ *db.DB) {
		for name, change := range map[string]func(*apikey.New){
			"name":  func(n *apikey.New) { n.Name = " " },
			"unit":  func(n *apikey.New) { n.Unit = "" },
			"area":  func(n *apikey.New) { n.Area = "" },
			"scope": func(n *apikey.New) { n.Scopes = []string{"everything"} },
			"role":  func(n *apikey.New) { n.Roles = []string{"mayor"} },
			"limit": func(n *apikey.New) { n.PerDay = -1 },
			"until": func(n *apikey.New) { n.Until = c.Now() },
		} {
			n := city()
			change(&n)
			_, secret, err := s.Create(context.Background(), "", n)
			if fields := fault.FieldsOf(err); secret != "" || len(fields) != 1 || fields[0].Field != name {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, s *apikey.Service, c *clock.Manual, d *db.DB) {
		ctx := context.Background()
		n := city()
		n.PerSecond, n.Burst = 2, 3
		k, _, err := s.Create(ctx, "", n)
		if err != nil {
			t.Fatal(err)
		}
		take := func(s *apikey.Service, k apikey.Key) time.Duration {
			wait, err := s.Take(ctx, k)
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		for range 3 {
			if wait := take(s, k); wait != 0 {
				t.Errorf("within the burst: wait %s", wait)
			}
		}
		if wait := take(s, k); wait != 500*time.Millisecond {
			t.Errorf("beyond the burst: wait %s, want 500ms", wait)
		}

		n.PerSecond, n.Burst, n.PerDay = 1000, 1000, 60
		if k, _, err = s.Create(ctx, "", n); err != nil {
			t.Fatal(err)
		}
		two := apikey.NewService(d, c)
		passed := 0
		for range 200 {
			for _, process := range []*apikey.Service{s, two} {
				if take(process, k) == 0 {
					passed++
				}
			}
		}
		if passed != 60 {
			t.Errorf("two processes let %d calls pass, want 60", passed)
		}
		if wait := take(s, k); wait != 15*time.Hour {
			t.Errorf("after the day's quota: wait %s, want until midnight", wait)
		}
		c.Advance(24 * time.Hour)
		if wait := take(s, k); wait != 0 {
			t.Errorf("on the next day: wait %s", wait)
		}
	})
}

func TestActor(t *testing.T) {
	t.Parallel()
	k := apikey.Key{ID: "01K", Unit: "350102.cgj", Area: "350102", Roles: []string{access.Handler}}
	a := k.Actor("/3501/350102/")
	if id, ok := apikey.KeyOf(a.ID); !ok || id != k.ID || !a.Posted() || !a.Is(access.Handler) {
		t.Errorf("actor %+v", a)
	}
	policy, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	own := access.Resource{Kind: "order", ID: "o1", Unit: "350102.cgj"}
	other := access.Resource{Kind: "order", ID: "o2", Unit: "350103.cgj"}
	if !policy.May(a, access.OrderSign, own).Allow || policy.May(a, access.OrderSign, other).Allow {
		t.Error("a key may not do exactly what its post may")
	}
}
