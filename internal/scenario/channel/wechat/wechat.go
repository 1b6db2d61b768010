package wechat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/notify"
	"banyan/internal/register/identity"
	"banyan/internal/scenario/channel"
)

// Settings are those of the official account. Without AppID there is none.
type Settings struct {
	AppID    string `yaml:"app_id"`
	Secret   string `yaml:"secret"`
	Token    string `yaml:"token"`   // of the signature
	AESKey   string `yaml:"aes_key"` // EncodingAESKey of the safe mode; only sealed messages are taken
	API      string `yaml:"api"`     // the platform's address; empty: https://api.weixin.qq.com
	Template struct {
		ID    string `yaml:"id"`
		Title string `yaml:"title"` // name of the field for the number
		Text  string `yaml:"text"`  // name of the field for what happened
	} `yaml:"template"`
}

// On tells whether there is an official account.
func (s Settings) On() bool { return s.AppID != "" }

// Check refuses settings that cannot work.
func (s Settings) Check() error {
	if !s.On() {
		return nil
	}
	if s.Token == "" || s.Secret == "" {
		return errors.New("wechat: app_id needs secret and token beside it")
	}
	if s.AESKey == "" {
		return errors.New("wechat: app_id needs aes_key beside it, and the account's safe mode: the signature of a plain message does not cover what it says")
	}
	_, err := newVault(s.AESKey, s.AppID)
	return err
}

// Room speaks with the users of the official account.
type Room struct {
	*channel.Desk
	Settings
	Identity *identity.Service
	Address  string // how the public reaches the program, put before links

	api   *client
	vault vault
}

// name of the channel in the pack.
const name = "wechat"

// bodyMost is how large a message of the platform may be, in bytes.
const bodyMost = 64 << 10

// New makes the room. key is the data folder's.
func New(d *channel.Desk, s Settings, id *identity.Service, address string, key []byte) (*Room, error) {
	v, err := newVault(s.AESKey, s.AppID)
	if err != nil {
		return nil, err
	}
	r := &Room{Desk: d, Settings: s, Identity: id, Address: address, vault: v}
	r.api = &client{Desk: d, Settings: s, key: key, http: &http.Client{
		Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return r, nil
}

// Hello answers the platform's question whether this is the right address: GET /gateway/wechat.
func (r *Room) Hello(w http.ResponseWriter, q *http.Request) error {
	v := q.URL.Query()
	if !signed(v.Get("signature"), r.Token, v.Get("timestamp"), v.Get("nonce")) || !channel.Fresh(v.Get("timestamp"), r.Clock.Now()) {
		return channel.Unsigned()
	}
	echo := v.Get("echostr")
	if len(echo) > 200 || strings.ContainsAny(echo, "<>&\"'") {
		return fault.New(fault.Invalid, "channel.malformed")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, echo)
	return err
}

// In takes a message and answers it at once: POST /gateway/wechat.
func (r *Room) In(w http.ResponseWriter, q *http.Request) error {
	body, err := channel.Body(q, bodyMost)
	if err != nil {
		return err
	}
	m, err := r.open(q, body)
	if err != nil {
		return err
	}
	text, err := r.hear(q.Context(), m)
	if err != nil {
		return err
	}
	return r.answer(w, q, m, text)
}

// open makes sure that a message is the platform's, and unseals it.
func (r *Room) open(q *http.Request, body []byte) (Message, error) {
	v := q.URL.Query()
	stamp, nonce := v.Get("timestamp"), v.Get("nonce")
	if !channel.Fresh(stamp, r.Clock.Now()) {
		return Message{}, channel.Unsigned()
	}
	var e envelope
	if err := unmarshal(body, &e); err != nil {
		return Message{}, err
	}
	if !signed(v.Get("msg_signature"), r.Token, stamp, nonce, e.Encrypt) {
		return Message{}, channel.Unsigned()
	}
	open, err := r.vault.open(e.Encrypt)
	if err != nil {
		return Message{}, channel.Unsigned()
	}
	return read(open)
}

// answer writes the answer the platform passes on; without words the one that means "taken".
func (r *Room) answer(w http.ResponseWriter, q *http.Request, m Message, text string) error {
	if text == "" {
		_, err := io.WriteString(w, "success")
		return err
	}
	page, err := answerTo(m, r.Clock.Now().Unix(), text)
	if err == nil {
		page, err = r.sealed(page, q.URL.Query().Get("nonce"))
	}
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, err = w.Write(page)
	return err
}

func (r *Room) sealed(page []byte, nonce string) ([]byte, error) {
	closed, err := r.vault.seal(page)
	if err != nil {
		return nil, err
	}
	stamp := fmt.Sprint(r.Clock.Now().Unix())
	return sealedAnswer(closed, signature(r.Token, stamp, nonce, closed), stamp, nonce)
}

// thingMost is how many characters the platform takes in a field of the kind "thing".
const thingMost = 20

// Send makes the room the outbox's gateway for template messages.
func (r *Room) Send(ctx context.Context, e notify.Envelope) error {
	data := map[string]any{}
	for _, f := range []struct{ name, value string }{{r.Template.Title, e.Title}, {r.Template.Text, e.Text}} {
		if f.name != "" && f.value != "" {
			data[f.name] = map[string]string{"value": field(f.name, f.value)}
		}
	}
	message := map[string]any{"touser": e.Address, "template_id": r.Template.ID, "data": data}
	if e.Link != "" && r.Address != "" {
		message["url"] = r.Address + e.Link
	}
	err := r.api.notice(ctx, message)
	var no refusal
	if errors.As(err, &no) && no.lasting() {
		return notify.Refused{What: no.Error()}
	}
	return err
}

// field cuts a value to what its kind of field takes.
func field(name, value string) string {
	if runes := []rune(value); strings.HasPrefix(name, "thing") && len(runes) > thingMost {
		return string(runes[:thingMost-1]) + "…"
	}
	return value
}
