package person

import (
	"strings"
	"unicode/utf8"

	"banyan/internal/platform/fault"
)

// Contact is how somebody can be reached, as they gave it: by phone, e-mail or WeChat, at least one of them.
// The first of these that is given is the one the person is found by; the others are claims. They are noted
// and lead nobody to this person: who writes down another's address does not become that other.
type Contact struct {
	Name      string
	Phone     string
	Email     string
	WeChat    string // openid of the city's official account
	Anonymous bool   // nothing is kept, whatever else is filled in
	Language  string
}

// address is one way to reach somebody, in its one spelling.
type address struct {
	kind  Kind
	value string
}

// Check says whether a contact could be kept: Invalid on "phone", "email", "wechat" or "name". An anonymous
// one always can.
func (c Contact) Check() error {
	if c.Anonymous {
		return nil
	}
	_, err := c.addresses()
	wrong := fault.FieldsOf(err)
	name := strings.TrimSpace(c.Name)
	if utf8.RuneCountInString(name) > 40 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		wrong = append(wrong, fault.Field("name", "person.name_invalid"))
	}
	return fault.Fields(wrong).OrNil()
}

// addresses reads what was given, the one the person is found by first. Without any it is the phone that is wrong.
func (c Contact) addresses() ([]address, error) {
	var all []address
	var wrong fault.Fields
	for _, one := range []struct {
		kind  Kind
		text  string
		parse func(string) (string, error)
	}{
		{PhoneKind, c.Phone, func(text string) (string, error) { p, err := ParsePhone(text); return string(p), err }},
		{EmailKind, c.Email, ParseEmail},
		{WeChatKind, c.WeChat, parseWeChat},
	} {
		if strings.TrimSpace(one.text) == "" {
			continue
		}
		value, err := one.parse(one.text)
		wrong = append(wrong, fault.FieldsOf(err)...)
		all = append(all, address{one.kind, value})
	}
	if len(all) == 0 {
		return nil, badPhone()
	}
	return all, wrong.OrNil()
}
