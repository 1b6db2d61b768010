package trust

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/consent"
	"banyan/web/ui"
)

const day = 24 * time.Hour

type privacyView struct {
	ui.CitizenView
	kinds []purposeCard
	kept  []ui.MetaItem
}

// purposeCard is a purpose in plain words.
type purposeCard struct {
	name, why, href string
	chip            ui.ChipView // Text is empty when there is nothing to say
	meta            []ui.MetaItem
}

type purposeView struct {
	ui.CitizenView
	name  string
	texts []textView
}

// textView is one version of a purpose's text.
type textView struct {
	title, ask, after, hash string
	chip                    ui.ChipView
	meta                    []ui.MetaItem
	kept                    []ui.MetaItem
}

// Privacy says in plain words why the city handles personal data, on which basis, and until when (Personal Information Protection Law,
// article 17). The periods are those that the program keeps to.
func (r *Room) Privacy(w http.ResponseWriter, q *http.Request) error {
	p := web.PageOf(q)
	v := privacyView{CitizenView: ui.CitizenView{Page: p, Title: p.T("trust.privacy.title"), City: r.Title.In(p.Lang), Back: "/"}}
	err := r.DB.Read(q.Context(), func(tx *db.Tx) error {
		v.kinds, v.kept = nil, nil
		for _, one := range r.Consents.Purposes.All() {
			card, err := r.card(tx, p, one)
			if err != nil {
				return err
			}
			v.kinds = append(v.kinds, card)
			text, _ := one.InForce(r.Clock.Now())
			v.kept = append(v.kept, r.kept(p, text)...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Show(w, q, nil, privacyPage(v))
}

// card is a purpose with the text in force.
func (r *Room) card(tx *db.Tx, p web.Page, one consent.Purpose) (purposeCard, error) {
	text, err := r.Consents.Live(tx, one.ID)
	card := purposeCard{name: one.Name.In(p.Lang), why: text.Why.In(p.Lang), href: "/privacy/purposes/" + one.ID, meta: r.short(p, text)}
	if f, ok := fault.As(err); ok && consent.Refused(err) {
		card.chip = ui.ChipView{Kind: "warn", Text: p.T(f.Key + ".chip")}
		err = nil
	}
	return card, err
}

// short is what everybody wants to know of a text.
func (r *Room) short(p web.Page, t consent.Text) []ui.MetaItem {
	list := []ui.MetaItem{
		{Term: p.T("trust.privacy.what"), Text: t.What.In(p.Lang)},
		{Term: p.T("trust.privacy.until"), Text: t.Keep.In(p.Lang)}, {Term: p.T("trust.privacy.basis"), Text: p.T("trust.privacy.basis." + string(t.Basis))},
	}
	if kinds := kindsIn(p, t); kinds != "" {
		list = append(list, ui.MetaItem{Term: p.T("trust.privacy.kind"), Text: kinds})
	}
	return list
}

// said is all of a text in plain words.
func (r *Room) said(p web.Page, one consent.Purpose, t consent.Text) []ui.MetaItem {
	add := func(list []ui.MetaItem, term, text string) []ui.MetaItem {
		if text == "" {
			return list
		}
		return append(list, ui.MetaItem{Term: p.T("trust.privacy." + term), Text: text})
	}
	list := add(nil, "what", t.What.In(p.Lang))
	list = add(list, "why", t.Why.In(p.Lang))
	if t.To != nil {
		list = add(list, "to", t.To.In(p.Lang))
	}
	list = add(list, "until", t.Keep.In(p.Lang))
	basis := p.T("trust.privacy.basis." + string(t.Basis))
	if t.Law != nil {
		basis += p.T("trust.privacy.law", "Law", t.Law.In(p.Lang))
	}
	list = add(list, "basis", basis)
	list = add(list, "kind", kindsIn(p, t))
	return add(list, "owner", r.Orgs.Name(one.Owner, p.Lang))
}

// kindsIn names the kinds of a text, "" for ordinary handling.
func kindsIn(p web.Page, t consent.Text) string {
	var names []string
	for _, k := range t.Kinds {
		names = append(names, p.T("trust.purpose.kind."+string(k)))
	}
	return strings.Join(names, p.T("citizen.and"))
}

// kept are the periods of a text, as the program keeps them.
func (r *Room) kept(p web.Page, t consent.Text) (list []ui.MetaItem) {
	for _, k := range t.Kept {
		list = append(list, ui.MetaItem{Term: p.T("trust.privacy.days", "Days", int(r.Keeps(k.By)/day)), Text: k.What.In(p.Lang)})
	}
	return list
}

// Purpose shows one purpose with all versions of its text, the newest first.
func (r *Room) Purpose(w http.ResponseWriter, q *http.Request) error {
	p := web.PageOf(q)
	one, ok := r.Consents.Purposes.Get(q.PathValue("purpose"))
	if !ok {
		return fault.New(fault.NotFound, consent.Unknown)
	}
	name := one.Name.In(p.Lang)
	v := purposeView{
		CitizenView: ui.CitizenView{Page: p, Title: name, City: r.Title.In(p.Lang), Back: "/privacy"}, name: name, texts: r.texts(p, one),
	}
	return web.Show(w, q, nil, purposePage(v))
}

// texts are the versions of a purpose, the newest first.
func (r *Room) texts(p web.Page, one consent.Purpose) (list []textView) {
	now := r.Clock.Now()
	current, _ := one.InForce(now)
	for i := len(one.Texts) - 1; i >= 0; i-- {
		t := one.Texts[i]
		v := textView{
			title: p.T("trust.purpose.version", "N", strconv.Itoa(t.Version), "Day", p.Lang.Date(t.Begins())), hash: t.Hash(one.ID),
			meta: r.said(p, one, t), kept: r.kept(p, t),
		}
		if t.Ask != nil {
			v.ask, v.after = t.Ask.In(p.Lang), t.After.In(p.Lang)
		}
		switch {
		case t.Version == current.Version:
			v.chip = ui.ChipView{Kind: "ok", Text: p.T("trust.purpose.current")}
		case t.Begins().After(now):
			v.chip = ui.ChipView{Kind: "info", Text: p.T("trust.purpose.coming")}
		default:
			v.chip = ui.ChipView{Text: p.T("trust.purpose.past")}
		}
		list = append(list, v)
	}
	return list
}
