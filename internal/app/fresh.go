package app

import (
	"strings"

	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/internal/scenario/proof"
)

// grave lists every act that asks for a proof of the last minutes of who is at the screen: what cannot be taken back, what gives
// somebody power, what takes many people's data out. true: the answer is a file. docs/permissions.md names them.
func grave() map[string]bool {
	return map[string]bool{
		// staff: looks beyond the limit, lists that leave the house, tracing a leak, an assessment that lets a purpose live, leave to read, a look told later
		"POST /account/glass": false, "GET /exports/cases.csv": true, "GET /exports/cases.xlsx": true, "POST /supervise/leaks": false, "POST /supervise/lists": false,
		"POST /desk/purposes/{purpose}/approve": false, "POST /desk/grants": false, "POST /desk/delays/{delay}": false,
		// staff: who may do what, and keys of other systems
		"POST /admin/staff": false, "POST /admin/staff/{id}/posts": false, "POST /admin/staff/{id}/posts/{post}/end": false, "POST /admin/staff/{id}/leave": false,
		"POST /admin/staff/{id}/disabled": false, "POST /admin/staff/{id}/password": false,
		"POST /admin/keys": false, "POST /admin/keys/{id}/revoke": false, "POST /admin/apps": false, "POST /admin/apps/{id}/end": false,
		// staff at a counter: somebody's account
		"POST /desk/recovery/ask": false, "POST /desk/recovery/{id}": false,
		// citizens: everything about oneself at once, an end of it, somebody else who acts for one
		"GET /me/data": true, "POST /me/erase": false, "POST /me/family": false,
		// citizens: a credential on a device, which ends it on another
		"POST /me/credentials/{id}/nonce": false, "GET /me/credentials/{id}/device": false,
		// the ways in
		"GET /me/level/{service}": false, "GET /me/passkeys/new": false, "POST /me/passkeys": false, "POST /me/passkeys/{id}/remove": false, "POST /me/phone": false, "POST /me/phone/code": false, "POST /me/sheet": false, "POST /me/sheet/end": false,
		"GET /account/passkeys/new": false, "POST /account/passkeys": false, "POST /account/passkeys/{id}/remove": false,
	}
}

// guardGrave puts the guard before each grave act.
func guardGrave(r *proof.Room, all []map[string]web.Handler) {
	for pattern, file := range grave() {
		for _, list := range all {
			if h, ok := list[pattern]; ok {
				list[pattern] = r.Guard(whose(pattern), h, file)
			}
		}
	}
}

// whose act a pattern is: citizens' pages of their own are under /me.
func whose(pattern string) identity.Kind {
	if strings.Contains(pattern, " /me/") {
		return identity.Citizen
	}
	return identity.Staff
}
