package frontline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// purposes are why a unit may ask for a phone; a called unit also because it was called.
func purposes(o casework.Order) []string {
	if o.Role == casework.Called {
		return []string{trail.ForCall, trail.ForHandling}
	}
	return []string{trail.ForHandling}
}

// contactForm is the question for the phone, when the policy lets the reader ask. The centre's desk asks on its own pages, for its own purposes.
func (r *Room) contactForm(s sheet) *contactForm {
	if !s.file.Case.HasContact || !s.actor.Is(unitRoles()...) || !r.Policy.May(s.actor, access.PersonContact, resource(s.file)).Allow {
		return nil
	}
	form := &contactForm{Href: s.href("contact")}
	for _, p := range purposes(s.order) {
		form.Purposes = append(form.Purposes, ui.Option{Value: p, Label: s.p.T("frontline.purpose." + p[len("trail.purpose."):])})
	}
	return form
}

type contactIn struct {
	Purpose string `form:"purpose" max:"40"`
}

// Contact shows the requesters' names and phones once, in the answer to this
// very press. Each of them can read who looked and why.
func (r *Room) Contact(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(s.actor, access.PersonContact, resource(s.file)); err != nil {
		return err
	}
	var in contactIn
	if err = web.Decode(q, &in); err == nil && !slices.Contains(purposes(s.order), in.Purpose) {
		err = fault.Field("purpose", "frontline.purpose.need")
	}
	if err != nil {
		return r.refuseOrder(w, q, s, err)
	}
	shown, err := r.contacts(s, in.Purpose)
	if err != nil {
		return err
	}
	return r.showOrder(w, q, s, nil, shown)
}

// contacts reads them and writes the trail in one transaction.
func (r *Room) contacts(s sheet, why string) (list []contact, err error) {
	reader := trail.Reader{Actor: s.actor, Purpose: why, Subject: s.file.Case.ID}
	err = r.DB.Write(s.ctx, func(tx *db.Tx) error {
		list = nil
		heads, err := r.Requests.Headlines(tx, s.file.Requests()...)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if h.PersonID == "" {
				continue
			}
			p, err := r.People.Contact(tx, reader, h.PersonID)
			if err != nil {
				return err
			}
			list = append(list, contact{Name: p.Name, Phone: string(p.Phone), Email: p.Email, Number: h.Number})
		}
		return nil
	})
	return list, err
}
