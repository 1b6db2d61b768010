package wallet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/credential"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

type mineView struct {
	ui.CitizenView
	owner, issuer string
	cards         []cardView
	past          []cardView
}

// cardView is one credential of the reader.
type cardView struct {
	id, title, about, holder, colour string
	chip                             ui.ChipView
	said                             []string
	meta                             []ui.MetaItem
	open, wallet                     bool
}

// owner marks what a browser keeps as the reader's, so that another account of the same browser does not find it.
func ownerTag(person string) string {
	sum := sha256.Sum256([]byte("wallet of " + person))
	return hex.EncodeToString(sum[:8])
}

// Mine shows what the city stated about the reader. What is on this device only its browser knows.
func (r *Room) Mine(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok {
		return toSignIn(w, q, "/me/credentials")
	}
	view := mineView{CitizenView: r.task(v, v.p.T("wallet.mine.title"), "/me", "wallet.js"), owner: ownerTag(v.actor.ID), issuer: v.issuer}
	var list []credential.Credential
	err = r.DB.Write(v.ctx, func(tx *db.Tx) (err error) {
		list, err = r.Credentials.Of(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForOwn}, v.actor.ID)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range list {
		if card := r.card(v, c); card.open {
			view.cards = append(view.cards, card)
		} else {
			view.past = append(view.past, card)
		}
	}
	return web.Show(w, q, nil, minePage(view))
}

func (r *Room) card(v visit, c credential.Credential) cardView {
	kind, _ := r.Credentials.Kinds.Get(c.Kind) // a kind that the pack no longer has shows no words
	st := c.State(v.now)
	card := cardView{id: c.ID, title: kind.Name.In(v.p.Lang), about: kind.About.In(v.p.Lang), colour: kind.Colour, chip: chipOf(v.p, st), said: r.said(v.p, kind, c.Facts), open: st == credential.Waiting || st == credential.Valid}
	evidence, _ := kind.Seen(c.Evidence)
	card.meta = []ui.MetaItem{
		{Term: v.p.T("wallet.until"), Text: v.p.T("wallet.until.day", "Day", v.p.Lang.Date(c.Until.AddDate(0, 0, -1))), Num: true},
		{Term: v.p.T("wallet.by"), Text: v.p.T("wallet.by.text", "Unit", r.Orgs.Name(c.Unit, v.p.Lang), "Day", v.p.Lang.Date(c.Issued))},
		{Term: v.p.T("wallet.evidence"), Text: evidence.Name.In(v.p.Lang)},
	}
	one, wallet := c.On(credential.Wallet)
	card.wallet, card.holder = wallet, one.Holder
	if sheet, ok := c.On(credential.Paper); ok && card.open {
		card.meta = append(card.meta, ui.MetaItem{Term: v.p.T("wallet.sheet"), Text: v.p.T("wallet.sheet.printed", "At", v.p.Lang.Stamp(sheet.Made, v.now))})
	}
	if st == credential.Ended {
		card.meta = append(card.meta, ui.MetaItem{Term: v.p.T("wallet.ended"), Text: r.ended(v, c)})
	}
	return card
}

// ended says who took a credential back and why.
func (r *Room) ended(v visit, c credential.Credential) string {
	words := v.p.T("wallet.ended."+c.EndedBy, "At", v.p.Lang.Stamp(c.EndedAt, v.now))
	if c.Reason != "" {
		words += v.p.T("wallet.ended.reason", "Reason", v.p.T("credential.reason."+c.Reason))
	}
	return words
}

// Device is where somebody comes whose proof of who they are was too old to put a credential on a device, once they have proven it anew:
// back to the button.
func (r *Room) Device(w http.ResponseWriter, q *http.Request) error {
	if _, ok, err := r.citizen(q); err != nil || !ok {
		return errors.Join(err, toSignIn(w, q, "/me/credentials"))
	}
	return web.Redirect(w, q, "/me/credentials")
}

// Nonce gives the page's script the question that the new key answers.
func (r *Room) Nonce(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.citizen(q)
	if err != nil {
		return err
	}
	nonce, err := r.Credentials.Nonce(v.ctx, v.actor, q.PathValue("id"))
	if err != nil {
		return failed(w, v.p, err)
	}
	return web.JSON(w, http.StatusOK, map[string]string{"nonce": nonce})
}

// claimForm is the answer.
type claimForm struct {
	Nonce string `form:"nonce" max:"60"`
	Proof string `form:"proof" max:"2000"`
}

// Claim gives the credential to the key that answered.
func (r *Room) Claim(w http.ResponseWriter, q *http.Request) error {
	v, _, err := r.citizen(q)
	if err != nil {
		return err
	}
	var in claimForm
	if err := web.Decode(q, &in); err != nil {
		return failed(w, v.p, err)
	}
	text, err := r.Credentials.Claim(v.ctx, v.actor, v.issuer, q.PathValue("id"), in.Nonce, in.Proof)
	if err != nil {
		return failed(w, v.p, err)
	}
	return web.JSON(w, http.StatusOK, map[string]string{"credential": text})
}

// End takes a credential of the reader back.
func (r *Room) End(w http.ResponseWriter, q *http.Request) error {
	v, ok, err := r.citizen(q)
	if err != nil {
		return err
	}
	if !ok {
		return toSignIn(w, q, "/me/credentials")
	}
	if err := r.Credentials.TakeBack(v.ctx, v.actor, q.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/credentials")
}
