package wallet

import (
	"io"
	"net/http"
	"strconv"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/sdjwt"
	"banyan/internal/platform/web"
	"banyan/internal/register/credential"
)

// Issuer publishes the keys that sign credentials (draft-ietf-oauth-sd-jwt-vc, JWT VC Issuer Metadata), for an hour.
func (r *Room) Issuer(w http.ResponseWriter, q *http.Request) error {
	keys, err := r.Credentials.SigningKeys()
	if err != nil {
		return err
	}
	var set struct {
		Keys []sdjwt.JWK `json:"keys"`
	}
	for _, k := range keys {
		jwk, err := k.JWK()
		if err != nil {
			return err
		}
		set.Keys = append(set.Keys, jwk)
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return web.JSON(w, http.StatusOK, map[string]any{"issuer": r.issuer(q), "jwks": set})
}

// Metadata of a type (draft-ietf-oauth-sd-jwt-vc, Type Metadata).
type (
	typeMeta struct {
		VCT         string        `json:"vct"`
		Name        string        `json:"name"`
		Description string        `json:"description"`
		Display     []typeDisplay `json:"display"`
		Claims      []claimMeta   `json:"claims"`
	}
	typeDisplay struct {
		Locale      string    `json:"locale"`
		Name        string    `json:"name"`
		Description string    `json:"description"`
		Rendering   rendering `json:"rendering"`
	}
	rendering struct {
		Simple simple `json:"simple"`
	}
	simple struct {
		Background string `json:"background_color"`
		Text       string `json:"text_color"`
	}
	claimMeta struct {
		Path    []string       `json:"path"`
		Display []claimDisplay `json:"display"`
		SD      string         `json:"sd"`
	}
	claimDisplay struct {
		Locale string `json:"locale"`
		Label  string `json:"label"`
	}
)

// Type describes a kind of credential at the address that its credentials name.
func (r *Room) Type(w http.ResponseWriter, q *http.Request) error {
	kind, ok := r.Credentials.Kinds.Get(q.PathValue("kind"))
	if !ok {
		return fault.New(fault.NotFound, "credential.unknown")
	}
	m := typeMeta{VCT: credential.TypeOf(r.issuer(q), kind.ID), Name: kind.Name.En, Description: kind.About.En}
	for _, l := range i18n.Langs() {
		m.Display = append(m.Display, typeDisplay{Locale: string(l), Name: kind.Name.In(l), Description: kind.About.In(l), Rendering: rendering{simple{kind.Colour, "#ffffff"}}})
	}
	for _, f := range kind.Facts {
		c := claimMeta{Path: []string{f.ID}, SD: "always"}
		for _, l := range i18n.Langs() {
			c.Display = append(c.Display, claimDisplay{string(l), f.Name.In(l)})
		}
		m.Claims = append(m.Claims, c)
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return web.JSON(w, http.StatusOK, m)
}

// Status publishes a status list (draft-ietf-oauth-status-list), for a minute. Nobody is asked about a single credential.
func (r *Room) Status(w http.ResponseWriter, q *http.Request) error {
	n, err := strconv.ParseInt(q.PathValue("list"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "credential.unknown")
	}
	token, err := r.Credentials.StatusList(q.Context(), r.issuer(q), n)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/statuslist+jwt")
	w.Header().Set("Cache-Control", "public, max-age=60")
	_, err = io.WriteString(w, token)
	return err
}
