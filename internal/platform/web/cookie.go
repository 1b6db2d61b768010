package web

import (
	"net/http"
	"time"
)

// SessionCookie is the name of the cookie that carries a session's token.
const SessionCookie = "banyan"

// SetCookie sets a cookie for the whole site that script cannot read and other sites' forms do not send;
// Secure when the reader came by TLS. A zero life ends it with the browser, a negative one deletes it.
func (s *Server) SetCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.config.Secure || r.TLS != nil,
	})
}

// Scheme is how the reader came: https by TLS or behind a proxy that ends it, else http.
func (s *Server) Scheme(r *http.Request) string {
	if s.config.Secure || r.TLS != nil {
		return "https"
	}
	return "http"
}

// StartSession gives the browser a session's token; EndSession takes it away.
func (s *Server) StartSession(w http.ResponseWriter, r *http.Request, token string, life time.Duration) {
	s.SetCookie(w, r, SessionCookie, token, life)
}

// EndSession makes the browser forget its session's token.
func (s *Server) EndSession(w http.ResponseWriter, r *http.Request) {
	s.SetCookie(w, r, SessionCookie, "", -time.Second)
}

// SessionToken is the session's token that the browser carries, "" for none.
func SessionToken(r *http.Request) string {
	c, err := r.Cookie(SessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// onceCookie carries the token of a question that the browser answers with its next form.
const onceCookie = "once"

// SetOnce gives the browser the token of a question; TakeOnce takes it back, "" for none: it is good for one answer.
func (s *Server) SetOnce(w http.ResponseWriter, r *http.Request, token string, life time.Duration) {
	s.SetCookie(w, r, onceCookie, token, life)
}

// TakeOnce gives the token that SetOnce left and makes the browser forget it.
func (s *Server) TakeOnce(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(onceCookie)
	if err != nil {
		return ""
	}
	s.SetCookie(w, r, onceCookie, "", -time.Second)
	return c.Value
}
