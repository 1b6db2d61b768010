package app

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/mandate"
	"banyan/internal/register/person"
)

// TestActable holds that the list of what may be done for another names routes that exist, and that each refusal has its sentence.
func TestActable(t *testing.T) {
	t.Parallel()
	a := open(t).App
	routes, err := a.Routes()
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Join(routes, "\n") + "\n"
	for pattern := range actable() {
		if !strings.Contains(known, pattern+"\n") {
			t.Errorf("%s is no route", pattern)
		}
	}
	for _, path := range []string{"/me/erase", "/me/data", "/oauth/authorize", "/mine/x/looks", "/me/family/x", "/me/sessions/x/end", "/me/phone", "/track", "/messages/read", "/anything"} {
		if key := never(path); !a.Catalog.Has(i18n.ZhHans, key) {
			t.Errorf("%s: no sentence for %s", path, key)
		}
	}
}

// TestErasureEndsMandates: whoever is forgotten acts for nobody and is acted for by nobody, at once.
func TestErasureEndsMandates(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"giver", "holder"} {
		a := open(t).App
		ids := map[string]string{}
		err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			for name, phone := range map[string]string{"giver": "13900000181", "holder": "13900000182"} {
				if ids[name], err = a.People.Ensure(tx, person.Contact{Phone: phone}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := a.Mandates.Give(t.Context(), access.Actor{Kind: access.Citizen, ID: ids["giver"]},
			mandate.Giving{Holder: ids["holder"], Relation: mandate.Child, Scope: []mandate.Scope{mandate.Report}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		by := access.Actor{Kind: access.Citizen, ID: ids["holder"], Session: "s1"}
		if _, err := a.Mandates.Accept(t.Context(), by, m.ID); err != nil {
			t.Fatal(err)
		}
		if err := a.Mandates.Switch(t.Context(), by, m.ID); err != nil {
			t.Fatal(err)
		}
		s := identity.Session{ID: "s1", PersonID: ids["holder"], ExpiresAt: time.Now().Add(time.Hour)}
		if x, err := a.acting(t.Context(), s); err != nil || x == nil || x.Person != ids["giver"] {
			t.Fatalf("before: %+v %v", x, err)
		}
		err = a.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := a.People.AskErasure(tx, ids[who])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.erase(t.Context()); err != nil {
			t.Fatal(err)
		}
		if x, err := a.acting(t.Context(), s); err != nil || x != nil {
			t.Errorf("%s erased: acts for %+v %v", who, x, err)
		}
		by.For = m.Behalf()
		err = a.DB.Read(t.Context(), func(tx *db.Tx) error { return a.Mandates.CheckTx(tx, by, mandate.Report) })
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s erased: %v", who, err)
		}
	}
}
