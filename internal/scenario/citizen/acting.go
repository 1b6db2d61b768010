package citizen

import (
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/mandate"
	"banyan/internal/register/trail"
)

// allows tells whether the reader may do something of a kind as far as a page knows; the act itself asks in its transaction.
func (v visit) allows(scope mandate.Scope) bool {
	return !v.actor.Acts() || slices.Contains(v.actor.For.Scope, string(scope))
}

// write changes something in one transaction. Whoever acts for another is asked in it whether they may, now.
func (r *Room) write(v visit, scope mandate.Scope, do func(tx *db.Tx) error) error {
	return r.DB.Write(v.ctx, func(tx *db.Tx) error {
		if err := r.Mandates.CheckTx(tx, v.actor, scope); err != nil {
			return err
		}
		return do(tx)
	})
}

// lookFor lets whoever acts for another see something of theirs, with a row in that person's trail; subject is the matter or the mandate.
func (r *Room) lookFor(v visit, scope mandate.Scope, field, subject string) error {
	if !v.actor.Acts() {
		return nil
	}
	return r.write(v, scope, func(tx *db.Tx) error {
		return r.Trail.LookAgain(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForMandate, Subject: subject}, field, v.actor.For.Person)
	})
}

// oneself refuses what is never done for another.
func (v visit) oneself(key string) error {
	if v.actor.Acts() {
		return fault.New(fault.Forbidden, key)
	}
	return nil
}

// actingName is what the page calls whom the reader acts for.
func (v visit) actingName() string {
	if a := v.p.Visitor.Acting; a != nil {
		return a.Name
	}
	return ""
}

// title is what a page is called for oneself, and what when acting for somebody.
func (v visit) title(own, acting string) string {
	if v.actor.Acts() {
		return v.p.T(acting, "Name", v.actingName())
	}
	return v.p.T(own)
}

// mark says who did something for the person: "by your child, for you"; "" for what they did themselves.
func (r *Room) mark(v visit, as string) string {
	if as == "" {
		return ""
	}
	if v.actor.Acts() {
		return v.p.T("mandate.mark.theirs", "As", v.p.T("mandate.relation."+as))
	}
	return v.p.T("mandate.mark.yours", "As", v.p.T("mandate.relation."+as))
}
