package identity

import (
	"context"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
)

func TestStaffSessionEnds(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.add(NewStaff{StaffID: "s1"})
		idle := b.signIn(Visit{})
		b.clock.Advance(59 * time.Minute)
		if !b.known(idle) {
			b.Error("ended before an hour of rest")
		}
		b.clock.Advance(61 * time.Minute)
		if b.known(idle) {
			b.Error("lives after an hour of rest")
		}
		busy := b.signIn(Visit{})
		for range 23 {
			b.clock.Advance(30 * time.Minute)
			if !b.known(busy) {
				b.Fatal("ended while in use")
			}
		}
		b.clock.Advance(30 * time.Minute)
		if b.known(busy) {
			b.Error("lives after twelve hours")
		}
	})
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		account := b.add(NewStaff{StaffID: "s1"})
		var tokens []string
		for range 4 {
			tokens = append(tokens, b.signIn(Visit{Agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}))
			b.clock.Advance(time.Second)
		}
		alive := func() string {
			var s strings.Builder
			for _, token := range tokens {
				if b.known(token) {
					s.WriteByte('1')
				} else {
					s.WriteByte('0')
				}
			}
			return s.String()
		}
		list, err := b.Sessions(ctx, account)
		if err != nil || len(list) != 4 || list[0].Agent != "Firefox, Linux" || alive() != "1111" {
			b.Fatalf("sessions %+v, %v, %s", list, err, alive())
		}
		steps := []struct {
			name string
			do   func() error
			want string
		}{
			{"of somebody else", func() error { return b.Revoke(ctx, "other", list[0].ID) }, "1111"},
			{"one", func() error { return b.Revoke(ctx, account, list[0].ID) }, "1110"},
			{"sign out", func() error { return b.SignOut(ctx, tokens[0]) }, "0110"},
			{"sign out again", func() error { return b.SignOut(ctx, tokens[0]) }, "0110"},
			{"others", func() error { return b.RevokeOthers(ctx, account, list[2].ID) }, "0100"},
			{"new password", func() error { return b.SetPassword(ctx, account, "another long password") }, "0000"},
		}
		for _, s := range steps {
			if err := s.do(); err != nil {
				b.Fatal(s.name, err)
			}
			if got := alive(); got != s.want {
				b.Errorf("%s: alive %s, want %s", s.name, got, s.want)
			}
		}
		if _, err := b.SignInStaff(ctx, login, password+"！", "", Visit{}); key(err) != "identity.wrong" {
			b.Errorf("the old password: %v", err)
		}
	})
}

func TestSigningInEndsTheOldSession(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.add(NewStaff{StaffID: "s1"})
		old := b.signIn(Visit{})
		if !b.known(old) {
			b.Fatal("no session")
		}
		fresh := b.signIn(Visit{Old: old})
		if b.known(old) || !b.known(fresh) || old == fresh {
			b.Error("the token was not changed")
		}
	})
}

func TestADisabledAccount(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		account := b.add(NewStaff{StaffID: "s1"})
		token := b.signIn(Visit{})
		if !b.known(token) {
			b.Fatal("no session")
		}
		if err := b.SetDisabled(ctx, account, true); err != nil {
			b.Fatal(err)
		}
		if b.known(token) {
			b.Error("the session lives on")
		}
		if _, err := b.SignInStaff(ctx, login, password+"！", "", Visit{}); key(err) != "identity.wrong" {
			b.Errorf("sign in: %v", err)
		}
		if err := b.SetDisabled(ctx, account, false); err != nil {
			b.Fatal(err)
		}
		b.signIn(Visit{})
	})
}

func TestTokensAreNotStored(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		b.add(NewStaff{StaffID: "s1"})
		token := b.signIn(Visit{})
		var hash string
		if err := b.DB.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT hash FROM identity_session`).Scan(&hash)
		}); err != nil {
			b.Fatal(err)
		}
		if hash == token || b.known(hash) || b.known("") || b.known(strings.Repeat("A", 43)) || len(token) != 43 {
			b.Errorf("token %s is stored as %s", token, hash)
		}
	})
}

// A revocation that happens between reading a session and remembering it wins.
func TestCacheKeepsNothingReadBeforeARevocation(t *testing.T) {
	t.Parallel()
	c, now := newCache(), time.Unix(1000, 0)
	round := c.round()
	c.clear()
	c.put("h", Session{ID: "s"}, now, round)
	if _, ok := c.get("h", now); ok {
		t.Error("a revoked session was remembered")
	}
	c.put("h", Session{ID: "s"}, now, c.round())
	if _, ok := c.get("h", now.Add(cacheFor-1)); !ok {
		t.Error("forgotten too early")
	}
	if _, ok := c.get("h", now.Add(cacheFor)); ok {
		t.Error("remembered too long")
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		ctx := context.Background()
		b.add(NewStaff{StaffID: "s1"})
		b.signIn(Visit{})
		_, _ = b.SignInStaff(ctx, "nobody", "wrong password", "", Visit{})
		if err := b.StartCitizen(ctx, "13900000001"); err != nil {
			b.Fatal(err)
		}
		count := func() (n int) {
			err := b.DB.Read(ctx, func(tx *db.Tx) error {
				return tx.QueryRow(`SELECT (SELECT count(*) FROM identity_session) + (SELECT count(*) FROM identity_attempt)
					+ (SELECT count(*) FROM identity_code)`).Scan(&n)
			})
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
		for _, s := range []struct {
			after time.Duration
			want  int
		}{{0, 3}, {13 * time.Hour, 2}, {12 * time.Hour, 0}} {
			b.clock.Advance(s.after)
			if err := b.Tidy(ctx); err != nil {
				b.Fatal(err)
			}
			if got := count(); got != s.want {
				b.Errorf("after %v more: %d rows, want %d", s.after, got, s.want)
			}
		}
	})
}

func TestAgentLabel(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"": "",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1":                 "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0":                                  "WeChat, Android",
		"curl/8.0":              "",
		"<script> Linux":        "Linux",
		"Chrome without system": "Chrome",
	} {
		if got := AgentLabel(agent); got != want {
			t.Errorf("AgentLabel(%q) = %q, want %q", agent, got, want)
		}
	}
}
