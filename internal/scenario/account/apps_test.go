package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.signedIn("lisi").Get("/admin/apps").Want(http.StatusForbidden)
	w.signedIn("lisi").Post("/admin/apps", url.Values{"name": {"食堂"}}).Want(http.StatusForbidden)
	w.signedIn("lisi").Post("/admin/apps/x/end", nil).Want(http.StatusForbidden)
	admin := w.signedIn("admin")
	admin.Get("/admin/apps").Want(http.StatusOK).Has("input[name=kind]", 2).Has("input[name=scopes]", 4).Has("input[name=scopes][checked]", 0)
	fill := func(change map[string]string) url.Values {
		v := url.Values{"name": {"长者食堂"}, "unit": {"鼓楼区城市管理局"}, "redirects": {"https://a.example/x\r\nhttps://b.example/y"}, "kind": {"secret"}, "days": {"30"}, "scopes": {"phone"}}
		for name, value := range change {
			v.Set(name, value)
		}
		return v
	}
	for field, bad := range map[string]string{"name": "", "unit": "没有的单位", "redirects": "http://a.example", "kind": "other", "days": "0", "scopes": "everything"} {
		admin.Post("/admin/apps", fill(map[string]string{field: bad})).Want(http.StatusUnprocessableEntity).Has(".error-summary a[href='#"+field+"']", 1)
	}
	secret := admin.Post("/admin/apps", fill(nil)).Want(http.StatusOK, "client_id").Text(".panel-number")
	admin.Post("/admin/apps", fill(map[string]string{"kind": "public", "name": "手机应用"})).Want(http.StatusOK, "没有密钥").Has(".panel-number", 0)
	if !strings.HasPrefix(secret, "bs_") {
		t.Fatalf("the secret is %q", secret)
	}
	list := admin.Get("/admin/apps").Want(http.StatusOK, "长者食堂", "手机应用", "openid phone", "https://b.example/y").Has("form[action$='/end']", 2)
	if strings.Contains(list.Body, secret) {
		t.Error("the secret is shown again")
	}
	admin.Post(list.Doc().Find("form[action$='/end']").First().AttrOr("action", ""), nil).Leads("/admin/apps").Has("form[action$='/end']", 1)
	admin.Post("/admin/apps/x/end", nil).Want(http.StatusNotFound)
}
