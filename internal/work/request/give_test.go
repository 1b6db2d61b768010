package request_test

import (
	"context"
	"testing"

	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
)

func TestGiveMovesARequestToTheSamePerson(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		in := lamp()
		in.Contact = person.Contact{Email: "zhang@example.com"}
		r := b.receive(in)
		old := b.get(r.RequestID).PersonID
		in.ClientID, in.Contact = "client-0002", person.Contact{Anonymous: true}
		in.Kind = "inquiry"
		nobody := b.receive(in)
		own := func(who string, number string) error {
			return b.db.Read(context.Background(), func(tx *tx) error { _, err := b.requests.Own(tx, who, number); return err })
		}
		if err := own(old, r.Number); err != nil {
			t.Errorf("the sender's own: %v", err)
		}
		if err := b.db.Write(context.Background(), func(tx *tx) error { return b.requests.Give(tx, old, "p2") }); err != nil {
			t.Fatal(err)
		}
		if err := own("p2", r.Number); err != nil {
			t.Errorf("after the move: %v", err)
		}
		for name, err := range map[string]error{"the old id": own(old, r.Number), "an anonymous one": own("", nobody.Number), "another's": own("p2", nobody.Number)} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
