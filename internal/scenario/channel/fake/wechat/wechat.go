// Package wechat is a small WeChat platform for tests: it gives access tokens and counts them, serves pictures, records
// template messages, answers with the errcodes it is told to, and signs and seals what it sends to an official account.
package wechat

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the platform's signature
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is the platform. It is an http.Handler.
type Server struct {
	AppID, Secret string
	Token, AESKey string

	mu     sync.Mutex
	tokens int
	good   string
	codes  []int
	media  map[string][]byte
	sent   []Notice
}

// Notice is a template message that was sent.
type Notice struct {
	To       string                       `json:"touser"`
	Template string                       `json:"template_id"`
	URL      string                       `json:"url"`
	Data     map[string]map[string]string `json:"data"`
}

// New makes a platform with one official account.
func New(app, secret, token, key string) *Server {
	return &Server{AppID: app, Secret: secret, Token: token, AESKey: key, media: map[string][]byte{}}
}

// Serve lets the platform serve a picture.
func (s *Server) Serve(id string, picture []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media[id] = picture
}

// Answer lets the next calls with a token be refused with these errcodes, one each.
func (s *Server) Answer(codes ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes = append(s.codes, codes...)
}

// Tokens counts the access tokens that were given out.
func (s *Server) Tokens() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// Sent gives the template messages that arrived.
func (s *Server) Sent() []Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// ServeHTTP answers the calls of an official account.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	say := func(v any) {
		w.Header().Set("Content-Type", "application/json; encoding=utf-8")
		_ = json.NewEncoder(w).Encode(v) // the test reads what arrives
	}
	code := func(n int) { say(map[string]any{"errcode": n, "errmsg": "told to"}) }
	q := r.URL.Query()
	if r.URL.Path == "/cgi-bin/token" {
		if q.Get("appid") != s.AppID || q.Get("secret") != s.Secret || q.Get("grant_type") != "client_credential" {
			code(40125)
			return
		}
		s.tokens++
		s.good = fmt.Sprintf("token-%d", s.tokens)
		say(map[string]any{"access_token": s.good, "expires_in": 7200})
		return
	}
	if len(s.codes) > 0 {
		n := s.codes[0]
		s.codes = s.codes[1:]
		code(n)
		return
	}
	if q.Get("access_token") != s.good || s.good == "" {
		code(40001)
		return
	}
	switch r.URL.Path {
	case "/cgi-bin/media/get":
		picture, ok := s.media[q.Get("media_id")]
		if !ok {
			code(40007)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(picture) // the test reads what arrives
	case "/cgi-bin/message/template/send":
		var n Notice
		if json.NewDecoder(r.Body).Decode(&n) != nil || n.To == "" || n.Template == "" {
			code(47001)
			return
		}
		s.sent = append(s.sent, n)
		code(0)
	default:
		http.NotFound(w, r)
	}
}

// Sign gives the signature over parts.
func Sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // the platform's signature
	return hex.EncodeToString(sum[:])
}

// Call makes the request with which the platform hands a message over, sealed when the account has a key.
func (s *Server) Call(address, message string, at time.Time) *http.Request {
	stamp, nonce := fmt.Sprint(at.Unix()), "nonce1"
	v := url.Values{"timestamp": {stamp}, "nonce": {nonce}, "signature": {Sign(s.Token, stamp, nonce)}}
	if s.AESKey != "" {
		sealed := s.Seal(message)
		v.Set("encrypt_type", "aes")
		v.Set("msg_signature", Sign(s.Token, stamp, nonce, sealed))
		message = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"
	}
	r, err := http.NewRequest(http.MethodPost, address+"?"+v.Encode(), strings.NewReader(message))
	if err != nil {
		panic(err) // the test gave an address that is none
	}
	r.Header.Set("Content-Type", "text/xml")
	return r
}

// Hello makes the request with which the platform asks whether an address is the account's.
func (s *Server) Hello(address, echo string, at time.Time) *http.Request {
	stamp := fmt.Sprint(at.Unix())
	v := url.Values{"timestamp": {stamp}, "nonce": {"n"}, "echostr": {echo}, "signature": {Sign(s.Token, stamp, "n")}}
	r, err := http.NewRequest(http.MethodGet, address+"?"+v.Encode(), nil)
	if err != nil {
		panic(err) // the test gave an address that is none
	}
	return r
}

// Seal seals a message as the safe mode defines.
func (s *Server) Seal(message string) string {
	key := s.key()
	var b bytes.Buffer
	b.WriteString("0123456789abcdef")
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(message)))) //nolint:gosec // a test's message is short
	b.WriteString(message + s.AppID)
	pad := 32 - b.Len()%32
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	data := b.Bytes()
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(data, data)
	return base64.StdEncoding.EncodeToString(data)
}

// Unseal opens what an account has sealed.
func (s *Server) Unseal(sealed string) (string, error) {
	key := s.key()
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%16 != 0 {
		return "", fmt.Errorf("not sealed: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(data, data)
	data = data[16 : len(data)-int(data[len(data)-1])]
	size := int(binary.BigEndian.Uint32(data[:4]))
	if got := string(data[4+size:]); got != s.AppID {
		return "", fmt.Errorf("sealed for %q", got)
	}
	return string(data[4 : 4+size]), nil
}

func (s *Server) key() []byte {
	key, err := base64.StdEncoding.DecodeString(s.AESKey + "=")
	if err != nil || len(key) != 32 {
		panic("the test gave a key that is none")
	}
	return key
}
