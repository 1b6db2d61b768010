package citizen

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	proofCookie = "proof"
	proofLife   = 30 * time.Minute
)

// Ways in which somebody proved that a request is theirs.
const (
	byPhone  = "phone"  // number and phone
	bySender = "sender" // this browser sent it
	byNumber = "number" // the number of an anonymous request
)

// proof says that this browser proved one request; the zero proof proves nothing.
type proof struct{ Request, How string }

// prove sets the cookie that proves one request for a while.
func (r *Room) prove(w http.ResponseWriter, q *http.Request, p proof) {
	until := strconv.FormatInt(r.Cases.Now().Add(proofLife).Unix(), 10)
	r.Web.SetCookie(w, q, proofCookie, r.seal("proof", p.Request+"~"+p.How+"~"+until), proofLife)
}

// Forget makes the browser forget what it proved; app calls it when somebody signs out.
func (r *Room) Forget(w http.ResponseWriter, q *http.Request) {
	r.Web.SetCookie(w, q, proofCookie, "", -time.Second)
}

// proofOf reads the cookie; one that is forged or too old proves nothing.
func (r *Room) proofOf(q *http.Request, now time.Time) proof {
	c, err := q.Cookie(proofCookie)
	if err != nil {
		return proof{}
	}
	text, ok := r.unseal("proof", c.Value)
	parts := strings.Split(text, "~")
	if !ok || len(parts) != 3 {
		return proof{}
	}
	until, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || now.Unix() >= until {
		return proof{}
	}
	return proof{Request: parts[0], How: parts[1]}
}

// seal joins a text with its signature. The purpose keeps a seal of one kind from passing as another.
func (r *Room) seal(purpose, text string) string { return text + "." + r.sign(purpose, text) }

func (r *Room) unseal(purpose, sealed string) (string, bool) {
	at := strings.LastIndexByte(sealed, '.')
	if at < 0 {
		return "", false
	}
	text, given := sealed[:at], sealed[at+1:]
	return text, hmac.Equal([]byte(given), []byte(r.sign(purpose, text)))
}

func (r *Room) sign(purpose, text string) string {
	mac := hmac.New(sha256.New, r.Key)
	mac.Write([]byte("citizen " + purpose + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
