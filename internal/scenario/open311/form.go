package open311

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/area"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

// reportForm is what a client sends with a report, beside attributes and files. account_id and device_id are read by
// nobody and kept nowhere.
type reportForm struct {
	Service     string `form:"service_code" max:"100"`
	Lat         string `form:"lat" max:"24"`
	Long        string `form:"long" max:"24"`
	Address     string `form:"address_string" max:"200"`
	AddressID   string `form:"address_id" max:"100"`
	Email       string `form:"email" max:"200"`
	First       string `form:"first_name" max:"80"`
	Last        string `form:"last_name" max:"80"`
	Phone       string `form:"phone" max:"60"`
	Description string `form:"description" max:"5000"`
	ClientID    string `form:"client_request_id" max:"200"`
	Publish     string `form:"publish" max:"10"`

	Media []string `form:"media_url" max:"2000"`
}

// location is the place of a report: a point, an area, and the address in words.
type location struct {
	at      geo.Point
	area    string
	address string
}

// locate reads the place. One of the three ways must be given; a point must lie in the city.
func (f reportForm) locate(areas *area.Register) (location, fault.Fields) {
	l := location{address: f.Address}
	known, isArea := areas.Get(f.AddressID)
	switch {
	case isArea:
		l.area = known.Code
	case f.AddressID != "" && !strings.HasPrefix(f.AddressID, "#"): // #NOTPINPOINTED# and the like
		l.address = strings.TrimSpace(l.address + " " + f.AddressID)
	}
	if f.Lat == "" && f.Long == "" {
		if l.area == "" && l.address == "" {
			return l, fault.Fields{fault.Field("lat", "open311.wrong.location")}
		}
		if l.area == "" {
			l.area = mentioned(areas, l.address)
		}
		return l, nil
	}
	at, err := geo.Parse(f.Lat, f.Long)
	if err != nil {
		return l, fault.Fields{fault.Field("lat", "open311.wrong.point", "Field", "lat")}
	}
	found, inside := areas.Locate(at)
	if !inside {
		return l, fault.Fields{fault.Field("lat", "open311.wrong.outside")}
	}
	l.at = at
	if l.area == "" || areas.Within(found.Code, l.area) {
		l.area = found.Code
	}
	return l, nil
}

// mentioned is the one area that an address names, "" when it names none or several that do not lie in each other.
func mentioned(areas *area.Register, address string) string {
	code := ""
	for _, m := range areas.Find(address) {
		switch {
		case code == "" || areas.Within(m.Area.Code, code):
			code = m.Area.Code
		case !areas.Within(code, m.Area.Code):
			return ""
		}
	}
	return code
}

// contact is who can be reached: by a mainland phone or an e-mail address. Without either the requester is anonymous; where
// the kind of request needs a contact, that is then refused.
func (f reportForm) contact(kind request.Kind, language string) person.Contact {
	c := person.Contact{Name: f.name(), Language: language}
	if _, err := person.ParsePhone(f.Phone); err == nil {
		c.Phone = f.Phone
	}
	if _, err := person.ParseEmail(f.Email); err == nil {
		c.Email = f.Email
	}
	switch {
	case c.Phone != "" || c.Email != "":
		return c
	case kind.Anonymous || f.Phone+f.Email == "":
		return person.Contact{Anonymous: true, Language: language}
	}
	c.Phone, c.Email = f.Phone, f.Email // so that the refusal names what cannot be read
	return c
}

// name joins first and last name as the language of the name does, at most 40 characters.
func (f reportForm) name() string {
	first, last := f.First, f.Last
	if last == "-" { // FixMyStreet's sign for none
		last = ""
	}
	name := strings.TrimSpace(first + " " + last)
	if han(first) && han(last) {
		name = last + first
	}
	runes := []rune(strings.Join(strings.Fields(name), " "))
	return string(runes[:min(len(runes), 40)])
}

func han(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 1 && r >= 0x3400
}

// clientID makes one id of what tells a report from others: the id the client gave it, under its key, else all it says.
// Clients without a key cannot be told apart and each counts from one: their own id is but one more part of all they say.
// The same form sent twice on one day is one report.
func clientID(key string, q *http.Request, f reportForm, now time.Time) string {
	own := firstOf(f.ClientID, q.PostForm.Get("attribute[fixmystreet_id]"))
	if key != "" && own != "" {
		return digest("open311", key, "id", own)
	}
	parts := []string{"open311", key, "all", now.In(clock.City).Format(time.DateOnly), f.Service, f.Lat, f.Long, f.Address, f.AddressID, f.Email, f.Phone,
		f.First, f.Last, f.Description, strings.Join(f.Media, " ")}
	if own != "" {
		parts = append(parts, own)
	}
	for _, name := range attributeNames(q.PostForm) {
		parts = append(parts, name, strings.Join(q.PostForm[name], " "))
	}
	return digest(parts...)
}

// digest makes 48 hex digits of several texts; no two lists of texts give the same.
func digest(parts ...string) string {
	sum := sha256.New()
	for _, p := range parts {
		var size [8]byte
		for i, n := 0, len(p); i < len(size); i, n = i+1, n>>8 {
			size[i] = byte(n)
		}
		sum.Write(size[:])
		sum.Write([]byte(p))
	}
	return hex.EncodeToString(sum.Sum(nil))[:48]
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
