package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// SMSProvider is the gateway to an SMS service that takes JSON over HTTP:
//
//	POST URL, Authorization: Bearer TOKEN, Idempotency-Key: KEY
//	{"id": KEY, "to": "13900000001", "text": "…", "sign": "…", "lang": "zh-Hans"}
//
// Any 2xx is a success; 408, 429 and 5xx are tried again; every other answer is lasting.
type SMSProvider struct {
	URL     string
	Token   string
	Sign    string // the sender's mark registered with the provider
	BaseURL string // put before the link of a message
	Client  *http.Client
}

// Send hands one message to the provider. Redirects are not followed: they would carry the token elsewhere.
func (s SMSProvider) Send(ctx context.Context, e Envelope) error {
	text := e.Text
	if e.Link != "" && s.BaseURL != "" {
		text += " " + s.BaseURL + e.Link
	}
	body, err := json.Marshal(map[string]string{"id": e.Key, "to": e.Address, "text": text, "sign": s.Sign, "lang": string(e.Lang)})
	if err != nil {
		return fmt.Errorf("write the SMS as JSON: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return Refused{"the address of the SMS service is not a URL"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("Idempotency-Key", e.Key)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if s.Client != nil {
		client.Transport = s.Client.Transport
	}
	answer, err := client.Do(r)
	if err != nil {
		return errors.New("the SMS service cannot be reached") // its URL may hold a key
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	_ = answer.Body.Close()                                        // nothing was written to it
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 500 || code == http.StatusRequestTimeout || code == http.StatusTooManyRequests:
		return fmt.Errorf("the SMS service answers %d", code)
	default:
		return Refused{fmt.Sprintf("the SMS service answers %d", code)}
	}
}
