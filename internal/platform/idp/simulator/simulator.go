// Package simulator plays the national platform for network identity authentication, for demonstrations and tests: a person picks one of a
// few invented identities, or says no. It keeps everything in memory.
package simulator

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"banyan/internal/platform/clock"
)

// Config is who may ask.
type Config struct {
	Issuer string // the simulator's own address
	Client string
	Secret string
	Backs  []string // addresses that people may be led back to
	Clock  clock.Clock
}

// passLives is how long a pass, and the assertion for it, is good.
const passLives = 2 * time.Minute

// Platform is the simulator.
type Platform struct {
	Config
	http.Handler

	key    ed25519.PrivateKey
	pseudo []byte

	mu     sync.Mutex
	passes map[string]pass
}

type pass struct {
	identity, nonce string
	until           time.Time
}

// New makes a platform with fresh keys.
func New(c Config) *Platform {
	_, key, _ := ed25519.GenerateKey(nil) // never fails with the system's randomness
	p := &Platform{Config: c, key: key, pseudo: []byte(rand.Text()), passes: map[string]pass{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.choose)
	mux.HandleFunc("POST /authorize", p.chosen)
	mux.HandleFunc("POST /verify", p.verify)
	mux.HandleFunc("GET /keys", p.keys)
	p.Handler = mux
	return p
}

// Identities are the invented people who have a certificate here.
func Identities() []string { return []string{"测试甲", "测试乙", "测试丙"} }

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>网络身份认证（模拟）</title>
<style>body{font:18px/1.6 sans-serif;max-width:28em;margin:2em auto;padding:0 1em}button{display:block;width:100%;min-height:56px;margin:12px 0;font:inherit}</style>
<h1>网络身份认证（模拟）</h1><p>这不是国家平台，只用于演示。请选择用谁的网证，或者拒绝。</p>
<p>{{.Client}} 只会收到“核验通过”和一个只对它有效的代号，不会收到姓名和证件号码。</p>
<form method="post" action="authorize">
{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">{{end}}
{{range .People}}<button name="who" value="{{.}}">{{.}}</button>{{end}}
<button name="who" value="">拒绝</button></form></html>`))

// asked reads who asks and where the person goes back to; back is nil for a question that no admitted city asks.
func (p *Platform) asked(v url.Values) (back *url.URL) {
	if v.Get("client_id") != p.Client {
		return nil
	}
	for _, one := range p.Backs {
		if u, err := url.Parse(one); err == nil && one == v.Get("redirect_uri") {
			return u
		}
	}
	return nil
}

func (p *Platform) choose(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	if p.asked(v) == nil {
		http.Error(w, "no admitted city asks this", http.StatusBadRequest)
		return
	}
	hidden := map[string]string{}
	for _, name := range []string{"client_id", "redirect_uri", "state", "nonce"} {
		hidden[name] = v.Get(name)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{"Client": p.Client, "Hidden": hidden, "People": Identities()}) // the reader has gone: nobody to tell
}

func (p *Platform) chosen(w http.ResponseWriter, r *http.Request) {
	if r.ParseForm() != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	back := p.asked(r.PostForm)
	if back == nil {
		http.Error(w, "no admitted city asks this", http.StatusBadRequest)
		return
	}
	q := back.Query()
	q.Set("state", r.PostForm.Get("state"))
	if who := r.PostForm.Get("who"); who == "" {
		q.Set("error", "refused")
	} else {
		q.Set("pass", p.Pass(who, r.PostForm.Get("nonce")))
	}
	back.RawQuery = q.Encode()
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
}

// Pass makes the pass of somebody who said yes.
func (p *Platform) Pass(identity, nonce string) string {
	text := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passes[text] = pass{identity, nonce, p.Clock.Now().Add(passLives)}
	return text
}

// take uses a pass up.
func (p *Platform) take(text string) (t pass, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok = p.passes[text]
	delete(p.passes, text)
	return t, ok && p.Clock.Now().Before(t.until)
}

func (p *Platform) verify(w http.ResponseWriter, r *http.Request) {
	client, secret, _ := r.BasicAuth()
	if client != p.Client || subtle.ConstantTimeCompare([]byte(secret), []byte(p.Secret)) != 1 {
		http.Error(w, "who asks?", http.StatusUnauthorized)
		return
	}
	t, ok := p.take(r.PostFormValue("pass"))
	if !ok {
		http.Error(w, "no such pass", http.StatusBadRequest)
		return
	}
	text, err := p.Assert(t.identity, t.nonce, p.Clock.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, map[string]string{"assertion": text})
}

// Assert signs what was checked at an instant.
func (p *Platform) Assert(identity, nonce string, at time.Time) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: p.key, KeyID: "1"}}, nil)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, p.pseudo)
	mac.Write([]byte(p.Client + " " + identity))
	return jwt.Signed(signer).Claims(map[string]any{
		"iss": p.Issuer, "aud": p.Client, "sub": base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), "nonce": nonce, "level": 3, "iat": at.Unix(), "exp": at.Add(passLives).Unix(),
	}).Serialize()
}

func (p *Platform) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "1", Algorithm: string(jose.EdDSA), Use: "sig"}}})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the reader has gone: nobody to tell
}
