package request

import "time"

// Names of the facts said. The subject is the request's id.
const (
	FactReceived         = "request.Received"
	FactConsentGiven     = "request.ConsentGiven"
	FactConsentWithdrawn = "request.ConsentWithdrawn"
)

// Received is the body of request.Received. A repeated request says nothing.
type Received struct {
	RequestID string    `json:"request_id"`
	CaseID    string    `json:"case_id"`
	Number    string    `json:"number"`
	Kind      string    `json:"kind"`
	Area      string    `json:"area"`
	Channel   string    `json:"channel"`
	At        time.Time `json:"at"`
}

// Consent is the body of request.ConsentGiven and request.ConsentWithdrawn.
type Consent struct {
	RequestID string    `json:"request_id"`
	CaseID    string    `json:"case_id"`
	Number    string    `json:"number"`
	At        time.Time `json:"at"`
}
