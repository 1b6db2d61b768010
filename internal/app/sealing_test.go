package app

import (
	"strings"
	"testing"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// A city that turns to the state's algorithms seals by them from then on, and reads what it sealed before; and the way back.
func TestCryptoOfTheSettings(t *testing.T) {
	t.Parallel()
	c := folder(t)
	marks := map[string]string{"standard": "~1.", "state": "~2."}
	var ids []string
	for _, crypto := range []string{"standard", "state", "standard"} {
		settings(t, c.Data, "development: true\ncrypto: "+crypto+"\n")
		a, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t, a, c.Clock.(*clock.Manual)}
		in := lamp()
		in.ClientID = strings.Repeat("client-", len(ids)+2)
		r := h.receive(in)
		ids = append(ids, r.RequestID)
		h.write(func(tx *db.Tx) error {
			var stored string
			if err := tx.QueryRow(`SELECT words FROM request_request WHERE id = $1`, r.RequestID).Scan(&stored); err != nil || stored[:3] != marks[crypto] {
				t.Errorf("%s seals as %.3s, %v", crypto, stored, err)
			}
			said, err := h.Requests.Words(tx, trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "tester", Roles: []string{access.Handler}}, Purpose: trail.ForHandling}, ids...)
			for _, one := range said {
				if one.Words != in.Words {
					t.Errorf("%s reads %q", crypto, one.Words)
				}
			}
			people := 0
			if err := tx.QueryRow(`SELECT count(*) FROM person_person`).Scan(&people); err != nil || people != 1 {
				t.Errorf("%s has %d people of one phone, %v", crypto, people, err)
			}
			if len(said) != len(ids) {
				t.Errorf("%s reads %d of %d", crypto, len(said), len(ids))
			}
			return err
		})
		if n, err := h.People.SealOlder(t.Context()); n > 0 || err != nil {
			t.Errorf("%s holds %d rows for older than keys: %v", crypto, n, err)
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		if n, err := RotateKeys(t.Context(), c); n == 0 || err != nil {
			t.Errorf("%s: %d keys wrapped anew, %v", crypto, n, err)
		}
	}
	settings(t, c.Data, "crypto: rot13\n")
	if _, err := Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "rot13") {
		t.Errorf("crypto: rot13 gives %v", err)
	}
}
