package request_test

import (
	"context"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
	"banyan/internal/work/request"
)

// columns gives every text column of a table that holds what somebody said.
func (b bench) columns() (values []string) {
	b.Helper()
	err := b.db.Read(context.Background(), func(tx *db.Tx) error {
		for _, query := range []string{
			`SELECT subject FROM request_request`, `SELECT words FROM request_request`, `SELECT address FROM request_request`, `SELECT headline FROM request_request`,
			`SELECT words FROM request_remark`, `SELECT words FROM request_draft`, `SELECT address FROM request_draft`,
		} {
			some, err := db.Column(tx, query)
			if err != nil {
				return err
			}
			for _, v := range some {
				if v != "" {
					values = append(values, v)
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return values
}

func (b bench) said(id string) request.Said {
	b.Helper()
	var said []request.Said
	err := b.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		said, err = b.requests.Words(tx, trail.Reader{Actor: access.Actor{Kind: access.Staff, ID: "tester", Roles: []string{access.Handler}}, Purpose: trail.ForHandling}, id)
		return err
	})
	if err != nil || len(said) != 1 {
		b.Fatal(len(said), err)
	}
	return said[0]
}

// What is said stands sealed in every table, also without a person; what stands there from before is sealed when told.
func TestWhatIsSaidIsSealed(t *testing.T) {
	t.Parallel()
	each(t, func(b bench) {
		in := lamp()
		in.Subject = "路灯"
		known := b.receive(in)
		in.ClientID, in.Contact.Anonymous, in.Kind = "client-0002", true, "inquiry"
		nobody := b.receive(in)
		b.write(func(tx *db.Tx) error {
			for _, id := range []string{known.RequestID, nobody.RequestID} {
				if err := b.requests.RemarkTx(tx, id, request.OnContest, "还是不亮"); err != nil {
					return err
				}
			}
			_, err := b.requests.Keep(tx, request.Draft{Channel: "web", Person: "p"}, request.Piece{Words: "还有", Address: "南门"})
			return err
		})
		check := func(when string) {
			b.Helper()
			values := b.columns()
			if len(values) != 12 {
				b.Errorf("%s: %d texts, want 12: %q", when, len(values), values)
			}
			for _, v := range values {
				if !vault.Sealed(v) {
					b.Errorf("%s: not sealed: %q", when, v)
				}
			}
			for _, r := range []request.Receipt{known, nobody} {
				s := b.said(r.RequestID)
				if s.Words != in.Words || s.Address != in.Address || s.Subject != in.Subject || len(s.Remarks) != 1 || s.Remarks[0].Words != "还是不亮" || s.Erased {
					b.Errorf("%s: %+v", when, s)
				}
			}
		}
		check("at first")
		b.write(func(tx *db.Tx) error { // as an older program wrote it
			for query, args := range map[string][]any{
				`UPDATE request_request SET subject = $1, words = $2, address = $3, headline = $4`: {in.Subject, in.Words, in.Address, "路灯"},
				`UPDATE request_remark SET words = $1`:                                             {"还是不亮"},
				`UPDATE request_draft SET words = $1, address = $2`:                                {"还有", "南门"},
			} {
				if _, err := tx.Exec(query, args...); err != nil {
					return err
				}
			}
			return nil
		})
		if s := b.said(known.RequestID); s.Words != in.Words {
			b.Errorf("before it is sealed: %+v", s)
		}
		if n, err := b.requests.SealOlder(context.Background()); n != 5 || err != nil {
			b.Errorf("%d rows were sealed, %v", n, err)
		}
		check("sealed later")
	})
}

func (b bench) write(do func(tx *db.Tx) error) {
	b.Helper()
	if err := b.db.Write(context.Background(), do); err != nil {
		b.Fatal(err)
	}
}
