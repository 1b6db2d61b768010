package request_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

func TestReceive(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		r := b.receive(lamp())
		if r.Repeated || r.CaseID != "case-"+r.RequestID || !strings.HasPrefix(r.Number, "FZ261123") {
			b.Fatalf("receipt %+v", r)
		}
		h := b.get(r.RequestID)
		if h.Text != "军门社区***号楼前路灯坏了，请联系***" || h.CaseID != r.CaseID || h.PersonID == "" || h.Anonymous ||
			!h.Publish || h.Area != "350102001" || h.Point != lamp().Point || !h.ReceivedAt.Equal(b.clock.Now()) {
			b.Errorf("headline %+v", h)
		}
		o := b.desk.last
		want := request.Opening{RequestID: r.RequestID, Number: r.Number, Kind: "help", AreaCode: "350102001", Point: lamp().Point,
			Channel: "web", HasContact: true, Publish: true, At: b.clock.Now(), Actor: o.Actor}
		if o.Actor.Kind != access.Guest || fmt.Sprintf("%+v", o) != fmt.Sprintf("%+v", want) {
			b.Errorf("opening %+v\nwant %+v", o, want)
		}
		facts := b.drain()
		if len(facts) != 1 || facts[0].Name != request.FactReceived || facts[0].Subject != r.RequestID {
			b.Fatalf("facts %+v", facts)
		}
		body, err := fact.Decode[request.Received](facts[0])
		if err != nil || body.CaseID != r.CaseID || body.Number != r.Number || strings.Contains(string(facts[0].Body), "路灯") {
			b.Errorf("fact %s, %v", facts[0].Body, err)
		}
	})
}

func TestAResendIsTheSameRequest(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		first := b.receive(lamp())
		other := lamp()
		other.Words, other.Contact.Phone = "完全不同的话", "13900000002"
		for _, in := range []request.Intake{lamp(), other} {
			again := b.receive(in)
			if !again.Repeated || again.RequestID != first.RequestID || again.Number != first.Number || again.CaseID != first.CaseID {
				b.Errorf("resend gives %+v, want the first %+v", again, first)
			}
		}
		if n, p := b.count("request_request"), b.count("person_person"); n != 1 || p != 1 {
			b.Errorf("%d requests and %d persons are stored", n, p)
		}
		if n := len(b.drain()); n != 1 {
			b.Errorf("%d facts were said", n)
		}
	})
}

func TestAResendAtTheSameMoment(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		receipts := make([]request.Receipt, 6)
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range receipts {
			all.Go(func() { receipts[i], errs[i] = b.requests.Receive(context.Background(), guest(), lamp()) })
		}
		all.Wait()
		fresh := 0
		for i, r := range receipts {
			if errs[i] != nil || r.Number != receipts[0].Number {
				b.Errorf("receipt %d: %+v, %v", i, r, errs[i])
			}
			if !r.Repeated {
				fresh++
			}
		}
		if fresh != 1 || b.count("request_request") != 1 {
			b.Errorf("%d of them are new", fresh)
		}
	})
}

func TestARefusedCaseStoresNothing(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		b.desk.refuse = errRefused
		if _, err := b.requests.Receive(context.Background(), guest(), lamp()); !errors.Is(err, errRefused) {
			b.Fatalf("Receive = %v", err)
		}
		for _, table := range []string{"request_request", "request_photo", "request_consent", "person_person", "fact_log"} {
			if n := b.count(table); n != 0 {
				b.Errorf("%s holds %d rows", table, n)
			}
		}
	})
}

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(in *request.Intake)
		fields string
	}{
		{"unknown kind", func(in *request.Intake) { in.Kind = "ticket" }, "kind"},
		{"unknown channel", func(in *request.Intake) { in.Channel = "fax" }, "channel"},
		{"no words", func(in *request.Intake) { in.Words = " \n " }, "words"},
		{"one character", func(in *request.Intake) { in.Words = "灯" }, "words"},
		{"too many words", func(in *request.Intake) { in.Words = strings.Repeat("灯", 5001) }, "words"},
		{"control character", func(in *request.Intake) { in.Words = "路灯\x00坏了" }, "words"},
		{"broken text", func(in *request.Intake) { in.Words = "路灯\xff坏了" }, "words"},
		{"line end in the address", func(in *request.Intake) { in.Address = "a\x1bb" }, "address"},
		{"long subject", func(in *request.Intake) { in.Subject = strings.Repeat("灯", 101) }, "subject"},
		{"unknown area", func(in *request.Intake) { in.Area = "110101" }, "area"},
		{"point off the earth", func(in *request.Intake) { in.Point = geo.Point{Lat: 126, Lon: 119} }, "lat"},
		{"ten photos", func(in *request.Intake) { in.Photos = make([]request.Photo, 10) }, "photos"},
		{"short client id", func(in *request.Intake) { in.ClientID = "1" }, "client_id"},
		{"client id of the program", func(in *request.Intake) { in.ClientID = "import:file:1" }, "client_id"},
		{"own time", func(in *request.Intake) { in.ReceivedAt = time.Unix(1, 0) }, "received_at"},
		{"wrong phone", func(in *request.Intake) { in.Contact.Phone = "12345" }, "phone"},
		{"anonymous help", func(in *request.Intake) { in.Contact = person.Contact{Anonymous: true} }, "phone"},
		{"everything", func(in *request.Intake) { *in = request.Intake{} }, "kind channel words phone"},
	}
	each(t, func(b bench) {
		for _, tt := range tests {
			in := lamp()
			tt.change(&in)
			_, err := b.requests.Receive(context.Background(), guest(), in)
			var got []string
			for _, f := range fault.FieldsOf(err) {
				got = append(got, f.Field)
			}
			if fault.KindOf(err) != fault.Invalid || strings.Join(got, " ") != tt.fields {
				b.Errorf("%s: %v on %v, want %s", tt.name, err, got, tt.fields)
			}
		}
		handler := access.Actor{Kind: access.Staff, ID: "s1", Unit: "350102.cgj", Area: "/3501/350102/", Roles: []string{access.Handler}}
		if _, err := b.requests.Receive(context.Background(), handler, lamp()); fault.KindOf(err) != fault.Forbidden {
			b.Errorf("a handler received a request: %v", err)
		}
		if n := b.count("request_request"); n != 0 {
			b.Errorf("%d requests are stored", n)
		}
	})
}

func TestReceiveTakes(t *testing.T) {
	t.Parallel()
	program := access.Program("import")
	day := time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC)
	tests := []struct {
		name   string
		actor  access.Actor
		change func(in *request.Intake)
		check  func(h request.Headline, o request.Opening) bool
	}{
		{"emoji and rare characters", guest(), func(in *request.Intake) { in.Words = "𠮷😀" },
			func(h request.Headline, _ request.Opening) bool { return h.Text == "𠮷😀" }},
		{"the longest words", guest(), func(in *request.Intake) { in.Words = strings.Repeat("灯", 5000) },
			func(h request.Headline, _ request.Opening) bool { return strings.HasSuffix(h.Text, "…") }},
		{"no place at all", guest(), func(in *request.Intake) { in.Area, in.Point = "", geo.Point{} },
			func(h request.Headline, o request.Opening) bool { return h.Area == "3501" && o.AreaCode == "3501" }},
		{"anonymous inquiry", guest(), func(in *request.Intake) { in.Kind, in.Contact.Anonymous = "inquiry", true },
			func(h request.Headline, o request.Opening) bool {
				return h.Anonymous && h.PersonID == "" && o.Anonymous && !o.HasContact
			}},
		{"a kind never published", guest(), func(in *request.Intake) { in.Kind = "report" },
			func(h request.Headline, o request.Opening) bool { return !h.Publish && !o.Publish }},
		{"urgent words", guest(), func(in *request.Intake) { in.Words = "楼下燃气泄漏" },
			func(_ request.Headline, o request.Opening) bool { return o.Urgent }},
		{"joining", guest(), func(in *request.Intake) { in.JoinCase = "case-x" },
			func(h request.Headline, o request.Opening) bool {
				return h.CaseID == "case-x" && o.JoinCase == "case-x"
			}},
		{"import at its own time", program, func(in *request.Intake) {
			in.ClientID, in.ReceivedAt, in.Contact = "import:messages:77", day, person.Contact{Anonymous: true}
			in.Channel, in.Likes, in.Source, in.Words = "import", 2097, "messages", strings.Repeat("灯", 6999)
		}, func(h request.Headline, o request.Opening) bool {
			return h.ReceivedAt.Equal(day) && o.At.Equal(day) && strings.HasPrefix(h.Number, "FZ190504") && h.Likes == 2097
		}},
	}
	each(t, func(b bench) {
		for i, tt := range tests {
			in := lamp()
			in.ClientID = fmt.Sprintf("client-%04d", i)
			tt.change(&in)
			r, err := b.requests.Receive(context.Background(), tt.actor, in)
			if err != nil {
				b.Errorf("%s: %v", tt.name, err)
				continue
			}
			if h := b.get(r.RequestID); !tt.check(h, b.desk.last) {
				b.Errorf("%s: %+v\nopening %+v", tt.name, h, b.desk.last)
			}
		}
	})
}

func TestWithoutClientIDNothingIsARepeat(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		in := lamp()
		in.ClientID = ""
		if one, two := b.receive(in), b.receive(in); one.Number == two.Number || two.Repeated {
			b.Errorf("%+v and %+v", one, two)
		}
	})
}

func TestSetCase(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		in := lamp()
		one := b.receive(in)
		in.ClientID = "client-0002"
		two := b.receive(in)
		ids := func(caseID string) (ids []string) {
			if err := b.db.Read(context.Background(), func(tx *tx) (err error) {
				ids, err = b.requests.OfCase(tx, caseID)
				return err
			}); err != nil {
				b.Fatal(err)
			}
			return ids
		}
		err := b.db.Write(context.Background(), func(tx *tx) error { return b.requests.SetCase(tx, two.RequestID, one.CaseID) })
		if err != nil {
			b.Fatal(err)
		}
		want := []string{one.RequestID, two.RequestID}
		slices.Sort(want)
		if got := ids(one.CaseID); !slices.Equal(got, want) || len(ids(two.CaseID)) != 0 {
			b.Errorf("case holds %v, want %v", got, want)
		}
		err = b.db.Write(context.Background(), func(tx *tx) error { return b.requests.SetCase(tx, "unknown", "x") })
		if fault.KindOf(err) != fault.NotFound {
			b.Errorf("SetCase of an unknown request = %v", err)
		}
	})
}
