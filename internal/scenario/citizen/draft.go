package citizen

import (
	"unicode/utf8"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

// Steps of a report.
const (
	stepPlace   = "place"
	stepWords   = "words"
	stepContact = "contact"
	stepCheck   = "check"
)

func steps() []string { return []string{stepPlace, stepWords, stepContact, stepCheck} }

// draft is everything a report's form carries from step to step.
type draft struct {
	Step string `form:"step" max:"10"` // the step that was filled in
	Go   string `form:"go" max:"10"`   // where the button leads: "" onwards, a step, areas or send

	Kept string   `form:"kept" max:"2000"` // photos stored so far, signed
	Drop []string `form:"drop" max:"60"`   // photos to leave out again

	Lat         string `form:"lat" max:"24"`
	Lon         string `form:"lon" max:"24"`
	District    string `form:"district" max:"20"`
	Subdistrict string `form:"subdistrict" max:"20"`
	Community   string `form:"community" max:"20"`
	Offered     string `form:"offered" max:"20"` // the area whose narrower ones were shown
	Address     string `form:"address" max:"200"`

	Words string `form:"words" max:"5000"`
	Kind  string `form:"kind" max:"20"`
	Duty  string `form:"duty" max:"20"` // what it is about: a duty's code, "none", or "" for not asked yet
	Join  string `form:"join" max:"30"` // a public case it belongs to
	Seen  bool   `form:"seen"`          // what it is about and what is near was shown

	Phone     string `form:"phone" max:"40"`
	Name      string `form:"name" max:"40"`
	Anonymous bool   `form:"anonymous"`
	Publish   bool   `form:"publish"`
	Read      int    `form:"read"` // version of the text beside publish

	photos []request.Photo
	exif   bool // the place was read from a photo
	acting bool // it is handed in for somebody who is known
}

// point is the position, the zero point without one.
func (d *draft) point() (geo.Point, error) {
	if d.Lat == "" && d.Lon == "" {
		return geo.Point{}, nil
	}
	return geo.Parse(d.Lat, d.Lon)
}

// area is the narrowest area that is known: chosen, or found by the position; "" without one.
func (r *Room) area(d *draft) string {
	chosen := ""
	for _, code := range []string{d.District, d.Subdistrict, d.Community} {
		if _, ok := r.Cases.City.Areas.Get(code); ok && (chosen == "" || r.Cases.City.Areas.Within(code, chosen)) {
			chosen = code
		}
	}
	at, err := d.point()
	if err != nil || !at.Valid() {
		return chosen
	}
	found, ok := r.Cases.City.Areas.Locate(at)
	if ok && (chosen == "" || r.Cases.City.Areas.Within(found.Code, chosen)) {
		return found.Code
	}
	return chosen
}

// check gives what is wrong in one step.
func (r *Room) check(d *draft, step string) fault.Fields {
	switch step {
	case stepPlace:
		return r.checkPlace(d)
	case stepWords:
		return r.checkWords(d)
	case stepContact:
		return r.checkContact(d)
	default:
		return nil
	}
}

func (r *Room) checkPlace(d *draft) fault.Fields {
	if _, err := d.point(); err != nil {
		return fault.FieldsOf(err)
	}
	switch {
	case r.area(d) != "":
		return nil
	case d.Lat != "":
		return fault.Fields{fault.Field("district", "citizen.report.off_map")}
	default:
		return fault.Fields{fault.Field("district", "citizen.report.where_needed")}
	}
}

func (r *Room) checkWords(d *draft) (wrong fault.Fields) {
	if n := utf8.RuneCountInString(d.Words); n < request.WordsLeast {
		wrong = append(wrong, fault.Field("words", "request.words_short", "least", request.WordsLeast))
	}
	if _, ok := r.Requests.Terms().Kind(d.Kind); !ok {
		wrong = append(wrong, fault.Field("kind", "request.kind_unknown"))
	}
	return wrong
}

func (r *Room) checkContact(d *draft) fault.Fields {
	kind, _ := r.Requests.Terms().Kind(d.Kind) // an unknown one is told in its own step
	d.Publish = d.Publish && kind.Public
	if d.acting {
		return nil
	}
	if d.Anonymous && !kind.Anonymous {
		return fault.Fields{fault.Field("phone", "request.contact_needed")}
	}
	return fault.FieldsOf(d.contact("").Check())
}

// behalf makes the report that of whom the reader acts for: they are known, and consent for themselves.
func (d *draft) behalf(v visit) {
	if v.actor.Acts() {
		d.Phone, d.Name, d.Anonymous, d.Publish, d.acting = "", "", false, false, true
	}
}

func (d *draft) contact(language string) person.Contact {
	return person.Contact{Name: d.Name, Phone: d.Phone, Anonymous: d.Anonymous || d.acting, Language: language}
}

// stepOf names the step on which a field stands.
func stepOf(field string) string {
	switch field {
	case "words", "kind", "duty", "join":
		return stepWords
	case "phone", "name", "anonymous", "publish":
		return stepContact
	default:
		return stepPlace
	}
}
