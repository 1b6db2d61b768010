package wechat

import (
	"bytes"
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/scenario/channel"
)

// client calls the platform. Its addresses hold the token and are never in an error.
type client struct {
	*channel.Desk
	Settings
	key  []byte // the data folder's key, which seals the token
	http *http.Client
}

// apiBase is the platform itself.
const apiBase = "https://api.weixin.qq.com"

// refusal is an errcode of the platform.
type refusal struct{ Code int }

// Error gives the number; its words may repeat an openid.
func (r refusal) Error() string { return fmt.Sprintf("the platform answers errcode %d", r.Code) }

// spent tells that the token is no longer good.
func (r refusal) spent() bool { return r.Code == 40001 || r.Code == 40014 || r.Code == 42001 }

// lasting tells that another attempt would not help: no follower, no such user or template, wrong fields.
func (r refusal) lasting() bool {
	switch r.Code {
	case 40003, 40037, 43004, 43019, 43101, 43116, 47003, 48001, 40165:
		return true
	}
	return false
}

// with calls the platform with the token, and once more with a new one when it was spent.
func (c *client) with(ctx context.Context, call func(token string) error) error {
	for again := false; ; again = true {
		token, sealed, err := c.token(ctx)
		if err != nil {
			return err
		}
		err = call(token)
		var no refusal
		if !errors.As(err, &no) || !no.spent() || again {
			return err
		}
		if err := c.DB.Write(ctx, func(tx *db.Tx) error { return spoilToken(tx, c.AppID, sealed) }); err != nil {
			return fmt.Errorf("drop a spent token: %w", err)
		}
	}
}

// Spans of the token.
const (
	renewLease = 20 * time.Second
	renewLook  = 100 * time.Millisecond
	renewEarly = 5 * time.Minute
)

// token gives the access token and how it lies in the store. One process renews it while the others wait.
func (c *client) token(ctx context.Context) (open, sealed string, err error) {
	look := time.NewTicker(renewLook)
	defer look.Stop()
	for {
		var t token
		mine := false
		err := c.DB.Write(ctx, func(tx *db.Tx) (err error) {
			mine = false
			now := c.Clock.Now()
			if t, err = selectToken(tx, c.AppID); err != nil || clock.FromMs(t.until).After(now) {
				return err
			}
			mine, err = claimToken(tx, c.AppID, now, now.Add(renewLease))
			return err
		})
		if err != nil {
			return "", "", fmt.Errorf("read the access token: %w", err)
		}
		if mine {
			return c.renew(ctx)
		}
		if clock.FromMs(t.until).After(c.Clock.Now()) {
			open, err = c.unseal(t.sealed)
			return open, t.sealed, err
		}
		select {
		case <-ctx.Done():
			return "", "", errors.New("no access token in time")
		case <-look.C:
		}
	}
}

// renew asks for a new token and keeps it for all.
func (c *client) renew(ctx context.Context) (open, sealed string, err error) {
	var got struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
	}
	query := url.Values{"grant_type": {"client_credential"}, "appid": {c.AppID}, "secret": {c.Secret}}
	if err = c.call(ctx, http.MethodGet, "/cgi-bin/token", query, nil, &got); err == nil && got.Token == "" {
		err = errors.New("the platform gave no access token")
	}
	if err == nil {
		sealed, err = c.seal(got.Token)
	}
	until := c.Clock.Now().Add(max(time.Duration(got.Seconds)*time.Second-renewEarly, time.Minute))
	if err != nil {
		until = time.Time{}
	}
	if kept := c.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return updateToken(tx, c.AppID, sealed, until) }); kept != nil {
		return "", "", errors.Join(err, fmt.Errorf("keep the access token: %w", kept))
	}
	return got.Token, sealed, err
}

// answerMost is how much of an answer of the platform is read, in bytes.
const answerMost = channel.FileMost + 1

// fetch gets a picture.
func (c *client) fetch(ctx context.Context, id string) (data []byte, err error) {
	err = c.with(ctx, func(token string) error {
		kind := ""
		kind, data, err = c.do(ctx, http.MethodGet, "/cgi-bin/media/get", url.Values{"access_token": {token}, "media_id": {id}}, nil)
		if err == nil && (strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "text/plain")) {
			return refused(data)
		}
		return err
	})
	return data, err
}

// notice sends a template message.
func (c *client) notice(ctx context.Context, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return c.with(ctx, func(token string) error {
		return c.call(ctx, http.MethodPost, "/cgi-bin/message/template/send", url.Values{"access_token": {token}}, body, nil)
	})
}

// call makes a request whose answer is JSON.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body []byte, into any) error {
	_, data, err := c.do(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	if err := refused(data); err != nil {
		return err
	}
	if into == nil {
		return nil
	}
	if json.Unmarshal(data, into) != nil {
		return errors.New("the platform's answer is not JSON")
	}
	return nil
}

func (c *client) do(ctx context.Context, method, path string, query url.Values, body []byte) (kind string, data []byte, err error) {
	q, err := http.NewRequestWithContext(ctx, method, cmp.Or(c.API, apiBase)+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return "", nil, errors.New("the address of the platform is not a URL")
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(q)
	if err != nil {
		return "", nil, errors.New("the platform cannot be reached") // its URL holds the token
	}
	defer func() { _ = answer.Body.Close() }() // only read
	data, err = io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if err != nil || answer.StatusCode != http.StatusOK {
		return "", nil, fmt.Errorf("the platform answers %d", answer.StatusCode)
	}
	return answer.Header.Get("Content-Type"), data, nil
}

// refused reads the errcode of an answer.
func refused(data []byte) error {
	var said struct {
		Code int `json:"errcode"`
	}
	if json.Unmarshal(data, &said) == nil && said.Code != 0 {
		return refusal{said.Code}
	}
	return nil
}

func (c *client) box() (cipher.AEAD, error) {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte("wechat access token"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (c *client) seal(text string) (string, error) {
	box, err := c.box()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), []byte(c.AppID))), nil
}

func (c *client) unseal(sealed string) (string, error) {
	box, err := c.box()
	if err != nil {
		return "", err
	}
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) < box.NonceSize() {
		return "", errors.New("the stored access token is damaged")
	}
	open, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], []byte(c.AppID))
	if err != nil {
		return "", errors.New("the stored access token was sealed with another key")
	}
	return string(open), nil
}
