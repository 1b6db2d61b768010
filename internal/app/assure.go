package app

import (
	"banyan/internal/platform/db"
	"banyan/internal/platform/idp"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/assure"
	"banyan/internal/scenario/level"
	"banyan/web/ui"
)

// tellOfProof leaves a person a note that a proof of who they are was added or ended, and a message by the best other way.
func (a *App) tellOfProof(tx *db.Tx, person, key, what string) error {
	m := notify.Message{Key: "proof:" + key, To: "person:" + person, Channel: notify.InApp, Template: "assure.told." + what, Link: "/me/level"}
	if err := a.Outbox.Send(tx, m); err != nil {
		return err
	}
	return a.reach(tx, person, m)
}

// identityServices are those of others that the settings name.
func (a *App) identityServices() (list []level.Service) {
	if s := a.Settings.Identity.NetCert; s.On() {
		list = append(list, level.Service{Provider: idp.NewNetCert(s, a.Clock), Method: assure.NetCert})
	}
	if s := a.Settings.Identity.Province; s.On() {
		list = append(list, level.Service{Provider: idp.NewProvince(s, a.Clock), Method: assure.Province, Name: s.Name})
	}
	return list
}

// waysIn are the buttons of those services on the page to sign in.
func (a *App) waysIn(p web.Page) (list []ui.LinkView) {
	for _, s := range a.identityServices() {
		list = append(list, ui.LinkView{Label: p.T("level.signin.by", "Name", level.NameOf(p, s)), Href: "/signin/" + string(s.Method), Icon: "shield"})
	}
	return list
}
