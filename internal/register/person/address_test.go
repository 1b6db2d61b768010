package person_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
)

const openid = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"

func (w world) keep(c person.Contact) (id string) {
	w.Helper()
	if err := w.write(func(tx *db.Tx) (err error) { id, err = w.people.Ensure(tx, c); return err }); err != nil {
		w.Fatal(err)
	}
	return id
}

func (w world) reach(id string) (kinds []person.Kind) {
	w.Helper()
	if err := w.db.Read(context.Background(), func(tx *db.Tx) (err error) { kinds, err = w.people.Reach(tx, id); return err }); err != nil {
		w.Fatal(err)
	}
	return kinds
}

func (w world) contact(id string) (p person.Person) {
	w.Helper()
	if err := w.write(func(tx *db.Tx) (err error) { p, err = w.people.Contact(tx, handler(), id); return err }); err != nil {
		w.Fatal(err)
	}
	return p
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" Zhang.San@Example.COM ": "zhang.san@example.com", "张三 <a@b.cn>": "a@b.cn", "a+b@c-d.example": "a+b@c-d.example",
		"": "", "a": "", "a@": "", "@b": "", "a@b@c": "", "a b@c": "", `"a b"@c`: "", "a@b\r\nBcc: c@d": "", "a@b, c@d": "",
		strings.Repeat("a", 250) + "@b.cn": "",
	} {
		got, err := person.ParseEmail(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseEmail(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	if got := person.MaskedEmail("zhang.san@example.com"); got != "z***@example.com" {
		t.Errorf("masked: %s", got)
	}
}

func TestWhoHasNoPhoneIsKnownByTheirAddress(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		mail := w.keep(person.Contact{Email: "Zhang@example.com", Language: "en"})
		if again := w.keep(person.Contact{Name: "张三", Email: "zhang@EXAMPLE.com"}); again != mail {
			t.Errorf("one address made %s and %s", mail, again)
		}
		chat := w.keep(person.Contact{WeChat: openid})
		if again := w.keep(person.Contact{WeChat: openid}); again != chat || chat == mail {
			t.Errorf("one openid made %s and %s", chat, again)
		}
		got := w.contact(mail)
		if got.Name != "张三" || got.Email != "zhang@example.com" || got.Phone != "" {
			t.Errorf("Contact = %+v", got)
		}
		if looks := w.looks(mail); !slices.Equal(looks[0].Fields, []string{trail.Name, trail.Email}) {
			t.Errorf("the look names %v", looks[0].Fields)
		}
		if kinds := w.reach(chat); !slices.Equal(kinds, []person.Kind{person.WeChatKind}) {
			t.Errorf("Reach = %v", kinds)
		}
		err := w.write(func(tx *db.Tx) error {
			masked, err := w.people.Masked(tx, handler(), mail, chat)
			if masked[mail] != (person.Hidden{Name: "张**", Email: "z***@example.com"}) || masked[chat] != (person.Hidden{WeChat: true}) {
				t.Errorf("Masked = %+v", masked)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{mail, chat} {
			if ok, err := w.people.VerifyPhone(context.Background(), id, ""); ok || err != nil {
				t.Errorf("no phone was taken for theirs: %v, %v", ok, err)
			}
		}
	})
}

// An address written down beside another is a claim: it must not lead to whoever claimed it.
func TestAClaimedAddressFindsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		liar := w.keep(person.Contact{Phone: "13900000001", Email: "zhang@example.com", WeChat: openid})
		owner := w.keep(person.Contact{Email: "zhang@example.com"})
		if owner == liar {
			t.Fatal("a claim made its author the owner of the address")
		}
		if again := w.keep(person.Contact{Phone: "13900000001", Email: "zhang@example.com"}); again != liar {
			t.Errorf("the phone's person became %s", again)
		}
		if p := w.contact(liar); p.Email != "zhang@example.com" || p.WeChat != openid {
			t.Errorf("the claim was not noted: %+v", p)
		}
		if kinds := w.reach(liar); len(kinds) == 0 || kinds[0] != person.PhoneKind {
			t.Errorf("Reach = %v, want the phone first", kinds)
		}
		err := w.db.Read(context.Background(), func(tx *db.Tx) error {
			if _, known, err := w.people.FindWeChat(tx, openid); known || err != nil {
				t.Errorf("the claimed openid finds somebody: %v", err)
			}
			id, known, err := w.people.FindEmail(tx, "zhang@example.com")
			if !known || id != owner {
				t.Errorf("FindEmail = %s, %v", id, known)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestJoinMakesTwoPersonsOne(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		chat := w.keep(person.Contact{WeChat: openid, Name: "三"})
		phone := w.keep(person.Contact{Phone: "13900000001", Name: "张三", WeChat: openid})
		join := func(id, into string) error {
			return w.write(func(tx *db.Tx) error { return w.people.Join(tx, id, into) })
		}
		for range 2 { // a second time changes nothing that counts
			if err := join(chat, phone); err != nil && fault.KindOf(err) != fault.Conflict {
				t.Fatal(err)
			}
		}
		if id := w.keep(person.Contact{WeChat: openid}); id != phone {
			t.Errorf("the openid leads to %s, want %s", id, phone)
		}
		if p := w.contact(chat); p.ID != phone || p.Phone != "13900000001" || p.WeChat != openid {
			t.Errorf("the old id leads to %+v", p)
		}
		var ids []string
		if err := w.db.Read(context.Background(), func(tx *db.Tx) (err error) { ids, err = w.people.Same(tx, phone); return err }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(ids, []string{phone, chat}) {
			t.Errorf("Same = %v", ids)
		}
		looks, err := w.trail.ForPersons(context.Background(), ids, "", 10)
		if err != nil || len(looks) != 1 || looks[0].Person != phone {
			t.Errorf("looks = %+v, %v", looks, err)
		}
		other := w.keep(person.Contact{Phone: "13900000002"})
		for name, err := range map[string]error{"a phone": join(phone, other), "joined before": join(chat, other)} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("joining one with %s: %v", name, err)
			}
		}
		if err := join("nobody", phone); fault.KindOf(err) != fault.NotFound {
			t.Errorf("joining nobody: %v", err)
		}
	})
}

func TestCheckNamesTheWrongAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		contact person.Contact
		fields  string
	}{
		{person.Contact{}, "phone"},
		{person.Contact{Email: "x"}, "email"},
		{person.Contact{WeChat: "a b"}, "wechat"},
		{person.Contact{Phone: "1", Email: "x", Name: "a\x00"}, "phone email name"},
		{person.Contact{Email: "a@b.cn"}, ""},
		{person.Contact{Anonymous: true, Email: "x"}, ""},
	} {
		var got []string
		for _, f := range fault.FieldsOf(tt.contact.Check()) {
			got = append(got, f.Field)
		}
		if strings.Join(got, " ") != tt.fields {
			t.Errorf("%+v: wrong are %v, want %s", tt.contact, got, tt.fields)
		}
	}
}
