package connect

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/consent"
	"banyan/internal/register/signon"
)

// consentPage asks the person.
const consentPage = "/oauth/consent"

// Authorize takes an app's wish to have somebody signed in (OpenID Connect Core 1.0, 3.1.2). What names no app that is open, or an
// address that is not exactly one of its, is told to the person and never sent there.
func (r *Room) Authorize(w http.ResponseWriter, q *http.Request) error {
	q = r.within(q)
	in, err := op.ParseAuthorizeRequest(q, r.op.Decoder())
	if err != nil {
		return fault.New(fault.Invalid, "connect.unreadable").Wrap(err)
	}
	app, err := r.SignOn.App(q.Context(), in.ClientID)
	if err != nil {
		return err
	}
	if !app.Open() || !slices.Contains(app.Redirects, in.RedirectURI) {
		return fault.New(fault.Invalid, "signon.redirect_unknown")
	}
	if refusal, text := r.unfit(q, in, app); refusal != "" {
		return r.answer(w, q, in.RedirectURI, url.Values{"error": {refusal}, "error_description": {text}, "state": {in.State}})
	}
	if err := r.live(q); err != nil {
		return err
	}
	ask, err := r.SignOn.Begin(q.Context(), app, signon.Ask{Redirect: in.RedirectURI, Scopes: in.Scopes, State: in.State, Nonce: in.Nonce, Challenge: in.CodeChallenge})
	if err != nil {
		return err
	}
	if slices.Contains(in.Prompt, oidc.PromptNone) {
		return r.silently(w, q, ask)
	}
	to := url.Values{"id": {ask.ID}}
	if slices.Contains(in.Prompt, oidc.PromptConsent) {
		to.Set("show", "1")
	}
	return web.Redirect(w, q, consentPage+"?"+to.Encode())
}

// live refuses while the city may not hand anything to apps of others: the purpose has not been assessed.
func (r *Room) live(q *http.Request) error {
	return r.DB.Read(q.Context(), func(tx *db.Tx) error {
		_, err := r.Consents.Live(tx, consent.ForApps)
		return err
	})
}

// The codes of refusals that the library does not name (OpenID Connect Core 1.0, 3.1.2.6).
const (
	loginRequired   = "login_required"
	consentRequired = "consent_required"
	accessDenied    = "access_denied"
	serverError     = "server_error"
)

// unfit says why a request is refused to its app, "" when it is not.
func (r *Room) unfit(q *http.Request, in *oidc.AuthRequest, app signon.App) (refusal, text string) {
	switch {
	case in.RequestParam != "":
		return string(oidc.RequestNotSupported), "request objects are not supported"
	case q.Form.Get("request_uri") != "":
		return "request_uri_not_supported", "request objects are not supported"
	case in.ResponseType != oidc.ResponseTypeCode:
		return "unsupported_response_type", "the response type is code"
	case in.ResponseMode != "" && in.ResponseMode != oidc.ResponseModeQuery:
		return string(oidc.InvalidRequest), "the response mode is query"
	case !slices.Contains(in.Scopes, oidc.ScopeOpenID):
		return string(oidc.InvalidScope), "the scope openid is missing"
	case len(in.CodeChallenge) != 43 || in.CodeChallengeMethod != oidc.CodeChallengeMethodS256:
		return string(oidc.InvalidRequest), "PKCE with code_challenge_method S256 is needed"
	case len(in.State) > 2000 || len(in.Nonce) > 2000:
		return string(oidc.InvalidRequest), "state or nonce is too long"
	}
	maxAge, err := op.ValidateAuthReqPrompt(in.Prompt, in.MaxAge)
	if err != nil {
		return string(oidc.InvalidRequest), "prompt none stands alone"
	}
	return r.unfitPerson(q, in, app, maxAge)
}

// unfitPerson says why whoever is signed in is not whom the app wants. Signing in once more while signed in is not offered.
func (r *Room) unfitPerson(q *http.Request, in *oidc.AuthRequest, app signon.App, maxAge *uint) (refusal, text string) {
	who, signedIn := r.who(q)
	if !signedIn {
		if slices.Contains(in.Prompt, oidc.PromptNone) {
			return loginRequired, "nobody is signed in"
		}
		return "", ""
	}
	if maxAge != nil && r.Clock.Now().Sub(who.Auth) > time.Duration(*maxAge)*time.Second {
		return loginRequired, "the person signed in earlier than wanted"
	}
	hinted, err := op.ValidateAuthReqIDTokenHint(q.Context(), in.IDTokenHint, r.op.IDTokenHintVerifier(q.Context()))
	if err != nil {
		return loginRequired, "the id_token_hint is not of this provider"
	}
	subject, err := r.SignOn.Subject(app.Sector, who.Person)
	if err != nil {
		_ = r.inside(q, err) // logged; the app is told below
		return serverError, ""
	}
	if hinted != "" && hinted != subject {
		return loginRequired, "somebody else is signed in"
	}
	return "", ""
}

// silently answers prompt=none: by an earlier grant or not at all.
func (r *Room) silently(w http.ResponseWriter, q *http.Request, ask signon.Ask) error {
	who, ok := r.who(q)
	if ok {
		var err error
		if ok, err = r.SignOn.AllowAgain(q.Context(), ask.ID, who); err != nil {
			return err
		}
	}
	if !ok {
		return r.answer(w, q, ask.Redirect, url.Values{"error": {consentRequired}, "state": {ask.State}})
	}
	return r.give(w, q, ask.ID, false)
}

// give sends the code of an allowed ask to its app; byForm says that a form of ours led here.
func (r *Room) give(w http.ResponseWriter, q *http.Request, id string, byForm bool) error {
	q = r.within(q)
	ask, err := r.op.Storage().AuthRequestByID(q.Context(), id)
	if err != nil {
		return err
	}
	code, err := op.CreateAuthRequestCode(q.Context(), ask, r.op.Storage(), r.op.Crypto())
	if err != nil {
		return err
	}
	values := url.Values{"code": {code}, "state": {ask.GetState()}}
	if byForm {
		return r.back(w, q, ask.GetClientID(), r.address(q, ask.GetRedirectURI(), values))
	}
	return r.answer(w, q, ask.GetRedirectURI(), values)
}

// answer leads the browser back to the app; the issuer stands in every answer (RFC 9207).
func (r *Room) answer(w http.ResponseWriter, q *http.Request, redirect string, values url.Values) error {
	http.Redirect(w, q, r.address(q, redirect, values), http.StatusSeeOther)
	return nil
}

func (r *Room) address(q *http.Request, redirect string, values url.Values) string {
	u, err := url.Parse(redirect)
	if err != nil {
		return redirect // it was parsed when the app was registered
	}
	all := u.Query()
	for name, value := range values {
		if value[0] != "" {
			all[name] = value
		}
	}
	all.Set("iss", r.issuer(q))
	u.RawQuery = all.Encode()
	return u.String()
}
