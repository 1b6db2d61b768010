package channel

import (
	"context"
	"strings"

	"banyan/internal/platform/db"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/work/casework"
)

// PublicAnswer is what the city has told the requester of a case: the last reply, the answer at the desk, or where to go
// instead. Empty while there is none.
func (d *Desk) PublicAnswer(f *casework.File, lang i18n.Lang) string {
	switch {
	case f.Case.State == casework.Answered && f.Case.Answer != nil:
		return f.Case.Answer.Public
	case f.Case.State == casework.Declined && f.Case.Decline != nil:
		reason, _ := d.Cases.City.Duties.Reason(f.Case.Decline.Reason) // one that left the pack sends nobody anywhere
		return strings.TrimSpace(reason.Where.In(lang) + "\n" + f.Case.Decline.Words)
	}
	reply, _ := f.LastReply()
	return reply.Public
}

// Letters is a gateway for e-mail that writes the answer itself below the news of it: whoever is known by e-mail alone
// cannot sign in to the page that shows it.
type Letters struct {
	*Desk
	Next notify.Gateway
}

// Send hands a letter on with the answer in it.
func (l Letters) Send(ctx context.Context, e notify.Envelope) error {
	id, about := strings.CutPrefix(e.Link, "/mine/")
	if about {
		err := l.DB.Read(ctx, func(tx *db.Tx) error {
			f, err := l.Cases.FileOfRequestTx(tx, id)
			if err == nil {
				e.Text = strings.TrimSpace(e.Text + "\n\n" + l.PublicAnswer(f, e.Lang))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return l.Next.Send(ctx, e)
}
