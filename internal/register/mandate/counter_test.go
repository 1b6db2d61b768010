package mandate_test

import (
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
	"banyan/internal/register/mandate"
)

// clerk is a member of staff with a post at a unit.
func clerk(h *house, id, unit string) access.Actor {
	h.posts[id] = unit
	return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Roles: []string{access.Community}}
}

func noted(h *house, by access.Actor, g mandate.Giving) (m mandate.Mandate, err error) {
	h.Helper()
	err = h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		m, err = h.NoteTx(tx, by, g)
		return err
	})
	return m, err
}

func TestAtTheCounter(t *testing.T) {
	each(t, func(h *house) {
		const unit = "350102004001.sq"
		by := clerk(h, "clerk", unit)
		colleague := clerk(h, "colleague", unit)
		paper := mandate.Giving{Giver: granny, Kind: mandate.Unit, Holder: unit, Scope: []mandate.Scope{mandate.Report}, Days: 7, Way: mandate.Paper, Seen: true}
		tests := []struct {
			key    string
			change func(*mandate.Giving)
		}{
			{"mandate.need.seen", func(g *mandate.Giving) { g.Seen = false }},
			{"mandate.need.days", func(g *mandate.Giving) { g.Days = 30 }},
			{"mandate.need.way", func(g *mandate.Giving) { g.Way = mandate.Own }},
			{"mandate.need.holder", func(g *mandate.Giving) { g.Holder = "" }},
			{"mandate.refuse.to_oneself", func(g *mandate.Giving) { g.Kind, g.Holder, g.Unit = mandate.Staff, by.ID, unit }},
			{"mandate.need.holder", func(g *mandate.Giving) { g.Kind, g.Holder, g.Unit = mandate.Staff, "nobody", unit }},
			{"mandate.need.basis", func(g *mandate.Giving) {
				g.Kind, g.Holder, g.Relation, g.Proof, g.Days = mandate.Person, daughter, mandate.Guardian, "judgment", 365
			}},
			{"mandate.refuse.guardian_phone", func(g *mandate.Giving) {
				g.Kind, g.Holder, g.Relation, g.Basis, g.Proof, g.Days, g.Way = mandate.Person, daughter, mandate.Guardian, "court", "judgment", 365, mandate.Phone
			}},
		}
		for _, tt := range tests {
			g := paper
			tt.change(&g)
			_, err := noted(h, by, g)
			refused(h, err, tt.key)
		}
		ofUnit, err := noted(h, by, paper)
		h.Must(err)
		mine := paper
		mine.Kind, mine.Holder, mine.Unit = mandate.Staff, colleague.ID, unit
		ofStaff, err := noted(h, by, mine)
		h.Must(err)
		guardian := paper
		guardian.Kind, guardian.Holder, guardian.Relation, guardian.Basis, guardian.Proof, guardian.Days = mandate.Person, daughter, mandate.Guardian, "court", "judgment", 365
		ward, err := noted(h, by, guardian)
		h.Must(err)
		if ward.Basis != "court" || ward.Proof != "judgment" || ward.State(h.clock.Now()) != mandate.Waiting {
			h.Errorf("guardian %+v", ward)
		}
		use := func(a access.Actor, m mandate.Mandate) error {
			a.For = m.Behalf()
			return check(h, a, mandate.Report)
		}
		h.Must(use(by, ofUnit))
		h.Must(use(colleague, ofUnit))
		h.Must(use(colleague, ofStaff))
		refused(h, use(by, ofStaff), "mandate.refuse.ended")
		elsewhere := clerk(h, "elsewhere", "350102004003.sq")
		refused(h, use(elsewhere, ofUnit), "mandate.refuse.ended")
		liar := elsewhere
		liar.Unit = unit // a session that still says the old unit
		refused(h, use(liar, ofUnit), "mandate.refuse.ended")
		delete(h.posts, colleague.ID)
		refused(h, use(colleague, ofStaff), "mandate.refuse.ended")
		refused(h, use(colleague, ofUnit), "mandate.refuse.ended")
		h.Must(use(by, ofUnit))

		h.Write(func(tx *db.Tx) error {
			refused(h, h.EndNotedTx(tx, by, stranger, ofUnit.ID), "mandate.unknown")
			return h.EndNotedTx(tx, by, granny, ofUnit.ID)
		})
		refused(h, use(by, ofUnit), "mandate.refuse.ended")
		refused(h, h.LayDown(h.Context(), elsewhere, ofStaff.ID), "mandate.unknown")
		h.Must(h.LayDown(h.Context(), colleague, ofStaff.ID))
		if got, want := h.told(granny), []mandate.Note{mandate.NoteEnded, mandate.NoteLaidDown, mandate.NoteNoted, mandate.NoteNoted, mandate.NoteNoted}; !slices.Equal(got, want) {
			h.Errorf("granny was told %v, want %v", got, want)
		}
	})
}
