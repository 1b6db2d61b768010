package person

import (
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
)

// HandOver gives of a person only the fields asked for, of trail.Name and trail.Phone, to somebody outside whom the person allowed it,
// and writes that r got them. A field that is empty is not handed over and not written; when nothing is, there is no row. NotFound for
// an unknown id.
func (s *Service) HandOver(tx *db.Tx, r trail.Reader, id string, fields ...string) (Person, error) {
	p, err := store{tx, s.vault}.one(id)
	if err != nil {
		return Person{}, err
	}
	given, handed := Person{ID: p.ID}, []string(nil)
	for _, field := range fields {
		switch {
		case field == trail.Name && p.Name != "":
			given.Name = p.Name
		case field == trail.Phone && p.Phone != "":
			given.Phone = p.Phone
		case field != trail.Name && field != trail.Phone:
			return Person{}, fmt.Errorf("hand over %q of person %s: no such field", field, id)
		default:
			continue
		}
		handed = append(handed, field)
	}
	if len(handed) == 0 {
		return given, nil
	}
	return given, s.trail.Look(tx, r, handed, p.ID)
}

// International is a phone with the country's code (ITU-T E.164), "+8613900000001"; "" for none.
func (p Phone) International() string {
	if p == "" {
		return ""
	}
	if p[0] == '0' {
		p = p[1:]
	}
	return "+86" + string(p)
}
