package mandate_test

import (
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/register/mandate"
)

// enter types a code as a person does who knows the giver's phone.
func enter(h *house, holder, giver, code string) (m mandate.Mandate, ok bool, err error) {
	h.Helper()
	err = h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		m, ok, err = h.EnterTx(tx, holder, giver, code)
		return err
	})
	return m, ok, err
}

// wrong is a code that is not the given one.
func wrong(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return "9" + code[1:]
}

func coded(h *house, giver string) (mandate.Mandate, string) {
	h.Helper()
	m, code, err := h.Give(h.Context(), citizen(giver), giving(func(g *mandate.Giving) { g.Holder = "" }))
	h.Must(err)
	if len(code) != 6 {
		h.Fatalf("code %q", code)
	}
	return m, code
}

func TestCode(t *testing.T) {
	each(t, func(h *house) {
		m, code := coded(h, granny)
		for name, try := range map[string][2]string{"wrong code": {granny, wrong(code)}, "another giver": {stranger, code}, "nobody": {"", code}, "no code": {granny, ""}} {
			if _, ok, err := enter(h, daughter, try[0], try[1]); ok || err != nil {
				h.Errorf("%s: %v %v", name, ok, err)
			}
		}
		if _, ok, _ := enter(h, granny, granny, code); ok {
			h.Error("a giver takes their own code")
		}
		got, ok, err := enter(h, daughter, granny, " "+strings.Map(func(r rune) rune { return r - '0' + '０' }, code[:3])+" "+code[3:])
		h.Must(err)
		if !ok || got.ID != m.ID {
			h.Fatalf("the right code: %v %s", ok, got.ID)
		}
		if _, ok, _ := enter(h, stranger, granny, code); ok {
			h.Error("a code that was used is good again")
		}
		_, err = h.Accept(h.Context(), citizen(stranger), m.ID)
		refused(h, err, "mandate.unknown")
		_, err = h.Accept(h.Context(), citizen(daughter), m.ID)
		h.Must(err)

		_, late := coded(h, granny)
		h.clock.Advance(15 * time.Minute)
		if _, ok, _ := enter(h, stranger, granny, late); ok {
			h.Error("a code of a quarter of an hour ago is good")
		}
		_, spoilt := coded(h, granny)
		for range 5 {
			_, ok, err := enter(h, stranger, granny, wrong(spoilt))
			h.Must(err)
			if ok {
				h.Error("a wrong code is right")
			}
		}
		if _, ok, _ := enter(h, daughter, granny, spoilt); ok {
			h.Error("a code is good after five wrong tries")
		}
	})
}

func TestTooManyTries(t *testing.T) {
	each(t, func(h *house) {
		for range 10 {
			_, _, err := enter(h, stranger, "", "123456")
			h.Must(err)
		}
		_, code := coded(h, granny)
		_, _, err := enter(h, stranger, granny, code)
		refused(h, err, "mandate.refuse.tries")
		h.clock.Advance(time.Hour)
		h.Must(h.Tidy(h.Context()))
		_, code = coded(h, granny)
		if _, ok, err := enter(h, stranger, granny, code); !ok || err != nil {
			h.Errorf("an hour later: %v %v", ok, err)
		}
	})
}
