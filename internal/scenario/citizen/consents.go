package citizen

import (
	"encoding/json"
	"net/http"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/consent"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// consentsView is everything a citizen agreed to, or may agree to.
type consentsView struct {
	ui.CitizenView
	errs     []ui.FieldError
	standing []agreement
	matters  []agreement
	apps     ui.LinkRow
	without  []ui.LinkRow // purposes that need nobody's consent
	past     []ui.LinkRow
}

// agreement is one purpose, or one request that is shown in public.
type agreement struct {
	id, version, matter, name, ask, what, after, refused, receipt, href string
	chip                                                                ui.ChipView
	agreed                                                              bool
}

// consentForm is a citizen's word about a purpose.
type consentForm struct {
	Grant   bool   `form:"grant"`
	Version string `form:"version" max:"6"`
	Matter  string `form:"matter" max:"26"`
}

// Consents shows a citizen what they agreed to, with one button to take it back, and where no consent is asked, on which basis.
func (r *Room) Consents(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return r.toSignIn(w, q)
	}
	return r.showConsents(w, q, v, nil)
}

// SayConsent gives or takes back a consent.
func (r *Room) SayConsent(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return web.Redirect(w, q, "/signin?to=/me/consents")
	}
	var f consentForm
	if err = web.Decode(q, &f); err == nil {
		err = r.sayConsent(v, q.PathValue("purpose"), f)
	}
	if again(err) || consent.Refused(err) {
		return r.showConsents(w, q, v, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/me/consents")
}

func (r *Room) sayConsent(v visit, purpose string, f consentForm) error {
	version, _ := strconv.Atoi(f.Version) // what is no number is no text in force
	if f.Grant && version == 0 {
		return fault.New(fault.Conflict, "consent.changed")
	}
	if purpose == consent.ForPublish {
		return r.Requests.Choose(v.ctx, v.actor, request.Choosing{Request: f.Matter, Grant: f.Grant, Lang: string(v.lang()), Version: version})
	}
	said := consent.Said{Person: v.actor.ID, Purpose: purpose, Version: version, Way: consent.Page, Lang: string(v.lang()), By: v.actor}
	if f.Grant {
		_, err := r.Requests.Consents.Agree(v.ctx, said, "")
		return err
	}
	return r.Requests.Consents.TakeBack(v.ctx, said, "")
}

func (r *Room) showConsents(w http.ResponseWriter, q *http.Request, v visit, failed error) error {
	view := consentsView{CitizenView: r.task(v, v.p.T("citizen.consents.title"), "/me"), errs: ui.Errors(v.p, failed)}
	err := r.DB.Read(v.ctx, func(tx *db.Tx) error {
		view.standing, view.matters, view.without, view.past = nil, nil, nil, nil
		given, err := r.Requests.Consents.Of(tx, v.actor.ID)
		if err != nil {
			return err
		}
		heads, err := r.Requests.OfPersonTx(tx, v.actor.ID)
		if err != nil {
			return err
		}
		view.matters, view.past = r.inMatters(v, heads, given), r.past(v, given)
		return r.purposes(tx, v, given, &view)
	})
	if err != nil {
		return err
	}
	if view.apps, err = r.appsRow(v); err != nil {
		return err
	}
	return web.Show(w, q, failed, consentsPage(view))
}

// purposes fills in what may be agreed to once and for all, and what needs no consent.
func (r *Room) purposes(tx *db.Tx, v visit, given []consent.Consent, view *consentsView) error {
	for _, one := range r.Requests.Consents.Purposes.All() {
		text, inForce := one.InForce(v.now)
		switch {
		case one.Asked == consent.Standing:
			card, err := r.standing(tx, v, one, given)
			if err != nil {
				return err
			}
			view.standing = append(view.standing, card)
		case inForce && text.Basis != consent.Agreed:
			view.without = append(view.without, ui.LinkRow{
				Icon: "info", Title: one.Name.In(v.lang()), Text: v.p.T("trust.privacy.basis." + string(text.Basis)), Href: "/privacy/purposes/" + one.ID,
			})
		}
	}
	return nil
}

func (r *Room) standing(tx *db.Tx, v visit, one consent.Purpose, given []consent.Consent) (agreement, error) {
	text, _ := one.InForce(v.now)
	card := agreement{id: one.ID, version: strconv.Itoa(text.Version), name: one.Name.In(v.lang()), what: text.What.In(v.lang()), href: "/privacy/purposes/" + one.ID}
	if text.Ask != nil {
		card.ask, card.after = text.Ask.In(v.lang()), text.After.In(v.lang())
	}
	for _, c := range given {
		if c.Purpose == one.ID && c.Holds() {
			card.receipt = "/me/consents/" + c.ID
		}
	}
	err := r.Requests.Consents.Need(tx, v.actor.ID, one.ID)
	card.agreed, card.chip = err == nil, ui.ChipView{Text: v.p.T("consent.state.no")}
	if card.agreed {
		card.chip = ui.ChipView{Kind: "ok", Text: v.p.T("consent.state.yes")}
	}
	if f, ok := fault.As(err); ok && consent.Refused(err) {
		if f.Key != consent.NotGiven {
			card.chip, card.refused = ui.ChipView{Kind: "warn", Text: v.p.T(f.Key + ".chip")}, v.p.T(f.Key)
		}
		err = nil
	}
	return card, err
}

// offers tells whether the card has a button to agree.
func (c agreement) offers() bool {
	return !c.agreed && c.matter == "" && (c.refused == "" || c.receipt != "")
}

// inMatters are the requests that their requester lets be shown in public.
func (r *Room) inMatters(v visit, heads []request.Headline, given []consent.Consent) (list []agreement) {
	for _, h := range heads {
		if !h.Publish || len(list) == mineMost {
			continue
		}
		card := agreement{
			id: consent.ForPublish, matter: h.ID, name: h.Text, what: request.DisplayNumber(h.Number), href: "/mine/" + h.ID, agreed: true,
			chip: ui.ChipView{Kind: "ok", Text: v.p.T("consent.state.public")},
		}
		for _, c := range given {
			if c.Matter == h.ID && c.Holds() {
				card.receipt = "/me/consents/" + c.ID
			}
		}
		list = append(list, card)
	}
	return list
}

// past are the consents that were taken back.
func (r *Room) past(v visit, given []consent.Consent) (rows []ui.LinkRow) {
	for _, c := range given {
		if c.Holds() || len(rows) == mineMost {
			continue
		}
		rows = append(rows, ui.LinkRow{
			Icon: "doc", Title: r.purposeName(v, c.Purpose), Text: v.p.T("citizen.consents.was", "From", v.lang().Date(c.Given.At), "To", v.lang().Date(c.Ended.At)),
			Href: "/me/consents/" + c.ID,
		})
	}
	return rows
}

// purposeName is the name of a purpose; one that is no more has its id alone.
func (r *Room) purposeName(v visit, id string) string {
	if one, ok := r.Requests.Consents.Purposes.Get(id); ok {
		return one.Name.In(v.lang())
	}
	return id
}

// appsRow leads to the apps, which ask by themselves.
func (r *Room) appsRow(v visit) (ui.LinkRow, error) {
	list, err := r.SignOn.GrantsOf(v.ctx, v.actor.ID)
	n := 0
	for _, g := range list {
		if g.Grant.Holds(v.now) && g.App.Open() {
			n++
		}
	}
	return ui.LinkRow{Icon: "grid", Title: v.p.T("connect.mine.title"), Text: v.p.T("citizen.consents.apps", "N", n), Href: "/me/apps"}, err
}

// receiptView is a consent as a page.
type receiptView struct {
	ui.CitizenView
	name, ask, id, hash string
	meta                []ui.MetaItem
	links               []ui.LinkRow
}

// ConsentReceipt shows the receipt of a consent.
func (r *Room) ConsentReceipt(w http.ResponseWriter, q *http.Request) error {
	v, c, receipt, ok, err := r.consentReceipt(w, q)
	if err != nil || !ok {
		return err
	}
	of := receipt.Processing.Purposes[0]
	view := receiptView{CitizenView: r.task(v, v.p.T("citizen.receipt.title"), "/me/consents"), name: r.purposeName(v, c.Purpose), ask: of.Said, id: c.ID, hash: of.Hash}
	view.meta = []ui.MetaItem{
		{Term: v.p.T("citizen.receipt.given"), Text: r.acted(v, c.Given)},
		{Term: v.p.T("trust.privacy.what"), Text: of.Collected}, {Term: v.p.T("trust.privacy.why"), Text: of.Why},
		{Term: v.p.T("trust.privacy.until"), Text: of.Retention}, {Term: v.p.T("trust.privacy.owner"), Text: receipt.Parties[0].Name},
		{Term: v.p.T("citizen.receipt.version"), Text: strconv.Itoa(c.Version)},
	}
	view.links = []ui.LinkRow{
		{Icon: "download", Title: v.p.T("citizen.receipt.file"), Text: "ISO/IEC TS 27560", Href: "/me/consents/" + c.ID + "/receipt"},
		{Icon: "shield", Title: v.p.T("citizen.receipt.proof"), Text: v.p.T("citizen.receipt.proof.text"), Href: "/me/consents/" + c.ID + "/proof/" + c.Given.Row},
	}
	if !c.Holds() {
		view.meta = append(view.meta, ui.MetaItem{Term: v.p.T("citizen.receipt.ended"), Text: r.acted(v, c.Ended)})
		view.links = append(view.links, ui.LinkRow{Icon: "shield", Title: v.p.T("citizen.receipt.proof.ended"), Href: "/me/consents/" + c.ID + "/proof/" + c.Ended.Row})
	}
	if c.Matter != "" {
		view.links = append(view.links, ui.LinkRow{Icon: "list", Title: v.p.T("citizen.receipt.matter"), Href: "/mine/" + c.Matter})
	}
	return web.Show(w, q, nil, receiptPage(view))
}

func (r *Room) acted(v visit, a consent.Act) string {
	return v.lang().DateTime(a.At) + " · " + v.p.T("consent.way."+string(a.Way))
}

// ConsentFile gives the receipt as a file.
func (r *Room) ConsentFile(w http.ResponseWriter, q *http.Request) error {
	_, c, receipt, ok, err := r.consentReceipt(w, q)
	if err != nil || !ok {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="consent-`+c.Purpose+`.json"`)
	w.Header().Set("Cache-Control", "no-store")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(receipt)
}

// ConsentProof gives the proof that a consent, or that it was taken back, is in the log of the trail. Its subject is the digest of the
// receipt's event. NotFound until the log has taken the row in, which takes a second.
func (r *Room) ConsentProof(w http.ResponseWriter, q *http.Request) error {
	v, c, _, ok, err := r.consentReceipt(w, q)
	if err != nil || !ok {
		return err
	}
	row := q.PathValue("row")
	if row != c.Given.Row && row != c.Ended.Row {
		return fault.New(fault.NotFound, "trail.no_receipt")
	}
	ids, err := r.same(v, v.actor.ID)
	if err != nil {
		return err
	}
	text, err := r.Trail.Receipt(v.ctx, row, ids)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+row+`.tlog-proof"`)
	_, err = w.Write(text)
	return err
}

// consentReceipt reads an own consent; who is not signed in goes there first. Somebody else's is not found.
func (r *Room) consentReceipt(w http.ResponseWriter, q *http.Request) (v visit, c consent.Consent, receipt consent.Receipt, ok bool, err error) {
	if v, err = r.visit(q); err != nil {
		return v, c, receipt, false, err
	}
	if !v.signedIn() {
		return v, c, receipt, false, r.toSignIn(w, q)
	}
	err = r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		if c, err = r.Requests.Consents.One(tx, v.actor.ID, q.PathValue("id")); err != nil {
			return err
		}
		receipt, err = r.receiptOf(tx, v, c, r.url(q, ""))
		return err
	})
	return v, c, receipt, err == nil, err
}

// receiptOf is the receipt in the reader's language; portal is the address of the house.
func (r *Room) receiptOf(tx *db.Tx, v visit, c consent.Consent, portal string) (consent.Receipt, error) {
	one, _ := r.Requests.Consents.Purposes.Get(c.Purpose) // one that is no more has no owner
	return r.Requests.Consents.ReceiptOf(tx, c, v.lang(), r.Cases.City.Orgs.Name(one.Owner, v.lang()), consent.Addresses{
		Notice: portal + "/privacy/purposes/" + c.Purpose, Withdraw: portal + "/me/consents",
	})
}
