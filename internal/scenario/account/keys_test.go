package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"banyan/internal/register/apikey"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.signedIn("lisi").Get("/admin/keys").Want(http.StatusForbidden)
	w.signedIn("lisi").Post("/admin/keys", url.Values{"name": {"平台"}}).Want(http.StatusForbidden)
	w.signedIn("lisi").Post("/admin/keys/x/revoke", nil).Want(http.StatusForbidden)
	admin := w.signedIn("admin")
	admin.Get("/admin/keys").Want(http.StatusOK).Has("input[name=scopes]", len(apikey.Scopes())).Has("input[name=scopes][checked]", 1)
	fill := func(name, unit, until string, scopes ...string) url.Values {
		return url.Values{"name": {name}, "unit": {unit}, "until": {until}, "scopes": scopes}
	}
	for field, bad := range map[string]url.Values{
		"name": fill("", "350102.cgj", "", "report"), "unit": fill("平台", "没有的单位", "", "report"), "scopes": fill("平台", "350102.cgj", ""),
		"until": fill("平台", "350102.cgj", "2020-01-01", "report"),
	} {
		admin.Post("/admin/keys", bad).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#"+field+"']", 1)
	}
	secret := admin.Post("/admin/keys", fill("平台", "鼓楼区城市管理局", "2099-12-31", "report", "cases.read")).Want(http.StatusOK).Text(".panel-number")
	keys := apikey.NewService(w.DB, w.Clock)
	if k, err := keys.Find(w.Context(), secret); err != nil || k.Unit != "350102.cgj" || !k.Has("cases.read") || k.Has("cases.write") {
		t.Fatalf("the secret opens %+v, %v", k, err)
	}
	list := admin.Get("/admin/keys").Want(http.StatusOK, "平台", "report, cases.read")
	if strings.Contains(list.Body, secret) {
		t.Error("the secret is shown again")
	}
	admin.Post(list.Doc().Find("form[action$='/revoke']").AttrOr("action", ""), nil).Leads("/admin/keys").Has("form[action$='/revoke']", 0)
	if all, err := keys.List(w.Context()); err != nil || len(all) != 1 || all[0].MadeBy == "" || all[0].RevokedBy != all[0].MadeBy {
		t.Errorf("who made and revoked the key: %+v, %v", all, err)
	}
	if _, err := apikey.NewService(w.DB, w.Clock).Find(w.Context(), secret); err == nil {
		t.Error("a revoked key opens")
	}
}
