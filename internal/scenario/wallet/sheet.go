package wallet

import (
	"net/http"

	"banyan/internal/platform/db"
	"banyan/internal/platform/web"
	"banyan/internal/register/credential"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// sheetForm says what stands on the sheet. The phone travels in the form, never in an address.
type sheetForm struct {
	Phone string   `form:"phone" max:"40"`
	Name  string   `form:"name" max:"40"`
	Show  []string `form:"show" max:"40"`
}

type sheetView struct {
	Desk              ui.DeskView
	title, name, code string
	said              []string
	meta              []ui.MetaItem
	address           string
}

// Sheet prints a credential for somebody without a smartphone. The sheet before it no longer counts.
func (r *Room) Sheet(w http.ResponseWriter, q *http.Request) error {
	v, err := r.clerk(q)
	if err != nil {
		return err
	}
	var in sheetForm
	var c credential.Credential
	view := sheetView{Desk: r.desk(v, v.p.T("wallet.paper.title"), "give"), address: v.issuer + "/verify"}
	if err = web.Decode(q, &in); err == nil {
		err = r.DB.Write(v.ctx, func(tx *db.Tx) error {
			c, err = r.print(tx, v, q.PathValue("id"), in, &view)
			return err
		})
	}
	if err != nil && web.Again(err) {
		return r.showGive(w, q, v, giveForm{Do: doFind, Phone: in.Phone}, err)
	}
	if err != nil {
		return err
	}
	kind, _ := r.Credentials.Kinds.Get(c.Kind)
	view.title, view.said = kind.Name.In(v.p.Lang), r.said(v.p, kind, c.Facts.Only(in.Show...))
	view.meta = []ui.MetaItem{
		{Term: v.p.T("wallet.until"), Text: v.p.T("wallet.until.day", "Day", v.p.Lang.Date(c.Until.AddDate(0, 0, -1))), Num: true},
		{Term: v.p.T("wallet.by"), Text: v.p.T("wallet.by.text", "Unit", r.Orgs.Name(c.Unit, v.p.Lang), "Day", v.p.Lang.Date(c.Issued))},
	}
	return web.Show(w, q, nil, sheetPage(view))
}

// print makes the sheet's code; a name that was missing is filled in. Naming the person is a row in their trail.
func (r *Room) print(tx *db.Tx, v visit, id string, in sheetForm, view *sheetView) (c credential.Credential, err error) {
	if err := r.theirs(tx, in.Phone, id); err != nil {
		return c, err
	}
	who, err := r.People.Ensure(tx, person.Contact{Phone: in.Phone, Name: in.Name})
	if err != nil {
		return c, err
	}
	called, err := r.People.Called(tx, trail.Reader{Actor: v.actor, Purpose: trail.ForCredential, Subject: id}, who)
	if err != nil {
		return c, err
	}
	c, text, err := r.Credentials.PrintTx(tx, v.actor, v.issuer, id, called.Name, in.Show)
	view.name, view.code = called.Name, v.issuer+"/verify#"+text
	return c, err
}
