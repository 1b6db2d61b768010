package connect

import (
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/platform/web"
	"banyan/internal/register/signon"
)

// metadata is what the library says of itself, cut down to what is done here (OpenID Connect Discovery 1.0, RFC 8414, RFC 9207).
type metadata struct {
	*oidc.DiscoveryConfiguration
	EndSession   string `json:"end_session_endpoint,omitempty"` // not offered: signing out of an app does not sign out of the city
	Device       string `json:"device_authorization_endpoint,omitempty"`
	Issuers      bool   `json:"authorization_response_iss_parameter_supported"`
	RequestURI   bool   `json:"request_uri_parameter_supported"`
	ClaimsParam  bool   `json:"claims_parameter_supported"`
	Registration string `json:"registration_endpoint,omitempty"` // an administrator registers
}

// Discovery tells apps where everything is.
func (r *Room) Discovery(w http.ResponseWriter, q *http.Request) error {
	c := op.CreateDiscoveryConfig(r.within(q).Context(), r.op, r.op.Storage())
	c.ScopesSupported = append([]string{signon.OpenID}, signon.Scopes()...)
	c.ResponseTypesSupported, c.ResponseModesSupported = []string{string(oidc.ResponseTypeCode)}, []string{string(oidc.ResponseModeQuery)}
	c.GrantTypesSupported = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	c.ACRValuesSupported = []string{levelACR + "1", levelACR + "2", levelACR + "3"}
	c.SubjectTypesSupported = []string{"pairwise"}
	c.ClaimsSupported = []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "name", "phone_number", "phone_number_verified"}
	c.IntrospectionEndpointAuthMethodsSupported = []oidc.AuthMethod{oidc.AuthMethodBasic}
	c.IntrospectionEndpointAuthSigningAlgValuesSupported, c.RevocationEndpointAuthSigningAlgValuesSupported, c.TokenEndpointAuthSigningAlgValuesSupported = nil, nil, nil
	c.RequestObjectSigningAlgValuesSupported = nil
	return web.JSON(w, http.StatusOK, metadata{DiscoveryConfiguration: c, Issuers: true})
}

// Keys publishes the keys that verify ID tokens (RFC 7517), for an hour.
func (r *Room) Keys(w http.ResponseWriter, q *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	op.Keys(w, q, r.op.Storage())
	return nil
}
