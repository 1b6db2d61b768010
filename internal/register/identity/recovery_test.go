package identity

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
)

func TestSetupCode(t *testing.T) {
	const wrong = "identity.setup_wrong"
	fresh := password + "新"
	for _, tt := range []struct {
		name string
		try  func(b bench, code string) error
		want string
	}{
		{"as it was given", func(b bench, code string) error { return b.setUp(login, code, fresh) }, ""},
		{"typed small with blanks", func(b bench, code string) error {
			return b.setUp(" "+login, strings.ToLower(strings.ReplaceAll(code, "-", " ")), fresh)
		}, ""},
		{"used twice", func(b bench, code string) error {
			must(b.T, b.setUp(login, code, fresh))
			return b.setUp(login, code, fresh)
		}, wrong},
		{"too late", func(b bench, code string) error {
			b.clock.Advance(SetupLives)
			return b.setUp(login, code, fresh)
		}, wrong},
		{"another login", func(b bench, code string) error { return b.setUp("nobody", code, fresh) }, wrong},
		{"a wrong code", func(b bench, _ string) error { return b.setUp(login, "AAAA-AAAA-AAAA-AAAA", fresh) }, wrong},
		{"a short password", func(b bench, code string) error { return b.setUp(login, code, "kurz") }, "password identity.password_length"},
		{"replaced by a newer one", func(b bench, code string) error {
			a, err := b.AccountOfStaff(context.Background(), "s1")
			must(b.T, err)
			_, err = b.ResetStaff(context.Background(), a.ID, "admin")
			must(b.T, err)
			return b.setUp(login, code, fresh)
		}, wrong},
		{"guessed at", func(b bench, code string) error {
			for range 4 {
				_ = b.setUp(login, "AAAA-AAAA-AAAA-AAAA", fresh)
			}
			return b.setUp(login, code, fresh)
		}, "identity.wait"},
		{"the old password", func(b bench, _ string) error {
			_, err := b.SignInStaff(context.Background(), login, password+"！", b.totp(), Visit{})
			return err
		}, "identity.wrong"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(b bench) {
				b.add(NewStaff{StaffID: "s1", TOTPSecret: secret, SecondFactor: true})
				a, err := b.AccountOfStaff(context.Background(), "s1")
				must(t, err)
				code, err := b.ResetStaff(context.Background(), a.ID, "admin")
				must(t, err)
				if got := key(tt.try(b, code)); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func (b bench) setUp(login, code, password string) error {
	_, err := b.SetUpStaff(context.Background(), login, code, password, Visit{})
	return err
}

func TestResetTakesEveryWayInAway(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at := b.staffSession(NewStaff{StaffID: "s1"})
		d := b.registered(at)
		code, err := b.ResetStaff(ctx, at.Account, "admin")
		must(t, err)
		if live, err := b.Sessions(ctx, at.Account); err != nil || len(live) > 0 {
			t.Errorf("sessions %v, %v", live, err)
		}
		o, token := b.asks(Session{})
		if got := key(b.takes(Staff, token, d.signs(o, at.Account, 1))); got != "passkey identity.passkey_refused" {
			t.Errorf("the passkey gives %q", got)
		}
		session, err := b.SetUpStaff(ctx, login, code, password+"新", Visit{})
		must(t, err)
		if s, ok := b.Lookup(ctx, session); !ok || s.StaffID != "s1" || !s.Fresh(b.clock.Now()) {
			t.Errorf("session %+v, %v", s, ok)
		}
		if _, err := b.SignInStaff(ctx, login, password+"新", "", Visit{}); err != nil {
			t.Error(err)
		}
		citizen, _ := b.citizenSession()
		if _, err := b.ResetStaff(ctx, citizen.Account, "admin"); key(err) != "identity.account_unknown" {
			t.Errorf("a citizen's account gives %v", err)
		}
	})
}

func TestSheet(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at, told := b.citizenSession()
		sheet, codes, err := b.MakeSheet(ctx, at)
		must(t, err)
		if len(codes) != SheetCodes || len(sheet.Number) != 8 || len(codes[0]) != 10 {
			t.Fatalf("sheet %+v with %v", sheet, codes)
		}
		signIn := func(number, code string) string {
			token, err := b.SignInSheet(ctx, number, code, Visit{})
			if err != nil {
				return key(err)
			}
			s, ok := b.Lookup(ctx, token)
			if !ok || s.PersonID != at.PersonID || s.ProvedBy != ByPaper {
				t.Errorf("session %+v, %v", s, ok)
			}
			return ""
		}
		const wrong = "identity.sheet_wrong"
		for _, tt := range []struct{ number, code, want string }{
			{sheet.Number, codes[0], ""}, {sheet.Number, codes[0], wrong}, {"00000000", codes[1], wrong},
			{sheet.Number[:4] + " " + sheet.Number[4:], codes[1][:5] + "-" + codes[1][5:], ""},
			{sheet.Number, "１２３", wrong},
		} {
			if got := signIn(tt.number, tt.code); got != tt.want {
				t.Errorf("%s with %s gives %q, want %q", tt.number, tt.code, got, tt.want)
			}
		}
		if got, _, err := b.SheetOf(ctx, at.Account); err != nil || got.Left != SheetCodes-2 || got.Number != sheet.Number {
			t.Errorf("sheet %+v, %v", got, err)
		}
		if err := b.ProveSheet(ctx, at, codes[2]); err != nil {
			t.Error(err)
		}
		if got := key(b.ProveSheet(ctx, at, codes[2])); got != "code identity.code_wrong" {
			t.Errorf("a used code proves: %q", got)
		}
		_, next, err := b.MakeSheet(ctx, at)
		must(t, err)
		if got := signIn(sheet.Number, codes[3]); got != wrong {
			t.Errorf("the older sheet gives %q", got)
		}
		must(t, b.EndSheet(ctx, at))
		if _, ok, err := b.SheetOf(ctx, at.Account); ok || err != nil || next == nil {
			t.Errorf("an ended sheet is there: %v, %v", ok, err)
		}
		if want := []string{"sheet_made", "sheet_used", "sheet_used", "sheet_used", "sheet_made", "sheet_ended"}; !slices.Equal(*told, want) {
			t.Errorf("told %v, want %v", *told, want)
		}
	})
}

func TestSheetIsNotGuessed(t *testing.T) {
	each(t, func(b bench) {
		at, _ := b.citizenSession()
		sheet, codes, err := b.MakeSheet(context.Background(), at)
		must(t, err)
		for range 4 {
			_, err = b.SignInSheet(context.Background(), sheet.Number, "0000000000", Visit{})
		}
		if key(err) != "identity.sheet_wrong" {
			t.Fatal(err)
		}
		if _, err = b.SignInSheet(context.Background(), sheet.Number, codes[0], Visit{}); key(err) != "identity.wait" {
			t.Errorf("after four guesses %v", err)
		}
		b.clock.Advance(5 * time.Second)
		if _, err = b.SignInSheet(context.Background(), sheet.Number, codes[0], Visit{}); err != nil {
			t.Errorf("after the wait %v", err)
		}
	})
}

func TestErasedAccountHasNoSheet(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at, _ := b.citizenSession()
		sheet, codes, err := b.MakeSheet(ctx, at)
		must(t, err)
		must(t, b.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := b.AskRecoveryTx(tx, at.PersonID, "u1", "s1", "id_card"); err != nil {
				return err
			}
			return b.EraseTx(tx, at.PersonID)
		}))
		if _, err := b.SignInSheet(ctx, sheet.Number, codes[0], Visit{}); key(err) != "identity.sheet_wrong" {
			t.Errorf("the sheet gives %v", err)
		}
		for _, table := range []string{"identity_sheet", "identity_sheet_code", "identity_recovery"} {
			var n int
			must(t, b.DB.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) }))
			if n > 0 {
				t.Errorf("%s holds %d rows", table, n)
			}
		}
	})
}

func TestRecovery(t *testing.T) {
	type made struct {
		id   string
		at   Session
		dev  *device
		told *[]string
	}
	grant := func(b bench, id, unit, staff string) error {
		return b.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, _, err := b.GrantRecoveryTx(tx, id, unit, staff)
			return err
		})
	}
	for _, tt := range []struct {
		name string
		try  func(b bench, m made) error
		want string
	}{
		{"a second member of staff grants it", func(b bench, m made) error { return grant(b, m.id, "u1", "s2") }, ""},
		{"who asked cannot", func(b bench, m made) error { return grant(b, m.id, "u1", "s1") }, "identity.recovery_own"},
		{"another unit cannot", func(b bench, m made) error { return grant(b, m.id, "u2", "s2") }, "identity.recovery_unknown"},
		{"twice", func(b bench, m made) error {
			must(b.T, grant(b, m.id, "u1", "s2"))
			return grant(b, m.id, "u1", "s3")
		}, "identity.recovery_over"},
		{"too late", func(b bench, m made) error {
			b.clock.Advance(RecoveryLives)
			return grant(b, m.id, "u1", "s2")
		}, "identity.recovery_over"},
		{"refused", func(b bench, m made) error {
			must(b.T, b.DB.Write(context.Background(), func(tx *db.Tx) error { return b.RefuseRecoveryTx(tx, m.id, "u1", "s2") }))
			return grant(b, m.id, "u1", "s2")
		}, "identity.recovery_over"},
		{"asked again while it waits", func(b bench, m made) error {
			return b.DB.Write(context.Background(), func(tx *db.Tx) error {
				_, err := b.AskRecoveryTx(tx, m.at.PersonID, "u1", "s1", "id_card")
				return err
			})
		}, "identity.recovery_waits"},
		{"without a document", func(b bench, m made) error {
			return b.DB.Write(context.Background(), func(tx *db.Tx) error {
				_, err := b.AskRecoveryTx(tx, m.at.PersonID, "u1", "s1", "a friend says so")
				return err
			})
		}, "document identity.recovery_document"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(b bench) {
				at, told := b.citizenSession()
				m := made{at: at, dev: b.registered(at), told: told}
				must(t, b.DB.Write(context.Background(), func(tx *db.Tx) error {
					r, err := b.AskRecoveryTx(tx, at.PersonID, "u1", "s1", "id_card")
					m.id = r.ID
					return err
				}))
				if got := key(tt.try(b, m)); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func TestRecoveryEndsWhatTheLostPhoneHeld(t *testing.T) {
	each(t, func(b bench) {
		ctx := context.Background()
		at, told := b.citizenSession()
		d := b.registered(at)
		old, codes, err := b.MakeSheet(ctx, at)
		must(t, err)
		var sheet Sheet
		var fresh []string
		must(t, b.DB.Write(ctx, func(tx *db.Tx) error {
			r, err := b.AskRecoveryTx(tx, at.PersonID, "u1", "s1", "id_card")
			if err == nil {
				sheet, fresh, err = b.GrantRecoveryTx(tx, r.ID, "u1", "s2")
			}
			return err
		}))
		if live, err := b.Sessions(ctx, at.Account); err != nil || len(live) > 0 {
			t.Errorf("sessions %v, %v", live, err)
		}
		o, token := b.asks(Session{})
		if got := key(b.takes(Citizen, token, d.signs(o, at.Account, 1))); got != "passkey identity.passkey_refused" {
			t.Errorf("the passkey gives %q", got)
		}
		if _, err := b.SignInSheet(ctx, old.Number, codes[0], Visit{}); key(err) != "identity.sheet_wrong" {
			t.Errorf("the older sheet gives %v", err)
		}
		if _, err := b.SignInSheet(ctx, sheet.Number, fresh[0], Visit{}); err != nil || sheet.By != "s2" {
			t.Errorf("the new sheet %+v gives %v", sheet, err)
		}
		if want := []string{"passkey_added", "sheet_made", "recovery_asked", "recovery_done", "sheet_used"}; !slices.Equal(*told, want) {
			t.Errorf("told %v, want %v", *told, want)
		}
		if list, err := b.WaitingRecoveries(ctx, "u1"); err != nil || len(list) > 0 {
			t.Errorf("waiting %v, %v", list, err)
		}
	})
}
